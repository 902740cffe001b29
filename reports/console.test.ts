import { describe, expect, test } from 'vitest';
import { ConsoleReporter, type ConsoleStyle } from './console.ts';
import { publish, type ReportEvent } from './events.ts';
import {
  assumed,
  cut,
  expectedViolation,
  FIGURES,
  holds,
  noLongerFails,
  place,
  property,
  run,
  silent,
  surprise,
  variant,
} from './fake.ts';
import { paint } from './paint.ts';

function report(events: readonly ReportEvent[], over: Partial<ConsoleStyle> = {}): string {
  let text = '';
  const reporter = new ConsoleReporter(
    (part) => {
      text += part;
    },
    { paint: paint(0), width: 110, traces: 'unexpected', ...over },
  );
  for (const event of events) publish([reporter], event);
  return text;
}

describe('the console report', () => {
  test('of verdicts that are as expected', () => {
    expect(
      report(run([holds, assumed, variant({ ...assumed, variant: 'also' }), expectedViolation])),
    ).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✓ notify-always     holds                 12,345 states, 45,678 transitions, depth 37, 0.4 s
      ✓ no-gil            holds                 12,345 states, 45,678 transitions, depth 37, 0.4 s
          holds under 2 assumptions:
            · code may be arbitrarily slow (timing: any)
            · assume at scenarios/uevent_wake.ts:12: the pin does not bounce
      ✓ also              holds                 12,345 states, 45,678 transitions, depth 37, 0.4 s
          holds under the same 2 assumptions
      ✓ check-then-sleep  violated as expected  2,001 states, 6,404 transitions, depth 10, 0.4 s
          violated: lost wakeup: uevent  scenarios/uevent_wake.ts:31
            asked: nothing may come to rest for ever while there is work that somebody should wake up for
            The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it.
            The interrupt came after main had seen an empty queue and before it said that it waits.
            trace of 10 steps; --trace all prints it

      4 variants in 1 scenario: 4 as expected   39,036 states in 1.6 s
      "
    `);
  });

  test('of the stated reason, and with --coverage of what was looked at', () => {
    const reason = {
      property: 'lost wakeup: uevent',
      through: [
        { function: 'uevent_post', step: 4 },
        { function: 'ulTaskNotifyTake', step: 10 },
      ],
      also: ['every edge is seen'],
    };
    const statement = { line: 1, column: 1, text: 'a();', reached: true };
    const covered = variant({
      ...holds,
      properties: [property({ kind: 'sometimes', name: 'both edges are seen', steps: 61 })],
      coverage: [
        { file: holds.file, statements: [statement, { ...statement, reached: false }], branches: [] },
        { file: 'library.ts', statements: [statement], branches: [] },
      ],
    });
    const [started, ...events] = run([covered, variant({ ...expectedViolation, reason })]);
    if (started?.type !== 'run-started') throw new Error('no start');
    const withCoverage = { ...started, settings: { ...started.settings, coverage: true } };
    const lines = report([withCoverage, ...events]).split('\n');
    expect(lines.filter((line) => /^ {4}(?:covered|seen|as stated|\S)/u.test(line))).toEqual([
      '    covered: 12,345 states (all), at most 37 steps from the start; they reach 1 of 2 statements of',
      '    scenarios/uevent_wake.ts',
      '    seen: both edges are seen, 61 steps from the start',
      "    as stated: through uevent_post in step 4, ulTaskNotifyTake in step 10; also 'every edge is seen'",
      '    violated: lost wakeup: uevent  scenarios/uevent_wake.ts:31',
    ]);
    expect(report([started, ...events])).not.toContain('covered');
  });

  test('of an unexpected violation: the whole trace', () => {
    expect(report(run([surprise]))).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✗ check-then-sleep  violated              2,001 states, 6,404 transitions, depth 10, 0.4 s
          NOT AS EXPECTED: it must hold, but 'lost wakeup: uevent' is violated
          violated: lost wakeup: uevent  scenarios/uevent_wake.ts:31
            asked: nothing may come to rest for ever while there is work that somebody should wake up for

      10 steps, no shorter trace exists. A numbered line is one indivisible step, with what it changed below; others
      may run between two lines.

      ── main  task on core 0 ──────────────────────────────────────────────────────────────────────────────────────
       1     0 µs  poll_ms               uevent.ts:88       read    if (this.ready.length > 0) return this.ready.le…
      ── pin 4 device  outside world ───────────────────────────────────────────────────────────────────────────────
                   » first edge
       2   250 µs  edge                  uevent_wake.ts:40  write   line.raise();
                     · line.pending: false → true
      ── pin 4  ISR on core 0  ↯ INTERRUPT of main ─────────────────────────────────────────────────────────────────
       3   250 µs  enter                 core.ts:71         atomic  atomic(() => { core.enter(this); });
                     · line.pending: true → false   · core.level: 0 → 3
       4   250 µs  uevent_post           uevent.ts:52       push    this.ready.push(event);
                     · ready: [] → [pin 4]
       5   250 µs  uevent_post           uevent.ts:53       read    if (this.waiting) vTaskNotifyGiveFromISR(this.m…
       6   250 µs  leave                 core.ts:80         atomic  atomic(() => { core.leave(this); });
                     · core.level: 3 → 0
      ── main  task on core 0  ⇄ SWITCH from pin 4 ─────────────────────────────────────────────────────────────────
       7   250 µs  poll_ms               uevent.ts:89       write   this.waiting = true;
                     · uevent.waiting: false → true
       8  ··· 1 ms passes, now 1.25 ms ···
                     · tick: running → expired
      ── main  task on core 0, in a hook or soft callback ──────────────────────────────────────────────────────────
       9  1.25 ms  on_tick               esp32.ts:120       write   ticks++;
                     · esp32.ticks: 0 → 1
      ── main  task on core 0 ──────────────────────────────────────────────────────────────────────────────────────
      10  1.25 ms  ulTaskNotifyTake      notify.ts:140      rest    rest(() => this.notified > 0);
                     · main.state: 'running' → 'blocked'   ■ BLOCK main

      What went wrong
        The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The
        interrupt came after main had seen an empty queue and before it said that it waits.

      Where everyone stands
        main          blocked                 notify.ts:140  rest(() => this.notified > 0);
        pin 4         waits for an interrupt  core.ts:70     rest(() => this.pending);
        pin 4 device  ended

      See it again
        npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1.0102013a0


      1 variant in 1 scenario: 1 NOT AS EXPECTED   2,001 states in 0.4 s
      "
    `);
  });

  test('of a buggy variant that no longer fails', () => {
    expect(report(run([noLongerFails]))).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✗ no-notify  holds                 12,345 states, 45,678 transitions, depth 37, 0.4 s
          NOT AS EXPECTED: 'lost wakeup' must be violated, but it holds

      1 variant in 1 scenario: 1 NOT AS EXPECTED   12,345 states in 0.4 s
      "
    `);
  });

  test('of a sometimes that is never reached', () => {
    expect(report(run([silent]))).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✗ deaf  violated              12,345 states, 45,678 transitions, depth 37, 0.4 s
          NOT AS EXPECTED: 'both edges are seen' is never reached
          never reached: both edges are seen  scenarios/uevent_wake.ts:34
            the model never comes to 'both edges are seen': either the design cannot do this or the model does
            nothing

      1 variant in 1 scenario: 1 NOT AS EXPECTED   12,345 states in 0.4 s
      "
    `);
  });

  test('of a search that was cut off', () => {
    expect(report(run([cut]))).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ? four-threads  incomplete            1,000,000 states, 3,456,789 transitions, depth 412, 0.4 s
          NOT DECIDED: the search was cut off
          stopped by --max-states 1,000,000: no violation in what was searched proves nothing about the rest
          still growing: seen.edges, esp32.ticks; give each a maximum or let it wrap, or the model has no end
          undecided: deadlock

      1 variant in 1 scenario: 1 incomplete   1,000,000 states in 0.4 s, 2,500,000 states/s
      "
    `);
  });

  test('of two properties that one run violates: its trace once', () => {
    const [first] = surprise.properties;
    if (first?.trace == null) throw new Error('the surprise has a trace');
    const second = {
      ...first,
      name: 'every edge is seen',
      kind: 'idle' as const,
      trace: { ...first.trace, explanation: 'An edge is not seen.' },
    };
    const both = { ...surprise, properties: [first, second, property()] };
    const text = report(run([both]));
    expect(text.match(/See it again/gu)).toHaveLength(1);
    const lines = text.split('\n');
    expect(lines.slice(4, 8).join('\n')).toMatchInlineSnapshot(`
      "    violated: lost wakeup: uevent  scenarios/uevent_wake.ts:31
          violated: every edge is seen  scenarios/uevent_wake.ts:31
            asked: nothing may come to rest for ever while there is work that somebody should wake up for
            asked: whenever nothing can run until time passes or something outside happens, this must be true"
    `);
    const start = lines.indexOf('What went wrong');
    expect(lines.slice(start, start + 5).join('\n')).toMatchInlineSnapshot(`
      "What went wrong
        · The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The
          interrupt came after main had seen an empty queue and before it said that it waits.
        · An edge is not seen.
      "
    `);
    const brief = report(run([both]), { traces: 'none' });
    expect(brief.match(/--trace all prints it/gu)).toHaveLength(1);
    // Another run, another trace.
    const other = { ...second, trace: { ...second.trace, steps: second.trace.steps.slice(1) } };
    expect(report(run([{ ...both, properties: [first, other] }])).match(/See it again/gu)).toHaveLength(2);
  });

  test('of a model error with its cause', () => {
    const error = property({
      name: 'index out of range',
      kind: 'model error',
      status: 'violated',
      place: place('scenarios/ring.ts', 12, 'ring[head] = x;'),
      detail: 'head is 4, and ring has 4 elements; take head modulo 4',
    });
    expect(
      report(
        run([
          variant({
            verdict: 'violated',
            asExpected: false,
            because: ['model error: index out of range'],
            properties: [error],
          }),
        ]),
      ),
    ).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✗ notify-always  violated              12,345 states, 45,678 transitions, depth 37, 0.4 s
          NOT AS EXPECTED: model error: index out of range
          violated: index out of range  scenarios/ring.ts:12
            asked: values must stay in their ranges, indices in their arrays, and null must not be used
            head is 4, and ring has 4 elements; take head modulo 4

      1 variant in 1 scenario: 1 NOT AS EXPECTED   12,345 states in 0.4 s
      "
    `);
  });

  test('of fingerprints', () => {
    expect(
      report(run([variant({ figures: { ...FIGURES, omissionProbability: 4.1e-12 } })])),
    ).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✓ notify-always  holds                 12,345 states, 45,678 transitions, depth 37, 0.4 s
          holds under 1 assumption:
            · states are told apart by 64-bit fingerprints; one was missed with probability 4.1e-12

      1 variant in 1 scenario: 1 as expected   12,345 states in 0.4 s
      "
    `);
  });

  test('of a refusal', () => {
    expect(
      report([
        ...run([]).slice(0, 2),
        {
          type: 'error',
          file: 'scenarios/x.ts',
          scenario: 'x',
          variant: 'fixed',
          problem: {
            code: 'UPY110',
            what: 'async functions cannot be model code',
            place: place('scenarios/x.ts', 7, 'async () => {'),
            likely: 'asyncio is meant',
            remedy: 'use model/asyncio',
          },
        },
        ...run([], { errors: 1 }).slice(2),
      ]),
    ).toMatchInlineSnapshot(`
      "uevent-wake  scenarios/uevent_wake.ts
        a pin edge must end uevent.poll_ms, wherever in it the edge lands
      ✗ x / fixed  could not be checked
      error UPY110: async functions cannot be model code
        at      scenarios/x.ts:7:5
                  async () => {
        likely  asyncio is meant
        do      use model/asyncio

      0 variants in 1 scenario: 1 error   0 states in 0.0 s
      "
    `);
  });

  test('--trace all prints the traces of expected violations, none prints no trace', () => {
    expect(report(run([expectedViolation]), { traces: 'all' })).toContain('⇄ SWITCH from pin 4');
    expect(report(run([surprise]), { traces: 'none' })).not.toContain('⇄ SWITCH');
  });

  test('a violation on another path than stated shows its trace', () => {
    const elsewhere = variant({
      ...expectedViolation,
      asExpected: false,
      because: ["the trace does not pass through 'uevent_wait'"],
    });
    expect(report(run([elsewhere]))).toContain('⇄ SWITCH from pin 4');
  });

  test('a witness is shown when there is one', () => {
    const [violated] = surprise.properties;
    const reached = property({
      name: 'both edges are seen',
      kind: 'sometimes',
      trace: violated?.trace ?? null,
    });
    expect(report(run([variant({ properties: [reached] })]))).toContain(
      '    reached: both edges are seen (10 steps)\n',
    );
  });

  test('an interrupted run says so', () => {
    const events = run([cut]).slice(0, -1);
    const finished = run([cut]).at(-1);
    if (finished?.type !== 'run-finished') throw new Error('the last event ends the run');
    expect(report([...events, { ...finished, exit: { code: 130, reason: 'interrupted' } }])).toContain(
      'Interrupted: what is above is what was found so far.',
    );
  });

  test('with colours', () => {
    expect(
      JSON.stringify(
        report(run([holds, noLongerFails, cut]), { paint: paint(1) })
          .split('\n')
          .filter((line) => /^\S+[✓✗?]/u.test(line)),
      ),
    ).toMatchInlineSnapshot(
      `"["\\u001b[32m✓\\u001b[39m notify-always  \\u001b[32mholds               \\u001b[39m  \\u001b[2m12,345 states, 45,678 transitions, depth 37, 0.4 s\\u001b[22m","\\u001b[1m\\u001b[31m✗\\u001b[39m\\u001b[22m no-notify      \\u001b[1m\\u001b[31mholds               \\u001b[39m\\u001b[22m  \\u001b[2m12,345 states, 45,678 transitions, depth 37, 0.4 s\\u001b[22m","\\u001b[33m?\\u001b[39m four-threads   \\u001b[33mincomplete          \\u001b[39m  \\u001b[2m1,000,000 states, 3,456,789 transitions, depth 412, 0.4 s\\u001b[22m"]"`,
    );
  });
});
