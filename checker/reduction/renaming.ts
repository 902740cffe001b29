import type { Family, Program, SequenceCode, Site, Variable } from '../language/ir.ts';

/** Why two pieces of code do not correspond: what, and at which place of the source. */
export class Mismatch extends Error {
  constructor(
    what: string,
    readonly site: Site | null,
  ) {
    super(what);
  }
}

/** A sort: variables among which values are only copied and compared, so that renaming their values changes nothing. */
export type Sort = number;

/** No demand on a sort: that of a constant by itself. */
export const ANY: Sort = -1;

type Test = (value: number) => boolean;

/** What is known of a sort; immutable, so that a trial can be taken back. */
interface Knowledge {
  /** Why its values may not be renamed, if they may not. */
  readonly plain: string | null;
  /** Sets of values that a renaming must map to themselves: what a comparison with a constant tells apart. */
  readonly tests: readonly Test[];
  /** The renaming so far, an involution. */
  readonly values: ReadonlyMap<number, number>;
}

const NOTHING: Knowledge = { plain: null, tests: [], values: new Map() };

/** Where a variable stands in a sequence. */
export interface Place {
  readonly sequence: SequenceCode;
  readonly part: number;
  readonly index: number;
}

/**
 * A renaming under construction: an involution on processes, variables and values that is found by comparing code
 * (unification), with a trail to take back what did not fit. Sorts are classes of a union-find, as scalarsets are types
 * (Ip and Dill, "Better verification through symmetry", 1996), but inferred.
 */
export class Renaming {
  readonly processes = new Map<number, number>();
  readonly variables = new Map<Variable, Variable>();
  readonly places = new Map<Variable, Place>();
  /** Process pairs whose code is still to be compared. */
  readonly open: (readonly [number, number])[] = [];
  /** For messages: where the comparison stands. */
  site: Site | null = null;
  /** Counts everything learned. */
  learned = 0;
  readonly #parent: number[] = [];
  readonly #known: Knowledge[] = [];
  readonly #sorts = new Map<Variable, Sort>();
  readonly #trail: (() => void)[] = [];
  readonly #plain: Sort;

  constructor(readonly program: Program) {
    this.#plain = this.fresh();
    this.#set(this.#plain, { ...NOTHING, plain: 'they are computed with' });
    for (const sequence of program.sequences) {
      for (const [part, { elements }] of sequence.parts.entries()) {
        for (const [index, variable] of elements.entries())
          if (variable !== null) this.places.set(variable, { sequence, part, index });
      }
    }
  }

  // ---- trials ----

  /** Runs `body`; whatever it learned is forgotten if it ends with a `Mismatch`, which is returned. */
  attempt(body: () => void): Mismatch | null {
    const mark = this.#trail.length;
    const open = this.open.length;
    const { site } = this;
    try {
      body();
      return null;
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      this.rollback(mark);
      this.open.length = open;
      this.site = site;
      return error;
    }
  }

  mark(): number {
    return this.#trail.length;
  }

