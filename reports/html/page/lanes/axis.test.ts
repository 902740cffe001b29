import { expect, test } from 'vitest';
import { sketched } from '../testing.ts';
import { axisOf, pointAt, rulerDistance } from './axis.ts';

const trace = sketched({
  processes: [{ name: 'main' }],
  steps: [
    { who: 'main' },
    { who: 'main' },
    { who: null, us: 10 },
    { who: 'main', us: 10 },
    { who: null, us: 30 },
    { who: null, us: 110 },
    { who: 'main', us: 110 },
  ],
});

test('along the steps each has the same width', () => {
  const { positions, gaps, instants } = axisOf(trace, 'steps');
  expect([...positions]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(gaps).toEqual([
    { step: 3, us: 10, broken: false },
    { step: 5, us: 20, broken: false },
    { step: 6, us: 80, broken: false },
  ]);
  expect(instants).toEqual([
    { from: 0, to: 2, timeUs: 0 },
    { from: 3, to: 4, timeUs: 10 },
    { from: 5, to: 5, timeUs: 30 },
    { from: 6, to: 7, timeUs: 110 },
  ]);
});

test('along virtual time steps at the same time are fanned out, and long times are broken', () => {
  const { positions, gaps } = axisOf(trace, 'time');
  // The typical time, 20 µs, is as wide as six steps.
  expect([...positions]).toEqual([0, 1, 2, 5, 6, 12, 30, 31, 32]);
  expect(gaps.map(({ broken }) => broken)).toEqual([false, false, true]);
});

test('a trace without time has one instant', () => {
  const { positions, gaps, instants } = axisOf(sketched({ processes: [], steps: [] }), 'time');
  expect([...positions]).toEqual([0, 1]);
  expect({ gaps, instants }).toEqual({ gaps: [], instants: [{ from: 0, to: 0, timeUs: 0 }] });
});

test('the point at a position', () => {
  const { positions } = axisOf(trace, 'time');
  expect([-1, 0, 0.9, 1, 2, 4.9, 5, 31.5, 32, 99].map((at) => pointAt(positions, at))).toEqual([
    0, 0, 0, 1, 2, 2, 3, 7, 8, 8,
  ]);
});

test('the numbers of the ruler have room', () => {
  expect([100, 20, 10, 4, 0.05].map((stepPx) => rulerDistance(stepPx, 34))).toEqual([1, 2, 5, 10, 1000]);
});
