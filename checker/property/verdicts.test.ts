import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { CheckOptions } from '../options.ts';

/** Verdicts of a scenario with this `build()`: `name: status`, with the length of the trace. */
async function verdicts(build: string, spec = '', options: CheckOptions = {}): Promise<string[]> {
  const loaded = inlineScenario(`
import { always, alwaysPossible, eventually, idle, lostWakeup, scenario, sometimes, stuck, within } from 'upy-check';
import { assume, atomic, busy, check, choose, clock, pause, process, rest, until } from 'upy-check/model';
export default scenario('test', { about: 'test', ${spec} variants: { only: { holds: true } }, build() {
${build}
} });`);
  for await (const result of check(loaded, options)) {
    const lines = result.properties.map(
      ({ name, status, trace }) => `${name}: ${status}${trace === null ? '' : ` in ${trace.steps.length}`}`,
    );
    const limit = result.limit === null ? '' : ` (${result.limit.kind} ${result.limit.value})`;
    return [
      `${result.verdict}${limit}, ${result.figures.states} states`,
      ...lines,
      ...result.assumptions.map((a) => `assuming ${a}`),
    ];
  }
  return [];
}

const LOCKS = `
const a = { taken: false }, b = { taken: false };
const lock = (l) => until(() => !l.taken && (l.taken = true, true));
const unlock = (l) => { l.taken = false; };
const done = { count: 0 };`;

describe('deadlock', () => {
  test('of some of the first 31 processes while others go on; nobody asks about the rest', async () => {
    const waitsAt = (n: number) =>
      verdicts(`const s = { i: 0, go: false };
for (let k = 0; k < 33; k++) process('p' + k, () => { if (k === ${n}) { until(() => s.go); s.go = false; } });
process('goes on', () => { while (true) { pause(); s.i = 1 - s.i; } }, { outside: true });`);
    expect(await waitsAt(30)).toEqual(['violated, 2 states', 'deadlock: violated in 0']);
    expect(await waitsAt(31)).toEqual(['holds, 2 states', 'deadlock: holds']);
  });

  test('the 33rd process is not taken for the first', async () => {
    expect(
      await verdicts(`const s = { a: false, b: true };
process('first', () => { until(() => s.a); s.b = false; });
for (let k = 1; k < 32; k++) process('p' + k, () => {});
process('33rd', () => { until(() => s.b); s.a = true; }, { outside: true });`),
    ).toEqual(['holds, 5 states', 'deadlock: holds']);
  });

  test('two locks in opposite orders', async () => {
    expect(
      await verdicts(`${LOCKS}
process('A', () => { lock(a); lock(b); unlock(b); unlock(a); });
process('B', () => { lock(b); lock(a); unlock(a); unlock(b); });`),
    ).toEqual(['violated, 19 states', 'deadlock: violated in 2']);
  });

  test('in the same order there is none', async () => {
    expect(
      await verdicts(`${LOCKS}
process('A', () => { lock(a); lock(b); unlock(b); unlock(a); });
process('B', () => { lock(a); lock(b); unlock(b); unlock(a); });`),
    ).toEqual(['holds, 16 states', 'deadlock: holds']);
  });

  /** A process that has ended and that nobody starts writes nothing any more. */
  test.each([
    ['', 'deadlock: violated in 3'],
    ['if (flag.up) other.start();', 'deadlock: holds'],
  ])('is seen although others go on and one has ended %s', async (again, verdict) => {
    expect(
      await verdicts(`
const flag = { up: false }, free = { yes: true };
const other = process('other', () => { flag.up = true; free.yes = false; flag.up = false; });
process('waits', () => { until(() => flag.up && free.yes); });
process('goes on', () => { while (true) { pause(); ${again} } }, { outside: true });`),
    ).toContain(verdict);
  });

  test('is seen although a tick goes on', async () => {
    expect(
      await verdicts(`${LOCKS}
const tick = clock(); tick.every(10);
process('tick', () => { while (true) { until(() => tick.expired); tick.clear(); } }, { prompt: true });
process('A', () => { lock(a); lock(b); unlock(b); unlock(a); });
process('B', () => { lock(b); lock(a); unlock(a); unlock(b); });`),
    ).toContain('deadlock: violated in 2');
  });

  test('waiting for a tick is none, and neither is a rest', async () => {
    expect(
      await verdicts(`
const tick = clock(); tick.every(10); const s = { ticks: 0 };
process('tick', () => { while (true) { until(() => tick.expired); tick.clear(); s.ticks = 1 - s.ticks; } });
process('A', () => { while (true) { until(() => s.ticks === 1); until(() => s.ticks === 0); } });
process('B', () => { rest(() => false); });`),
    ).toContain('deadlock: holds');
  });
});

