import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { type Explored, explore } from '../explore.ts';
import { Status } from '../machine/generated.ts';
import { type Cell, readCell, valueOfRaw as valueOfCell } from '../machine/layout.ts';
import { UserError } from '../options.ts';
import { decide } from '../property/decide.ts';
import { MIXED, type Variable } from './ir.ts';
import { loadScenarios } from './loader.ts';
import { show } from './lower/names.ts';

/** Scenarios from text, for tests: a folder of their own, and a file for each. */
export class Workshop {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-')));
  private count = 0;

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Compiles a scenario: `declarations` for its file, `body` for its `build()`, `options` beside it. */
  async compile(body: string, declarations = '', options = ''): Promise<BuiltVariant> {
    const file = this.write(`${this.count++}/model.ts`, scenarioText(body, declarations, options));
    const [loaded] = await loadScenarios(file);
    if (loaded === undefined) throw new Error('no scenario');
    return buildVariant(loaded, 'only');
  }

  /** The whole message of the error that compiling ends with. */
  async refusal(body: string, declarations = '', options = ''): Promise<string> {
    try {
      await this.compile(body, declarations, options);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return error.message.replaceAll(/\S*\/model\.ts/g, 'model.ts');
    }
    return 'compiles';
  }
}

/**
 * A model in a few lines: its states and transitions, the values of state variables where it ends (no process is alive
 * or nothing can follow), and what is violated. `null`: no line.
 */
export async function outcome(built: BuiltVariant): Promise<string> {
  const explored = await explore(built, {});
  const { search } = explored;
  const violated = decide(explored, false).filter(({ status }) => status === 'violated');
  const reentry = [...search.failures.keys()]
    .map((n) => built.compiled.program.failures[n])
    .filter((f) => f?.kind === 're-entry');
  return [
    `${search.states} states, ${search.transitions} transitions`,
    ...ends(explored).map((end) => `ends with ${end}`),
    ...violated.map(
      ({ kind, name, detail }) => `${kind}: ${name}${kind === 'model error' ? ` (${detail})` : ''}`,
    ),
    ...reentry.map((f) => `incomplete: ${f?.name}`),
  ].join('\n');
}

/** The values of the state variables in states without a successor. */
function ends({ search, machine, built }: Explored): string[] {
  const { generated, layout } = machine;
  const variables = built.compiled.program.variables.filter(({ kind }) => kind === 'state');
  const found = new Set<string>();
  search.visited?.scan((states, at) => {
    generated.failures.length = 0;
    if (generated.expand(states, at, 0) > 0) return;
    if ((generated.status[0] as number) & Status.Failed) return;
    found.add(
      variables
        .map(
          (variable) =>
            `${variable.name} ${shown(variable, layout.cells.get(variable) as Cell, states, at, built)}`,
        )
        .join(', '),
    );
  });
  return [...found].sort();
}

function shown(
  { domain }: Variable,
  cell: Cell,
  states: Int32Array,
  at: number,
  built: BuiltVariant,
): string {
  const value = valueOfCell(cell, readCell(cell, states, at));
  if (domain.kind === 'bool') return String(value !== 0);
  if (domain.kind === 'symbol') return show(domain.members[value], built.compiled.names);
  if (domain.kind === 'mixed' && value >= MIXED)
    return show(domain.members[value - MIXED], built.compiled.names);
  return String(value);
}

const VOCABULARY =
  'assume, atomic, blocks, busy, check, choose, clock, critical, demand, ghost, idiv, int, me, meOrNull, note, pause, process, relaxed, reset, rest, sequence, u16, u32, u8, until';
const PROPERTIES =
  'always, alwaysPossible, eventually, idle, leadsTo, linearizable, lostWakeup, overtaking, sometimes, stuck, within';

/** Declarations begin on line 3; the body of `build()` follows them, after one line. */
function scenarioText(body: string, declarations: string, options: string): string {
  return [
    `import { ${PROPERTIES}, scenario } from 'upy-check';`,
    `import { ${VOCABULARY} } from 'upy-check/model';`,
    ...(declarations === '' ? [] : [declarations]),
    `export default scenario('model', { about: 'a test', ${options} variants: { only: { holds: true } }, build() {`,
    body,
    '} });',
    '',
  ].join('\n');
}
