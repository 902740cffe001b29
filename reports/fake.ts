import type { Change, Frame, Moment, Place, Trace, TraceStep } from '../checker/trace.ts';
import type { PropertyVerdict, VariantResult } from '../checker/verdict.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import type { CheckedVariant, ReportEvent, Settings, Totals } from './events.ts';

/** Fixed results for the tests of reporters: an esp32 lost wakeup as a user would meet it. */

const POLL = 'model/micropython/uevent.ts';
const NOTIFY = 'model/freertos/notify.ts';
const IRQ = 'model/ports/esp32.ts';
const SCENARIO = 'scenarios/uevent_wake.ts';

export function place(file: string, line: number, text: string, column = 5): Place {
  return { file, line, column, text };
}

const MAIN: Lane = { core: 'core 0', kind: 'task' };
const PIN: Lane = { core: 'core 0', kind: 'isr' };
const OUTSIDE: Lane = { kind: 'outside' };

interface Sketch {
  readonly who: string | null;
  readonly lane: Lane | null;
  readonly calls?: readonly string[];
  readonly soft?: boolean;
  readonly at: Place | null;
  readonly does: string;
  readonly changes?: readonly Change[];
  readonly moments?: readonly Moment[];
  readonly notes?: readonly string[];
  readonly timeUs?: number;
  readonly statuses?: TraceStep['statuses'];
}

function frames(sketch: Sketch, where: Place): Frame[] {
  const calls = sketch.calls ?? [];
  return calls.map((name, i) => ({
    function: name,
    place: where,
    hook: sketch.soft === true && i === calls.length - 1,
  }));
}

function step(sketch: Sketch, index: number): TraceStep {
  return {
    index,
    process: sketch.who,
    lane: sketch.lane,
    timeUs: sketch.timeUs ?? 0,
    stack: sketch.at === null ? [] : frames(sketch, sketch.at),
    place: sketch.at,
    operation: sketch.does,
    functions: sketch.calls ?? [],
    changes: sketch.changes ?? [],
    notes: sketch.notes ?? [],
    moments: sketch.moments ?? [],
    statuses: sketch.statuses ?? [],
    ordinal: 0,
  };
}

export function change(
  variable: string,
  before: number | string | boolean,
  after: number | string | boolean,
): Change {
  return { variable, before: String(before), after: String(after) };
}

const SKETCHES: readonly Sketch[] = [
  {
    who: 'main',
    lane: MAIN,
    calls: ['main', 'poll_ms'],
    at: place(POLL, 88, 'if (this.ready.length > 0) return this.ready.length;'),
    does: 'read',
  },
  {
    who: 'pin 4 device',
    lane: OUTSIDE,
    calls: ['edge'],
    at: place(SCENARIO, 40, 'line.raise();'),
    does: 'write',
    timeUs: 250,
    changes: [change('line.pending', false, true)],
    notes: ['first edge'],
    statuses: [
      { process: 'main', status: 'not its turn' },
      { process: 'pin 4', status: 'can go on' },
      { process: 'pin 4 device', status: 'ended' },
    ],
  },
  {
    who: 'pin 4',
    lane: PIN,
    calls: ['enter'],
    at: place('model/hardware/core.ts', 71, 'atomic(() => { core.enter(this); });'),
    does: 'atomic',
    timeUs: 250,
    moments: [{ kind: 'interrupt', of: 'main' }],
    changes: [change('line.pending', true, false), change('core.level', 0, 3)],
  },
  {
    who: 'pin 4',
    lane: PIN,
    calls: ['handler', 'uevent_post'],
    at: place(POLL, 52, 'this.ready.push(event);'),
    does: 'push',
    timeUs: 250,
    changes: [{ variable: 'ready', before: '[]', after: '[pin 4]', items: ['pin 4'] }],
  },
  {
    who: 'pin 4',
    lane: PIN,
    calls: ['handler', 'uevent_post'],
    at: place(POLL, 53, 'if (this.waiting) vTaskNotifyGiveFromISR(this.main);'),
    does: 'read',
    timeUs: 250,
  },
  {
    who: 'pin 4',
    lane: PIN,
    calls: ['leave'],
    at: place('model/hardware/core.ts', 80, 'atomic(() => { core.leave(this); });'),
    does: 'atomic',
    timeUs: 250,
    changes: [change('core.level', 3, 0)],
    statuses: [
      { process: 'main', status: 'can go on' },
      { process: 'pin 4', status: 'not its turn' },
    ],
  },
  {
    who: 'main',
    lane: MAIN,
    calls: ['main', 'poll_ms'],
    at: place(POLL, 89, 'this.waiting = true;'),
    does: 'write',
    timeUs: 250,
    moments: [{ kind: 'switch', from: 'pin 4' }],
    changes: [change('uevent.waiting', false, true)],
  },
  {
    who: null,
    lane: null,
    at: null,
    does: 'time',
    timeUs: 1250,
    changes: [change('tick', 'running', 'expired')],
  },
  {
    who: 'main',
    lane: MAIN,
    calls: ['main', 'poll_ms', 'mp_handle_pending', 'on_tick'],
    soft: true,
    at: place(IRQ, 120, 'ticks++;'),
    does: 'write',
    timeUs: 1250,
    changes: [change('esp32.ticks', 0, 1)],
  },
  {
    who: 'main',
    lane: MAIN,
    calls: ['main', 'poll_ms', 'ulTaskNotifyTake'],
    at: place(NOTIFY, 140, 'rest(() => this.notified > 0);'),
    does: 'rest',
    timeUs: 1250,
    changes: [change('main.state', "'running'", "'blocked'")],
    moments: [{ kind: 'block', process: 'main' }],
    statuses: [{ process: 'main', status: 'asleep' }],
  },
];

