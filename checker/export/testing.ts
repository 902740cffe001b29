import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuiltVariant, withoutRaces } from '../build_variant.ts';
import { checkBuilt } from '../check.ts';
import { generate } from '../machine/codegen.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { layOut } from '../machine/layout.ts';
import { pack } from '../machine/packed.ts';
import type { Compared } from '../oracles/summary.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import { promelaOf } from './promela.ts';

/** Test helper: SPIN on an exported model, and the comparison with the checker. */

const run = promisify(execFile);
const C_COMPILER = process.env.CC ?? 'cc';

/** What an exhaustive run of SPIN found. */
export interface SpinRun {
  readonly states: number;
  /** Lines `violated <kind> <name>` and `reached <kind> <name>`, sorted. */
  readonly reports: readonly string[];
  /** As SPIN counts them: each time that an assertion is false. */
  readonly errors: number;
}

/** Throws with a message for people if SPIN or a C compiler is missing. */
export async function needSpin(): Promise<void> {
  for (const [tool, option, remedy] of [
    ['spin', '-V', 'apt-get install spin'],
    [C_COMPILER, '--version', 'apt-get install gcc, or set CC'],
  ] as const) {
    try {
      await run(tool, [option]);
    } catch {
      throw new Error(`the oracle tests need '${tool}', which does not run here: ${remedy}`);
    }
  }
}

/** Runs SPIN over all states: no reduction, no merging of statements, exact storage, errors do not stop it. */
export async function spin(promela: string, vectorSize: number, depth: number): Promise<SpinRun> {
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-spin-'));
  const inFolder = { cwd: folder, maxBuffer: 2 ** 28 };
  try {
    writeFileSync(join(folder, 'model.pml'), promela);
    await succeed('spin', ['-a', '-o1', '-o2', '-o3', 'model.pml'], inFolder);
    const size = `-DVECTORSZ=${Math.max(1024, vectorSize)}`;
    await succeed(
      C_COMPILER,
      [depth > 20_000 ? '-O1' : '-O0', '-w', '-DSAFETY', '-DNOREDUCE', size, '-o', 'pan', 'pan.c'],
      inFolder,
    );
    return readRun(await succeed('./pan', ['-c0', `-m${depth}`, '-w18', '-n'], inFolder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function succeed(
  tool: string,
  args: string[],
  options: { cwd: string; maxBuffer: number },
): Promise<string> {
  try {
    return (await run(tool, args, options)).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `${tool} ${args.join(' ')} failed: ${(stdout ?? '').slice(0, 2000)}\n${(stderr ?? '').slice(0, 2000)} ${error}`,
    );
  }
}

function readRun(output: string): SpinRun {
  const states = / (\d+) states, stored/.exec(output)?.[1];
  const errors = /errors: (\d+)/.exec(output)?.[1];
  if (
    states === undefined ||
    errors === undefined ||
    /max search depth too small|Search not completed/.test(output)
  )
    throw new Error(`SPIN did not finish:\n${output.slice(-3000)}`);
  const reports = [...output.matchAll(/^upy-check: (.*)$/gm)].map((match) => match[1] as string);
  return { states: Number(states), reports: reports.sort(), errors: Number(errors) };
}

/** What the checker found, in the words of the exported model. */
interface Expected {
  readonly states: number;
  readonly reports: readonly string[];
}

/** `null`: more states than that, or the search did not finish. */
export async function checked(
  built: BuiltVariant,
  maxStates: number,
  decides: readonly string[],
): Promise<Expected | null> {
  const { figures, limit, properties } = await checkBuilt(built, {
    maxStates: maxStates + 1,
    reduce: 'none',
  });
  if (figures.states > maxStates || limit?.kind === 'max-states') return null;
  const found = properties.flatMap(({ kind, name, status, trace }) => {
    const what = `${kind} ${name}`;
    if (!decides.includes(what)) return [];
    if (kind === 'sometimes') return status === 'holds' ? [`reached ${what}`] : [];
    return status === 'violated' || (kind === 're-entry' && trace !== null) ? [`violated ${what}`] : [];
  });
  return { states: figures.states, reports: [...new Set(found)].sort() };
}

/** `too large`, `agrees`, or what differs. */
export async function comparison(built: BuiltVariant, maxStates: number): Promise<string> {
  const { text, decides, vectorSize } = promelaOf(built);
  const expected = await checked(withoutRaces(built), maxStates, decides);
  if (expected === null) return 'too large';
  const found = await spin(text, vectorSize, 2 * expected.states + 1000);
  const wrong = found.reports.some((line) => line.startsWith('violated')) !== found.errors > 0;
  if (wrong) return `SPIN counts ${found.errors} errors, but reports ${found.reports.join('; ')}`;
  const [ours, theirs] = [expected, found].map(
    ({ states, reports }) => `${states} states; ${reports.join('; ')}`,
  );
  return ours === theirs ? 'agrees' : `upy-check: ${ours}\nSPIN: ${theirs}`;
}

/** Compares with SPIN, and counts. */
export class Tally implements Compared {
  models = 0;
  different = 0;

  constructor(readonly oracle: string) {}

  /** False if the model is too large; throws what differs. */
  async agrees(built: BuiltVariant, maxStates: number): Promise<boolean> {
    const found = await comparison(built, maxStates);
    if (found === 'too large') return false;
    this.models++;
    if (found === 'agrees') return true;
    this.different++;
    throw new Error(found);
  }

  /** The counts, for the report of a test. */
  get compared(): Compared {
    const { oracle, models, different } = this;
    return { oracle, models, different };
  }
}

/**
 * Whether a random model has at most `maxStates` states, few if a step in it never ends (each costs 100,000 turns), and
 * no integer that needs more than a cell of 32 bits with a sign.
 */
export function isTame({ compiled }: BuiltVariant, maxStates: number): boolean {
  const interpreter = new Interpreter(compiled);
  const layout = layOut(compiled, new Map());
  const initial = interpreter.initial();
  const { generated, ranges } = generate(compiled, layout, pack(interpreter, layout, initial));
  const endless = compiled.program.failures.length;
  const search = new BreadthFirst(generated, { maxStates, abortOn: (failure) => failure >= ranges.first });
  while (search.advance(1) === 'more')
    if (search.states > ENDLESS_MAX && search.failures.has(endless)) return false;
  return search.outcome === 'finished';
}

const ENDLESS_MAX = 100;