describe('time', () => {
  test('a spin wait for a timer under prompt is a timelock, and names where', async () => {
    const lines = await verdicts(
      `
const t = clock(); t.arm(10);
process('spin', () => { while (!t.expired) pause(); });`,
      "timing: 'prompt',",
    );
    expect(lines).toEqual(['violated, 2 states', 'deadlock: holds', 'timelock: violated in 0']);
  });

  test('with busy in the loop there is none', async () => {
    expect(
      await verdicts(
        `
const t = clock(); t.arm(10);
process('spin', () => { while (!t.expired) busy(4); });`,
        "timing: 'prompt',",
      ),
    ).toContain('timelock: holds');
  });

  test('within: the deadline itself is in time, later is not', async () => {
    const model = (us: number) => `
const s = { pending: false };
process('work', () => { s.pending = true; busy(${us}); s.pending = false; });
return [within('work is done in 10 µs', 10, () => s.pending)];`;
    expect(await verdicts(model(10), "timing: 'prompt',")).toContain('work is done in 10 µs: holds');
    expect(await verdicts(model(11), "timing: 'prompt',")).toContain('work is done in 10 µs: violated in 4');
  });

  test('within is violated although nothing else lets time pass', async () => {
    expect(
      await verdicts(
        `
const s = { pending: false };
process('work', () => { s.pending = true; rest(() => false); });
return [within('work is done', 10, () => s.pending)];`,
        "timing: 'prompt',",
      ),
    ).toContain('work is done: violated in 3');
  });
});

describe('properties', () => {
  test('always, sometimes, check, each with the shortest trace', async () => {
    expect(
      await verdicts(`
const s = { n: 0 };
process('count', () => { while (s.n < 3) { s.n++; check(s.n !== 2, 'never two'); } });
return [always('below three', () => s.n < 3), sometimes('one', () => s.n === 1), sometimes('nine', () => s.n === 9)];`),
    ).toEqual([
      'violated, 8 states',
      'never two: violated in 8',
      'below three: holds',
      'one: holds',
      'nine: violated',
      'deadlock: holds',
    ]);
  });

  test('alwaysPossible finds the livelock', async () => {
    expect(
      await verdicts(`
const s = { lost: false, got: false };
process('p', () => { if (choose(2) === 1) s.lost = true; while (!s.got) { if (!s.lost) s.got = true; } });
return [alwaysPossible('it is got', () => s.got)];`),
    ).toContain('it is got: violated in 1');
  });

  test('idle and stuck differ by a running clock', async () => {
    expect(
      await verdicts(`
const t = clock(); const s = { work: true };
process('p', () => { t.arm(10); rest(() => t.expired); s.work = false; });
return [idle('idle', () => !s.work), stuck('stuck', () => !s.work)];`),
    ).toEqual(['violated, 5 states', 'idle: violated in 1', 'stuck: holds', 'deadlock: holds']);
  });

  test('a lost wakeup, and what an assumption excludes', async () => {
    const model = (assumption: string) => `
const s = { waiting: false, pending: false };
const p = process('task', () => { while (true) { if (!s.pending) { s.waiting = true; rest(() => !s.waiting); } s.pending = false; } });
process('isr', () => { ${assumption} s.pending = true; s.waiting = false; });
return [lostWakeup('work is pending', () => s.pending, p)];`;
    expect(await verdicts(model(''))).toContain('lost wakeup: work is pending: violated in 4');
    expect(await verdicts(model("assume(s.waiting, 'interrupts come only to a waiting task');"))).toEqual([
      'holds, 10 states',
      'lost wakeup: work is pending: holds',
      'deadlock: holds',
      'assuming interrupts come only to a waiting task',
    ]);
  });
});

