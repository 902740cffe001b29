import type { Compiled } from '../language/compile.ts';
import type { Family, Variable } from '../language/ir.ts';
import { MIXED } from '../language/ir.ts';
import { UserError } from '../options.ts';
import { assignSlots, bits, type Slot } from './slots.ts';

/** The values of a variable that its cell can hold; integers (and the integer part of mixed ones). */
export type Range = readonly [lo: number, hi: number];

/** Where a variable stands: `width` bits of word `word`, from bit `shift`. Width 0: it never changes. */
export interface Cell {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  /** Integers are stored minus this. */
  readonly lo: number;
  readonly hi: number;
  /** Mixed: number of symbols, which come first. */
  readonly symbols: number;
}

/** A family whose elements stand side by side in one word, so that an index selects them by shifting. */
export interface Chunk {
  readonly family: Family;
  readonly word: number;
  readonly shift: number;
  /** Of one element. */
  readonly width: number;
  readonly cell: Cell;
}

export interface Layout {
  readonly words: number;
  readonly bits: number;
  readonly cells: ReadonlyMap<Variable, Cell>;
  readonly slots: readonly Slot[][];
  /** Raw cells of the slots, by process and slot. */
  readonly slotCells: readonly (readonly Cell[])[];
  readonly chunks: ReadonlyMap<Family, Chunk>;
  readonly chunkOf: ReadonlyMap<Variable, { chunk: Chunk; index: number }>;
}

const WIDE: Range = [-(2 ** 31), 2 ** 31 - 1];
const MIXED_WIDE: Range = [-(2 ** 30), 2 ** 30 - 1];

function tooWide({ name }: Variable): UserError {
  return new UserError(
    'UPY215',
    `${name} holds integers as well as null or symbols, and needs more than 32 bits`,
    null,
    'a variable that may be null counts up without a maximum, or holds very large numbers',
    'keep the number in a variable of its own, or declare its range with int(lo, hi)',
  );
}

/** What a cell for `variable` looks like, before it is placed. */
function shape(
  compiled: Compiled,
  variable: Variable,
  ranges: ReadonlyMap<Variable, Range>,
): Omit<Cell, 'word' | 'shift'> {
  const { domain } = variable;
  switch (domain.kind) {
    case 'bool':
      return { width: 1, lo: 0, hi: 1, symbols: 0 };
    case 'symbol': {
      const hi = Math.max(0, domain.members.length - 1);
      return { width: bits(hi), lo: 0, hi, symbols: 0 };
    }
    case 'location': {
      const hi = compiled.program.processes[domain.process]?.locations.length ?? 0;
      return { width: bits(hi), lo: 0, hi, symbols: 0 };
    }
    case 'mixed': {
      const [lo, hi] = ranges.get(variable) ?? MIXED_WIDE;
      const width = bits(domain.members.length + hi - lo);
      if (width > 32) throw tooWide(variable);
      return { width, lo, hi, symbols: domain.members.length };
    }
    case 'int': {
      const [lo, hi] = ranges.get(variable) ?? compiled.intervals.of(variable) ?? WIDE;
      const inside = lo >= -(2 ** 31) && hi < 2 ** 32 && hi - lo < 2 ** 32;
      const range: Range = inside ? [lo, hi] : WIDE;
      return { width: bits(range[1] - range[0]), lo: range[0], hi: range[1], symbols: 0 };
    }
  }
}

/** What was laid out, by its ranges: a system is searched more than once. */
const known = new WeakMap<Compiled, Map<string, Layout>>();

/** Places every variable. `ranges` overrides what is known statically about integers. The same arguments, the same layout. */
export function layOut(compiled: Compiled, ranges: ReadonlyMap<Variable, Range>): Layout {
  const layouts = known.get(compiled) ?? new Map<string, Layout>();
  known.set(compiled, layouts);
  const key = [...ranges].map(([{ id }, [lo, hi]]) => `${id} ${lo} ${hi}`).join();
  const layout = layouts.get(key) ?? placed(compiled, ranges);
  layouts.set(key, layout);
  return layout;
}

function placed(compiled: Compiled, ranges: ReadonlyMap<Variable, Range>): Layout {
  const tight = place(compiled, ranges, new Packer(31));
  if (tight.words <= 2) return tight;
  const loose = place(compiled, ranges, new Packer(32));
  // Its topmost bit may be in use, so it is no key however few bits there are.
  return { ...loose, bits: Math.max(64, loose.bits) };
}

