import { expect, test } from 'vitest';
import type { Program } from '../../model/freertos/conformance/program.ts';
import type { Recorded, TraceRecord } from './case.ts';
import { compare } from './compare.ts';

const recorded = (...trace: TraceRecord[]): Recorded => ({ status: 'ok', trace, final: { t: 5 } });
const irqs = [
  { at: 2, core: 1, ops: [] },
  { after: ['A', 1], ops: [] },
];
const onCores = (cores: 1 | 2) => ({ config: { cores }, irqs }) as unknown as Program;

const S0: TraceRecord = ['S', 2, 0, 'A', 'IDLE'];
const S1: TraceRecord = ['S', 2, 1, 'B', 'IDLE'];
const [CA, CB]: TraceRecord[] = [
  ['C', 2, 'A', 0, 1],
  ['C', 2, 'B', 0, 1],
];
const device: TraceRecord = ['i', 2, 0, 0, 1, 0];

test('on two cores the order of what different cores and tasks do at an instant does not matter', () => {
  const [one, other] = [recorded(S0, CA!, device, S1, CB!), recorded(device, CB!, S1, S0, CA!)];
  expect(compare(onCores(2), one, other)).toBeNull();
  expect(compare(onCores(1), one, other)).toEqual({ where: 'record 1', expected: S0, got: device });
});

test('the order of what one core does matters', () => {
  expect(compare(onCores(2), recorded(device, S1), recorded(S1, device))).toEqual({
    where: 'core 1, record 1',
    expected: device,
    got: S1,
  });
});

test('the difference that is told is the first in time', () => {
  const late: TraceRecord = ['E', 4, 'A'];
  const early: TraceRecord = ['V', 3, 't'];
  expect(compare(onCores(2), recorded(CA!, late), recorded(CA!, early))).toEqual({
    where: 'timers, record 1',
    expected: undefined,
    got: early,
  });
});
