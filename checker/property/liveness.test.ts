import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { CheckOptions } from '../options.ts';
import type { VariantResult } from '../verdict.ts';

async function result(build: string, spec = '', options: CheckOptions = {}): Promise<VariantResult> {
  const loaded = inlineScenario(`
import { eventually, leadsTo, scenario } from 'upy-check';
import { assume, atomic, busy, check, choose, clock, pause, process, rest, until } from 'upy-check/model';
export default scenario('test', { about: 'test', ${spec} variants: { only: { holds: true } }, build() {
${build}
} });`);
  for await (const each of check(loaded, options)) return each;
  throw new Error('no variant');
}

/** `status`, or the lengths of stem and loop: `violated 3+4`. */
async function verdict(build: string, spec = '', options: CheckOptions = {}): Promise<string> {
  const { properties } = await result(build, spec, options);
  const found = properties.find(({ kind }) => kind === 'eventually' || kind === 'leadsTo');
  if (found === undefined) throw new Error('no liveness property');
  const { status, trace } = found;
  if (trace === null) return status;
  const stem = (trace.loop ?? 0) - 1;
  return `${status} ${stem}+${trace.steps.length - stem}`;
}

const STRONG = "fairness: 'strong',";
const PROMPT = "timing: 'prompt',";

describe('mutual exclusion', () => {
  const peterson = (turn: boolean) => `
const s = { tries: false, wants: [false, false], turn: 0, inside: [false, false] };
const body = (me, other) => () => {
  while (true) {
    if (choose(2) === 0) { pause(); continue; }
    if (me === 0) s.tries = true;
    s.wants[me] = true;
    ${turn ? 's.turn = other;' : ''}
    until(() => !s.wants[other]${turn ? ' || s.turn === me' : ''});
    s.inside[me] = true;
    if (me === 0) s.tries = false;
    s.inside[me] = false;
    s.wants[me] = false;
  }
};
process('A', body(0, 1)); process('B', body(1, 0));
return [leadsTo('A tries, A enters', () => s.tries, () => s.inside[0])];`;

  test('Peterson: who wants enters', async () => {
    expect(await verdict(peterson(true))).toBe('holds');
    expect(await verdict(peterson(true), STRONG)).toBe('holds');
  });

  test('without a turn both wait for ever', async () => {
    expect(await verdict(peterson(false))).toBe('violated 5+0');
    expect(await verdict(peterson(false), STRONG)).toBe('violated 5+0');
  });

  const LOCK = `
const s = { taken: false, wants: false, inside: false };
process('A', () => { while (true) { s.wants = true; until(() => !s.taken && (s.taken = true, true)); s.inside = true; s.wants = false; s.inside = false; s.taken = false; } });
process('B', () => { while (true) { until(() => !s.taken && (s.taken = true, true)); s.taken = false; } });
return [leadsTo('A wants, A enters', () => s.wants, () => s.inside)];`;

  test('a test-and-set lock starves one of two, unless fairness is strong', async () => {
    expect(await verdict(LOCK)).toBe('violated 1+2');
    expect(await verdict(LOCK, STRONG)).toBe('holds');
  });
});

describe('who waits, and who may stop', () => {
  test('a spin loop ends if somebody else ends it: they are owed a step', async () => {
    const spin = (setter: string) => `
const s = { flag: false, done: false };
process('spin', () => { while (!s.flag) pause(); s.done = true; });
${setter}
return [eventually('done', () => s.done)];`;
    expect(await verdict(spin("process('set', () => { s.flag = true; });"))).toBe('holds');
    expect(await verdict(spin("process('set', () => { s.flag = true; }, { background: true });"))).toBe(
      'holds',
    );
    expect(await verdict(spin("process('set', () => { s.flag = true; }, { outside: true });"))).toBe(
      'violated 0+2',
    );
    expect(await verdict(spin(''))).toBe('violated 0+1');
  });

  const SERVER = `
const s = { event: false, served: false };
process('world', () => { while (true) { until(() => !s.event); s.event = true; } }, { outside: true });
process('server', () => { while (true) { rest(() => s.event); s.served = true; s.event = false; s.served = false; } });`;

  test('an event from outside need not come; one that came is served', async () => {
    expect(await verdict(`${SERVER} return [eventually('served', () => s.served)];`)).toBe('violated 0+0');
    expect(await verdict(`${SERVER} return [leadsTo('served', () => s.event, () => s.served)];`)).toBe(
      'holds',
    );
  });

  test('a run that ends without it: nothing has to happen any more', async () => {
    expect(
      await verdict(`
const s = { n: 0 };
process('p', () => { s.n = 1; until(() => s.n === 2); });
return [eventually('two', () => s.n === 2)];`),
    ).toBe('violated 1+0');
  });

  test('what is true in the initial state has come, and an obligation that is met at once is met', async () => {
    const model = (property: string) => `
const s = { n: 0 };
process('p', () => { s.n = 1; });
return [${property}];`;
    expect(await verdict(model("eventually('zero', () => s.n === 0)"))).toBe('holds');
    expect(await verdict(model("eventually('one', () => s.n === 1)"))).toBe('holds');
    expect(await verdict(model("leadsTo('at once', () => s.n === 0, () => s.n === 0)"))).toBe('holds');
    expect(await verdict(model("leadsTo('one then zero', () => s.n === 1, () => s.n === 0)"))).toBe(
      'violated 1+0',
    );
  });
});

