import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';
import { StatePages } from './pages.ts';
import { Tape } from './tape.ts';

/** Words of three to a page of 32768 states. */
const WORDS = 3;
const PAGE_STATES = 1 << 15;
const PAGE_BYTES = 4 * WORDS * PAGE_STATES;

/** States numbered `from …`, each of the words number, 7 times it, and its complement. */
function states(from: number, count: number): Int32Array {
  return Int32Array.from({ length: WORDS * count }, (_, i) => {
    const number = from + Math.floor(i / WORDS);
    return [number, 7 * number, ~number][i % WORDS] as number;
  });
}

/** Appends `count` more states, in the order of the buffer. */
function fill(pages: StatePages, count: number): void {
  expect(pages.reserve(count)).toBe(true);
  pages.append(
    states(pages.count, count),
    Int32Array.from({ length: count }, (_, i) => i),
    count,
  );
}

const stateAt = (pages: StatePages, number: number): number[] => {
  const at = pages.offset(number);
  return [...pages.page(number).subarray(at, at + WORDS)];
};

describe('pages of states', () => {
  it.each([
    [1, 17],
    [2, 16],
    [3, 15],
    [4, 15],
    [5, 14],
    [1 << 17, 0],
    [1 << 18, 0],
  ])('states of %i words: 2 to the %i to a page', (words, shift) => {
    const budget = new Budget();
    const pages = new StatePages(words, budget);
    expect([pages.shift, pages.mask, pages.count]).toEqual([shift, 2 ** shift - 1, 0]);
    expect(pages.reserve(1)).toBe(true);
    expect([pages.pages.length, budget.used]).toEqual([1, 4 * words * 2 ** shift]);
    expect(pages.reserve(2 ** shift)).toBe(true);
    expect(pages.pages.length).toBe(1);
    expect(pages.reserve(2 ** shift + 1)).toBe(true);
    expect(pages.pages.length).toBe(2);
  });

  it('hold what is appended, of any positions of a buffer, over their ends', () => {
    const pages = new StatePages(WORDS, new Budget());
    fill(pages, PAGE_STATES - 1);
    pages.reserve(3);
    pages.append(states(100, 5), Int32Array.of(4, 0, 3), 3);
    expect(pages.count).toBe(PAGE_STATES + 2);
    expect(stateAt(pages, PAGE_STATES - 2)).toEqual([...states(PAGE_STATES - 2, 1)]);
    expect([0, 1, 2].map((i) => stateAt(pages, PAGE_STATES - 1 + i))).toEqual(
      [104, 100, 103].map((number) => [...states(number, 1)]),
    );
    fill(pages, 2 * PAGE_STATES);
    const last = pages.count - 1;
    expect(stateAt(pages, last)).toEqual([...states(last, 1)]);
    expect(pages.page(pages.count + PAGE_STATES).length).toBe(0);
  });

  it('are used again once released, and given back when two are spare', () => {
    const budget = new Budget();
    const pages = new StatePages(WORDS, budget);
    fill(pages, 5 * PAGE_STATES);
    expect(budget.used).toBe(5 * PAGE_BYTES);
    pages.releaseBefore(PAGE_STATES - 1);
    expect(pages.page(0).length).toBe(WORDS * PAGE_STATES);
    pages.releaseBefore(2 * PAGE_STATES);
    expect([0, 1, 2].map((n) => pages.page(n * PAGE_STATES).length)).toEqual([0, 0, WORDS * PAGE_STATES]);
    expect(budget.used).toBe(5 * PAGE_BYTES);
    pages.releaseBefore(4 * PAGE_STATES);
    expect(budget.used).toBe(3 * PAGE_BYTES);
    fill(pages, 2 * PAGE_STATES);
    expect([budget.used, budget.peak]).toEqual([3 * PAGE_BYTES, 5 * PAGE_BYTES]);
    fill(pages, 1);
    expect(budget.used).toBe(4 * PAGE_BYTES);
    for (const number of [4 * PAGE_STATES, 6 * PAGE_STATES, 7 * PAGE_STATES])
      expect(stateAt(pages, number)).toEqual([...states(number, 1)]);
  });

  it('end with the memory, and lose nothing', () => {
    const budget = new Budget(2 * PAGE_BYTES);
    const pages = new StatePages(WORDS, budget);
    fill(pages, 2 * PAGE_STATES);
    expect(pages.reserve(0)).toBe(true);
    expect(pages.reserve(1)).toBe(false);
    expect([pages.count, budget.used]).toEqual([2 * PAGE_STATES, 2 * PAGE_BYTES]);
    expect(stateAt(pages, PAGE_STATES)).toEqual([...states(PAGE_STATES, 1)]);
    pages.releaseBefore(PAGE_STATES);
    expect(pages.reserve(1)).toBe(true);
  });
});

describe('saved pages', () => {
  /** Four pages, the first two released, written and read again with at most `limit` bytes. */
  function copied(limit: number): { copy: StatePages; loaded: boolean; budget: Budget; tape: Tape } {
    const pages = new StatePages(WORDS, new Budget());
    fill(pages, 3 * PAGE_STATES + 5);
    pages.releaseBefore(2 * PAGE_STATES);
    const tape = new Tape();
    pages.save(tape);
    const budget = new Budget(limit);
    const copy = new StatePages(WORDS, budget);
    return { copy, loaded: copy.load(new Tape(tape.lists, tape.arrays)), budget, tape };
  }

  it('are those that were not released', () => {
    const { tape } = copied(Number.POSITIVE_INFINITY);
    expect([tape.lists, tape.arrays.length]).toEqual([[[3 * PAGE_STATES + 5, 2, 4]], 2]);
  });

  it('are read as they were, and go on', () => {
    const { copy, loaded, budget } = copied(Number.POSITIVE_INFINITY);
    expect([loaded, copy.count, budget.used]).toEqual([true, 3 * PAGE_STATES + 5, 2 * PAGE_BYTES]);
    expect([0, 1, 2, 3].map((n) => copy.page(n * PAGE_STATES).length)).toEqual([
      0,
      0,
      WORDS * PAGE_STATES,
      WORDS * PAGE_STATES,
    ]);
    fill(copy, PAGE_STATES);
    for (const number of [2 * PAGE_STATES, 3 * PAGE_STATES + 4, 3 * PAGE_STATES + 5, 4 * PAGE_STATES + 4])
      expect(stateAt(copy, number)).toEqual([...states(number, 1)]);
    copy.releaseBefore(3 * PAGE_STATES);
    expect(copy.page(2 * PAGE_STATES).length).toBe(0);
  });

  it('are not read where memory ends', () => {
    expect(copied(2 * PAGE_BYTES).loaded).toBe(true);
    expect(copied(2 * PAGE_BYTES - 1).loaded).toBe(false);
  });
});
