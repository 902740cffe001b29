import { Components } from './components.ts';
import { type FairGraph, Mark } from './fair_graph.ts';

/** A set of nodes in which a fair run can stay for ever. */
export interface FairComponent {
  /** Its nodes have this `region`. */
  readonly label: number;
  /** Its first node. */
  readonly entry: number;
}

export interface FairComponents {
  readonly components: readonly FairComponent[];
  /** For each node a label; -1: in no component that a fair run can stay in. */
  readonly region: Int32Array;
}

/**
 * The components of open nodes that satisfy all constraints: where somebody could move and never does, the nodes in which
 * they could are taken away, and what is left is divided again. E. A. Emerson and C.-L. Lei, Modalities for model checking,
 * Sci. Comput. Program. 8 (1987); T. Latvala and K. Heljanko, Coping with strong fairness, Fundam. Inform. 43 (2000).
 * At most as many rounds as there are constraints for each node; memory for a few numbers for each node.
 */
export function fairComponents(graph: FairGraph): FairComponents {
  return new Refinement(graph).run();
}

class Refinement {
  readonly #region: Int32Array;
  readonly #components: Components;
  readonly #fair: FairComponent[] = [];
  readonly #marks: Uint8Array;
  #labels = 0;

  constructor(readonly graph: FairGraph) {
    this.#region = new Int32Array(graph.size).fill(-1);
    this.#components = new Components(graph);
    this.#marks = new Uint8Array(graph.constraints);
  }

  run(): FairComponents {
    const { graph } = this;
    const all = new Int32Array(graph.size);
    let count = 0;
    for (let node = 0; node < graph.size; node++) if (graph.open(node)) all[count++] = node;
    const todo = [this.#name(all.subarray(0, count))];
    for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
      let from = 0;
      for (const end of this.#components.of(part.nodes, this.#region, part.label)) {
        const rest = this.#divide(part.nodes.subarray(from, end));
        if (rest !== null) todo.push(rest);
        from = end;
      }
    }
    return { components: this.#fair, region: this.#region };
  }

  #name(nodes: Int32Array): { nodes: Int32Array; label: number } {
    const label = this.#labels++;
    for (const node of nodes) this.#region[node] = label;
    return { nodes, label };
  }

  /** Decides about a component, or leaves what a fair run may still stay in. */
  #divide(nodes: Int32Array) {
    const { label } = this.#name(nodes);
    if (!this.#collect(nodes, label)) {
      this.#region[nodes[0] as number] = -1;
      return null;
    }
    const broken = [...this.#marks.keys()].filter((c) => this.#marks[c] === Mark.Enabled);
    if (broken.length === 0) {
      this.#fair.push({ label, entry: nodes.reduce((a, b) => Math.min(a, b)) });
      return null;
    }
    let kept = 0;
    for (const node of nodes) {
      this.graph.mark(node);
      const leaves = broken.some((c) => ((this.graph.marks[c] as number) & Mark.Enabled) !== 0);
      if (leaves) this.#region[node] = -1;
      else nodes[kept++] = node;
    }
    return kept === 0 ? null : this.#name(nodes.subarray(0, kept));
  }

  /** Fills `#marks` with what holds somewhere in the component; false if it has no edge. */
  #collect(nodes: Int32Array, label: number): boolean {
    const { graph } = this;
    const marks = this.#marks.fill(0);
    let edges = false;
    for (const node of nodes) {
      const count = graph.edges(node);
      const { targets, movers } = graph;
      for (let i = 0; i < count; i++) {
        if (this.#region[targets[i] as number] !== label) continue;
        edges = true;
        const mover = movers[i] as number;
        if (mover >= 0) marks[mover] = (marks[mover] as number) | Mark.Fulfilled;
      }
      if (!edges && nodes.length === 1) return false;
      graph.mark(node);
      for (let c = 0; c < marks.length; c++) marks[c] = (marks[c] as number) | (graph.marks[c] as number);
    }
    return edges;
  }
}
