import { describe, expect, test } from 'vitest';
import { lostWakeup } from '../../fake.ts';
import { TraceModel } from './trace_model.ts';

const model = new TraceModel(lostWakeup);
const points = Array.from({ length: model.length + 1 }, (_, point) => point);

describe('what is true at a point of a trace', () => {
  test('values', () => {
    expect(points.map((point) => model.valueAt('line.pending', point))).toEqual([
      ...['false', 'false', 'true'],
      ...Array(8).fill('false'),
    ]);
    expect(model.itemsAt('ready', 3)).toEqual([]);
    expect(model.itemsAt('ready', 4)).toEqual(['pin 4']);
    expect(model.itemsAt('line.pending', 4)).toBeNull();
    expect(model.valuesOf('tick').map(({ from, value }) => [from, value])).toEqual([
      [0, 'running'],
      [8, 'expired'],
    ]);
    expect(model.valueAt('no such variable', 3)).toBe('');
  });

  test('statuses', () => {
    expect(points.map((point) => model.statusAt('main', point))).toEqual([
      ...['can go on', 'can go on'],
      ...Array(4).fill('not its turn'),
      ...Array(4).fill('can go on'),
      'asleep',
    ]);
    expect(model.statusAt('nobody', 0)).toBeNull();
  });

  test('where everyone stands: where the next own step begins, at the end where the trace says', () => {
    const line = (process: string) => points.map((point) => model.standAt(process, point).place?.line);
    expect(line('main')).toEqual([88, 89, 89, 89, 89, 89, 89, 120, 120, 140, 140]);
    expect(line('pin 4')).toEqual([71, 71, 71, 52, 53, 80, 70, 70, 70, 70, 70]);
    expect(line('pin 4 device')).toEqual([40, 40, ...Array(9).fill(undefined)]);
    expect(model.standAt('main', 3).stack.map((frame) => frame.function)).toEqual(['main', 'poll_ms']);
  });

  test('steps and times', () => {
    expect(model.stepAt(0)).toBeNull();
    expect(model.stepAt(2)?.process).toBe('pin 4 device');
    expect(points.map((point) => model.timeAt(point))).toEqual([
      ...[0, 0],
      ...Array(6).fill(250),
      ...Array(3).fill(1250),
    ]);
  });
});
