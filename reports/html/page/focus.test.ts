import { expect, test } from 'vitest';
import { lostWakeup } from '../../fake.ts';
import { focusOf, standers } from './focus.ts';
import { TraceModel } from './trace_model.ts';

const model = new TraceModel(lostWakeup);
const lineOf = (point: number, chosen: string | null) => {
  const { process, place, ofStep } = focusOf(model, point, chosen);
  return [process, place?.line ?? null, ofStep];
};

test('the source is that of the step, and of who stepped last when time passes', () => {
  expect(lineOf(0, null)).toEqual(['main', 88, false]);
  expect(lineOf(4, null)).toEqual(['pin 4', 52, true]);
  expect(lineOf(8, null)).toEqual(['main', 120, false]);
});

test('or where the chosen process stands then', () => {
  expect(lineOf(4, 'main')).toEqual(['main', 89, false]);
  expect(lineOf(10, 'main')).toEqual(['main', 140, false]);
  expect(lineOf(10, 'pin 4 device')).toEqual(['pin 4 device', null, false]);
});

test('everyone stands somewhere, in words; at the end with the reason', () => {
  const shown = (point: number) =>
    standers(model, point).map(
      ({ process, status, changed }) => `${changed ? '● ' : ''}${process}: ${status}`,
    );
  expect(shown(2)).toEqual(['● main: not its turn', '● pin 4: can go on', '● pin 4 device: ended']);
  expect(shown(4)).toEqual(['main: not its turn', 'pin 4: can go on', 'pin 4 device: ended']);
  expect(shown(10)).toEqual(['● main: blocked', 'pin 4: waits for an interrupt', 'pin 4 device: ended']);
});