export const lostWakeup: Trace = {
  schema: 'upy-check/trace@1',
  scenario: 'uevent-wake',
  file: SCENARIO,
  variant: 'check-then-sleep',
  parameters: { edges: 1 },
  property: 'lost wakeup: uevent',
  shortest: true,
  start: {
    processes: [
      {
        name: 'main',
        lane: MAIN,
        role: 'system',
        status: 'can go on',
        place: place(POLL, 88, 'if (this.ready.length > 0) return this.ready.length;'),
      },
      {
        name: 'pin 4',
        lane: PIN,
        role: 'system',
        status: 'not its turn',
        place: place('model/hardware/core.ts', 71, 'atomic(() => { core.enter(this); });'),
      },
      {
        name: 'pin 4 device',
        lane: OUTSIDE,
        role: 'outside',
        status: 'can go on',
        place: place(SCENARIO, 40, 'line.raise();'),
      },
    ],
    variables: [
      { name: 'line.pending', kind: 'boolean', value: 'false' },
      { name: 'core.level', kind: 'integer', value: '0' },
      { name: 'ready', kind: 'sequence', value: '[]', items: [] },
      { name: 'uevent.waiting', kind: 'boolean', value: 'false' },
      { name: 'tick', kind: 'clock', value: 'running' },
      { name: 'esp32.ticks', kind: 'integer', value: '0' },
      { name: 'main.state', kind: 'symbol', value: "'running'" },
    ],
    objects: [
      {
        name: 'ready',
        class: 'ReadyList',
        kind: 'queue',
        parts: [
          { role: 'items', variable: 'ready', value: '[]' },
          { role: 'capacity', variable: null, value: '4' },
        ],
      },
    ],
  },
  steps: SKETCHES.map((sketch, i) => step(sketch, i + 1)),
  schedule: 'u1.0102013a0',
  explanation:
    'The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. ' +
    'The interrupt came after main had seen an empty queue and before it said that it waits.',
  standing: [
    {
      process: 'main',
      status: 'blocked',
      place: place(NOTIFY, 140, 'rest(() => this.notified > 0);'),
      stack: [],
    },
    {
      process: 'pin 4',
      status: 'waits for an interrupt',
      place: place('model/hardware/core.ts', 70, 'rest(() => this.pending);'),
      stack: [],
    },
    { process: 'pin 4 device', status: 'ended', place: null, stack: [] },
  ],
};

export function property(over: Partial<PropertyVerdict> = {}): PropertyVerdict {
  return {
    name: 'deadlock',
    kind: 'deadlock',
    status: 'holds',
    place: null,
    trace: null,
    detail: null,
    ...over,
  };
}

export const FIGURES: VariantResult['figures'] = {
  states: 12_345,
  transitions: 45_678,
  depth: 37,
  bitsPerState: 61,
  storeBytes: 2_000_000,
  processes: 3,
  locations: 42,
  omissionProbability: 0,
  reduction: 'none',
};

export function variant(over: Partial<CheckedVariant> = {}): CheckedVariant {
  return {
    scenario: 'uevent-wake',
    about: 'a pin edge must end uevent.poll_ms, wherever in it the edge lands',
    file: SCENARIO,
    variant: 'notify-always',
    parameters: { edges: 1 },
    verdict: 'holds',
    expected: { holds: true },
    asExpected: true,
    because: [],
    properties: [
      property({
        name: 'lost wakeup: uevent',
        kind: 'lost wakeup',
        place: place(SCENARIO, 31, "lostWakeup('uevent', () => ready.length > 0)"),
      }),
      property({
        name: 'both edges are seen',
        kind: 'sometimes',
        place: place(SCENARIO, 34, "sometimes('both edges are seen', …)"),
      }),
      property(),
    ],
    figures: FIGURES,
    limit: null,
    assumptions: [],
    coverage: [],
    profile: null,
    ...over,
  };
}

