import { expect, test } from 'vitest';
import { lostWakeup } from '../../../fake.ts';
import { sketched } from '../testing.ts';
import { HEADING_PX, ownerOf, rowAt, rowsOf } from './rows.ts';

test('the outside comes first, then each core: its state, its interrupts, its tasks', () => {
  const core = {
    name: 'core 0',
    class: 'Core',
    kind: 'fields',
    parts: [
      { role: 'of', variable: null, value: "'core 0'" },
      { role: 'asleep', variable: 'core 0.asleep', value: 'false' },
    ],
  } as const;
  const trace = sketched({
    processes: [
      { name: 'idle', lane: { core: 'core 0', kind: 'task' }, role: 'background' },
      { name: 'main', lane: { core: 'core 0', kind: 'task' } },
      { name: 'free' },
      { name: 'dma', lane: { kind: 'hardware' } },
      { name: 'low', lane: { core: 'core 0', kind: 'isr' } },
      { name: 'high', lane: { core: 'core 0', kind: 'isr' } },
      { name: 'other', lane: { core: 'core 10', kind: 'task' } },
      { name: 'another', lane: { core: 'core 2', kind: 'task' } },
      { name: 'edge', lane: { kind: 'outside' }, role: 'outside' },
    ],
    objects: [core],
    steps: [
      { who: 'edge' },
      { who: 'idle' },
      { who: 'dma' },
      { who: 'low', moments: [{ kind: 'interrupt', of: 'main' }] },
      { who: 'high', moments: [{ kind: 'interrupt', of: 'low' }] },
    ],
  });
  expect(rowsOf(trace, false).rows.map(({ group, kind, name }) => `${group}: ${kind} ${name}`)).toEqual([
    'outside world: outside edge',
    'core 0: core core 0',
    'core 0: isr high',
    'core 0: isr low',
    'core 0: task main',
    'core 0: task idle',
    'core 2: task another',
    'core 10: task other',
    'processes: task free',
    'hardware: hardware dma',
  ]);
  expect(ownerOf(core)).toBe('core 0');
});

test('what nothing happens to is quiet; a task never is', () => {
  const trace = sketched({
    processes: [
      { name: 'main', status: 'waits' },
      { name: 'irq', lane: { core: 'core 0', kind: 'isr' } },
      { name: 'woken', lane: { core: 'core 0', kind: 'isr' } },
      { name: 'idle', role: 'background' },
    ],
    steps: [{ who: null, statuses: { woken: 'can go on' } }],
  });
  expect(rowsOf(trace, false).quiet).toEqual(['irq', 'idle']);
  expect(rowsOf(trace, false).rows.map(({ name }) => name)).toEqual(['woken', 'main']);
  expect(rowsOf(trace, true).rows.map(({ name }) => name)).toEqual(['irq', 'woken', 'main', 'idle']);
});

test('lanes lie below each other, with a heading above a group that nothing else names', () => {
  const { rows, height } = rowsOf(lostWakeup, true);
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1];
    const end = before === undefined ? 0 : before.top + before.height;
    expect(row.top).toBe(end + (row.heading ? HEADING_PX : 0));
  }
  const last = rows.at(-1);
  expect(height).toBe((last?.top ?? 0) + (last?.height ?? 0));
  expect(rowAt(rows, (last?.top ?? 0) + 1)).toBe(last);
  expect(rows.map(({ name, heading }) => [name, heading])).toEqual([
    ['pin 4 device', false],
    ['pin 4', true],
    ['main', false],
  ]);
  expect(rowAt(rows, (rows[1]?.top ?? 0) - 1)).toBeNull();
});
