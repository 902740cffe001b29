import type { State } from '../machine/interpreter.ts';
import type { TraceStep } from '../trace.ts';
import type { Step } from './choices.ts';
import type { TreeNode } from './view.ts';

/** A place that was visited. */
export interface Visited {
  readonly number: number;
  readonly parent: Visited | null;
  readonly depth: number;
  /** The step that led here; `null`: the initial state. */
  readonly step: Step | null;
  readonly told: TraceStep | null;
  /** `null`: the step failed, and nothing comes after it. */
  readonly state: State | null;
  /** By the number of the step that was chosen. */
  readonly children: Map<number, Visited>;
  /** The first place with this state. */
  readonly same: number | null;
}

/** What was visited: a tree, because one goes back and tries something else. */
export class Tree {
  readonly nodes: Visited[] = [];
  private readonly byState = new Map<string, number>();

  constructor(initial: State) {
    this.append(null, 0, null, null, initial);
  }

  /** The place that step `number` leads to. */
  add(parent: Visited, number: number, step: Step, told: TraceStep): Visited {
    const { outcome } = step.attempt;
    const node = this.append(
      parent,
      parent.depth + 1,
      step,
      told,
      outcome.kind === 'state' ? outcome.state : null,
    );
    parent.children.set(number, node);
    return node;
  }

  private append(
    parent: Visited | null,
    depth: number,
    step: Step | null,
    told: TraceStep | null,
    state: State | null,
  ): Visited {
    const number = this.nodes.length;
    const key = state === null ? '' : state.join();
    const same = this.byState.get(key) ?? null;
    if (state !== null && same === null) this.byState.set(key, number);
    const node: Visited = { number, parent, depth, step, told, state, children: new Map(), same };
    this.nodes.push(node);
    return node;
  }

  /** The places from the first step to `node`. */
  static pathTo(node: Visited): Visited[] {
    const path: Visited[] = [];
    for (let at: Visited | null = node; at?.parent != null; at = at.parent) path.unshift(at);
    return path;
  }

  view(): TreeNode[] {
    return this.nodes.map(({ number, parent, depth, told, children, same }) => ({
      number,
      parent: parent?.number ?? null,
      depth,
      step: told === null ? null : { process: told.process, place: told.place, operation: told.operation },
      children: [...children.values()].map((child) => child.number),
      same,
    }));
  }
}
