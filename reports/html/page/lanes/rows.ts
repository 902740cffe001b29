import type { Trace, TraceObject, TraceProcess } from '../../../../checker/trace.ts';

export type RowKind = 'outside' | 'core' | 'isr' | 'task' | 'hardware';

/** One lane: a process, or (`core`) what is otherwise than at the start about a core. */
export interface Row {
  /** The process, or the core. */
  readonly name: string;
  readonly kind: RowKind;
  /** The core, or what else the lanes of a group have in common. */
  readonly group: string;
  /** px from the top of the first group. */
  readonly top: number;
  readonly height: number;
  /** A heading stands above it: it is the first of a group that nothing else names. */
  readonly heading: boolean;
  /** An idle task, a tick. */
  readonly background: boolean;
  /** How deep its soft callbacks nest: each has a line of {@link HOOK_PX} at the bottom of the lane. */
  readonly hooks: number;
}

/** All lanes, from top to bottom. */
export interface Rows {
  readonly rows: readonly Row[];
  /** px */
  readonly height: number;
  /** Processes without a lane, because nothing happens to them. */
  readonly quiet: readonly string[];
}

export const HEADING_PX = 18;
export const HOOK_PX = 12;
const HEIGHTS: Readonly<Record<RowKind, number>> = { outside: 18, core: 18, isr: 20, task: 24, hardware: 18 };
const OUTSIDE = 'outside world';
const ORDER: readonly RowKind[] = ['outside', 'core', 'isr', 'task', 'hardware'];

/** The lanes of a trace. Processes to which nothing happens have one only if `all`. */
export function rowsOf(trace: Trace, all: boolean): Rows {
  const active = activeIn(trace);
  const { processes, objects } = trace.start;
  const quiet = processes.filter((process) => isQuiet(process, active)).map(({ name }) => name);
  const shown = all ? processes : processes.filter((process) => !isQuiet(process, active));
  const wanted = shown.map((process) => ({
    name: process.name,
    kind: kindOf(process),
    group: groupOf(process),
  }));
  for (const core of new Set(wanted.map(({ group }) => group)))
    if (objects.some((object) => ownerOf(object) === core))
      wanted.push({ name: core, kind: 'core', group: core });
  const depths = depthsOf(trace);
  const groups = groupsOf(wanted.map(({ group }) => group));
  const place = new Map(processes.map(({ name }, i) => [name, i]));
  const background = new Set(processes.filter(({ role }) => role === 'background').map(({ name }) => name));
  const key = ({ name, kind, group }: (typeof wanted)[number]): number[] => [
    groups.indexOf(group),
    ORDER.indexOf(kind),
    -(depths.get(name) ?? 0),
    Number(background.has(name)),
    place.get(name) ?? 0,
  ];
  const hooks = hooksIn(trace);
  const rows: Row[] = [];
  let top = 0;
  for (const each of wanted.map((row) => ({ row, by: key(row) })).sort((a, b) => compare(a.by, b.by))) {
    const { name, kind, group } = each.row;
    const heading = rows.at(-1)?.group !== group && kind !== 'core' && group !== OUTSIDE;
    if (heading) top += HEADING_PX;
    const deep = hooks.get(name) ?? 0;
    const height = HEIGHTS[kind] + deep * HOOK_PX;
    rows.push({ ...each.row, top, height, heading, background: background.has(name), hooks: deep });
    top += height;
  }
  return { rows, height: top, quiet };
}

/** The lane at a height; `null` between them. */
export function rowAt(rows: readonly Row[], y: number): Row | null {
  return rows.find(({ top, height }) => y >= top && y < top + height) ?? null;
}

/** What an object belongs to: the lanes of that core. */
export function ownerOf({ parts }: TraceObject): string | null {
  const value = parts.find(({ role, variable }) => role === 'of' && variable === null)?.value;
  return value === undefined ? null : value.replace(/^'(.*)'$/su, '$1');
}

function kindOf({ lane, role }: TraceProcess): RowKind {
  if (role === 'outside' || lane?.kind === 'outside') return 'outside';
  if (lane?.kind === 'isr' || lane?.kind === 'hardware') return lane.kind;
  return 'task';
}

function groupOf(process: TraceProcess): string {
  const kind = kindOf(process);
  if (kind === 'outside') return OUTSIDE;
  if (process.lane?.core !== undefined) return process.lane.core;
  return kind === 'hardware' ? 'hardware' : 'processes';
}

/** The outside world comes first, as what causes the rest; then the cores by name; what has no core last. */
function groupsOf(names: readonly string[]): string[] {
  const rank = (name: string): number => (name === OUTSIDE ? 0 : name === 'hardware' ? 2 : 1);
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (numeric(a) < numeric(b) ? -1 : 1));
}

/** In an order of these `core 2` comes before `core 10`. To ask the browser for that takes it longer than all lanes. */
const numeric = (name: string): string => name.replace(/\d+/gu, (digits) => digits.padStart(9, '0'));

/** Who steps, is woken, or comes to stand otherwise. */
function activeIn({ steps }: Trace): Set<string> {
  const active = new Set<string>();
  for (const { process, statuses } of steps) {
    if (process !== null) active.add(process);
    for (const each of statuses) active.add(each.process);
  }
  return active;
}

/** How deep soft callbacks nest in each process. */
function hooksIn({ steps }: Trace): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { process, stack } of steps) {
    const depth = stack.filter(({ hook }) => hook).length;
    if (process !== null && depth > (depths.get(process) ?? 0)) depths.set(process, depth);
  }
  return depths;
}

/** A task that never steps may be the one that matters; an interrupt or an idle task that never does is no news. */
function isQuiet({ name, lane, role }: TraceProcess, active: ReadonlySet<string>): boolean {
  if (active.has(name)) return false;
  return role !== 'system' || lane?.kind === 'isr' || lane?.kind === 'hardware';
}

/** How deep an interrupt is seen to be nested: one that comes into another lies above it. */
function depthsOf({ steps }: Trace): Map<string, number> {
  const over = new Map<string, Set<string>>();
  for (const { process, lane, moments } of steps)
    for (const moment of moments)
      if (process !== null && lane?.kind === 'isr' && moment.kind === 'interrupt' && moment.of !== null)
        over.set(process, (over.get(process) ?? new Set()).add(moment.of));
  const depths = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    if (path.includes(name)) return 0;
    const below = [...(over.get(name) ?? [])].filter((each) => over.has(each));
    const depth = 1 + Math.max(0, ...below.map((each) => depthOf(each, [...path, name])));
    depths.set(name, depth);
    return depth;
  };
  for (const name of over.keys()) depthOf(name, []);
  return depths;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]) return value - (b[i] as number);
  return 0;
}
