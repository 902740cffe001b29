import { expect, test } from 'vitest';
import type { TreeNode } from '../../../../checker/live/view.ts';
import { rowsOf } from './branches.ts';

/** A tree from the parents of its nodes. */
function treeOf(...parents: readonly number[]): TreeNode[] {
  const all = [null, ...parents];
  return all.map((parent, number) => ({
    number,
    parent,
    depth: 0,
    step: null,
    children: all.flatMap((each, child) => (each === number ? [child] : [])),
    same: null,
  }));
}

const sketch = (tree: readonly TreeNode[], node: number) =>
  rowsOf(tree, node).map(
    ({ first, last, indent, isHere, onPath }) =>
      `${'  '.repeat(indent)}${first.number}-${last.number}${onPath ? ' on path' : ''}${isHere ? ' here' : ''}`,
  );

test('a chain is one row, which ends at a branch and where the session is', () => {
  expect(sketch(treeOf(0, 1, 2, 3), 4)).toEqual(['0-0 on path', '1-4 on path here']);
  expect(sketch(treeOf(0, 1, 2, 3), 2)).toEqual(['0-0 on path', '1-2 on path here', '3-4']);
  expect(sketch(treeOf(0, 1, 2, 1, 4), 5)).toEqual([
    '0-0 on path',
    '1-1 on path',
    '  2-3',
    '  4-5 on path here',
  ]);
});

test('ten thousand steps are no problem', () => {
  const tree = Array.from(
    { length: 10_001 },
    (_, number): TreeNode => ({
      number,
      parent: number === 0 ? null : number - 1,
      depth: number,
      step: null,
      children: number < 10_000 ? [number + 1] : [],
      same: null,
    }),
  );
  expect(sketch(tree, 10_000)).toEqual(['0-0 on path', '1-10000 on path here']);
});
