import { Budget } from '../machine/budget.ts';
import type { Attributed, Generated } from '../machine/generated.ts';
import { IndexedStore } from '../machine/indexed_store.ts';
import type { SwitchCount } from '../machine/switch_count.ts';

/** What a run must end in. */
export interface Ending {
  /** Failures of which any is what is looked for, in the step after the run; `null`: the last state itself is. */
  readonly failures: ReadonlySet<number> | null;
  /** Whether a state is what is looked for; it was expanded just before. */
  state(states: Int32Array, at: number, status: number): boolean;
}

/** A way to a state, with what it cost. */
interface Node {
  readonly state: number;
  /** Who stepped last on each core, as `SwitchCount` remembers it. */
  readonly last: Int32Array;
  /** Who stepped last at all; -1: nobody yet. */
  readonly process: number;
  readonly switches: number;
  /** Times that another process than before goes on: what a reader has to follow. */
  readonly turns: number;
  readonly parent: Node | null;
  readonly ordinal: number;
}

/** A run with the fewest context switches of its length. */
export interface CalmRun {
  /** Ordinals of its steps. */
  readonly path: readonly number[];
  readonly switches: number;
  readonly turns: number;
}

type Best = Pick<Node, 'switches' | 'turns'> & { readonly node: Node };

/** States looked at, at most; beyond, the first shortest run has to do. */
const STATES_MAX = 200_000;
/** Nodes of one question, at most. */
const NODES_MAX = 50_000;

/**
 * Among the shortest runs to a finding, one with the fewest context switches, and of these one with the fewest turns. A shortest run
 * is in its i-th state at level i of the breadth-first search, so only edges from one level to the next matter: the levels are
 * explored once, the states that lead to the finding are marked backwards, and costs go forward through these only.
 */
export class ShortestRuns {
  readonly #generated: Generated;
  #known: IndexedStore | null = null;
  /** Number of the first state of each level, and of the one after the last. */
  readonly #levels: number[] = [0, 1];
  /** Successors of the expanded states, one after the other, and where those of a state end. */
  readonly #targets: number[] = [];
  readonly #ends: number[] = [];
  readonly #fresh = new Int32Array(1);
  readonly #one: Int32Array;
  readonly #chosen: (CalmRun & { readonly state: number })[] = [];
  #gaveUp = false;

  constructor(
    generated: Generated,
    private readonly attributed: Attributed,
    private readonly count: SwitchCount,
    private readonly maxMemory = Number.POSITIVE_INFINITY,
  ) {
    this.#generated = generated;
    this.#one = new Int32Array(generated.words);
  }