describe('interrupts and turns', () => {
  /** `again`: when the device asks again. */
  const storm = (again: string) => `
const core = { level: 0 }, irq = { pending: true }, s = { done: false };
${again === 'at once' ? '' : "process('device', () => { while (true) { until(() => !irq.pending); irq.pending = true; } });"}
process('isr', () => { while (true) { until(() => irq.pending && (core.level = 1, true)); ${again === 'at once' ? '' : 'irq.pending = false;'} core.level = 0; } });
process('task', () => { s.done = true; }, { runs: () => core.level === 0 && ${again === 'at once' ? '!irq.pending' : 'true'} });
return [eventually('done', () => s.done)];`;

  test('an interrupt disables nobody: a storm with gaps lets the task through', async () => {
    expect(await verdict(storm('after a gap'))).toBe('holds');
  });

  test('a storm without gaps starves it: whose turn it is is not for fairness to say', async () => {
    expect(await verdict(storm('at once'))).toBe('violated 0+2');
    expect(await verdict(storm('at once'), STRONG)).toBe('violated 0+2');
  });

  const TOGGLED = (guard: string) => `
const core = { level: 0 }, s = { open: true, done: false };
process('isr', () => { while (true) { atomic(() => { core.level = 1; ${guard} }); atomic(() => { core.level = 0; s.open = true; }); } });
process('task', () => { until(() => s.open && (s.done = true, true)); }, { runs: () => core.level === 0 });
return [eventually('done', () => s.done)];`;

  test('a condition that is false in between is another matter', async () => {
    expect(await verdict(TOGGLED(''))).toBe('holds');
    expect(await verdict(TOGGLED('s.open = false;'))).toBe('violated 0+2');
    expect(await verdict(TOGGLED('s.open = false;'), STRONG)).toBe('holds');
  });

  /** Two tasks share a lock; a time slice goes to the next at each tick. Each section of the looper is longer than a slice. */
  const SLICES = (handOver: string) => `
const cpu = { running: 0 }, lock = { taken: false }, s = { wants: false, has: false };
const tick = clock(); tick.every(10);
process('tick', () => { while (true) { rest(() => tick.expired); atomic(() => { tick.clear(); cpu.running = 1 - cpu.running; }); } }, { prompt: true });
process('looper', () => { while (true) { until(() => !lock.taken && (lock.taken = true, true)); busy(25); lock.taken = false; ${handOver} } }, { runs: () => cpu.running === 0 });
process('waiter', () => { while (true) { s.wants = true; until(() => !lock.taken && (lock.taken = true, true)); s.has = true; s.wants = false; s.has = false; lock.taken = false; } }, { runs: () => cpu.running === 1 });
return [leadsTo('the waiter gets the lock', () => s.wants, () => s.has)];`;

  test('equal priorities: who gives and takes at once starves the other, a yield repairs it', async () => {
    expect(await verdict(SLICES(''), PROMPT)).toBe('violated 6+37');
    expect(await verdict(SLICES('cpu.running = 1;'), PROMPT)).toBe('holds');
  });
});

describe('time', () => {
  const TICKS = `
const tick = clock(); tick.every(10); const s = { ticks: 0, done: false };
process('tick', () => { while (true) { until(() => tick.expired); tick.clear(); s.ticks = (s.ticks + 1) % 4; } });
process('task', () => { while (true) { until(() => s.ticks === 3); s.done = true; s.done = false; } });`;

  test('a periodic clock goes on for ever', async () => {
    const three = `${TICKS} return [eventually('three', () => s.ticks === 3)];`;
    expect(await verdict(three, PROMPT)).toBe('holds');
    expect(await verdict(three)).toBe('holds');
  });

  test('code that may be slow can miss the instant, prompt code cannot', async () => {
    const done = `${TICKS} return [leadsTo('seen', () => s.ticks === 3, () => s.done)];`;
    expect(await verdict(done, PROMPT)).toBe('holds');
    expect(await verdict(done)).toBe('violated 15+20');
  });

  test('a world that does ever more things in no time does not stop time', async () => {
    expect(
      await verdict(
        `
const t = clock(); t.arm(10); const s = { x: 0, done: false };
process('world', () => { while (true) s.x = 1 - s.x; }, { outside: true });
process('task', () => { until(() => t.expired); s.done = true; if (s.x === 2) s.done = false; });
return [eventually('done', () => s.done)];`,
        PROMPT,
      ),
    ).toBe('holds');
  });

  test('a loop that never lets time go on is a run: a spin wait', async () => {
    const spin = `
const t = clock(); t.arm(10); const s = { done: false };
process('spin', () => { while (!t.expired) pause(); s.done = true; });
return [eventually('done', () => s.done)];`;
    expect(await verdict(spin, PROMPT)).toBe('violated 0+2');
    expect(await verdict(spin)).toBe('holds');
  });
});

describe('limits', () => {
  const GROWS = `
const s = { n: 0, x: 0 };
process('grow', () => { while (s.n < 3000) s.n++; });
return [eventually('grown', () => s.n === 3000)];`;

  test('without a finished search a lasso counts, and its absence does not', async () => {
    const options = { maxStates: 300 };
    expect(await verdict(GROWS, '', options)).toBe('undecided');
    expect(await verdict(GROWS)).toBe('holds');
    expect(await verdict(GROWS, '', { store: 'fingerprint' })).toBe('undecided');
    const stops = `
const s = { n: 0, x: 0 };
process('grow', () => { while (s.n < 3000) s.n++; }, { runs: () => s.x === 0 });
process('stop', () => { s.x = 1; s.x = 2; });
return [eventually('grown', () => s.n === 3000)];`;
    const cut = await result(stops, '', options);
    const trace = cut.properties.find(({ kind }) => kind === 'eventually')?.trace;
    expect([cut.verdict, cut.limit?.kind, trace?.loop]).toEqual(['violated', 'max-states', 3]);
  });
});
