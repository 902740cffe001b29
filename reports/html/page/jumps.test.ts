import { expect, test } from 'vitest';
import { lostWakeup } from '../../fake.ts';
import * as jumps from './jumps.ts';
import { TraceModel } from './trace_model.ts';

const model = new TraceModel(lostWakeup);

function all(next: (point: number) => number | null, from: number): number[] {
  const at = next(from);
  return at === null ? [] : [at, ...all(next, at)];
}

test('from switch to switch: where another goes on, or time', () => {
  expect(all((point) => jumps.contextSwitch(model, point, 1), 0)).toEqual([1, 2, 3, 7, 8, 9]);
  expect(all((point) => jumps.contextSwitch(model, point, -1), 10)).toEqual([9, 8, 7, 3, 2, 1]);
});

test('from change to change of a variable', () => {
  expect(all((point) => jumps.change(model, 'core.level', point, 1), 0)).toEqual([3, 6]);
  expect(all((point) => jumps.change(model, 'core.level', point, -1), 6)).toEqual([3]);
  expect(jumps.change(model, 'no such variable', 0, 1)).toBeNull();
});

test('to the two steps whose order decides, in turn', () => {
  expect(jumps.decisive(model, 0)).toBeNull();
  const decided = new TraceModel({ ...lostWakeup, decisive: { steps: [3, 7], text: '', schedule: '' } });
  expect([0, 3, 7].map((point) => jumps.decisive(decided, point))).toEqual([3, 7, 3]);
});

test('from wake-up to wake-up, and between them to the first step of whom it woke', () => {
  expect(jumps.wake(model, 0)).toBeNull();
  const steps = lostWakeup.steps.map((step) =>
    step.index === 4 ? { ...step, moments: [{ kind: 'wake', process: 'main' } as const] } : step,
  );
  const woken = new TraceModel({ ...lostWakeup, steps });
  expect([0, 3, 4, 7].map((point) => jumps.wake(woken, point))).toEqual([4, 4, 7, null]);
});

test('among results round and round', () => {
  expect([0, 2, 9].map((point) => jumps.among([2, 5, 9], point, 1))).toEqual([2, 5, 2]);
  expect([10, 9, 2].map((point) => jumps.among([2, 5, 9], point, -1))).toEqual([9, 5, 9]);
  expect(jumps.among([], 4, 1)).toBeNull();
});
