import { describe, expect, test } from 'vitest';
import { quoted, replayCommand } from './command.ts';
import { expectedViolation, FIGURES, holds, lostWakeup, place } from './fake.ts';
import { limitText } from './limit.ts';
import { listJson, listText } from './list.ts';
import { colorLevel, paint } from './paint.ts';
import { profileText } from './profile.ts';
import { ProgressReporter } from './progress.ts';
import { replayText } from './replay.ts';
import { stepsText } from './steps.ts';
import { bytes, count, list, seconds, truncate, truncateStart, virtualTime, visible, wrap } from './text.ts';

const STYLE = { paint: paint(0), width: 110 };

test('steps: a mark wherever a function can be preempted, and by whom', () => {
  const who = ['pin 4', 'tick'];
  const lines = [
    { line: 9, text: '    poll_ms() {', marks: [] },
    {
      line: 10,
      text: '      if (this.ready.length > 0) this.x++;',
      marks: [
        { column: 11, operation: 'read', processes: ['main'], preemptedBy: who },
        { column: 34, operation: 'write', processes: ['main'], preemptedBy: ['pin 4'] },
      ],
    },
    {
      line: 11,
      text: '      this.local = 1;',
      marks: [{ column: 7, operation: 'write', processes: ['main'], preemptedBy: [] }],
    },
    { line: 12, text: '    }', marks: [] },
  ];
  expect(
    stepsText(
      {
        scenario: 'uevent-wake',
        variant: 'fixed',
        states: 12,
        complete: true,
        functions: [{ name: 'poll_ms', file: 'model/uevent.ts', lines }],
      },
      STYLE,
    ),
  ).toMatchInlineSnapshot(`
    "uevent-wake / fixed  where each function can be preempted
    A │ stands before each access that others can see; those named on the right may run just there.

    poll_ms  model/uevent.ts
     9  poll_ms() {
    10    if (│this.ready.length > 0) │this.x++;  read ← pin 4, tick; write ← pin 4
    11    this.local = 1;
    12  }"
  `);
});

test('profile: what the states are made of', () => {
  expect(
    profileText(
      {
        figures: FIGURES,
        locations: [
          { process: 'pin', place: null, states: 345 },
          {
            process: 'main',
            place: place('model/uevent.ts', 88, 'if (this.ready.length > 0) return;'),
            states: 12_000,
          },
        ],
        variables: [
          { name: 'ready.length', bits: 3, distinct: 5, lowest: 0, highest: 4, growing: false },
          { name: 'seen.edges', bits: 32, distinct: 500, lowest: 0, highest: 499, growing: true },
        ],
        symmetry: null,
      },
      STYLE,
    ),
  ).toMatchInlineSnapshot(`
    "Where the states are  a state counts once for every process that stands there
      states   share  process  place               statement
      12,000  97.2 %  main     model/uevent.ts:88  if (this.ready.length > 0) return;
         345   2.8 %  pin      (ended)

    Which variables make them many
      values  bits  range    variable
         500    32  0 … 499  seen.edges    STILL GROWING: give it a maximum
           5     3  0 … 4    ready.length

    61 bits per state, 1.9 MB for states and frontier, 3 processes with 42 locations"
  `);
});

test('list: variants with what they state, parameters with their defaults', () => {
  const listed = [holds, expectedViolation].map(({ variant, expected }) => ({ name: variant, expected }));
  const all = [
    {
      scenario: holds.scenario,
      about: holds.about,
      file: holds.file,
      parameters: { edges: 1, mode: 'x' },
      full: { edges: 4 },
      variants: listed,
    },
  ];
  expect(listText(all, STYLE)).toMatchInlineSnapshot(`
    "uevent-wake  scenarios/uevent_wake.ts
      a pin edge must end uevent.poll_ms, wherever in it the edge lands
      --variant notify-always     holds
      --variant check-then-sleep  violates 'lost wakeup'
      --set edges=1  --set mode=x
      --set size=full  is edges=4"
  `);
  let text = '';
  listJson(all, (part) => {
    text += part;
  });
  expect(JSON.parse(text)).toEqual({ schema: 'upy-check/list@1', scenarios: all });
});

describe('replay', () => {
  test('of a trace that fits ends with saying so', () => {
    expect(
      replayText({ fits: true, trace: lostWakeup }, { ...STYLE, alone: true })
        .split('\n')
        .at(-1),
    ).toBe('✓ the scenario does exactly this');
  });

  test('of a trace that no longer fits says where', () => {
    const trace = {
      ...lostWakeup,
      steps: lostWakeup.steps.slice(0, 1),
      explanation: '',
      standing: [],
      schedule: '',
    };
    expect(
      replayText(
        {
          fits: false,
          trace,
          failedAt: 2,
          expected: 'pin 4 device: line.raise();',
          possible: ['main: this.waiting = true;'],
        },
        { ...STYLE, alone: true },
      ),
    ).toMatchInlineSnapshot(`
      "uevent-wake / check-then-sleep  lost wakeup: uevent

      1 step, no shorter trace exists. No time passes. A numbered line is one indivisible step, with what it changed
      below; others may run between two lines.

      ── main  task on core 0 ──────────────────────────────────────────────────────────────────────────────────────
       1  poll_ms  uevent.ts:88  read  if (this.ready.length > 0) return this.ready.length;


      ✗ the scenario no longer does this: step 2 does not fit
      the trace has there: pin 4 device: line.raise();
      the scenario can do instead:
        main: this.waiting = true;
      The model changed since the trace was recorded, or the parameters differ; check again for a new trace."
    `);
  });
});