  /** Made when it is asked for: most variants have nothing to tell. */
  get #store(): IndexedStore {
    if (this.#known === null) {
      const { initial, words } = this.#generated;
      this.#known = new IndexedStore(words, new Budget(this.maxMemory));
      this.#gaveUp = !this.#insert(initial, 0);
    }
    return this.#known;
  }

  /** The calmest run of this length, which is that of the shortest; `null`: there is none, or it is too much to look for. */
  calmest(length: number, ending: Ending): CalmRun | null {
    if (!this.#explore(length)) return null;
    const leading = this.#leading(length, ending);
    const begin: Node = {
      state: 0,
      last: new Int32Array(this.count.words),
      process: -1,
      switches: 0,
      turns: 0,
      parent: null,
      ordinal: -1,
    };
    let level: Node[] = leading.has(0) ? [begin] : [];
    let nodes = 1;
    for (let depth = 0; depth < length && level.length > 0; depth++) {
      level = this.#next(level, leading);
      nodes += level.length;
      if (nodes > NODES_MAX) return null;
    }
    const best = this.#best(level, ending);
    return best === null ? null : this.#choose(length, best, ending);
  }

  /** One run for several findings, where it is as good for each. */
  #choose(length: number, { node, switches, turns }: Best, ending: Ending): CalmRun {
    const known = this.#chosen.find(
      (run) =>
        run.path.length === length &&
        ending.failures === null &&
        compare(run, { switches, turns }) === 0 &&
        this.#isFinding(run.state, ending),
    );
    if (known !== undefined) return known;
    const run = { path: pathTo(node), switches, turns, state: node.state };
    if (ending.failures === null) this.#chosen.push(run);
    return run;
  }

  // ---- the levels ----

  #insert(buffer: Int32Array, at: number): boolean {
    if (!this.#store.reserve(1)) return false;
    this.#one.set(buffer.subarray(at, at + this.#one.length));
    this.#store.insert(this.#one, 1, this.#fresh);
    return true;
  }

  /** Makes sure that the states up to this level are known. */
  #explore(depth: number): boolean {
    if (this.#store.queue.count === 0) return false;
    while (!this.#gaveUp && this.#levels.length < depth + 2) {
      const [from, to] = this.#levels.slice(-2) as [number, number];
      if (from === to) return false;
      for (let state = from; state < to && !this.#gaveUp; state++) this.#expandOnce(state);
      this.#levels.push(this.#store.queue.count);
    }
    return !this.#gaveUp;
  }

  #expandOnce(state: number): void {
    const { words } = this.#generated;
    const end = this.#expand(this.#generated, state);
    for (let at = 0; at < end; at += words) {
      if (this.#store.queue.count >= STATES_MAX || !this.#insert(this.#generated.buffer(), at))
        this.#gaveUp = true;
      if (this.#gaveUp) return;
      this.#targets.push(this.#store.indexOf(this.#one, 0));
    }
    this.#ends.push(this.#targets.length);
  }

  /** Leaves failures for the caller to read, until the next expansion. */
  #expand(by: Pick<Generated, 'expand'>, state: number): number {
    const generated = this.#generated;
    const { queue } = this.#store;
    generated.failures.length = 0;
    generated.reserve(generated.fanOut * generated.words);
    return by.expand(queue.page(state), queue.offset(state), 0);
  }

  #successors(state: number): number[] {
    return this.#targets.slice(state === 0 ? 0 : this.#ends[state - 1], this.#ends[state]);
  }

  // ---- backwards ----

  #isFinding(state: number, { failures, state: wanted }: Ending): boolean {
    const generated = this.#generated;
    const { queue } = this.#store;
    this.#expand(generated, state);
    const failed = generated.failures.some((number, i) => i % 2 === 0 && failures?.has(number) === true);
    generated.failures.length = 0;
    if (failures !== null) return failed;
    return wanted(queue.page(state), queue.offset(state), generated.status[0] as number);
  }

  /** The states of all levels from which a finding at this level is reached in time. */
  #leading(length: number, ending: Ending): ReadonlySet<number> {
    const leading = new Set<number>();
    const bounds = (depth: number) => [this.#levels[depth] ?? 0, this.#levels[depth + 1] ?? 0] as const;
    const [first, end] = bounds(length);
    for (let state = first; state < end; state++) if (this.#isFinding(state, ending)) leading.add(state);
    for (let depth = length - 1; depth >= 0 && leading.size > 0; depth--) {
      const [from, to] = bounds(depth);
      const [, after] = bounds(depth + 1);
      for (let state = from; state < to; state++) {
        const leads = this.#successors(state).some(
          (target) => target >= to && target < after && leading.has(target),
        );
        if (leads) leading.add(state);
      }
    }
    return leading;
  }

  // ---- forwards ----

  /** The best ways to the states of the next level. */
  #next(level: readonly Node[], leading: ReadonlySet<number>): Node[] {
    const best = new Map<string, Node>();
    const { words } = this.#generated;
    const limit = this.#levels[this.#levelOf(level) + 1] ?? 0;
    for (const node of level) {
      const targets = this.#successors(node.state);
      this.#expand(this.attributed, node.state);
      this.#generated.failures.length = 0;
      for (const [ordinal, state] of targets.entries()) {
        if (state < limit || !leading.has(state)) continue;
        const process = this.count.byWord((ordinal + 1) * words);
        const next = this.#step(node, process, state, ordinal);
        const key = `${state} ${next.process} ${next.last.join()}`;
        const known = best.get(key);
        if (known === undefined || compare(next, known) < 0) best.set(key, next);
      }
    }
    return [...best.values()];
  }

  #levelOf(level: readonly Node[]): number {
    const state = level[0]?.state ?? 0;
    return this.#levels.findLastIndex((first) => first <= state);
  }

  /** After the expansion of the state of `node`. */
  #step(node: Node, process: number, state: number, ordinal: number): Node {
    const { queue } = this.#store;
    const last = node.last.slice();
    this.count.remember(process, last, 0);
    const { state: from } = node;
    const more = this.count.switches(process, queue.page(from), queue.offset(from), node.last, 0);
    return {
      state,
      last,
      process: process < 0 ? node.process : process,
      switches: node.switches + more,
      turns: node.turns + (process < 0 || process === node.process ? 0 : 1),
      parent: node,
      ordinal,
    };
  }

  /** The best way to a finding; a failing step counts, too. */
  #best(level: readonly Node[], ending: Ending): Best | null {
    let best: Best | null = null;
    for (const node of level)
      for (const end of this.#endsOf(node, ending))
        if (best === null || compare(end, best) < 0)
          best = { node, switches: end.switches, turns: end.turns };
    return best;
  }

  #endsOf(node: Node, { failures }: Ending): Node[] {
    if (failures === null) return [node];
    this.#expand(this.attributed, node.state);
    const found = this.#generated.failures.flatMap((number, i) =>
      i % 2 === 0 && failures.has(number)
        ? [this.#step(node, this.count.byFailure(i + 2), node.state, -1)]
        : [],
    );
    this.#generated.failures.length = 0;
    return found;
  }
}

function compare(a: Pick<Node, 'switches' | 'turns'>, b: Pick<Node, 'switches' | 'turns'>): number {
  return a.switches - b.switches || a.turns - b.turns;
}

function pathTo(node: Node): number[] {
  const path: number[] = [];
  for (let at = node; at.parent !== null; at = at.parent) path.push(at.ordinal);
  return path.reverse();
}
