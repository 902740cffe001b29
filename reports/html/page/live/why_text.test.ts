import { expect, test } from 'vitest';
import type { Why } from '../../../../checker/live/view.ts';
import type { Place } from '../../../../checker/trace.ts';
import { reachText, runText } from './answer_text.ts';
import { whyText } from './why_text.ts';

const at = (text: string): Place => ({ file: 'model/wake.ts', line: 12, column: 3, text });
const waits = (text: string, operation = 'until'): Why => ({
  kind: 'waits',
  operation,
  function: 'wfi',
  guard: {
    place: at(text),
    readings: [
      { variable: 'pin.wake', value: 'false' },
      { variable: 'ring.length', value: '0' },
    ],
  },
});

const REASONS: readonly (readonly [why: Why, text: string])[] = [
  [{ kind: 'not started' }, 'it has not been started'],
  [{ kind: 'ended', step: 7 }, 'it has ended; its last step was 7'],
  [{ kind: 'ended', step: null }, 'it has ended'],
  [
    waits('until(() => pin.wake || ring.length > 0)'),
    'it waits until pin.wake || ring.length > 0: pin.wake is false, ring.length is 0',
  ],
  [waits('rest( () => pin.wake, )', 'rest'), 'it waits until pin.wake: pin.wake is false, ring.length is 0'],
  [
    waits('rest(() => { if (x) return false; return true; })', 'rest'),
    'it waits, in wfi(): pin.wake is false, ring.length is 0',
  ],
  [
    waits('atomic(() => { until(() => x); })', 'atomic'),
    'its atomic step has to wait, in wfi(): pin.wake is false, ring.length is 0',
  ],
  [waits('rest(() => false)'), 'it rests for good: nothing is left for it to do'],
  [{ kind: 'no clock' }, 'no clock, timeout or busy is running'],
  [{ kind: 'first', processes: ['a', 'b'], prompt: true }, 'a and b can step, and cannot be late'],
  [
    { kind: 'first', processes: ['a'], prompt: false },
    "a can step, and time passes only when nobody can (timing: 'prompt')",
  ],
  [{ kind: 'busy', leftUs: 30 }, 'it computes: 30 µs left'],
  [
    { kind: 'interrupted', core: 'core 0', by: 'pin', due: true, priority: 2 },
    'core 0 takes the interrupt pin first (priority 2)',
  ],
  [
    { kind: 'interrupted', core: 'core 0', by: 'pin', due: false, priority: 2 },
    'core 0 executes the handler of pin (priority 2)',
  ],
  [
    { kind: 'not requested', line: 'pin', pending: false, enabled: true },
    'nobody asks for it: pin.pending is false',
  ],
  [
    { kind: 'not requested', line: 'pin', pending: true, enabled: false },
    'it is pending, but its line is disabled: pin.enabled is false',
  ],
  [
    { kind: 'not requested', line: 'pin', pending: false, enabled: false },
    'nobody asks for it, and its line is disabled: pin.pending and .enabled are false',
  ],
  [
    { kind: 'masked', core: 'core 0', primask: true, maskDepth: 0 },
    'interrupts are off on core 0: PRIMASK is set',
  ],
  [
    { kind: 'masked', core: 'core 0', primask: true, maskDepth: 2 },
    'interrupts are off on core 0: PRIMASK is set, and masked 2 times',
  ],
  [
    { kind: 'basepri', core: 'core 0', basepri: 4, priority: 5 },
    'masked on core 0: BASEPRI is 4, and its priority is 5 (small numbers are urgent)',
  ],
  [
    { kind: 'level', core: 'core 0', by: 'pin', level: 2, priority: 5 },
    'core 0 executes the handler of pin at priority 2, and its priority 5 is not more urgent (small numbers are)',
  ],
  [
    { kind: 'sleep mode', core: 'core 0', mode: 'lightsleep', source: 'uart' },
    "core 0 is in lightsleep, which a 'uart' does not end",
  ],
  [{ kind: 'stalled', core: 'core 0' }, 'core 0 is stalled by the sleep of another core'],
  [
    { kind: 'another runs', core: 'core 0', running: ['high'], priority: 1, priorities: [2] },
    'core 0 runs high (priority 2); it has priority 1',
  ],
  [
    { kind: 'another runs', core: null, running: ['a', 'b'], priority: 1, priorities: [2, 3] },
    'the cores run a (priority 2) and b (priority 3); it has priority 1',
  ],
  [
    { kind: 'blocked', state: 'delayed', list: 'q.receivers', notification: null, ticksLeft: 1, since: 12 },
    'it waits in q.receivers, for 1 tick more, since step 12',
  ],
  [
    { kind: 'blocked', state: 'suspended', list: null, notification: 0, ticksLeft: null, since: null },
    'it waits for a notification (slot 0)',
  ],
  [
    { kind: 'blocked', state: 'suspended', list: null, notification: null, ticksLeft: null, since: 3 },
    'it is suspended, since step 3',
  ],
  [
    { kind: 'blocked', state: 'deleted', list: null, notification: null, ticksLeft: null, since: 3 },
    'it is deleted, or on no list of the kernel',
  ],
  [
    {
      kind: 'run condition',
      condition: {
        place: at('() => loop.resumed === task'),
        readings: [{ variable: 'loop.resumed', value: 'null' }],
      },
    },
    'it has no turn: loop.resumed === task is false: loop.resumed is null',
  ],
];

test.each(REASONS)('%j', (why, text) => {
  expect(whyText(why)).toBe(text);
});

test('what a search found', () => {
  const condition = { kind: 'condition', text: 'pin.wake' } as const;
  const line = { kind: 'line', process: 'main', file: 'wake.ts', line: 12 } as const;
  expect([
    reachText({ kind: 'reached', steps: 0, states: 1 }, condition),
    reachText({ kind: 'reached', steps: 3, states: 1200 }, line),
    reachText({ kind: 'never', states: 1 }, { kind: 'property', name: 'deadlock' }),
    reachText({ kind: 'not within', states: 1_000_000, depth: 40 }, condition),
    reachText({ kind: 'stopped', states: 32_768 }, condition),
  ]).toEqual([
    'Yes: pin.wake is so already, here.',
    'Yes: wake.ts:12 of main after 3 more steps, and no way is shorter. You are there now.',
    "No: from here, 'deadlock' can never be reached. All 1 state that can follow were looked at.",
    'Not found: pin.wake is in none of the nearest 1,000,000 states (40 steps deep). It may be further away.',
    'Stopped after 32,768 states: not found so far.',
  ]);
});

test('what became of a run', () => {
  expect([
    runText({ kind: 'reached' }),
    runText({ kind: 'repeats', node: 3 }),
    runText({ kind: 'wrong' }),
    runText({ kind: 'still' }),
    runText({ kind: 'steps', steps: 1000 }),
  ]).toEqual([
    '',
    'It goes round: this state was on the way before. Take another step to leave the circle.',
    'Stopped: something is wrong here.',
    'Nothing can happen any more.',
    'Stopped after 1,000 steps.',
  ]);
});
