import { expect, test } from 'vitest';
import type { Moment, ProcessStatus, Trace, TraceStep } from '../checker/trace.ts';
import { axisOf } from './axis.ts';
import { contextsOf } from './contexts.ts';
import { lostWakeup, place } from './fake.ts';

interface Sketch {
  readonly who: string | null;
  /** Of the handler, what it interrupts. */
  readonly enters?: string;
  readonly soft?: string;
  readonly becomes?: Readonly<Record<string, ProcessStatus>>;
  readonly timeUs?: number;
}

/** Steps on one core: names in capitals are interrupt handlers. */
function traceOf(sketches: readonly Sketch[]): Trace {
  const steps = sketches.map(({ who, enters, soft, becomes = {}, timeUs = 0 }, i): TraceStep => {
    const at = place('x.ts', i + 1, 'x');
    const frames = soft === undefined ? [] : [{ function: soft, place: at, hook: true }];
    const moments: Moment[] = enters === undefined ? [] : [{ kind: 'interrupt', of: enters }];
    return {
      index: i + 1,
      process: who,
      lane: who === null ? null : { core: 'cpu', kind: who === who.toUpperCase() ? 'isr' : 'task' },
      timeUs,
      stack: who === null ? [] : [{ function: who, place: at, hook: false }, ...frames],
      place: who === null ? null : at,
      operation: 'step',
      functions: [],
      changes: [],
      notes: [],
      moments,
      statuses: Object.entries(becomes).map(([process, status]) => ({ process, status })),
      ordinal: 0,
    };
  });
  return { ...lostWakeup, steps };
}

/** `main 1-5`: from its first step to its last. */
const shown = (...sketches: Sketch[]): string[] =>
  contextsOf(traceOf(sketches)).map(({ kind, name, from, to }) => {
    const steps = from === to ? `${from + 1}` : `${from + 1}-${to + 1}`;
    return kind === 'soft' ? `(${name}) ${steps}` : `${name} ${steps}`;
  });

test('an interrupt, and one that interrupts it, are inside of what they interrupt', () => {
  expect(
    shown(
      { who: 'main' },
      { who: 'LOW', enters: 'main' },
      { who: 'HIGH', enters: 'LOW' },
      { who: 'LOW' },
      { who: 'main' },
    ),
  ).toEqual(['main 1-5', 'LOW 2-4', 'HIGH 3']);
});

test('interrupts one behind the other are beside each other, and one that comes again is another one', () => {
  expect(
    shown(
      { who: 'main' },
      { who: 'A', enters: 'main' },
      { who: 'B', enters: 'main' },
      { who: 'B', enters: 'main' },
      { who: 'main' },
    ),
  ).toEqual(['main 1-5', 'A 2', 'B 3', 'B 4']);
});

test('nobody interrupts a task that sleeps; when it goes on, that is another time', () => {
  expect(
    shown(
      { who: 'main', becomes: { main: 'asleep' } },
      { who: null, timeUs: 10 },
      { who: 'TICK', timeUs: 10, becomes: { main: 'can go on' } },
      { who: 'main', timeUs: 10 },
    ),
  ).toEqual(['main 1', 'TICK 3', 'main 4']);
});

test('a switch ends what was there; a task that computes has its core to the end', () => {
  expect(
    shown({ who: 'main' }, { who: 'SWITCH', enters: 'main' }, { who: 'other' }, { who: null, timeUs: 5 }),
  ).toEqual(['main 1-2', 'SWITCH 2', 'other 3-4']);
});

test('a soft callback is inside of its task, and may be interrupted', () => {
  expect(
    shown(
      { who: 'main' },
      { who: 'main', soft: 'on_edge' },
      { who: 'PIN', enters: 'main' },
      { who: 'main', soft: 'on_edge' },
      { who: 'main' },
      { who: 'main', soft: 'on_edge' },
    ),
  ).toEqual(['main 1-6', '(on_edge) 2-4', 'PIN 3', '(on_edge) 6']);
});

test('on an axis of time, steps of one instant follow one another, and the next instant is where it was', () => {
  const axis = axisOf(
    traceOf([
      { who: 'main' },
      { who: 'main' },
      { who: null, timeUs: 3 },
      { who: 'main', timeUs: 3 },
      { who: 'main', timeUs: 3 },
    ]),
  );
  expect(axis.base).toBe('time');
  expect(axis.widthNs).toBe(750);
  expect(axis.spans.map(({ startNs, endNs }) => [startNs, endNs])).toEqual([
    [0, 750],
    [750, 1500],
    [1500, 3000],
    [3000, 3750],
    [3750, 4500],
  ]);
});
