import { expect, test } from 'vitest';
import { inlineScenario } from '../checker/language/inline_scenario.ts';
import { simulate } from '../checker/simulate.ts';
import type { Trace } from '../checker/trace.ts';
import { ascii } from './ascii.ts';
import { lostWakeup } from './fake.ts';
import { paint } from './paint.ts';
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
