import { expect, test } from 'vitest';
import { inlineScenario } from '../checker/language/inline_scenario.ts';
import { simulate } from '../checker/simulate.ts';
import type { ProcessStatus, Trace, TraceStep } from '../checker/trace.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import { ascii } from './ascii.ts';
import { change, lostWakeup } from './fake.ts';
import { type Paint, paint } from './paint.ts';
import { simulationText } from './simulation.ts';
import { length } from './text.ts';
import { timelineLines } from './timeline.ts';
import { timelineLanes } from './timeline_lanes.ts';

const plain = (trace: Trace, width: number) => timelineLines(trace, { paint: paint(0), width });

/** Tasks on two cores, an interrupt, a timer that wakes, a sleeper, a process that only waits. */
const two = inlineScenario(
  `import { scenario } from 'upy-check';
import { atomic, busy, note, process, rest, until } from 'upy-check/model';
export default scenario('two', { about: 'x', variants: { only: { holds: true } }, build() {
  const s = { ready: false, done: 0, irq: false, held: false };
  process('reader', () => { until(() => s.ready); s.done = 1; }, { lane: { core: 'core 1', kind: 'task' } });
  process('writer', () => { busy(20); atomic(() => { s.ready = true; note('given'); }); s.done = 2; rest(() => false); },
    { lane: { core: 'core 0', kind: 'task' }, runs: () => !s.irq });
  process('tick', () => { atomic(() => { s.irq = true; }); s.held = true; atomic(() => { s.irq = false; }); },
    { lane: { core: 'core 0', kind: 'isr' } });
  process('idler', () => { rest(() => false); }, { lane: { core: 'core 0', kind: 'task' } });
  process('a thread with a name that is longer than there is room for in a narrow terminal', () => { s.done = 3; });
} });`,
  'two.ts',
);

test('a lost wakeup on a board', async () => {
  const text = plain(lostWakeup, 110).join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('goldens/timeline-lost-wakeup.txt');
});

test('one run on two cores, 80 columns wide, also in ASCII', async () => {
  const run = simulate(two, 'only', { seed: 4 });
  const text = simulationText(run, { paint: paint(0), width: 80, timeline: true });
  await expect(`${text}\n\n${ascii(text)}\n`).toMatchFileSnapshot('goldens/timeline-two-cores.txt');
  expect(ascii(text)).toMatch(/^[\x00-\x7f]*$/u);
});

test.each([40, 60, 80, 120])('no line is longer than %i characters', (width) => {
  const run = simulate(two, 'only', { seed: 4 });
  for (const trace of [run.trace, lostWakeup])
    expect(plain(trace, width).filter((line) => length(line) > Math.max(width, 60))).toEqual([]);
});

test('columns go by core, tasks before interrupts; who has no part has none', () => {
  const run = simulate(two, 'only', { seed: 4 });
  expect(timelineLanes(run.trace).map(({ process, opens }) => [process.slice(0, 8), opens])).toEqual([
    ['writer', true],
    ['tick', false],
    ['reader', true],
    ['a thread', true],
  ]);
  const { start } = run.trace;
  const backwards = { ...run.trace, start: { ...start, processes: [...start.processes].reverse() } };
  expect(timelineLanes(backwards)).toEqual(timelineLanes(run.trace));
});

test('what repeats stands between rulers', () => {
  const lines = plain({ ...lostWakeup, loop: 5 }, 100);
  const at = lines.findIndex((line) => line.startsWith('══ from here on it repeats for ever'));
  expect(lines[at + 1]).toMatch(/^ 5 /u);
  expect(lines.at(-1)).toMatch(/^══ ↺ everything is as before step 5 again ═+$/u);
  const stays = plain({ ...lostWakeup, loop: lostWakeup.steps.length + 1 }, 100);
  expect(stays.at(-1)).toMatch(/^══ nothing has to happen any more ═+$/u);
});

