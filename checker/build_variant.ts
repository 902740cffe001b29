import { type Elaboration, ElaborationError, elaborate } from '../model/intrinsics/elaboration.ts';
import type { LoadedScenario } from './check.ts';
import { type Compiled, compile } from './language/compile.ts';
import { UserError } from './options.ts';
import type { Parameters } from './scenario.ts';

/** A variant of a scenario, built and compiled. */
export interface BuiltVariant {
  readonly loaded: LoadedScenario;
  readonly variant: string;
  readonly parameters: Parameters;
  readonly elaboration: Elaboration;
  readonly compiled: Compiled;
}

/** The scenario's parameters with `given` put over the defaults. */
export function parametersOf({ scenario }: LoadedScenario, given: Parameters = {}): Parameters {
  const defaults = scenario.spec.parameters ?? {};
  for (const name of Object.keys(given)) {
    if (name in defaults) continue;
    throw new UserError(
      'UPY305',
      `scenario '${scenario.name}' has no parameter '${name}'`,
      null,
      'a typing mistake, or the parameter belongs to another scenario',
      Object.keys(defaults).length === 0
        ? 'it declares none: add `parameters: { … }` to the scenario'
        : `use one of: ${Object.keys(defaults).join(', ')}`,
    );
  }
  return { ...defaults, ...given };
}

/** The same variant with no data races asked for: what they need is a second state for each that was interrupted. */
export function withoutRaces(built: BuiltVariant): BuiltVariant {
  const { loaded, variant, parameters } = built;
  if (built.compiled.program.races === null) return built;
  const spec = { ...loaded.scenario.spec, races: false };
  return buildVariant({ ...loaded, scenario: { ...loaded.scenario, spec } }, variant, parameters);
}

/**
 * Builds (twice, and compares) and compiles one variant.
 *
 * @param everywhere coverage counts all files that the model executes, not only the scenario's own
 */
export function buildVariant(
  loaded: LoadedScenario,
  variant: string,
  given: Parameters = {},
  everywhere = false,
): BuiltVariant {
  const { spec, name } = loaded.scenario;
  if (!Object.hasOwn(spec.variants, variant)) {
    throw new UserError(
      'UPY304',
      `scenario '${name}' has no variant '${variant}'`,
      null,
      'a typing mistake',
      `use one of: ${Object.keys(spec.variants).join(', ')}`,
    );
  }
  const parameters = parametersOf(loaded, given);
  const build = (): Elaboration => runBuild(loaded, () => spec.build({ ...parameters, variant } as never));
  const elaboration = build();
  const [first, second] = [outline(elaboration), outline(build())];
  const different = first.findIndex((line, i) => line !== second[i]);
  if (different >= 0 || first.length !== second.length) {
    throw new UserError(
      'UPY212',
      `build() of '${name}' does not make the same system twice`,
      null,
      `it depends on something outside (a counter in a module, time, chance); first difference: ${first[different] ?? 'number of processes'} / ${second[different] ?? 'none'}`,
      'create everything inside of build(), and use parameters for what may differ',
    );
  }
  const compiled = compile(elaboration, {
    timing: spec.timing ?? 'any',
    timeUnit: spec.timeUnit ?? 0,
    granularity: spec.granularity ?? 'access',
    criticals: spec.criticals ?? 'atomic',
    reentry: spec.reentry ?? 2,
    races: spec.races ?? false,
    counts: ({ file }) => everywhere || file === loaded.file,
  });
  return { loaded, variant, parameters, elaboration, compiled };
}

function runBuild({ scenario }: LoadedScenario, build: () => unknown): Elaboration {
  try {
    const { elaboration } = elaborate(build);
    if (elaboration.processes.length > 0) return elaboration;
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof ElaborationError) {
      throw new UserError(
        error.code,
        error.message.split('\n')[0]?.replace(/^UPY\d+: /, '') ?? '',
        null,
        error.likely,
        error.remedy,
      );
    }
    throw new UserError(
      'UPY211',
      `build() of '${scenario.name}' throws: ${error instanceof Error ? error.message : String(error)}`,
      null,
      'ordinary JavaScript in build() or in a constructor fails',
      'run it in a debugger, or set UPY_CHECK_DEBUG=1 for the stack',
    );
  }
  throw new UserError(
    'UPY213',
    `build() of '${scenario.name}' makes no process`,
    null,
    'the processes are created at the top level of a module, or not at all',
    'call process(name, body) in build()',
  );
}

/** What must be equal when build() is run twice. */
function outline({ processes, properties }: Elaboration): string[] {
  return [
    ...processes.map(
      ({ name, started, roles, options }) =>
        `process '${name}' ${started} ${roles.map((role) => `${role.constructor.name}(${fields(role)})`).join()} ${options.outside} ${options.prompt}`,
    ),
    ...properties.map(({ kind, name }) => `${kind} '${name}'`),
  ];
}

/** Scalars of a role, which the model starts from. */
function fields(role: object): string {
  return Object.entries(role)
    .filter(([, value]) => typeof value !== 'object' && typeof value !== 'function')
    .map(([key, value]) => `${key}=${String(value)}`)
    .join();
}
