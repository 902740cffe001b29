/**
 * `npm run bench -- [--only model] [--quick] [--runs n] [--json]`: times upy-check's binary on the models of this folder,
 * beside SPIN where `spin` and `gcc` are installed. See README.md. Exit: 0 all counts as they must be, 1 not, 2 usage.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hasGnuTime } from './child.ts';
import { type Bench, type Engine, hasSpin, type Run, spin, spinDefault, upyCheck } from './engines.ts';
import { ENTRIES, type Entry, QUICK, sizeOf } from './entries.ts';
import { type Medians, type Row, tablesOf } from './table.ts';

/** This file runs from dist/bench/. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Options {
  readonly entries: readonly Entry[];
  readonly runs: number;
  readonly json: boolean;
}

class UsageError extends Error {}

function readOptions(): Options {
  const { values } = parseCommandLine();
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new UsageError(`--runs ${values.runs} is not a positive integer`);
  const all = values.quick ? QUICK : ENTRIES;
  const entries = all.filter(({ model }) => values.only === undefined || values.only.includes(model));
  if (entries.length === 0)
    throw new UsageError(`--only takes ${[...new Set(all.map(({ model }) => model))].join(' or ')}`);
  return { entries, runs, json: values.json };
}

function parseCommandLine() {
  try {
    return parseArgs({
      options: {
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        runs: { type: 'string', default: '3' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}

function mediansOf({ name }: Engine, runs: readonly Run[]): Medians {
  const [first] = runs;
  if (first === undefined) throw new Error('nothing was run');
  const { states, transitions, depth } = first;
  const wallS = median(runs.map((run) => run.wallS));
  return { name, states, transitions, depth, wallS, peakBytes: median(runs.map((run) => run.peakBytes)) };
}

/** The engines take turns, so that a disturbance of the machine hits all of them. */
async function measureEntry(bench: Bench, entry: Entry, withSpin: boolean, times: number): Promise<Row> {
  const peersOf = async () => (entry.reduced ? [await spinDefault(bench, entry)] : spin(bench, entry));
  const engines = [upyCheck(bench, entry), ...(withSpin ? await peersOf() : [])];
  const runs = new Map<Engine, Run[]>(engines.map((engine) => [engine, []]));
  for (let i = 0; i < times; i++) {
    for (const [engine, list] of runs) {
      const run = await engine.run();
      verifyCounts(entry, engine, run);
      list.push(run);
    }
  }
  const [own, ...peers] = [...runs].map(([engine, list]) => mediansOf(engine, list));
  if (own === undefined) throw new Error('nothing was run');
  return { entry, own, peers };
}

function verifyCounts(entry: Entry, { name }: Engine, { states, transitions }: Run): void {
  const expected = name === 'spin default' && entry.reduced ? entry.reduced.spin : entry;
  if (states === expected.states && transitions === expected.transitions) return;
  if (name !== 'spin default' && entry.reduced && states <= expected.states) return;
  throw new Error(
    `${name} finds ${states} states and ${transitions} transitions in ${entry.model} ${sizeOf(entry)}, not ${expected.states} and ${expected.transitions}`,
  );
}

function jsonOf(rows: readonly Row[]): string {
  const list = rows.map(({ entry, own, peers: [peer] }) => ({
    model: entry.model,
    params: entry.parameters,
    reduce: entry.reduced?.by ?? 'none',
    workers: entry.workers ?? 1,
    states: own.states,
    transitions: own.transitions,
    depth: own.depth,
    wallS: own.wallS,
    peakBytes: own.peakBytes,
    peer: peer === undefined ? null : { name: peer.name, states: peer.states, wallS: peer.wallS },
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}

async function main(): Promise<void> {
  const { entries, runs, json } = readOptions();
  const scratch = mkdtempSync(join(tmpdir(), 'upy-check-bench-'));
  try {
    const bench: Bench = { root: ROOT, scratch, gnuTime: await hasGnuTime() };
    const withSpin = await hasSpin();
    if (!withSpin) process.stderr.write('spin and gcc are not both installed: no comparison\n');
    const rows: Row[] = [];
    for (const entry of entries) {
      process.stderr.write(`${entry.model} ${sizeOf(entry)} …\n`);
      rows.push(await measureEntry(bench, entry, withSpin, runs));
    }
    process.stdout.write(json ? jsonOf(rows) : tablesOf(rows));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
