import type { FairGraph } from './fair_graph.ts';

/** A stack of small integers. */
class IntStack {
  length = 0;
  #values = new Int32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const bigger = new Int32Array(2 * this.length);
      bigger.set(this.#values);
      this.#values = bigger;
    }
    this.#values[this.length++] = value;
  }

  pop(): number {
    return this.#values[--this.length] as number;
  }

  get top(): number {
    return this.#values[this.length - 1] as number;
  }
}

/**
 * Strongly connected components: R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1 (1972).
 * Iterative, and no edges are kept: those of a node are generated once, and only targets that are not visited yet wait on
 * a stack.
 */
export class Components {
  readonly #graph: FairGraph;
  /** Order of visit in the current call; 0: not visited; -1: its component is complete. */
  readonly #number: Int32Array;
  readonly #low: Int32Array;
  readonly #found: Int32Array;
  readonly #open = new IntStack();
  readonly #calls = new IntStack();
  readonly #bases = new IntStack();
  readonly #waiting = new IntStack();
  #count = 0;

  constructor(graph: FairGraph) {
    this.#graph = graph;
    this.#number = new Int32Array(graph.size);
    this.#low = new Int32Array(graph.size);
    this.#found = new Int32Array(graph.size);
  }

  /**
   * Rearranges `nodes` so that each component is a run of them.
   * @param nodes all nodes whose `region` is `label`
   * @returns the end of each component in `nodes`
   */
  of(nodes: Int32Array, region: Int32Array, label: number): number[] {
    for (const node of nodes) this.#number[node] = 0;
    this.#count = 0;
    const ends: number[] = [];
    let found = 0;
    for (const root of nodes) {
      if (this.#number[root] !== 0) continue;
      this.#enter(root, region, label);
      while (this.#calls.length > 0) {
        const node = this.#calls.top;
        if (this.#waiting.length > this.#bases.top) this.#look(node, region, label);
        else if (this.#leave(node)) {
          found = this.#complete(node, found);
          ends.push(found);
        }
      }
    }
    nodes.set(this.#found.subarray(0, found));
    return ends;
  }

  #enter(node: number, region: Int32Array, label: number): void {
    this.#low[node] = this.#number[node] = ++this.#count;
    this.#open.push(node);
    this.#calls.push(node);
    this.#bases.push(this.#waiting.length);
    const edges = this.#graph.edges(node);
    const { targets } = this.#graph;
    for (let i = 0; i < edges; i++) {
      const target = targets[i] as number;
      if (region[target] !== label) continue;
      const number = this.#number[target] as number;
      if (number === 0) this.#waiting.push(target);
      else if (number > 0) this.#lower(node, number);
    }
  }

  /** The next target of `node` that was not visited when `node` was. */
  #look(node: number, region: Int32Array, label: number): void {
    const target = this.#waiting.pop();
    const number = this.#number[target] as number;
    if (number === 0) this.#enter(target, region, label);
    else if (number > 0) this.#lower(node, number);
  }

  /** All below `node` is done; returns whether it is the root of a component. */
  #leave(node: number): boolean {
    this.#calls.pop();
    this.#bases.pop();
    if (this.#calls.length > 0) this.#lower(this.#calls.top, this.#low[node] as number);
    return this.#low[node] === this.#number[node];
  }

  #complete(root: number, from: number): number {
    let at = from;
    for (let node = -1; node !== root; ) {
      node = this.#open.pop();
      this.#number[node] = -1;
      this.#found[at++] = node;
    }
    return at;
  }

  #lower(node: number, number: number): void {
    if (number < (this.#low[node] as number)) this.#low[node] = number;
  }
}
