import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, measure, run } from './child.ts';
import { type Entry, sizeOf } from './entries.ts';

/** One search by one engine. */
export interface Run {
  readonly states: number;
  /** Edges of the state graph. */
  readonly transitions: number;
  /** Breadth-first level of the deepest state; 0 for SPIN, which goes depth first. */
  readonly depth: number;
  readonly wallS: number;
  readonly peakBytes: number;
}

/** An engine made ready for an entry: what is measured is `run`. */
export interface Engine {
  readonly name: string;
  run(): Promise<Run>;
}

/** Where the bench works. */
export interface Bench {
  /** The package. */
  readonly root: string;
  /** A folder that is removed at the end. */
  readonly scratch: string;
  readonly gnuTime: boolean;
}

/** Our own binary, as a user runs it. */
export function upyCheck(bench: Bench, entry: Entry): Engine {
  const report = join(bench.scratch, 'report.json');
  const args = [join(bench.root, 'dist/checker/cli/main.js'), `bench/models/${entry.model}.ts`];
  for (const [name, value] of Object.entries(entry.parameters)) args.push('--set', `${name}=${value}`);
  args.push('--variant', 'fixed', '--reduce', entry.reduced?.by ?? 'none', '--reporter', `json=${report}`);
  if (entry.workers !== undefined) args.push('--workers', String(entry.workers));
  return {
    name: 'upy-check',
    async run() {
      const { wallS, peakBytes } = await measure(process.execPath, args, bench.root, bench.gnuTime);
      return { ...figuresIn(report), wallS, peakBytes };
    },
  };
}

interface Report {
  readonly results: readonly { readonly figures: Pick<Run, 'states' | 'transitions' | 'depth'> }[];
}

function figuresIn(file: string): Pick<Run, 'states' | 'transitions' | 'depth'> {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const figures = report.results[0]?.figures;
  if (figures === undefined) throw new Error(`${file} has no result`);
  const { states, transitions, depth } = figures;
  return { states, transitions, depth };
}

/** No statement merging, no dead-variable optimisations, no partial order reduction: every state, as here. */
const SPIN_FLAGS = ['-o1', '-o2', '-o3'];
const GCC_FLAGS = ['-w', '-O2', '-DSAFETY', '-DNOREDUCE'];
const PAN_FLAGS = ['-m5000000', '-w24', '-E'];

/** SPIN's builds, the first one is its default; none when `spin` or `gcc` is missing. */
const SPIN_BUILDS = [
  { name: 'spin', flags: [] },
  { name: 'spin -DNOCOMP', flags: ['-DNOCOMP'] },
] as const;

export async function hasSpin(): Promise<boolean> {
  return (await installed('spin', '-V')) && (await installed('gcc', '--version'));
}

/** SPIN in its first builds, generated and compiled; that time is not measured. */
export async function spin(
  bench: Bench,
  entry: Entry,
  builds: number = SPIN_BUILDS.length,
): Promise<Engine[]> {
  const folder = join(bench.scratch, `${entry.peer} ${sizeOf(entry)}`.replaceAll(' ', '-'));
  mkdirSync(folder);
  await run('spin', [...SPIN_FLAGS, ...definesOf(entry), '-a', modelOf(bench, entry)], folder);
  const engines: Engine[] = [];
  for (const [i, { name, flags }] of SPIN_BUILDS.slice(0, builds).entries()) {
    const pan = join(folder, `pan${i}`);
    await run('gcc', [...GCC_FLAGS, ...flags, '-o', pan, 'pan.c'], folder);
    engines.push({
      name,
      async run() {
        const { stdout, wallS, peakBytes } = await measure(pan, PAN_FLAGS, folder, bench.gnuTime);
        return { ...countsIn(stdout), depth: 0, wallS, peakBytes };
      },
    });
  }
  return engines;
}

/** SPIN as it is without options: partial order reduction, merging of statements, dead variables cleared. */
export async function spinDefault(bench: Bench, entry: Entry): Promise<Engine> {
  const folder = join(bench.scratch, `${entry.peer} ${sizeOf(entry)} default`.replaceAll(' ', '-'));
  mkdirSync(folder, { recursive: true });
  await run('spin', [...definesOf(entry), '-a', modelOf(bench, entry)], folder);
  const pan = join(folder, 'pan');
  await run('gcc', ['-w', '-O2', '-DSAFETY', '-o', pan, 'pan.c'], folder);
  return {
    name: 'spin default',
    async run() {
      const { stdout, wallS, peakBytes } = await measure(pan, PAN_FLAGS, folder, bench.gnuTime);
      return { ...countsIn(stdout), depth: 0, wallS, peakBytes };
    },
  };
}

const modelOf = (bench: Bench, { peer }: Entry): string => join(bench.root, 'bench/peers', `${peer}.pml`);

function definesOf({ parameters }: Entry): string[] {
  return Object.entries(parameters).map(([name, value]) => `-D${name.toUpperCase()}=${value}`);
}

function countsIn(output: string): Pick<Run, 'states' | 'transitions'> {
  const states = /(\d+) states, stored/.exec(output)?.[1];
  const transitions = /(\d+) transitions/.exec(output)?.[1];
  const complete = /errors: 0$/m.test(output) && !/max search depth too small|not completed/.test(output);
  if (states === undefined || transitions === undefined || !complete) {
    throw new Error(`SPIN did not finish:\n${output}`);
  }
  // SPIN counts the initial state as a transition.
  return { states: Number(states), transitions: Number(transitions) - 1 };
}
