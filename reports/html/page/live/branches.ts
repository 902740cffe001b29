import type { TreeNode } from '../../../../checker/live/view.ts';

/** Steps without a branch between them. */
export interface Row {
  readonly first: TreeNode;
  readonly last: TreeNode;
  /** How many branches it is away from the start. */
  readonly indent: number;
  /** The session is in it. */
  readonly isHere: boolean;
  /** On the way to where the session is. */
  readonly onPath: boolean;
}

/** The tree as rows, each branch below the chain that it leaves. A chain also ends where the session is. */
export function rowsOf(tree: readonly TreeNode[], node: number): Row[] {
  const path = new Set<number>();
  for (let at = tree[node]; at !== undefined; at = at.parent === null ? undefined : tree[at.parent])
    path.add(at.number);
  const rows: Row[] = [];
  const todo: { readonly first: TreeNode; readonly indent: number }[] = [];
  if (tree[0] !== undefined) todo.push({ first: tree[0], indent: 0 });
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { first, indent } = next;
    const chain = [first];
    let last = first;
    for (let only = onlyChild(tree, last, node); only !== null; only = onlyChild(tree, last, node)) {
      chain.push(only);
      last = only;
    }
    const isHere = chain.some(({ number }) => number === node);
    rows.push({ first, last, indent, isHere, onPath: path.has(first.number) });
    const deeper = last.children.length > 1 ? indent + 1 : indent;
    for (const child of [...last.children].reverse())
      todo.push({ first: tree[child] as TreeNode, indent: deeper });
  }
  return rows;
}

function onlyChild(
  tree: readonly TreeNode[],
  { children, number, parent }: TreeNode,
  node: number,
): TreeNode | null {
  const [only] = children;
  return children.length === 1 && only !== undefined && number !== node && parent !== null
    ? (tree[only] ?? null)
    : null;
}
