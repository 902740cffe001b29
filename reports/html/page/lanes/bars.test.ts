import { expect, test } from 'vitest';
import { sketched } from '../testing.ts';
import { TraceModel } from '../trace_model.ts';
import { barsOf, coreBars, nestedOf, stepsByProcess } from './bars.ts';

const trace = sketched({
  processes: [{ name: 'main' }, { name: 'irq', status: 'not its turn' }],
  variables: { 'core.asleep': 'false', 'core.level': '16', 'core.active': 'null' },
  objects: [
    {
      name: 'core',
      class: 'Core',
      kind: 'fields',
      parts: [
        { role: 'of', variable: null, value: "'core 0'" },
        { role: 'asleep', variable: 'core.asleep', value: 'false' },
        { role: 'basepri', variable: 'core.level', value: '16' },
        { role: 'active', variable: 'core.active', value: 'null' },
      ],
    },
  ],
  steps: [
    { who: 'main', calls: ['main', '(anonymous)', 'poll'] },
    { who: 'main', calls: ['main', 'poll', '~callback'] },
    {
      who: 'irq',
      calls: ['serve'],
      set: { 'core.level': '3', 'core.active': 'irq' },
      statuses: { main: 'not its turn' },
    },
    {
      who: 'irq',
      calls: ['serve'],
      set: { 'core.active': 'null' },
      statuses: { main: 'can go on', irq: 'not its turn' },
    },
    { who: 'main', calls: ['main', '~callback', '~deeper'], set: { 'core.asleep': 'true' } },
    { who: 'main', calls: ['main', 'poll'], set: { 'core.level': '16' }, statuses: { main: 'waits' } },
  ],
});
const model = new TraceModel(trace);
const own = stepsByProcess(trace.steps);
const bars = (name: string) =>
  barsOf(model, name, own.get(name) ?? []).map(({ from, to, status, label }) => [from, to, status, label]);

test('own steps are joined, and between them stands what the process is', () => {
  expect(bars('main')).toEqual([
    [0, 2, 'running', 'poll'],
    [2, 3, 'can go on', 'can go on'],
    [3, 4, 'not its turn', 'not its turn'],
    [4, 6, 'running', 'callback'],
    [6, 7, 'waits', 'waits'],
  ]);
  expect(bars('irq')).toEqual([
    [0, 2, 'not its turn', 'not its turn'],
    [2, 4, 'running', 'serve'],
    [4, 7, 'not its turn', 'not its turn'],
  ]);
});

test('a soft callback lasts until its process steps outside of it', () => {
  expect(nestedOf(own.get('main') ?? [])).toEqual([
    { from: 1, to: 5, depth: 1, label: 'callback' },
    { from: 4, to: 5, depth: 2, label: 'deeper' },
  ]);
});

test('what is otherwise than at the start about a core; its active handler has a lane of its own', () => {
  expect(coreBars(model, 'core 0').map(({ from, to, label, status }) => [from, to, label, status])).toEqual([
    [3, 5, 'basepri 3', 'busy'],
    [5, 6, 'asleep · basepri 3', 'asleep'],
    [6, 7, 'asleep', 'asleep'],
  ]);
  expect(coreBars(model, 'core 1')).toEqual([]);
});
