import { expect, test } from 'vitest';
import { linesOf, partsOf, type TreeNode, treeOf } from './tree.ts';

test('names in their parts', () => {
  expect(partsOf('a.b[2].c')).toEqual(['a', 'b', '[2]', 'c']);
  expect(partsOf('Task(main.py).notified[0].value')).toEqual(['Task(main.py)', 'notified', '[0]', 'value']);
  expect(partsOf('pin 4 interrupt.pending')).toEqual(['pin 4 interrupt', 'pending']);
  expect(partsOf('matrix[1][2]')).toEqual(['matrix', '[1]', '[2]']);
  expect([partsOf(''), partsOf('...'), partsOf(')(')]).toEqual([[''], ['...'], [')(']]);
});

const outline = (nodes: readonly TreeNode[]): unknown[] =>
  nodes.map(({ label, variable, children }) => [label, variable, ...outline(children)]);

test('what there is no choice between is one line', () => {
  const tree = treeOf([
    'core.asleep',
    'kernel.ready[0].circle',
    'kernel.ready[1].circle',
    'kernel.tick',
    'n',
  ]);
  expect(outline(tree)).toEqual([
    ['core.asleep', 'core.asleep'],
    [
      'kernel',
      null,
      ['ready', null, ['[0].circle', 'kernel.ready[0].circle'], ['[1].circle', 'kernel.ready[1].circle']],
      ['tick', 'kernel.tick'],
    ],
    ['n', 'n'],
  ]);
});

test('a variable may have others below it', () => {
  expect(outline(treeOf(['owner', 'owner.depth']))).toEqual([['owner', 'owner', ['depth', 'owner.depth']]]);
});

test('lines of a tree that is partly folded', () => {
  const tree = treeOf(['a.b.x', 'a.b.y', 'a.c']);
  const lines = (closed: readonly string[]) =>
    linesOf(tree, new Set(closed)).map(({ node, depth, folds, open }) => [node.path, depth, folds, open]);
  expect(lines([])).toEqual([
    ['a', 0, true, true],
    ['a.b', 1, true, true],
    ['a.b.x', 2, false, false],
    ['a.b.y', 2, false, false],
    ['a.c', 1, false, false],
  ]);
  expect(lines(['a.b'])).toEqual([
    ['a', 0, true, true],
    ['a.b', 1, true, false],
    ['a.c', 1, false, false],
  ]);
});
