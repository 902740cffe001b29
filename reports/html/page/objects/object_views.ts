import type { TraceObject, TracePart } from '../../../../checker/trace.ts';
import { visible } from '../../../text.ts';
import type { TraceModel } from '../trace_model.ts';

/** A part of an object as it is at a point; values are as they can be shown. */
export interface PartView {
  readonly role: string;
  readonly variable: string | null;
  readonly value: string;
  /** Of a sequence: what it holds, the first to leave first. */
  readonly items: readonly string[] | null;
  /** Before this step, if the step changed it; otherwise `null`. */
  readonly before: string | null;
}

export interface ObjectView {
  readonly object: TraceObject;
  /** This step changed it. */
  readonly changed: boolean;
  /** By its role; the kinds of drawings have them. */
  readonly part: (role: string) => PartView | undefined;
  /** What the kind of drawing has no place for. */
  readonly others: readonly PartView[];
}

/** Roles that a kind of drawing has a place for. */
const PLACES: Readonly<Record<TraceObject['kind'], readonly string[]>> = {
  queue: ['items', 'capacity'],
  count: ['value', 'max'],
  owner: ['owner', 'depth'],
  bits: ['value'],
  fields: [],
};

/** An object at a point. */
export function viewOf(model: TraceModel, object: TraceObject, step: number): ObjectView {
  const parts = object.parts.filter(({ role }) => role !== 'of').map((part) => partView(model, part, step));
  const places = PLACES[object.kind];
  return {
    object,
    changed: parts.some(({ before }) => before !== null),
    part: (wanted) => parts.find(({ role }) => role === wanted),
    others: parts.filter(({ role }) => !places.includes(role)),
  };
}

function partView(model: TraceModel, { role, variable, value }: TracePart, step: number): PartView {
  if (variable === null) return { role, variable, value: visible(value), items: null, before: null };
  const now = model.valueAt(variable, step);
  const before = model.valueAt(variable, Math.max(0, step - 1));
  return {
    role,
    variable,
    value: visible(now),
    items: model.itemsAt(variable, step)?.map(visible) ?? null,
    before: before === now ? null : visible(before),
  };
}

/** How interesting a kind of drawing is. */
const RANK: readonly TraceObject['kind'][] = ['queue', 'owner', 'count', 'bits', 'fields'];

/** Objects that change in the trace, the interesting ones first; and those that never do. The order is that of all points. */
export function ordered(model: TraceModel): {
  readonly changing: readonly TraceObject[];
  readonly still: readonly TraceObject[];
} {
  const changes = (object: TraceObject): number =>
    object.parts.reduce(
      (sum, { variable }) => sum + (variable === null ? 0 : model.valuesOf(variable).length - 1),
      0,
    );
  const counted = model.trace.start.objects.map((object, i) => ({ object, i, changes: changes(object) }));
  const sorted = counted.sort(
    (a, b) => RANK.indexOf(a.object.kind) - RANK.indexOf(b.object.kind) || b.changes - a.changes || a.i - b.i,
  );
  return {
    changing: sorted.filter((each) => each.changes > 0).map(({ object }) => object),
    still: sorted.filter((each) => each.changes === 0).map(({ object }) => object),
  };
}

/** A whole number; `null`: it is none. */
export function numberOf(part: PartView | undefined): number | null {
  if (part === undefined) return null;
  if (part.items !== null) return part.items.length;
  return /^-?\d+$/u.test(part.value) ? Number(part.value) : null;
}

const NOBODY = new Set(['null', 'undefined', 'None', 'nobody', '-1', '']);

/** Who has it; `null`: nobody. */
export function holderOf(part: PartView | undefined): string | null {
  return part === undefined || NOBODY.has(part.value) ? null : part.value;
}

/** More places than this are told by their number. */
export const CELLS_MAX = 16;

/** How many pips a count has: its places, or more if it has come beyond them; 0: too many to be drawn, or none. */
export function pipsOf(count: number | null, max: number | null): number {
  if (count === null || count < 0) return 0;
  const pips = Math.max(count, max ?? 0);
  return pips > CELLS_MAX ? 0 : pips;
}

/** A word of 32 bits is below zero where C takes its highest bit as a sign. */
const unsigned = (value: number): number => (value < 0 ? value >>> 0 : value);

/** The bits of a number, the highest first: at least eight, and as many as any value of the trace needs. */
export function bitsOf(value: number, all: readonly number[]): boolean[] {
  const largest = [value, ...all].reduce((most, each) => Math.max(most, unsigned(each)), 1);
  const needed = Math.max(8, Math.floor(Math.log2(largest)) + 1);
  const width = Math.ceil(needed / 4) * 4;
  return Array.from(
    { length: width },
    (_, i) => Math.floor(unsigned(value) / 2 ** (width - 1 - i)) % 2 === 1,
  );
}

/** Numbers of a role as C writes them: `0x05`. */
export function hex(value: number): string {
  const digits = unsigned(value).toString(16);
  return `0x${digits.padStart(Math.ceil(digits.length / 2) * 2, '0')}`;
}
