import { liveness } from '../language/analysis/liveness.ts';
import type {
  Block,
  Expr,
  Failure,
  Family,
  Instruction,
  NoteWord,
  Predicate,
  ProcessCode,
  Site,
  Variable,
} from '../language/ir.ts';
import { sameDecisions } from './decision_diagram.ts';
import type { Renaming, Sort } from './renaming.ts';
import { ASSOCIATIVE, COMMUTATIVE, type Sorting } from './sorting.ts';

interface Selection {
  readonly family: Family;
  readonly index: Expr;
}

interface DeferredFamily {
  readonly from: Family;
  readonly to: Family;
  readonly index: Sort;
}

interface DeferredTable {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly index: Sort;
  readonly sort: Sort;
}

/**
 * Compares code under a renaming: what the one becomes must be the other, place by place. Each place that is compared
 * teaches the renaming, or contradicts it (`Mismatch`).
 */
export class Correspondence {
  readonly #families: DeferredFamily[] = [];
  readonly #tables: DeferredTable[] = [];

  constructor(
    readonly renaming: Renaming,
    readonly sorting: Sorting,
  ) {}

  /** Forgets what a trial deferred. */
  attempt(body: () => void): ReturnType<Renaming['attempt']> {
    const [families, tables] = [this.#families.length, this.#tables.length];
    const failed = this.renaming.attempt(body);
    if (failed !== null) {
      this.#families.length = families;
      this.#tables.length = tables;
    }
    return failed;
  }

  // ---- processes ----

  /** The code of one process against that of another, or its own. */
  process(from: ProcessCode, to: ProcessCode): void {
    const { renaming } = this;
    renaming.site = from.entry.cut?.site ?? null;
    for (const key of ['started', 'outside', 'background', 'prompt'] as const)
      if (from[key] !== to[key]) renaming.refuse(`'${from.name}' and '${to.name}' are declared differently`);
    if (from.locations.length !== to.locations.length)
      renaming.refuse(`'${from.name}' and '${to.name}' run different code`);
    for (const key of ['location', 'busy', 'timeout'] as const) this.#optional(from[key], to[key]);
    this.#blocks(from.entry, to.entry);
    for (const [i, live] of from.live.entries()) {
      const there = new Set(to.live[i]);
      if (live.length !== there.size || live.some((v) => !there.has(renaming.variables.get(v) ?? v)))
        renaming.refuse(`'${from.name}' and '${to.name}' keep different locals`);
    }
  }

  #optional(from: Variable | null, to: Variable | null): void {
    if ((from === null) !== (to === null))
      this.renaming.refuse('one is ever busy or times out, the other never');
    if (from !== null && to !== null) this.renaming.variable(from, to);
  }

  /** Two predicates: as they are written, or as functions of the same tests. */
  predicate(from: Predicate | null, to: Predicate | null): void {
    if (from === null && to === null) return;
    if (from === null || to === null)
      return this.renaming.refuse('one has a run condition, the other has none');
    this.renaming.site = from.site;
    const failed = this.attempt(() => this.#blocks(from.entry, to.entry));
    if (failed === null || this.attempt(() => sameDecisions(this.renaming, this.sorting, from, to)) === null)
      return;
    throw failed;
  }

  #blocks(from: Block, to: Block): void {
    const known = new Map<Block, Block>();
    const taken = new Set<Block>();
    const work: [Block, Block][] = [];
    const pair = (a: Block, b: Block): void => {
      const there = known.get(a);
      if (there === b) return;
      if (there !== undefined || taken.has(b)) this.renaming.refuse('the code branches differently');
      known.set(a, b);
      taken.add(b);
      work.push([a, b]);
    };
    const switches: [Block, Block][] = [];
    pair(from, to);
    for (;;) {
      for (let next = work.pop(); next !== undefined; next = work.pop()) this.#block(...next, pair, switches);
      const last = switches.pop();
      if (last === undefined) return;
      this.#switch(...last, pair);
    }
  }

