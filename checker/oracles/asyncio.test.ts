/** What goes wrong in scenarios/asyncio goes wrong in the real asyncio, and at the same operation. */
import { beforeAll, expect, test } from 'vitest';
import type { Line, Op, Script } from '../../model/asyncio/conformance/script.ts';
import { runModel } from './asyncio_model.ts';
import { prepare, runReal } from './asyncio_python.ts';
import { RealMicroPython } from './real_micropython.ts';

let real: RealMicroPython;

beforeAll(async () => {
  real = await RealMicroPython.load();
  prepare(real);
});

/** The lines that both show; of a script with two callbacks. */
function shown(tasks: Op[][], callbacks: Op[][] = [], children: Op[][] = []): string[] {
  const script: Script = { tasks, callbacks, children, events: 1, locks: 1, ms: 20 };
  const lines = (all: Line[]) => all.map(([who, place, result, ms]) => `${ms} ms ${who}.${place} ${result}`);
  const inReality = lines(runReal(real, script));
  expect(lines(runModel(script))).toEqual(inReality);
  return inReality;
}

test('a callback sets the event after wait has tested it: the task waits for ever', () => {
  const lines = shown(
    [
      [
        ['schedule', 0],
        ['wait', 0],
      ],
    ],
    [[['set', 0]]],
  );
  expect(lines).toEqual(['0 ms t0.0 None', '0 ms c0.0 None', '20 ms main.-1 None']);
});

test('a callback takes the waiter that the interrupted set has seen: IndexError', () => {
  const lines = shown(
    [
      [['wait', 0]],
      [
        ['schedule', 0],
        ['schedule', 1],
        ['set', 0],
      ],
    ],
    [[['is_set', 0]], [['set', 0]]],
  );
  expect(lines).toEqual([
    '0 ms t1.0 None',
    '0 ms t1.1 None',
    '0 ms c0.0 False',
    '0 ms c1.0 None',
    '0 ms t1.-1 IndexError',
    '0 ms t0.0 True',
    '0 ms t0.-1 None',
    `0 ms t1.-2 IndexError`,
    '20 ms main.-1 None',
  ]);
});

test('a callback releases the lock after acquire has tested it: the task waits for a free lock', () => {
  const lines = shown(
    [
      [
        ['acquire', 0],
        ['schedule', 0],
        ['acquire', 0],
      ],
      [
        ['sleep_ms', 1],
        ['locked', 0],
      ],
    ],
    [[['release', 0]]],
  );
  expect(lines).toEqual([
    '0 ms t0.0 True',
    '0 ms t0.1 None',
    '0 ms c0.0 None',
    '1 ms t1.0 None',
    '1 ms t1.1 False',
    '1 ms t1.-1 None',
    '20 ms main.-1 None',
  ]);
});

test('a flag that a callback sets between the test and the registration is seen', () => {
  const lines = shown(
    [
      [
        ['schedule', 0],
        ['flag_wait', 0],
      ],
    ],
    [[['flag_set', 0]]],
  );
  expect(lines).toEqual([
    '0 ms t0.0 None',
    '0 ms c0.0 None',
    '0 ms t0.1 None',
    '0 ms t0.-1 None',
    '20 ms main.-1 None',
  ]);
});

test('a task that is cancelled when the lock has been handed to it hands it on', () => {
  const lines = shown([
    [
      ['acquire', 0],
      ['sleep_ms', 1],
      ['release', 0],
      ['cancel', 1],
    ],
    [['acquire', 0]],
    [['acquire', 0]],
  ]);
  expect(lines.slice(3)).toEqual([
    '1 ms t0.3 True',
    '1 ms t0.-1 None',
    '1 ms t1.-1 CancelledError',
    '1 ms t2.0 True',
    '1 ms t2.-1 None',
    '20 ms main.-1 None',
  ]);
});

test('wait_for: in time, too late, and as the timeout expires', () => {
  const times = [3, 5, 7].map((ms) => {
    const lines = shown([[['wait_for', 0, 5]]], [], [[['sleep_ms', ms]]]);
    return lines.find((line) => line.includes('t0.'));
  });
  expect(times).toEqual(['3 ms t0.0 None', '5 ms t0.-1 TimeoutError', '5 ms t0.-1 TimeoutError']);
});

test('sleep_ms looks for callbacks before it enqueues its task', () => {
  const lines = shown(
    [
      [['wait', 0]],
      [
        ['schedule', 0],
        ['sleep_ms', 0],
      ],
    ],
    [[['set', 0]]],
  );
  expect(lines.slice(0, 4)).toEqual([
    '0 ms t1.0 None',
    '0 ms c0.0 None',
    '0 ms t0.0 True',
    '0 ms t0.-1 None',
  ]);
});

test('wait_for looks for callbacks before it creates its tasks', () => {
  const lines = shown(
    [
      [['wait', 0]],
      [
        ['schedule', 0],
        ['wait_for', 0, 5],
      ],
    ],
    [[['set', 0]]],
    [[['is_set', 0]]],
  );
  expect(lines.slice(0, 5)).toEqual([
    '0 ms t1.0 None',
    '0 ms c0.0 None',
    '0 ms t0.0 True',
    '0 ms t0.-1 None',
    '0 ms w0.0 True',
  ]);
});

test('cancelling a task that waits for the one that cancels: True, and nobody is cancelled', () => {
  const lines = shown([
    [
      ['sleep_ms', 1],
      ['cancel', 1],
    ],
    [['await', 0]],
  ]);
  expect(lines).toEqual([
    '1 ms t0.0 None',
    '1 ms t0.1 True',
    '1 ms t0.-1 None',
    '1 ms t1.0 None',
    '1 ms t1.-1 None',
    '20 ms main.-1 None',
  ]);
});
