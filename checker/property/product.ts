import type { Stop } from '../options.ts';

/** A graph that is explored after the search, to decide about runs. */
export interface Product {
  /** Nodes found, and of them those that are not expanded. */
  readonly size: number;
  readonly frontier: number;
  readonly storeBytes: number;
  /** Expands about so many more nodes; false: nothing is left to do, or a limit ended it. */
  advance(nodes: number): boolean;
}

/** Decides, and pauses now and then for whoever looks at the clock: the answer is why to end, or `null`. */
export type Deciding<T> = Generator<Product, T, Stop | null>;

/** Nodes between two pauses. */
const SLICE_NODES = 16_384;

/** Explores a product. Returns why it was told to end; `null`: it was not. */
export function* explored(product: Product): Deciding<Stop | null> {
  while (product.advance(SLICE_NODES)) {
    const stop = yield product;
    if (stop !== null) return stop;
  }
  return null;
}

/** Decides without pauses. */
export function toEnd<T>(deciding: Deciding<T>): T {
  for (;;) {
    const next = deciding.next(null);
    if (next.done === true) return next.value;
  }
}
