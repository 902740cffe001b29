/** Combinations of locations up to here have a slot of their own; beyond, they are looked up. */
const DIRECT_MAX = 1 << 20;
/** Nodes that are kept at most. */
const NODES_MAX = 1 << 21;

/**
 * What was decided before: a decision depends on where the processes stand, which is the key, and on the answers to questions
 * that were asked in turn. For each key a tree of questions, with decisions as its leaves.
 */
export class Decisions {
  /** By node: the question, or -1 for a leaf. Node 0 is nothing. */
  readonly question: number[] = [-1];
  /** By node: the node after the answer yes; of a leaf, what was decided. */
  readonly yes: number[] = [0];
  readonly no: number[] = [0];
  readonly #direct: Int32Array | null;
  readonly #others = new Map<number, number>();

  /** @param keys how many there may be; too many to tell apart: nothing is remembered */
  constructor(private readonly keys: number) {
    this.#direct = keys <= DIRECT_MAX ? new Int32Array(keys) : null;
  }

  /** The first node for a key; 0: none yet. */
  root(key: number): number {
    return this.#direct === null ? (this.#others.get(key) ?? 0) : (this.#direct[key] as number);
  }

  /**
   * Remembers a decision.
   * @param trail questions and answers (1 or 0), in turn
   */
  add(key: number, trail: readonly number[], decision: number): void {
    if (this.question.length > NODES_MAX || this.keys > Number.MAX_SAFE_INTEGER) return;
    let from = 0;
    let branch: number[] | null = null;
    let node = this.root(key);
    for (let i = 0; i <= trail.length; i += 2) {
      if (node === 0) {
        const leaf = i === trail.length;
        node = this.question.push(leaf ? -1 : (trail[i] as number)) - 1;
        this.yes.push(leaf ? decision : 0);
        this.no.push(0);
        if (branch !== null) branch[from] = node;
        else if (this.#direct === null) this.#others.set(key, node);
        else this.#direct[key] = node;
      }
      if (i === trail.length) return;
      from = node;
      branch = trail[i + 1] === 1 ? this.yes : this.no;
      node = branch[from] as number;
    }
  }
}
