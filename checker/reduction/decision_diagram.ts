import type { Block, Expr, Predicate, Variable } from '../language/ir.ts';
import type { Renaming, Sort } from './renaming.ts';
import { ANY } from './renaming.ts';
import { COMMUTATIVE, type Sorting } from './sorting.ts';

/** A node of a decision diagram; 0 and 1 are the constants. */
type Node = number;

type Entry = readonly [test: number, yes: Node, no: Node];

/** Blocks looked at before a predicate counts as too large. */
const BLOCKS_MAX = 20_000;
const NODES_MAX = 50_000;

/**
 * Reduced ordered binary decision diagrams (Bryant, "Graph-based algorithms for Boolean function manipulation", 1986)
 * over the tests of predicates. Two predicates that ask the same in another order have the same node.
 */
class Diagrams {
  readonly #tests = new Map<string, number>();
  readonly #nodes: Entry[] = [
    [Number.POSITIVE_INFINITY, 0, 0],
    [Number.POSITIVE_INFINITY, 1, 1],
  ];
  readonly #known = new Map<string, Node>();
  readonly #chosen = new Map<string, Node>();

  test(text: string): Node {
    let test = this.#tests.get(text);
    if (test === undefined) {
      test = this.#tests.size;
      this.#tests.set(text, test);
    }
    return this.#node(test, 1, 0);
  }

  get size(): number {
    return this.#nodes.length;
  }

  #node(test: number, yes: Node, no: Node): Node {
    if (yes === no) return yes;
    const key = `${test},${yes},${no}`;
    let node = this.#known.get(key);
    if (node === undefined) {
      node = this.#nodes.push([test, yes, no]) - 1;
      this.#known.set(key, node);
    }
    return node;
  }

  choose(test: Node, yes: Node, no: Node): Node {
    if (test === 1 || yes === no) return yes;
    if (test === 0) return no;
    const key = `${test},${yes},${no}`;
    let node = this.#chosen.get(key);
    if (node === undefined) {
      const first = Math.min(...[test, yes, no].map((n) => (this.#nodes[n] as Entry)[0]));
      const when = (n: Node, side: 1 | 2): Node => {
        const entry = this.#nodes[n] as Entry;
        return entry[0] === first ? entry[side] : n;
      };
      node = this.#node(
        first,
        this.choose(when(test, 1), when(yes, 1), when(no, 1)),
        this.choose(when(test, 2), when(yes, 2), when(no, 2)),
      );
      this.#chosen.set(key, node);
    }
    return node;
  }
}

/** The locals of a predicate, each replaced by what it was given. */
type Values = ReadonlyMap<Variable, Expr>;

/** Requires that `to` is the renaming of `from` as a function of their tests; otherwise `Mismatch`. */
export function sameDecisions(renaming: Renaming, sorting: Sorting, from: Predicate, to: Predicate): void {
  const diagrams = new Diagrams();
  const mine = new Decisions(renaming, sorting, diagrams, true).of(from.entry);
  const theirs = new Decisions(renaming, sorting, diagrams, false).of(to.entry);
  if (mine !== theirs) renaming.refuse('the condition changes when they are exchanged');
}

class Decisions {
  #visited = 0;

  constructor(
    private readonly renaming: Renaming,
    private readonly sorting: Sorting,
    private readonly diagrams: Diagrams,
    private readonly rename: boolean,
  ) {}

  of(entry: Block): Node {
    return this.#block(entry, new Map());
  }

  #block(block: Block, before: Values): Node {
    if (++this.#visited > BLOCKS_MAX || this.diagrams.size > NODES_MAX) this.#tooLarge();
    const values = new Map(before);
    for (const instruction of block.code) {
      if (instruction.kind === 'reach') continue;
      if (instruction.kind !== 'set') this.#tooLarge();
      values.set(instruction.variable, this.#substituted(instruction.expr, values));
    }
    const { end } = block;
    switch (end.kind) {
      case 'goto':
        return this.#block(end.to, values);
      case 'branch': {
        const test = this.#truth(this.#substituted(end.test, values));
        if (test === 1) return this.#block(end.yes, values);
        if (test === 0) return this.#block(end.no, values);
        return this.diagrams.choose(test, this.#block(end.yes, values), this.#block(end.no, values));
      }
      case 'result':
        return this.#truth(this.#substituted(end.expr, values));
      default:
        return this.#tooLarge();
    }
  }

  #tooLarge(): never {
    return this.renaming.refuse('the condition is too complicated to compare');
  }

  #substituted(expr: Expr, values: Values): Expr {
    const inner = (e: Expr): Expr => this.#substituted(e, values);
    switch (expr.kind) {
      case 'var':
        return values.get(expr.variable) ?? expr;
      case 'element':
      case 'table':
        return { ...expr, index: inner(expr.index) };
      case 'unary':
        return { ...expr, a: inner(expr.a) };
      case 'binary':
        return { ...expr, a: inner(expr.a), b: inner(expr.b) };
      case 'cond':
        return { ...expr, test: inner(expr.test), yes: inner(expr.yes), no: inner(expr.no) };
      default:
        return expr;
    }
  }

  #truth(expr: Expr): Node {
    const { diagrams } = this;
    if (expr.kind === 'const') return expr.value === 0 ? 0 : 1;
    if (expr.kind === 'unary' && expr.op === '!') return diagrams.choose(this.#truth(expr.a), 0, 1);
    if (expr.kind === 'binary' && expr.op === '&&')
      return diagrams.choose(this.#truth(expr.a), this.#truth(expr.b), 0);
    if (expr.kind === 'binary' && expr.op === '||')
      return diagrams.choose(this.#truth(expr.a), 1, this.#truth(expr.b));
    if (expr.kind === 'binary' && expr.op === '!=')
      return diagrams.choose(this.#truth({ ...expr, op: '==' }), 0, 1);
    if (expr.kind === 'cond')
      return diagrams.choose(this.#truth(expr.test), this.#truth(expr.yes), this.#truth(expr.no));
    return diagrams.test(this.#text(expr, this.renaming.plain));
  }

  // ---- a test as text, after renaming ----

  #text(expr: Expr, sort: Sort): string {
    const { sorting } = this;
    sorting.of(expr);
    switch (expr.kind) {
      case 'const':
        return String(this.#value(sort, expr.value));
      case 'var':
        return this.#variable(expr.variable);
      case 'element':
        return `${this.#elements(expr)}[${this.#text(expr.index, sorting.of(expr.index))}]`;
      case 'table':
        return `${this.#table(expr)}[${this.#text(expr.index, sorting.of(expr.index))}]`;
      case 'unary':
        return `(${expr.op} ${this.#text(expr.a, sorting.of(expr.a))})`;
      case 'cond':
        return `(${this.#text(expr.test, sorting.of(expr.test))} ? ${this.#text(expr.yes, sort)} : ${this.#text(expr.no, sort)})`;
      case 'runs':
        return `runs ${this.rename ? this.#process(expr.process) : expr.process}`;
      case 'binary': {
        const equality = expr.op === '==' || expr.op === '!=';
        const common = equality ? this.renaming.unite(sorting.of(expr.a), sorting.of(expr.b)) : ANY;
        const parts = [expr.a, expr.b].map((e) =>
          this.#text(e, equality ? common : e.kind === 'const' ? this.renaming.plain : sorting.of(e)),
        );
        if (COMMUTATIVE.has(expr.op)) parts.sort();
        return `(${parts.join(` ${expr.op} `)})`;
      }
    }
  }

  #value(sort: Sort, value: number): number {
    if (!this.rename) return value;
    const known = this.renaming.renamed(sort, value);
    if (known === undefined) this.renaming.value(sort, value, value);
    return known ?? value;
  }

  #variable(variable: Variable): string {
    if (!this.rename) return `v${variable.id}`;
    if (!this.renaming.variables.has(variable)) this.renaming.variable(variable, variable);
    return `v${(this.renaming.variables.get(variable) as Variable).id}`;
  }

  #process(process: number): number {
    if (!this.renaming.processes.has(process)) this.renaming.process(process, process);
    return this.renaming.processes.get(process) as number;
  }

  #elements({ family, index }: Expr & { kind: 'element' }): string {
    const sort = this.sorting.of(index);
    const names: string[] = [];
    for (const [i, element] of family.elements.entries())
      names[this.#value(index.kind === 'const' ? this.renaming.plain : sort, i)] =
        element === null ? '-' : this.#variable(element);
    return `{${names.join()}}`;
  }

  #table(expr: Expr & { kind: 'table' }): string {
    const [index, own] = [this.sorting.of(expr.index), this.sorting.of(expr)];
    const values: number[] = [];
    for (const [i, value] of expr.values.entries()) values[this.#value(index, i)] = this.#value(own, value);
    return `T{${values.join()}}`;
  }
}
