import { describe, expect, test } from 'vitest';
import { Tape } from '../machine/tape.ts';
import { BreadthFirst } from './breadth_first.ts';
import { graphMachine } from './random_graph.ts';
import type { SearchOptions } from './search.ts';

/** Some thousand states: a tree with ways back. */
const NODES = 6000;
const edges = Array.from({ length: NODES }, (_, i) => [
  ...[2 * i + 1, 2 * i + 2].filter((to) => to < NODES),
  (i * 7919) % NODES,
]);

const OPTIONS: SearchOptions = { properties: 1, quiescent: 1, deadlock: false };

/** What is left of a search that was given up after about so many states. */
function tapeAfter(words: number, states: number): Tape {
  const search = new BreadthFirst(graphMachine({ words, edges }), OPTIONS);
  expect(search.advance(states)).toBe('more');
  const tape = new Tape();
  search.save(tape);
  return new Tape(
    tape.lists,
    tape.arrays.map((array) => array.slice()),
  );
}

const resultOf = (search: BreadthFirst) => {
  const { outcome, states, transitions, depth, expanded, frontier, peakBytes } = search;
  const property = search.propertyFindings.found.get(0);
  return {
    ...{ outcome, states, transitions, depth, expanded, frontier, peakBytes, property },
    quiescent: search.quiescentFindings.found.get(0),
    paths: [1, 17, 999, states - 1].map((state) => search.pathTo(state)),
  };
};

describe.each([
  ['inline', 1],
  ['inline', 2],
  ['indexed', 3],
] as const)('%s, %i words', (kind, words) => {
  const whole = new BreadthFirst(graphMachine({ words, edges }), OPTIONS);
  whole.run();

  test.each([1, 300, 3000, 5000])('goes on after %i states as if nothing had been', (states) => {
    const search = new BreadthFirst(graphMachine({ words, edges }), {
      ...OPTIONS,
      resume: tapeAfter(words, states),
    });
    expect([search.store.kind, search.outcome]).toEqual([kind, 'more']);
    search.run();
    expect(resultOf(search)).toEqual(resultOf(whole));
  });

  test('where memory does not suffice for what was found, it ends at once', () => {
    const { outcome, limit } = new BreadthFirst(graphMachine({ words, edges }), {
      ...OPTIONS,
      maxMemory: 20_000,
      resume: tapeAfter(words, 3000),
    });
    expect([outcome, limit]).toEqual(['limit', { kind: 'max-memory', value: 20_000 }]);
  });
});
