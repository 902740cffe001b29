import { afterEach, expect, it, vi } from 'vitest';
import { Budget } from './budget.ts';

afterEach(() => vi.unstubAllGlobals());

it('counts what is held, and the most that was', () => {
  const budget = new Budget(100);
  const words = budget.words(10);
  expect([words?.constructor, words?.byteLength, budget.used, budget.peak]).toEqual([Int32Array, 40, 40, 40]);
  const octets = budget.octets(50);
  expect([octets?.constructor, octets?.byteLength, budget.used, budget.peak]).toEqual([
    Uint8Array,
    50,
    90,
    90,
  ]);
  budget.release(words as Int32Array);
  expect([budget.used, budget.peak]).toEqual([50, 90]);
  const shared = budget.sharedWords(12);
  expect([shared?.buffer.constructor, shared?.length, budget.used, budget.peak]).toEqual([
    SharedArrayBuffer,
    12,
    98,
    98,
  ]);
});

it('gives what fits exactly, and nothing beyond', () => {
  const budget = new Budget(12);
  expect(budget.words(4)).toBeNull();
  expect(budget.sharedWords(4)).toBeNull();
  expect(budget.octets(13)).toBeNull();
  expect([budget.used, budget.peak]).toEqual([0, 0]);
  expect(budget.words(3)?.length).toBe(3);
  expect(budget.octets(1)).toBeNull();
});

it('counts what it is told without refusing', () => {
  const budget = new Budget(10);
  budget.charge(30);
  expect([budget.used, budget.peak]).toEqual([30, 30]);
  budget.charge(-25);
  expect([budget.used, budget.peak]).toEqual([5, 30]);
});

it('what the engine cannot give is the end of memory, and other errors are not', () => {
  const budget = new Budget();
  expect([budget.words(2 ** 40), budget.octets(-1), budget.used]).toEqual([null, null, 0]);
  vi.stubGlobal(
    'Int32Array',
    class {
      constructor() {
        throw new TypeError('no arrays today');
      }
    },
  );
  expect(() => budget.words(1)).toThrow('no arrays today');
  expect(budget.used).toBe(0);
});