test('names that act on a terminal are shown', () => {
  const evil = '\u001b[31mred\u202e';
  const text = JSON.stringify(lostWakeup).replaceAll('"pin 4"', JSON.stringify(evil));
  expect(plain(JSON.parse(text) as Trace, 100).join('\n')).not.toMatch(/[\u0000-\u0009\u001b\u202e]/u);
});

test('columns stand close together where they would take more than half of the width', () => {
  const many = inlineScenario(
    `import { scenario } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('many', { about: 'x', variants: { only: { holds: true } }, build() {
  const s = { n: 0 };
  for (let i = 0; i < 20; i++) process('p' + i, () => { s.n++; });
} });`,
    'many.ts',
  );
  const { trace } = simulate(many, 'only');
  const gaps = (width: number) => {
    const at = plain(trace, width).flatMap((line) => (line.includes('┌') ? [line.indexOf('┌')] : []));
    return [at.length, ...new Set(at.slice(1).map((each, i) => each - (at[i] ?? 0)))];
  };
  expect([gaps(60), gaps(120)]).toEqual([
    [20, 1],
    [20, 2],
  ]);
});

test('what is drawn in which colour', async () => {
  const marked = (mark: string) => (text: string) => (text.trim() === '' ? text : `‹${mark} ${text}›`);
  const paints: Paint = {
    good: marked('good'),
    bad: marked('bad'),
    unsure: marked('unsure'),
    strong: marked('strong'),
    faint: marked('faint'),
    accent: marked('accent'),
  };
  const text = timelineLines(lostWakeup, { paint: paints, width: 110 }).join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('goldens/timeline-colours.txt');
});

test('what is too long is cut: 40, 58 and 72 columns', async () => {
  const text = [40, 58, 72].map((width) => plain(lostWakeup, width).join('\n')).join('\n\n');
  await expect(`${text}\n`).toMatchFileSnapshot('goldens/timeline-narrow.txt');
});

/** Processes by name: core (none for `-`), kind, and how they stand. */
const STAND: Readonly<Record<string, readonly [core: string, kind: Lane['kind'], status: ProcessStatus]>> = {
  main: ['core 0', 'task', 'can go on'],
  low: ['core 0', 'task', 'not its turn'],
  sleeper: ['core 0', 'task', 'asleep'],
  tick: ['core 0', 'isr', 'not its turn'],
  other: ['core 1', 'thread', 'busy'],
  late: ['core 1', 'thread', 'not started'],
  dma: ['-', 'hardware', 'can go on'],
};

/** A trace of {@link STAND}, each step of which says what it does otherwise than nothing. */
function made(steps: readonly (Partial<TraceStep> & Pick<TraceStep, 'process'>)[]): Trace {
  const laneOf = (name: string): Lane => {
    const [core, kind] = STAND[name] as (typeof STAND)[string];
    return core === '-' ? { kind } : { core, kind };
  };
  const empty = { timeUs: 0, stack: [], place: null, functions: [], changes: [], notes: [], moments: [] };
  return {
    ...lostWakeup,
    start: {
      ...lostWakeup.start,
      processes: Object.entries(STAND).map(([name, [, , status]]) => ({
        name,
        lane: laneOf(name),
        role: 'system',
        status,
        place: null,
      })),
    },
    steps: steps.map((step, i) => ({
      ...empty,
      index: i + 1,
      lane: step.process === null ? null : laneOf(step.process),
      operation: 'write',
      statuses: [],
      ordinal: 0,
      ...step,
    })),
  };
}

const at = (line: number, text: string) => ({ file: 'a.ts', line, column: 1, text });
/** So that everybody has a column. */
const everybody: Parameters<typeof made>[0] = Object.keys(STAND).map((process) => ({ process }));