describe('limits are incomplete', () => {
  const COUNTER = `const s = { n: 0 };
process('count', () => { while (true) s.n++; });
return [always('never negative', () => s.n >= 0)];`;

  test('max-states, and the variable that grows is named', async () => {
    const loaded = inlineScenario(`
import { scenario } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('t', { about: 't', variants: { only: { holds: true } }, build() {
const s = { n: 0 };
process('a', () => { while (true) s.n++; });
process('b', () => { if (s.n < 0) s.n = 0; });
} });`);
    for await (const { verdict, limit } of check(loaded, { maxStates: 20_000 })) {
      expect(verdict).toBe('incomplete');
      expect(limit).toMatchObject({ kind: 'max-states', value: '20000', growing: ['s.n'] });
    }
  });

  test('max-depth and max-memory', async () => {
    expect((await verdicts(COUNTER, '', { maxDepth: 100 }))[0]).toBe(
      'incomplete (max-depth 100), 101 states',
    );
    expect((await verdicts(COUNTER, '', { maxMemory: 3_000_000 }))[0]).toMatch(
      /^incomplete \(max-memory 3000000\), \d+ states$/,
    );
  });

  test('a violation found before the limit stays one', async () => {
    const lines = await verdicts(
      `const s = { n: 0 };
process('count', () => { while (true) s.n++; });
return [always('below five', () => s.n < 5)];`,
      '',
      { maxStates: 1000 },
    );
    expect(lines).toContain('below five: violated in 10');
  });

  test('fingerprints say how probable an omission is', async () => {
    const loaded = inlineScenario(`
import { scenario, sometimes } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('t', { about: 't', variants: { only: { holds: true } }, build() {
const s = { n: 0 };
process('a', () => { for (let i = 0; i < 5; i++) s.n = i; });
return [sometimes('four', () => s.n === 4)];
} });`);
    for await (const { figures } of check(loaded, { store: 'fingerprint' })) {
      expect(figures.states).toBe(6);
      expect(figures.omissionProbability).toBeCloseTo(36 / 2 ** 65, 30);
    }
  });

  test('a number that is kept beyond 32 bits is said, and the search ends', async () => {
    await expect(
      verdicts(`const s = { a: 0, w: 0 };
process('p', () => { let by = 0; for (;;) { by = by * 3 - 1; if (s.a > 3) by = 1; s.a = by & 3; } });
process('q', () => { s.a = 1; });
return [sometimes('one', () => s.a === 1)];`),
    ).rejects.toThrow('UPY216: by holds -5230176601, which leaves 32 bits');
  });

  test('null and every integer of 32 bits do not fit in one variable: said, not wrapped', async () => {
    await expect(
      verdicts(`const s = { x: null };
process('p', () => { s.x = 2147483647; s.x = null; s.x = -2147483648; });
return [sometimes('low', () => s.x === -2147483648)];`),
    ).rejects.toThrow('UPY215: s.x holds integers as well as null or symbols, and needs more than 32 bits');
  });
});

describe('many questions', () => {
  const MODEL =
    "const s = { i: 0 };\nprocess('p', () => { s.i = 1; s.i = 2; });\nprocess('q', () => { s.i = 5; });\n";
  /** So many of a kind; the last is violated. */
  const asked = (kind: string, count: number): Promise<string[]> =>
    verdicts(
      `${MODEL}for (let k = 0; k < ${count}; k++) { const most = k === ${count - 1} ? 5 : 9; ${kind.replace('NAME', 'String(k)')} }`,
    );
  const violated = (told: readonly string[]) =>
    told.filter((line) => /^\d+: violated/u.test(line)).map((line) => line.split(':')[0]);

  test.each([
    ['always(NAME, () => s.i < most);', 31],
    ['sometimes(NAME, () => s.i === (most === 9 ? 5 : 3));', 31],
    ['idle(NAME, () => s.i < most);', 30],
    ['stuck(NAME, () => s.i < most);', 30],
  ])('%s up to %i', async (kind, most) => {
    const told = await asked(kind, most);
    expect([told.length, violated(told)]).toEqual([most + 2, [String(most - 1)]]);
    await expect(asked(kind, most + 1)).rejects.toThrow(
      `UPY219: ${most + 1} questions are asked of each state`,
    );
  });

  test.each([
    'alwaysPossible(NAME, () => s.i < most);',
    'eventually(NAME, () => s.i === (most === 9 ? 2 : 3));',
    'within(NAME, 5, () => s.i === 5 && most === 5);',
  ])('%s: forty', async (kind) => {
    const told = await asked(kind, 40);
    expect(told.filter((line) => /^\d+: /u.test(line))).toHaveLength(40);
    expect(violated(told)).toEqual(['39']);
  });
});
