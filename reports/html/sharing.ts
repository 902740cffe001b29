/**
 * JSON in which nothing is said twice. A trace repeats the same places, stacks and changes thousands of times; here each
 * object or array stands once, after those that it holds, and `[n]` stands for the n-th of them wherever one is held.
 */
export interface Shared {
  readonly nodes: readonly Node[];
  /** Number of the node that is the whole. */
  readonly root: number;
}

type Scalar = string | number | boolean | null;
type Held = Scalar | readonly [number];
type Node = readonly Held[] | { readonly [key: string]: Held };

/** @param value what JSON can hold; fields that are `undefined` are left out, as JSON does. */
export function share(value: object): Shared {
  const nodes: Node[] = [];
  const known = new Map<string, readonly [number]>();
  const same = new WeakMap<object, readonly [number]>();
  const hold = (each: unknown): Held => {
    if (typeof each !== 'object' || each === null) return each as Scalar;
    return numbered(each);
  };
  const numbered = (each: object): readonly [number] => {
    const before = same.get(each);
    if (before !== undefined) return before;
    const node = Array.isArray(each)
      ? each.map(hold)
      : Object.fromEntries(
          Object.entries(each).flatMap(([key, one]) => (one === undefined ? [] : [[key, hold(one)]])),
        );
    const text = JSON.stringify(node);
    const number = known.get(text) ?? ([nodes.length] as const);
    if (number[0] === nodes.length) {
      known.set(text, number);
      nodes.push(node);
    }
    same.set(each, number);
    return number;
  };
  const [root] = numbered(value);
  return { nodes, root };
}

/**
 * The value again. What is equal is one object in it, so it takes as little memory as it took to send. It is made of the
 * nodes themselves: thousands of copies would take longer than all else that opens a trace.
 */
export function unshare({ nodes, root }: Shared): unknown {
  for (const node of nodes as readonly Record<string, unknown>[])
    for (const key in node) {
      const each = node[key];
      if (Array.isArray(each)) node[key] = nodes[each[0]];
    }
  return nodes[root];
}