test('lines lead from who acts to all whom he touches, over others', () => {
  const trace = made([
    ...everybody,
    { process: 'main', place: at(1, 'wake();'), moments: [{ kind: 'wake', process: 'dma' }] },
    {
      process: 'other',
      place: at(2, 'both();'),
      moments: [
        { kind: 'block', process: 'main' },
        { kind: 'wake', process: 'sleeper' },
      ],
    },
    { process: 'tick', place: at(3, 'enter();'), moments: [{ kind: 'interrupt', of: 'low' }] },
    // Whom it interrupted had gone to sleep: nobody.
    { process: 'tick', place: at(3, 'enter();'), moments: [{ kind: 'interrupt', of: 'sleeper' }] },
    { process: 'tick', place: at(3, 'enter();'), moments: [{ kind: 'interrupt', of: null }] },
    { process: 'low', place: at(4, 'wait();'), moments: [{ kind: 'block', process: 'low' }] },
    { process: 'low', place: at(5, 'go();'), moments: [{ kind: 'switch', from: 'main' }] },
    { process: 'dma', place: at(6, 'done();'), moments: [{ kind: 'wake', process: 'dma' }] },
  ]);
  const steps = plain(trace, 100).filter((line) => /^ ?(?:[89]|1\d) /u.test(line));
  expect(steps).toEqual([
    ' 8  █─┼───────────▲  main: a.ts:1  ▲ WAKE dma  wake();',
    ' 9  ■─┼─▲────█    │  other: a.ts:2  ■ BLOCK main  ▲ WAKE sleeper  both();',
    '10  │ ┊───█  ║    │  tick: a.ts:3  ↯ INTERRUPT of low  enter();',
    '11  │ ┊ · █  ║    │  a.ts:3  ↯ INTERRUPT  enter();',
    '12  │ ┊ · █  ║    │  a.ts:3  ↯ INTERRUPT  enter();',
    '13  │ ■ ·    ║    │  low: a.ts:4  wait();',
    '14  │ █ ·    ║    │  a.ts:5  go();',
    '15  │ ┊ ·    ║    █  dma: a.ts:6  ▲ WAKE dma  done();',
  ]);
});

test('time: of the first step, none that passes, and no column where nobody asks', () => {
  const rows = (steps: Parameters<typeof made>[0]) =>
    plain(made(steps), 80).filter((line) => /^\d/u.test(line));
  const main = { process: 'main', place: at(1, 'go();') };
  expect(
    rows([
      { ...main, timeUs: 1 },
      { process: null, timeUs: 1 },
      { ...main, timeUs: 3 },
    ]),
  ).toEqual([
    '1  1 µs  █  main: a.ts:1  go();',
    '2        │  ··· time goes on ···',
    '3  3 µs  █  main: a.ts:1  go();',
  ]);
  expect(rows([{ process: null }, { process: null, timeUs: 1 }, { ...main, timeUs: 1 }])).toEqual([
    '1  0 µs  │  ··· time goes on ···',
    '2  1 µs  │  ··· 1 µs passes ···',
    '3        █  main: a.ts:1  go();',
  ]);
  expect(rows([main, main])).toEqual(['1  █  main: a.ts:1  go();', '2  █  a.ts:1  go();']);
});

test('as many changes as a line holds, and how many more there are', () => {
  const changes = ['a', 'bb', 'ccc'].map((name) => change(name, 0, 1));
  const below = (width: number) =>
    plain(made([{ process: 'main', place: at(1, 'go();'), changes }]), width)
      .at(-1)
      ?.replace('   │  ', '');
  expect([60, 45, 44, 40, 39, 28, 26, 25, 20].map(below)).toEqual([
    '· a: 0 → 1   · bb: 0 → 1   · ccc: 0 → 1',
    '· a: 0 → 1   · bb: 0 → 1   · ccc: 0 → 1',
    '· a: 0 → 1   · bb: 0 → 1   +1 more',
    '· a: 0 → 1   · bb: 0 → 1   +1 more',
    '· a: 0 → 1   +2 more',
    '· a: 0 → 1   +2 more',
    '· a: 0 → 1   +2 more',
    '· a: 0 →…   +2 more',
    '· a:…   +2 more',
  ]);
});
