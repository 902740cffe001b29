import { type Entry, sizeOf } from './entries.ts';

/** Medians of what one engine did with an entry. */
export interface Medians {
  readonly name: string;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly wallS: number;
  readonly peakBytes: number;
}

/** An entry with what was measured. */
export interface Row {
  readonly entry: Entry;
  readonly own: Medians;
  /** The first is the one that `--json` names. */
  readonly peers: readonly Medians[];
}

const count = (n: number): string => n.toLocaleString('en-US');

/** Plain searches, which count the same states, and reductions, which do not. */
export function tablesOf(rows: readonly Row[]): string {
  const plain = rows.filter(({ entry }) => entry.reduced === undefined);
  const reduced = rows.filter(({ entry }) => entry.reduced !== undefined);
  return [plain, reduced]
    .filter(({ length }) => length > 0)
    .map(tableOf)
    .join('\n');
}

/** The table for people. A ratio above 1 says that the peer took longer. */
function tableOf(rows: readonly Row[]): string {
  const peers = rows[0]?.peers ?? [];
  const head = ['model', 'size', 'states', 'transitions', 'depth', 'wall s', 'Mst/s', 'B/state'];
  for (const { name } of peers) head.push(`${name} s`, 'ratio', 'B/state', 'states');
  const lines = [
    head,
    ...rows.map(({ entry, own, peers }) => [
      entry.reduced === undefined ? entry.model : `${entry.model} --reduce ${entry.reduced.by}`,
      sizeOf(entry),
      ...ownCells(own),
      ...peers.flatMap((peer) => peerCells(own, peer)),
    ]),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return `${lines.map((line) => aligned(line, widths)).join('\n')}\n`;
}

function ownCells({ states, transitions, depth, wallS, peakBytes }: Medians): string[] {
  const perSecond = (states / wallS / 1e6).toFixed(2);
  return [
    count(states),
    count(transitions),
    String(depth),
    wallS.toFixed(2),
    perSecond,
    perState(peakBytes, states),
  ];
}

function peerCells(own: Medians, { wallS, peakBytes, states }: Medians): string[] {
  return [wallS.toFixed(2), (wallS / own.wallS).toFixed(2), perState(peakBytes, states), count(states)];
}

function perState(bytes: number, states: number): string {
  return bytes === 0 ? '-' : (bytes / states).toFixed(0);
}

/** The first two columns to the left, numbers to the right. */
function aligned(line: readonly string[], widths: readonly number[]): string {
  const cells = line.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
  return cells.join('  ').trimEnd();
}