function place(compiled: Compiled, ranges: ReadonlyMap<Variable, Range>, packer: Packer): Layout {
  const { program } = compiled;
  const cells = new Map<Variable, Cell>();
  const chunks = new Map<Family, Chunk>();
  const chunkOf = new Map<Variable, { chunk: Chunk; index: number }>();
  const slots = program.processes.map(assignSlots);
  for (const family of program.families) {
    const common = chunkShape(compiled, family, ranges, chunkOf);
    if (common === null) continue;
    const { word, shift } = packer.place(common.width * family.elements.length);
    const chunk: Chunk = { family, word, shift, width: common.width, cell: { ...common, word, shift } };
    chunks.set(family, chunk);
    for (const [index, variable] of family.elements.entries()) {
      if (variable === null) continue;
      chunkOf.set(variable, { chunk, index });
      cells.set(variable, { ...common, word, shift: shift + index * common.width });
    }
  }
  const single = program.variables
    .filter((v) => !cells.has(v))
    .map((variable) => ({ variable, form: shape(compiled, variable, ranges) }));
  for (const { variable, form } of single.sort((a, b) => b.form.width - a.form.width)) {
    cells.set(variable, { ...form, ...packer.place(form.width) });
  }
  const slotCells = slots.map((list) =>
    list.map(({ variables }): Cell => {
      const forms = variables.map((variable) => ({ variable, form: shape(compiled, variable, ranges) }));
      const width = Math.max(...forms.map(({ form }) => form.width));
      const at = packer.place(width);
      for (const { variable, form } of forms) cells.set(variable, { ...form, ...at });
      return { width, lo: 0, hi: 2 ** width - 1, symbols: 0, ...at };
    }),
  );
  return { words: packer.words(), bits: packer.used, cells, slots, slotCells, chunks, chunkOf };
}

/** The common shape of a family's elements, if they fit in one word and none stands in another chunk. */
function chunkShape(
  compiled: Compiled,
  { elements }: Family,
  ranges: ReadonlyMap<Variable, Range>,
  taken: ReadonlyMap<Variable, unknown>,
): Omit<Cell, 'word' | 'shift'> | null {
  const present = elements.filter((v) => v !== null);
  if (present.length < 2 || present.length * 2 < elements.length || present.some((v) => taken.has(v)))
    return null;
  let common = shape(compiled, present[0] as Variable, ranges);
  for (const variable of present.slice(1)) {
    const next = shape(compiled, variable, ranges);
    if (variable.domain.kind !== (present[0] as Variable).domain.kind || next.symbols !== common.symbols)
      return null;
    const [lo, hi] = [Math.min(common.lo, next.lo), Math.max(common.hi, next.hi)];
    common = { ...common, lo, hi, width: bits(common.symbols + hi - lo) };
  }
  return common.width > 0 && common.width * elements.length <= 32 ? common : null;
}

/** First-fit packing: nothing straddles two words. */
class Packer {
  private readonly free: number[] = [];
  used = 0;

  /** @param secondWord bits of the second word in use: 31 keeps its top bit clear, for states that are their own key. */
  constructor(private readonly secondWord: 31 | 32) {}

  place(width: number): { word: number; shift: number } {
    if (width === 0) return { word: 0, shift: 0 };
    this.used += width;
    let word = this.free.findIndex((room) => room >= width);
    while (word < 0) {
      const last = this.free.push(this.capacity(this.free.length)) - 1;
      if (this.capacity(last) >= width) word = last;
    }
    const room = this.free[word] as number;
    const shift = this.capacity(word) - room;
    this.free[word] = room - width;
    return { word, shift };
  }

  private capacity(word: number): number {
    return word === 1 ? this.secondWord : 32;
  }

  /** A single word whose top bit is in use gets a second one. */
  words(): number {
    return this.free.length === 1 && this.free[0] === 0 ? 2 : Math.max(1, this.free.length);
  }
}

/** The number that stands in a cell for `value`; NaN if it does not fit. */
export function rawOf(cell: Cell, value: number): number {
  if (cell.symbols > 0)
    return value >= MIXED
      ? value - MIXED
      : inRange(cell, value)
        ? value - cell.lo + cell.symbols
        : Number.NaN;
  return inRange(cell, value) ? value - cell.lo : Number.NaN;
}

const inRange = (cell: Cell, value: number): boolean => value >= cell.lo && value <= cell.hi;

/** The value that `raw` stands for. */
export function valueOfRaw(cell: Cell, raw: number): number {
  if (cell.symbols > 0) return raw < cell.symbols ? raw + MIXED : raw - cell.symbols + cell.lo;
  return raw + cell.lo;
}

/** The raw content of a cell in a packed state. */
export function readCell(cell: Cell, state: Int32Array, at: number): number {
  return (((state[at + cell.word] as number) >>> cell.shift) & (2 ** cell.width - 1)) >>> 0;
}

export function writeCell(cell: Cell, state: Int32Array, at: number, raw: number): void {
  const mask = (2 ** cell.width - 1) << cell.shift;
  state[at + cell.word] = ((state[at + cell.word] as number) & ~mask) | ((raw << cell.shift) & mask);
}