const violated = property({
  name: 'lost wakeup: uevent',
  kind: 'lost wakeup',
  status: 'violated',
  trace: lostWakeup,
  place: place(SCENARIO, 31, "lostWakeup('uevent', () => ready.length > 0)"),
});

export const holds = variant();
export const assumed = variant({
  variant: 'no-gil',
  assumptions: [
    'code may be arbitrarily slow (timing: any)',
    'assume at scenarios/uevent_wake.ts:12: the pin does not bounce',
  ],
});
export const expectedViolation = variant({
  variant: 'check-then-sleep',
  verdict: 'violated',
  expected: { violates: 'lost wakeup' },
  properties: [violated, property()],
  figures: { ...FIGURES, states: 2001, transitions: 6404, depth: 10 },
});
export const surprise = variant({
  variant: 'check-then-sleep',
  verdict: 'violated',
  asExpected: false,
  because: ["it must hold, but 'lost wakeup: uevent' is violated"],
  properties: [violated, property()],
  figures: { ...FIGURES, states: 2001, transitions: 6404, depth: 10 },
});
export const noLongerFails = variant({
  variant: 'no-notify',
  expected: { violates: 'lost wakeup' },
  asExpected: false,
  because: ["'lost wakeup' must be violated, but it holds"],
});
export const silent = variant({
  variant: 'deaf',
  verdict: 'violated',
  asExpected: false,
  because: ["'both edges are seen' is never reached"],
  properties: [
    property({
      name: 'both edges are seen',
      kind: 'sometimes',
      status: 'violated',
      place: place(SCENARIO, 34, "sometimes('both edges are seen', …)"),
    }),
    property(),
  ],
});
export const cut = variant({
  variant: 'four-threads',
  verdict: 'incomplete',
  asExpected: false,
  because: ['the search was cut off'],
  limit: { kind: 'max-states', value: '1000000', growing: ['seen.edges', 'esp32.ticks'] },
  properties: [
    property({ name: 'both edges are seen', kind: 'sometimes' }),
    property({ status: 'undecided' }),
  ],
  figures: { ...FIGURES, states: 1_000_000, transitions: 3_456_789, depth: 412 },
});

export const SETTINGS: Settings = {
  store: 'exact',
  search: 'breadth-first',
  preemptions: null,
  runs: null,
  bugDepth: null,
  workers: null,
  reduce: null,
  maxStates: null,
  maxDepth: null,
  maxMemory: 4_294_967_296,
  maxTimeMs: null,
  coverage: false,
  seed: null,
};

export const TOTALS: Totals = {
  scenarios: 1,
  variants: 0,
  asExpected: 0,
  notAsExpected: 0,
  incomplete: 0,
  errors: 0,
  states: 0,
  transitions: 0,
  wallMs: 0,
};

/** A run of these variants, 400 ms each. */
export function run(
  results: readonly CheckedVariant[],
  over: Partial<Totals> = {},
  alone = true,
): ReportEvent[] {
  const first = results[0] ?? holds;
  const totals: Totals = {
    ...TOTALS,
    variants: results.length,
    wallMs: 400 * results.length,
    incomplete: results.filter((each) => each.verdict === 'incomplete').length,
    asExpected: results.filter((each) => each.asExpected).length,
    notAsExpected: results.filter((each) => !each.asExpected && each.verdict !== 'incomplete').length,
    states: results.reduce((sum, each) => sum + each.figures.states, 0),
    transitions: results.reduce((sum, each) => sum + each.figures.transitions, 0),
    ...over,
  };
  const exit =
    totals.errors > 0
      ? ({ code: 2, reason: 'error' } as const)
      : totals.notAsExpected > 0
        ? ({ code: 1, reason: 'not as expected' } as const)
        : totals.incomplete > 0
          ? ({ code: 3, reason: 'incomplete' } as const)
          : ({ code: 0, reason: 'as expected' } as const);
  return [
    { type: 'run-started', version: '0.1.0', settings: SETTINGS },
    {
      type: 'scenario-started',
      scenario: first.scenario,
      about: first.about,
      file: first.file,
      variants: results.map((each) => each.variant),
      alone,
    },
    ...results.map((result) => ({ type: 'variant-finished', result, wallMs: 400 }) as const),
    { type: 'run-finished', totals, exit },
  ];
}