  rollback(mark: number): void {
    while (this.#trail.length > mark) (this.#trail.pop() as () => void)();
  }

  /** Remembers how to take back something learned. */
  undo(action: () => void): void {
    this.learned++;
    this.#trail.push(action);
  }

  refuse(what: string): never {
    throw new Mismatch(what, this.site);
  }

  // ---- sorts ----

  fresh(): Sort {
    const sort = this.#parent.push(this.#parent.length) - 1;
    this.#known.push(NOTHING);
    return sort;
  }

  get plain(): Sort {
    return this.#plain;
  }

  sortOf(variable: Variable): Sort {
    let sort = this.#sorts.get(variable);
    if (sort === undefined) {
      sort = this.fresh();
      this.#sorts.set(variable, sort);
      const { kind } = variable.domain;
      if (kind === 'bool' || kind === 'location') this.unite(sort, this.#plain);
    }
    return this.root(sort);
  }

  root(sort: Sort): Sort {
    let at = sort;
    while (this.#parent[at] !== at) at = this.#parent[at] as Sort;
    return at;
  }

  unite(a: Sort, b: Sort): Sort {
    if (a === ANY || b === ANY) return Math.max(a, b);
    const [x, y] = [this.root(a), this.root(b)];
    if (x === y) return x;
    const [keep, give] = x < y ? [x, y] : [y, x];
    const [mine, theirs] = [this.#known[keep] as Knowledge, this.#known[give] as Knowledge];
    this.#parent[give] = keep;
    this.undo(() => {
      this.#parent[give] = give;
    });
    const plain = mine.plain ?? theirs.plain;
    if (plain !== null) {
      for (const { values } of [mine, theirs])
        for (const [from, to] of values)
          if (from !== to) this.refuse(`${from} and ${to} cannot be exchanged: ${plain}`);
      this.#set(keep, { ...NOTHING, plain });
      return keep;
    }
    this.#set(keep, { ...mine, tests: [...mine.tests, ...theirs.tests] });
    for (const [from, to] of theirs.values) this.value(keep, from, to);
    this.#recheck(keep);
    return keep;
  }

  /** Its values are computed with: none may be renamed. */
  forcePlain(sort: Sort, why: string): void {
    if (sort === ANY) return;
    const at = this.root(sort);
    const known = this.#known[at] as Knowledge;
    if (known.plain !== null) return;
    this.#set(at, { ...known, plain: why });
    this.#recheck(at);
  }

  /** A renaming must not change what `test` says of a value. */
  keep(sort: Sort, test: Test): void {
    if (sort === ANY) return;
    const at = this.root(sort);
    const known = this.#known[at] as Knowledge;
    if (known.plain !== null) return;
    this.#set(at, { ...known, tests: [...known.tests, test] });
    this.#recheck(at);
  }

  isPlain(sort: Sort): boolean {
    return sort !== ANY && (this.#known[this.root(sort)] as Knowledge).plain !== null;
  }

  #set(sort: Sort, known: Knowledge): void {
    const before = this.#known[sort] as Knowledge;
    this.#known[sort] = known;
    this.undo(() => {
      this.#known[sort] = before;
    });
  }

  #recheck(sort: Sort): void {
    const { values } = this.#known[sort] as Knowledge;
    for (const [from, to] of values) if (from < to) this.#fits(sort, from, to);
  }

  #fits(sort: Sort, from: number, to: number): void {
    if (from === to) return;
    const { plain, tests } = this.#known[sort] as Knowledge;
    if (plain !== null) this.refuse(`${from} and ${to} cannot be exchanged: ${plain}`);
    if (tests.some((test) => test(from) !== test(to)))
      this.refuse(`${from} and ${to} cannot be exchanged: a test tells them apart`);
  }

  // ---- values ----

  /** The value that `value` is renamed to; `undefined`: not known yet. */
  renamed(sort: Sort, value: number): number | undefined {
    if (sort === ANY) return value;
    const known = this.#known[this.root(sort)] as Knowledge;
    return known.plain !== null ? value : known.values.get(value);
  }

  value(sort: Sort, from: number, to: number): void {
    if (sort === ANY) {
      if (from !== to) this.refuse(`${from} and ${to} are different constants`);
      return;
    }
    const at = this.root(sort);
    const known = this.#known[at] as Knowledge;
    this.#fits(at, from, to);
    if (known.plain !== null) return;
    const [there, back] = [known.values.get(from), known.values.get(to)];
    if (there === to && back === from) return;
    if (there !== undefined || back !== undefined)
      this.refuse(
        `${from} corresponds to ${there ?? to} at one place and to ${there === undefined ? from : to} at another`,
      );
    this.#set(at, { ...known, values: new Map([...known.values, [from, to], [to, from]]) });
  }

  /** The values of a variable that are renamed. */
  moved(variable: Variable): Map<number, number> {
    const { values } = this.#known[this.sortOf(variable)] as Knowledge;
    return new Map([...values].filter(([from, to]) => from !== to));
  }

  // ---- variables and processes ----

  process(from: number, to: number): void {
    const [there, back] = [this.processes.get(from), this.processes.get(to)];
    if (there === to) return;
    const name = (p: number): string => this.program.processes[p]?.name ?? String(p);
    if (there !== undefined || back !== undefined)
      this.refuse(`'${name(from)}' stands here where '${name(to)}' should`);
    this.processes.set(from, to);
    this.processes.set(to, from);
    this.undo(() => {
      this.processes.delete(from);
      this.processes.delete(to);
    });
    this.open.push([from, to]);
  }

  variable(from: Variable, to: Variable): void {
    const [there, back] = [this.variables.get(from), this.variables.get(to)];
    if (there === to) return;
    if (there !== undefined || back !== undefined)
      this.refuse(
        `${from.name} stands here where ${(back === undefined ? to : from).name} corresponds to ${(there ?? back)?.name}`,
      );
    const [a, b] = [from.domain, to.domain];
    if (from.kind !== to.kind || a.kind !== b.kind)
      this.refuse(`${from.name} and ${to.name} hold different things`);
    if (a.kind === 'int' && b.kind === 'int' && a.declared?.join() !== b.declared?.join())
      this.refuse(`${from.name} and ${to.name} have different ranges`);
    this.variables.set(from, to);
    this.variables.set(to, from);
    this.undo(() => {
      this.variables.delete(from);
      this.variables.delete(to);
    });
    const sort = this.unite(this.sortOf(from), this.sortOf(to));
    if (this.#slots(from, to)) return;
    if (from.kind !== 'local') this.value(sort, from.initial, to.initial);
  }

  /** Elements of sequences correspond place by place; whether both are unused in the beginning. */
  #slots(from: Variable, to: Variable): boolean {
    const [a, b] = [this.places.get(from), this.places.get(to)];
    if (a === undefined && b === undefined) return false;
    if (a === undefined || b === undefined || a.part !== b.part || a.index !== b.index)
      this.refuse(`${from.name} and ${to.name} stand in different places of a sequence`);
    this.variable(a.sequence.length, b.sequence.length);
    return a.index >= a.sequence.length.initial && from.initial === 0 && to.initial === 0;
  }

  /** One more element for each value of `index` that is known to be renamed; whether all are. */
  family(from: Family, to: Family, index: Sort): boolean {
    if (from.elements.length !== to.elements.length)
      this.refuse(`${from.name} and ${to.name} differ in size`);
    let all = true;
    for (const [i, element] of from.elements.entries()) {
      let j = this.renamed(index, i);
      const counterpart = element === null ? undefined : this.variables.get(element);
      if (j === undefined && counterpart !== undefined) {
        const found = to.elements.indexOf(counterpart);
        if (found >= 0) {
          this.value(index, i, found);
          j = found;
        }
      }
      if (j === undefined) {
        all = false;
        continue;
      }
      const other = to.elements[j];
      if (other === undefined || (other === null) !== (element === null))
        this.refuse(`element ${i} of ${from.name} has no counterpart`);
      if (element !== null && other !== null) this.variable(element, other);
    }
    return all;
  }
}
