import { describe, expect, test } from 'vitest';
import { WRAPPERS as TOLD_WRAPPERS } from '../checker/trace/wording.ts';
import { change, lostWakeup, place } from './fake.ts';
import { paint } from './paint.ts';
import { length } from './text.ts';
import { traceText } from './trace.ts';
import { shortNames, WRAPPERS } from './trace_columns.ts';
import { momentText, stepLines } from './trace_steps.ts';

const plain = (width: number, trace = lostWakeup) => traceText(trace, { paint: paint(0), width });

describe('a trace on the console', () => {
  test('at 100 characters', () => {
    expect(plain(100)).toMatchInlineSnapshot(`
      "10 steps, no shorter trace exists. A numbered line is one indivisible step, with what it changed
      below; others may run between two lines.

      ── main  task on core 0 ────────────────────────────────────────────────────────────────────────────
       1     0 µs  poll_ms               uevent.ts:88       read    if (this.ready.length > 0) return thi…
      ── pin 4 device  outside world ─────────────────────────────────────────────────────────────────────
                   » first edge
       2   250 µs  edge                  uevent_wake.ts:40  write   line.raise();
                     · line.pending: false → true
      ── pin 4  ISR on core 0  ↯ INTERRUPT of main ───────────────────────────────────────────────────────
       3   250 µs  enter                 core.ts:71         atomic  atomic(() => { core.enter(this); });
                     · line.pending: true → false   · core.level: 0 → 3
       4   250 µs  uevent_post           uevent.ts:52       push    this.ready.push(event);
                     · ready: [] → [pin 4]
       5   250 µs  uevent_post           uevent.ts:53       read    if (this.waiting) vTaskNotifyGiveFrom…
       6   250 µs  leave                 core.ts:80         atomic  atomic(() => { core.leave(this); });
                     · core.level: 3 → 0
      ── main  task on core 0  ⇄ SWITCH from pin 4 ───────────────────────────────────────────────────────
       7   250 µs  poll_ms               uevent.ts:89       write   this.waiting = true;
                     · uevent.waiting: false → true
       8  ··· 1 ms passes, now 1.25 ms ···
                     · tick: running → expired
      ── main  task on core 0, in a hook or soft callback ────────────────────────────────────────────────
       9  1.25 ms  on_tick               esp32.ts:120       write   ticks++;
                     · esp32.ticks: 0 → 1
      ── main  task on core 0 ────────────────────────────────────────────────────────────────────────────
      10  1.25 ms  ulTaskNotifyTake      notify.ts:140      rest    rest(() => this.notified > 0);
                     · main.state: 'running' → 'blocked'   ■ BLOCK main

      What went wrong
        The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake
        it. The interrupt came after main had seen an empty queue and before it said that it waits.

      Where everyone stands
        main          blocked                 notify.ts:140  rest(() => this.notified > 0);
        pin 4         waits for an interrupt  core.ts:70     rest(() => this.pending);
        pin 4 device  ended

      See it again
        npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1.0102013a0"
    `);
  });

  test('how it was chosen, and what decides it', () => {
    const { schedule } = lostWakeup;
    const decisive = { steps: [2, 7] as const, text: 'Step 2 decides it.', schedule: 'u1.02' };
    const lines = (trace: Partial<typeof lostWakeup>) => plain(120, { ...lostWakeup, ...trace }).split('\n');
    const sizes = [{ switches: 0 }, { switches: 2 }, { shortest: false, switches: 2 }, { shortest: false }];
    expect(sizes.map((size) => lines(size)[0]?.replace(/\. A numbered.*/u, ''))).toEqual([
      '10 steps, no shorter trace exists',
      '10 steps, 2 context switches; no shorter trace exists, none of this length has fewer switches',
      '10 steps, 2 context switches, no trace has fewer',
      '10 steps',
    ]);
    const part = (trace: Partial<typeof lostWakeup>) =>
      lines(trace).slice(lines(trace).indexOf('What decides it')).slice(0, 3);
    expect(part({ decisive })).toEqual([
      'What decides it',
      '  Step 2 decides it.',
      '  npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1.02',
    ]);
    expect(part({ decisive: null })[1]).toBe('  No exchange of two steps of this run avoids it.');
    expect(lines({}).at(-1)).toContain(`--schedule ${schedule}`);
  });

  test('at 120 characters', () => {
    expect(plain(120)).toMatchInlineSnapshot(`
      "10 steps, no shorter trace exists. A numbered line is one indivisible step, with what it changed below; others may run
      between two lines.

      ── main  task on core 0 ────────────────────────────────────────────────────────────────────────────────────────────────
       1     0 µs  poll_ms                     uevent.ts:88       read    if (this.ready.length > 0) return this.ready.length;
      ── pin 4 device  outside world ─────────────────────────────────────────────────────────────────────────────────────────
                   » first edge
       2   250 µs  edge                        uevent_wake.ts:40  write   line.raise();
                     · line.pending: false → true
      ── pin 4  ISR on core 0  ↯ INTERRUPT of main ───────────────────────────────────────────────────────────────────────────
       3   250 µs  enter                       core.ts:71         atomic  atomic(() => { core.enter(this); });
                     · line.pending: true → false   · core.level: 0 → 3
       4   250 µs  handler › uevent_post       uevent.ts:52       push    this.ready.push(event);
                     · ready: [] → [pin 4]
       5   250 µs  handler › uevent_post       uevent.ts:53       read    if (this.waiting) vTaskNotifyGiveFromISR(this.main);
       6   250 µs  leave                       core.ts:80         atomic  atomic(() => { core.leave(this); });
                     · core.level: 3 → 0
      ── main  task on core 0  ⇄ SWITCH from pin 4 ───────────────────────────────────────────────────────────────────────────
       7   250 µs  poll_ms                     uevent.ts:89       write   this.waiting = true;
                     · uevent.waiting: false → true
       8  ··· 1 ms passes, now 1.25 ms ···
                     · tick: running → expired
      ── main  task on core 0, in a hook or soft callback ────────────────────────────────────────────────────────────────────
       9  1.25 ms  on_tick                     esp32.ts:120       write   ticks++;
                     · esp32.ticks: 0 → 1
      ── main  task on core 0 ────────────────────────────────────────────────────────────────────────────────────────────────
      10  1.25 ms  poll_ms › ulTaskNotifyTake  notify.ts:140      rest    rest(() => this.notified > 0);
                     · main.state: 'running' → 'blocked'   ■ BLOCK main

      What went wrong
        The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The interrupt
        came after main had seen an empty queue and before it said that it waits.

      Where everyone stands
        main          blocked                 notify.ts:140  rest(() => this.notified > 0);
        pin 4         waits for an interrupt  core.ts:70     rest(() => this.pending);
        pin 4 device  ended

      See it again
        npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1.0102013a0"
    `);
  });

  test.each([80, 100, 110, 120, 140])('no line but the copyable one is longer than %i', (width) => {
    const long = plain(width)
      .split('\n')
      .filter((line) => length(line) > width && !line.includes('upy-check replay'));
    expect(long).toEqual([]);
  });

  test('colours change nothing but the colours', () => {
    const coloured = traceText(lostWakeup, { paint: paint(1), width: 110 });
    expect(coloured.replace(/\u001b\[\d+m/gu, '').replace(/ +$/gmu, '')).toBe(plain(110));
    expect(coloured).not.toBe(plain(110));
  });

  test('names and statements cannot act on the terminal', () => {
    const evil = '\u001b[2J\u001b]0;title\u0007\r\n::error::\u202e';
    const hostile = {
      ...lostWakeup,
      scenario: evil,
      variant: evil,
      explanation: evil,
      standing: [{ process: evil, status: evil, place: place(evil, 1, evil), stack: [] }],
      steps: lostWakeup.steps.map((step) => ({
        ...step,
        process: step.process === null ? null : evil,
        notes: [evil],
        operation: evil,
        place: step.place === null ? null : place(evil, 1, evil),
        stack: step.stack.map((frame) => ({ ...frame, function: evil })),
        changes: [change(evil, evil, evil)],
      })),
    };
    expect(plain(110, hostile)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/u);
  });

  test('a scenario that shares its file is named in the replay command', () => {
    expect(
      traceText(lostWakeup, { paint: paint(0), width: 110, alone: false })
        .split('\n')
        .at(-1),
    ).toMatchInlineSnapshot(
      `"  npx upy-check replay scenarios/uevent_wake.ts --scenario uevent-wake --variant check-then-sleep --set edges=1 --schedule u1.0102013a0"`,
    );
  });

  test('an empty trace: the first state is wrong', () => {
    expect(plain(110, { ...lostWakeup, steps: [], schedule: 'u1.' })).toMatchInlineSnapshot(`
      "0 steps, no shorter trace exists. No time passes. A numbered line is one indivisible step, with what it
      changed below; others may run between two lines.


      What went wrong
        The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The
        interrupt came after main had seen an empty queue and before it said that it waits.

      Where everyone stands
        main          blocked                 notify.ts:140  rest(() => this.notified > 0);
        pin 4         waits for an interrupt  core.ts:70     rest(() => this.pending);
        pin 4 device  ended

      See it again
        npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1."
    `);
  });
});

describe('what a step changed', () => {
  const [first] = lostWakeup.steps;
  if (first === undefined) throw new Error('the trace has steps');
  const steps = (changes: readonly ReturnType<typeof change>[], width = 80) =>
    stepLines({ ...lostWakeup, steps: [{ ...first, changes }] }, { paint: paint(0), width })
      .slice(2)
      .join('\n');

  test('stands at one place, as much in a line as fits', () => {
    expect(
      steps([
        change('pin 4 interrupt.pending', true, false),
        change('core 1.active', 'null', 'pin 4 interrupt'),
        change('n', 0, 1),
      ]),
    ).toMatchInlineSnapshot(`
      "      · pin 4 interrupt.pending: true → false
            · core 1.active: null → pin 4 interrupt   · n: 0 → 1"
    `);
  });

  test('a change that is too long goes on in the next line', () => {
    const [short, long] = ['[pin callback]', `[${Array(7).fill('pin callback').join(', ')}]`];
    expect(
      steps([change('esp32.scheduler.ring.callbacks', short, long), change('n', 0, 1)]),
    ).toMatchInlineSnapshot(`
      "      · esp32.scheduler.ring.callbacks: [pin callback]
                → [pin callback, pin callback, pin callback, pin callback, pin callba…
            · n: 0 → 1"
    `);
  });
});

test('in a narrow terminal everyone stands in two lines', () => {
  const status = 'not its turn (its run condition is false)';
  const text = plain(80, {
    ...lostWakeup,
    standing: lostWakeup.standing.map((each) => ({ ...each, status })),
  });
  const lines = text.split('\n');
  expect(lines.slice(lines.indexOf('Where everyone stands'), -3).join('\n')).toMatchInlineSnapshot(`
    "Where everyone stands
      main          not its turn (its run condition is false)
                    model/freertos/notify.ts:140  rest(() => this.notified > 0);
      pin 4         not its turn (its run condition is false)
                    model/hardware/core.ts:70  rest(() => this.pending);
      pin 4 device  not its turn (its run condition is false)"
  `);
});

test('a moment has a symbol and a word', () => {
  expect([
    momentText({ kind: 'switch', from: 'pin' }),
    momentText({ kind: 'interrupt', of: null }),
    momentText({ kind: 'interrupt', of: 'main' }),
    momentText({ kind: 'block', process: 'main' }),
    momentText({ kind: 'wake', process: 'main' }),
  ]).toEqual(['⇄ SWITCH from pin', '↯ INTERRUPT', '↯ INTERRUPT of main', '■ BLOCK main', '▲ WAKE main']);
});

test('files are called as briefly as they can be told apart', () => {
  expect([...shortNames(['model/a/queue.ts', 'model/b/queue.ts', 'x/notify.ts']).values()]).toEqual([
    'a/queue.ts',
    'b/queue.ts',
    'notify.ts',
  ]);
});

test('steps are named on the console by the same functions as in explanations', () => {
  expect(WRAPPERS).toEqual(TOLD_WRAPPERS);
});