  #block(from: Block, to: Block, pair: (a: Block, b: Block) => void, switches: [Block, Block][]): void {
    const { renaming } = this;
    if (from.cut !== null) renaming.site = from.cut.site;
    if (
      from.location !== to.location ||
      from.cut?.operation !== to.cut?.operation ||
      from.cut?.wait !== to.cut?.wait ||
      !samePlace(from.cut?.site, to.cut?.site) ||
      from.code.length !== to.code.length
    )
      renaming.refuse('the code differs');
    for (const [i, instruction] of from.code.entries())
      this.#instruction(instruction, to.code[i] as Instruction, from, to);
    const [a, b] = [from.end, to.end];
    if (a.kind !== b.kind) renaming.refuse('the code differs');
    if (a.kind === 'goto' && b.kind === 'goto') pair(a.to, b.to);
    else if (a.kind === 'branch' && b.kind === 'branch') {
      this.expression(a.test, b.test, this.sorting.of(a.test));
      pair(a.yes, b.yes);
      pair(a.no, b.no);
    } else if (a.kind === 'switch' && b.kind === 'switch') {
      renaming.unite(this.sorting.of(a.on), this.sorting.of(b.on));
      this.expression(a.on, b.on, this.sorting.of(a.on));
      switches.push([from, to]);
    } else if (a.kind === 'result' && b.kind === 'result')
      this.expression(a.expr, b.expr, this.sorting.of(a.expr));
    else if (a.kind === 'fail' && b.kind === 'fail') this.#failure(a.failure, b.failure);
  }

  /** Targets by the value that is switched on; what is not known to be renamed is not. */
  #switch(from: Block, to: Block, pair: (a: Block, b: Block) => void): void {
    const [a, b] = [from.end, to.end];
    if (a.kind !== 'switch' || b.kind !== 'switch') return;
    const sort = this.sorting.of(a.on);
    if (a.targets.length !== b.targets.length) this.renaming.refuse('the code branches differently');
    this.settle(false);
    for (const [i, target] of a.targets.entries()) {
      const j = this.renaming.renamed(sort, i) ?? i;
      this.renaming.value(sort, i, j);
      const other = b.targets[j];
      if (other === undefined) return this.renaming.refuse('the code branches differently');
      pair(target, other);
    }
  }

  // ---- instructions ----

  #instruction(from: Instruction, to: Instruction, block: Block, other: Block): void {
    const { renaming, sorting } = this;
    renaming.site = from.site;
    if (from.kind !== to.kind) return renaming.refuse('the code differs');
    if (from.kind === 'set' && to.kind === 'set') this.#set(from, to, block, other);
    else if (
      (from.kind === 'store' && to.kind === 'store') ||
      (from.kind === 'insert' && to.kind === 'insert')
    ) {
      this.#selected(from, to);
      this.expression(from.expr, to.expr, sorting.elements(from.family));
    } else if (from.kind === 'remove' && to.kind === 'remove') {
      this.expression(from.index, to.index, sorting.of(from.index));
      this.#family(from.family, to.family, renaming.plain);
    } else if (from.kind === 'assert' && to.kind === 'assert') {
      this.expression(from.condition, to.condition, sorting.of(from.condition));
      this.#failure(from.failure, to.failure);
    } else if (from.kind === 'choose' && to.kind === 'choose') {
      renaming.variable(from.variable, to.variable);
      this.expression(from.count, to.count, renaming.plain);
    } else if (from.kind === 'note' && to.kind === 'note') this.#words(from.words, to.words);
    else if ('process' in from && 'process' in to) renaming.process(from.process, to.process);
  }

  #set(
    from: Instruction & { kind: 'set' },
    to: Instruction & { kind: 'set' },
    block: Block,
    other: Block,
  ): void {
    const { ignored } = this.sorting;
    if (ignored.has(from.variable) && ignored.has(to.variable)) return;
    this.renaming.variable(from.variable, to.variable);
    if (this.#cleared(from, block) && this.#cleared(to, other)) return;
    this.expression(from.expr, to.expr, this.renaming.sortOf(from.variable));
  }

  /** Whether an element of a sequence is set to 0 because it is not in use any more: that 0 is no value. */
  #cleared({ variable, expr }: Instruction & { kind: 'set' }, { code }: Block): boolean {
    const place = this.renaming.places.get(variable);
    if (place === undefined || expr.kind !== 'const' || expr.value !== 0) return false;
    return code.some(
      (i) =>
        i.kind === 'set' &&
        i.variable === place.sequence.length &&
        i.expr.kind === 'const' &&
        i.expr.value <= place.index,
    );
  }

  /** What fails is shown with its name and place: it must be the same finding. */
  #failure(from: Failure, to: Failure): void {
    if (from.kind !== to.kind || from.name !== to.name)
      this.renaming.refuse(`'${from.name}' and '${to.name}' are different properties: give them one name`);
    if (!samePlace(from.site, to.site))
      this.renaming.refuse('they are the same only by chance, not by their source');
  }

  /** A note has no effect, but a local may live for it. */
  #words(from: readonly NoteWord[], to: readonly NoteWord[]): void {
    if (from.length !== to.length) this.renaming.refuse('the notes differ');
    for (const [i, word] of from.entries()) {
      const other = to[i] as NoteWord;
      if ('expr' in word && 'expr' in other)
        this.expression(word.expr, other.expr, this.sorting.of(word.expr));
      this.#words(('tuple' in word && word.tuple) || [], ('tuple' in other && other.tuple) || []);
    }
  }

  // ---- expressions ----

  /** An element of a family: a variable if the index is a constant. */
  #selected(from: Selection, to: Selection): void {
    const { renaming, sorting } = this;
    if (from.index.kind === 'const' && to.index.kind === 'const') {
      const [a, b] = [from.family.elements[from.index.value], to.family.elements[to.index.value]];
      if (!a || !b) return renaming.refuse('an element that does not exist');
      return renaming.variable(a, b);
    }
    const index = renaming.unite(sorting.of(from.index), sorting.of(to.index));
    this.expression(from.index, to.index, index);
    this.#family(from.family, to.family, index);
  }

  #family(from: Family, to: Family, index: Sort): void {
    if (!this.renaming.family(from, to, index)) this.#families.push({ from, to, index });
  }

  /** `sort`: that of the place where the expressions stand. */
  expression(from: Expr, to: Expr, sort: Sort): void {
    const { renaming, sorting } = this;
    if (from.kind !== to.kind) return renaming.refuse('the code differs');
    if (from.kind === 'const' && to.kind === 'const') renaming.value(sort, from.value, to.value);
    else if (from.kind === 'var' && to.kind === 'var') renaming.variable(from.variable, to.variable);
    else if (from.kind === 'element' && to.kind === 'element') {
      this.#selected(from, to);
    } else if (from.kind === 'unary' && to.kind === 'unary') {
      if (from.op !== to.op) renaming.refuse('the code differs');
      this.expression(from.a, to.a, sorting.of(from.a));
    } else if (from.kind === 'binary' && to.kind === 'binary') this.#binary(from, to);
    else if (from.kind === 'cond' && to.kind === 'cond') {
      this.expression(from.test, to.test, sorting.of(from.test));
      this.expression(from.yes, to.yes, renaming.unite(sort, sorting.of(from)));
      this.expression(from.no, to.no, renaming.unite(sort, sorting.of(from)));
    } else if (from.kind === 'table' && to.kind === 'table') {
      const index = renaming.unite(sorting.of(from.index), sorting.of(to.index));
      this.expression(from.index, to.index, index);
      const own = renaming.unite(sorting.of(from), sorting.of(to));
      this.#tables.push({ from: from.values, to: to.values, index, sort: own });
    } else if (from.kind === 'runs' && to.kind === 'runs') renaming.process(from.process, to.process);
  }

  #binary(from: Expr & { kind: 'binary' }, to: Expr & { kind: 'binary' }): void {
    const { renaming, sorting } = this;
    if (from.op !== to.op) renaming.refuse('the code differs');
    const equality = from.op === '==' || from.op === '!=';
    if (equality) renaming.unite(sorting.of(from.a), sorting.of(to.a));
    const compare = (a: Expr, b: Expr): void => {
      if (equality) {
        const sort = renaming.unite(sorting.of(from.a), sorting.of(from.b));
        this.expression(a, b, sort);
      } else this.expression(a, b, a.kind === 'const' ? renaming.plain : sorting.of(a));
    };
    if (!COMMUTATIVE.has(from.op)) {
      compare(from.a, to.a);
      compare(from.b, to.b);
      return;
    }
    const [mine, theirs] = [operands(from, from.op), operands(to, from.op)];
    if (mine.length !== theirs.length) renaming.refuse('the code differs');
    for (const a of mine) {
      let why = null;
      const at = theirs.findIndex((b) => {
        const failed = this.attempt(() => compare(a, b));
        why ??= failed;
        return failed === null;
      });
      if (at < 0) throw why;
      theirs.splice(at, 1);
    }
  }

  // ---- what was put off ----

  /**
   * Families and tables whose index is renamed, as far as known. `last`: an index that nothing has renamed is not renamed.
   */
  settle(last: boolean): void {
    const { renaming } = this;
    for (let before = -1; before !== renaming.learned; ) {
      before = renaming.learned;
      for (const { from, to, index } of this.#families) renaming.family(from, to, index);
      for (const table of this.#tables) this.#table(table);
      if (!last || before !== renaming.learned) continue;
      for (const { from, index } of this.#families) this.#fix(index, from.elements.length, before);
      for (const { from, index } of this.#tables) this.#fix(index, from.length, before);
    }
  }

  #table({ from, to, index, sort }: DeferredTable): void {
    if (from.length !== to.length) this.renaming.refuse('tables of different sizes');
    for (const [i, value] of from.entries()) {
      const j = this.renaming.renamed(index, i);
      if (j === undefined) continue;
      const other = to[j];
      if (other === undefined) return this.renaming.refuse('the tables differ');
      if (this.renaming.renamed(sort, value) !== other) this.renaming.value(sort, value, other);
    }
  }

  /** One index at a time, because others may follow from it. */
  #fix(index: Sort, length: number, before: number): void {
    for (let i = 0; i < length && this.renaming.learned === before; i++)
      if (this.renaming.renamed(index, i) === undefined) this.renaming.value(index, i, i);
  }
}

function samePlace(a: Site | null | undefined, b: Site | null | undefined): boolean {
  return a?.source.file === b?.source.file && a?.start === b?.start;
}

/** The operands of a chain of one operator. */
export function operands(expr: Expr, op: string): Expr[] {
  if (expr.kind !== 'binary' || expr.op !== op) return [expr];
  if (!ASSOCIATIVE.has(op)) return [expr.a, expr.b];
  return [...operands(expr.a, op), ...operands(expr.b, op)];
}

/** Locals of a process that may be read before they are assigned: they are 0 then, which is no value of theirs. */
export function unassigned({ entry }: ProcessCode): ReadonlySet<Variable> {
  return liveness(entry).get(entry) ?? new Set();
}
