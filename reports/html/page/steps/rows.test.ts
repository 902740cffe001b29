import { expect, test } from 'vitest';
import { lostWakeup } from '../../../fake.ts';
import { sketched } from '../testing.ts';
import { LINE_PX, rowTops, stepRows } from './rows.ts';

test('a row for the start and each step, with who begins and what comes of it', () => {
  const rows = stepRows(lostWakeup).map(({ point, group, passing, items }) => ({
    point,
    ...(group === null ? {} : { group: `${group.process}, ${group.context} ${group.arrival}`.trim() }),
    ...(passing === null ? {} : { passing }),
    items: items.map((item) => (item.kind === 'change' ? item.change.variable : item.text)),
  }));
  expect(rows).toEqual([
    { point: 0, items: [] },
    { point: 1, group: 'main, task on core 0', items: [] },
    { point: 2, group: 'pin 4 device, outside world', items: ['line.pending'] },
    { point: 3, group: 'pin 4, ISR on core 0 ↯ INTERRUPT of main', items: ['line.pending', 'core.level'] },
    { point: 4, items: ['ready'] },
    { point: 5, items: [] },
    { point: 6, items: ['core.level'] },
    { point: 7, group: 'main, task on core 0 ⇄ SWITCH from pin 4', items: ['uevent.waiting'] },
    { point: 8, passing: '1 ms passes, now 1.25 ms', items: ['tick'] },
    { point: 9, group: 'main, task on core 0, in a hook or soft callback', items: ['esp32.ticks'] },
    { point: 10, group: 'main, task on core 0', items: ['main.state', '■ BLOCK main'] },
  ]);
});

test('a loop is marked where it begins and after the last step', () => {
  const looping = sketched({ processes: [{ name: 'a' }], steps: [{ who: 'a' }, { who: 'a' }], loop: 2 });
  expect(stepRows(looping).map(({ ruler }) => ruler)).toEqual([
    null,
    null,
    '↻ from here on it repeats for ever',
    '↺ everything is as before step 2 again',
  ]);
  expect(stepRows({ ...looping, loop: 3 }).at(-1)?.ruler).toBe('nothing has to happen any more');
});

test('who goes on after time has passed is not told again', () => {
  const waiting = sketched({
    processes: [{ name: 'a' }],
    steps: [{ who: 'a' }, { who: null, us: 5 }, { who: 'a', us: 5 }],
  });
  expect(stepRows(waiting).map(({ group }) => group?.process ?? null)).toEqual([null, 'a', null, null]);
});

test('the two steps whose order decides are marked', () => {
  const decisive = { steps: [1, 3], text: '', schedule: '' } as const;
  const marks = stepRows({ ...lostWakeup, decisive }).map((row) => row.decisive);
  expect(marks.slice(0, 5)).toEqual([null, '◆ order decides, 1 of 2', null, '◆ order decides, 2 of 2', null]);
});

test('rows are as high as what they show', () => {
  const tops = rowTops(stepRows(lostWakeup));
  const lines = [...tops].slice(1).map((top, i) => (top - (tops[i] ?? 0) - 6) / LINE_PX);
  // The start; main: group, step, statement; the device: the same, a note and a change; …
  expect(lines).toEqual([1, 3, 5, 5, 3, 2, 3, 4, 2, 4, 5]);
});