describe('progress', () => {
  const event = {
    type: 'progress',
    elapsedMs: 2000,
    progress: {
      scenario: 'uevent-wake',
      variant: 'fixed',
      states: 5_000_000,
      transitions: 9,
      depth: 40,
      frontier: 1234,
      storeBytes: 80_000_000,
    },
  } as const;

  test.each([[true], [false]])('rewritten: %s', (rewrite) => {
    let text = '';
    const reporter = new ProgressReporter(
      (part) => {
        text += part;
      },
      { rewrite, width: 120 },
    );
    reporter.progress(event);
    reporter.variantFinished();
    reporter.runFinished();
    const line =
      'uevent-wake / fixed  5,000,000 states, 2,500,000 states/s, depth 40, frontier 1,234, 76.3 MB, 2.0 s';
    expect(text).toBe(rewrite ? `\r\u001b[2K${line}\r\u001b[2K` : `${line}\n`);
  });
});

test('colours: FORCE_COLOR wins, then NO_COLOR, then the terminal', () => {
  expect(colorLevel({}, true)).toBe(1);
  expect(colorLevel({}, false)).toBe(0);
  expect(colorLevel({ NO_COLOR: '1' }, true)).toBe(0);
  expect(colorLevel({ NO_COLOR: '' }, true)).toBe(1);
  expect(colorLevel({ NO_COLOR: '1', FORCE_COLOR: '1' }, false)).toBe(1);
  expect(colorLevel({ FORCE_COLOR: '3' }, false)).toBe(3);
  expect(colorLevel({ FORCE_COLOR: '0' }, true)).toBe(0);
  expect(colorLevel({ TERM: 'dumb' }, true)).toBe(0);
});

describe('text', () => {
  test('numbers and units', () => {
    expect([count(0), count(999), count(1000), count(1_234_567)]).toEqual(['0', '999', '1,000', '1,234,567']);
    expect([virtualTime(0), virtualTime(999), virtualTime(1250), virtualTime(2_000_000)]).toEqual([
      '0 µs',
      '999 µs',
      '1.25 ms',
      '2 s',
    ]);
    expect([seconds(400), seconds(59_960), seconds(125_000), seconds(3_780_000)]).toEqual([
      '0.4 s',
      '60.0 s',
      '2 min 5 s',
      '1 h 3 min',
    ]);
    expect([bytes(12), bytes(1536), bytes(4 * 1024 ** 3)]).toEqual(['12 B', '1.5 KB', '4.0 GB']);
  });

  test('cutting and wrapping', () => {
    expect([truncate('abcdef', 4), truncate('abc', 4), truncateStart('abcdef', 4)]).toEqual([
      'abc…',
      'abc',
      '…def',
    ]);
    expect(wrap('one two three verylongword', 8)).toEqual(['one two', 'three', 'verylongword']);
    expect([list([]), list(['a']), list(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
    expect(visible('a\u001b[31m\n\tb\u202e')).toBe('a\\x1b[31m\\n b\\u{202e}');
  });

  test('limits in words', () => {
    expect([
      limitText('max-states', '1000000'),
      limitText('max-time', '60s'),
      limitText('interrupted', 'Ctrl-C'),
      limitText('max-memory', '1073741824'),
      limitText('omission', '0.00001234'),
      limitText('omission', '1234.5'),
    ]).toEqual([
      '--max-states 1,000,000',
      '--max-time 60s',
      'an interrupt',
      '--max-memory (1.0 GB)',
      'the store, which takes some states for others: one was missed with probability 1.2e-5',
      'the store, which takes some states for others: about 1200 were missed',
    ]);
  });
});

test('the replay command survives a shell', () => {
  expect([quoted('a-b_c.ts'), quoted('no notify'), quoted("it's"), quoted('a\u001bb\n'), quoted('')]).toEqual(
    ['a-b_c.ts', "'no notify'", "'it'\\''s'", "$'a\\x1bb\\x0a'", "''"],
  );
  expect(replayCommand({ ...lostWakeup, variant: '-x', parameters: {} })).toBe(
    'npx upy-check replay scenarios/uevent_wake.ts --variant=-x --schedule u1.0102013a0',
  );
});
