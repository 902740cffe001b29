import type { LoadedScenario } from '../check.ts';
import { UserError } from '../options.ts';
import type { Parameters } from '../scenario.ts';
import { didYouMean } from './suggest.ts';
import { type Assignment, assignedTo, isFull, usage } from './values.ts';

/** One scenario with what the command line selects of it. */
export interface Selected {
  readonly loaded: LoadedScenario;
  readonly variants: readonly string[];
  readonly parameters: Parameters;
  /** The only scenario of its file. */
  readonly alone: boolean;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

export function variantsOf(loaded: LoadedScenario): readonly string[] {
  return Object.keys(loaded.scenario.spec.variants);
}

function parametersOf(loaded: LoadedScenario): Parameters {
  return loaded.scenario.spec.parameters ?? {};
}

function fullOf(loaded: LoadedScenario): Parameters | null {
  return (loaded.scenario.spec.full ?? null) as Parameters | null;
}

/** What of these scenarios is to be checked. A name that none of them knows is UPY304 or UPY305. */
export function select(
  all: readonly LoadedScenario[],
  variants: readonly string[],
  assignments: readonly Assignment[],
): Selected[] {
  refuseUnknown(all, variants, assignments);
  const chosen = all.map(
    (loaded): Selected => ({
      loaded,
      variants: variantsOf(loaded).filter((name) => variants.length === 0 || variants.includes(name)),
      parameters: assignedTo(assignments, parametersOf(loaded), fullOf(loaded)),
      alone: all.filter((other) => other.file === loaded.file).length === 1,
    }),
  );
  return chosen.filter((each) => each.variants.length > 0);
}

function refuseUnknown(
  all: readonly LoadedScenario[],
  variants: readonly string[],
  assignments: readonly Assignment[],
): void {
  if (all.length === 0) return;
  const who =
    all.length === 1 ? `scenario '${all[0]?.scenario.name}' has` : `none of the ${all.length} scenarios has`;
  const no = all.length === 1 ? 'no ' : 'a ';
  const known = unique(all.flatMap(variantsOf));
  for (const name of variants) {
    if (known.includes(name)) continue;
    throw new UserError(
      'UPY304',
      `${who} ${no}variant '${name}'`,
      null,
      didYouMean(name, known, 'variants'),
      'upy-check <file> --list shows the variants',
    );
  }
  const parameters = unique(all.flatMap((loaded) => Object.keys(parametersOf(loaded))));
  const hasFull = all.some((loaded) => fullOf(loaded) !== null);
  for (const assignment of assignments) {
    const { name } = assignment;
    if (parameters.includes(name) || (hasFull && isFull(assignment))) continue;
    throw new UserError(
      'UPY305',
      `${who} ${no}parameter '${name}'`,
      null,
      didYouMean(name, parameters, 'parameters'),
      'upy-check <file> --list shows the parameters',
    );
  }
}

/** The one scenario and variant that `steps` and `replay` are about. */
export function selectOne(
  all: readonly LoadedScenario[],
  path: string,
  scenario: string | null,
  variant: string | null,
  assignments: readonly Assignment[],
): {
  readonly loaded: LoadedScenario;
  readonly variant: string;
  readonly parameters: Parameters;
  readonly alone: boolean;
} {
  const names = all.map((each) => each.scenario.name);
  const named = scenario === null ? all : all.filter((each) => each.scenario.name === scenario);
  if (named.length === 0)
    throw usage(
      `${path} has no scenario '${scenario}'`,
      didYouMean(scenario ?? '', names, 'scenarios'),
      'upy-check <file> --list shows them',
    );
  const fitting = variant === null ? named : named.filter((each) => variantsOf(each).includes(variant));
  refuseUnknown(fitting.length === 0 ? named : fitting, variant === null ? [] : [variant], assignments);
  if (fitting.length > 1) {
    throw new UserError(
      'UPY308',
      `${path} has several scenarios that fit`,
      null,
      `they are ${names.join(', ')}`,
      'choose one with --scenario <name>',
    );
  }
  const loaded = fitting[0] as LoadedScenario;
  const chosen = variant ?? variantsOf(loaded)[0];
  if (chosen === undefined)
    throw usage(
      `scenario '${loaded.scenario.name}' has no variants`,
      'its `variants` is empty',
      'state at least one variant with its verdict',
    );
  return {
    loaded,
    variant: chosen,
    parameters: assignedTo(assignments, parametersOf(loaded), fullOf(loaded)),
    alone: all.length === 1,
  };
}
