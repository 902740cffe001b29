import { fairComponents } from './fair_cycles.ts';
import { type FairGraph, type Lasso, Mark, mayEnd } from './fair_graph.ts';

/**
 * A fair run on which the obligation stays open for ever; `null`: none. The stem is a shortest one to any such run. The
 * loop goes from one nearest witness of a constraint to the next and back: short, not always shortest (that is NP-hard;
 * E. M. Clarke, O. Grumberg, K. L. McMillan, X. Zhao, Efficient generation of counterexamples and witnesses, DAC 1995).
 * @param stemTo ordinals from the initial state to a node
 */
export function findLasso(graph: FairGraph, stemTo: (node: number) => readonly number[]): Lasso | null {
  const end = firstEnd(graph);
  const { components, region } = fairComponents(graph);
  const first = components.reduce<(typeof components)[number] | null>(
    (a, b) => (a === null || b.entry < a.entry ? b : a),
    null,
  );
  if (end >= 0 && (first === null || end <= first.entry)) return { stem: stemTo(end), loop: [] };
  if (first === null) return null;
  return { stem: stemTo(first.entry), loop: new Loop(graph, region, first.label).from(first.entry) };
}

/** The first node at which a run may end with its obligation open; -1: none. */
function firstEnd(graph: FairGraph): number {
  for (let node = 0; node < graph.size; node++) {
    if (!graph.open(node)) continue;
    graph.mark(node);
    if (mayEnd(graph)) return node;
  }
  return -1;
}

/** One step of a loop. */
interface Edge {
  readonly target: number;
  readonly ordinal: number;
  readonly mover: number;
}

/** Longer loops are left as they were found: shortening takes time with the square of their length. */
const SHORTENED_MAX = 2000;

/** A closed walk in a fair component that meets every constraint it falls under. */
class Loop {
  /** The number of the last walk that came to the node. */
  readonly #seen: Int32Array;
  readonly #marks = new Map<number, Uint8Array>();
  #walks = 0;

  constructor(
    readonly graph: FairGraph,
    readonly region: Int32Array,
    readonly label: number,
  ) {
    this.#seen = new Int32Array(graph.size);
  }

  from(entry: number): number[] {
    let walk: Edge[] = [];
    for (let at = entry; ; ) {
      const unmet = this.#unmet(entry, walk);
      if (unmet.length === 0 && at === entry && walk.length > 0) break;
      const way = this.#way(at, ({ target, mover }) =>
        unmet.length === 0 ? target === entry : unmet.some((c) => c === mover || this.#fulfils(target, c)),
      );
      walk.push(...way);
      at = (way.at(-1) as Edge).target;
    }
    for (let shorter = this.#shorter(entry, walk); shorter !== null; shorter = this.#shorter(entry, walk))
      walk = shorter;
    return walk.map(({ ordinal }) => ordinal);
  }

  /** The same without a round that it does not need; `null`: it needs all. */
  #shorter(entry: number, walk: readonly Edge[]): Edge[] | null {
    if (walk.length > SHORTENED_MAX) return null;
    const nodes = [entry, ...walk.map(({ target }) => target)];
    const last = new Map<number, number[]>();
    for (const [i, node] of nodes.entries()) {
      const before = last.get(node) ?? [];
      last.set(node, [...before, i]);
      for (const from of before) {
        const rest = [...walk.slice(0, from), ...walk.slice(i)];
        if (rest.length > 0 && this.#unmet(entry, rest).length === 0) return rest;
      }
    }
    return null;
  }

  #marksOf(node: number): Uint8Array {
    let marks = this.#marks.get(node);
    if (marks === undefined) {
      this.graph.mark(node);
      marks = this.graph.marks.slice();
      this.#marks.set(node, marks);
    }
    return marks;
  }

  #fulfils(node: number, constraint: number): boolean {
    return ((this.#marksOf(node)[constraint] as number) & Mark.Fulfilled) !== 0;
  }

  /** The constraints that a walk falls under and does not meet. */
  #unmet(entry: number, walk: readonly Edge[]): number[] {
    const marks = this.#marksOf(entry).slice();
    for (const { target, mover } of walk) {
      const more = this.#marksOf(target);
      for (let c = 0; c < marks.length; c++) marks[c] = (marks[c] as number) | (more[c] as number);
      if (mover >= 0) marks[mover] = (marks[mover] as number) | Mark.Fulfilled;
    }
    return [...marks.keys()].filter((c) => marks[c] === Mark.Enabled);
  }

  /** A shortest way to the end of an edge with `wanted`, at least one step long. */
  #way(start: number, wanted: (edge: Edge) => boolean): Edge[] {
    const number = ++this.#walks;
    const found: { readonly edge: Edge; readonly before: number }[] = [];
    const queue = [start];
    for (const [at, node] of queue.entries()) {
      for (const edge of this.#edges(node)) {
        const { target } = edge;
        const goal = wanted(edge);
        if (!goal && (target === start || this.#seen[target] === number)) continue;
        this.#seen[target] = number;
        found.push({ edge, before: at - 1 });
        if (goal) return this.#unwind(found);
        queue.push(target);
      }
    }
    throw new Error('a fair component is not strongly connected, please report');
  }

  #unwind(found: readonly { readonly edge: Edge; readonly before: number }[]): Edge[] {
    const way: Edge[] = [];
    for (let i = found.length - 1; i >= 0; ) {
      const { edge, before } = found[i] as (typeof found)[number];
      way.push(edge);
      i = before;
    }
    return way.reverse();
  }

  #edges(node: number): Edge[] {
    const count = this.graph.edges(node);
    const { targets, ordinals, movers } = this.graph;
    const edges: Edge[] = [];
    for (let i = 0; i < count; i++) {
      const target = targets[i] as number;
      if (this.region[target] !== this.label) continue;
      edges.push({ target, ordinal: ordinals[i] as number, mover: movers[i] as number });
    }
    return edges;
  }
}
