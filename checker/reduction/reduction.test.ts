import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { check, replaySchedule } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { generate } from '../machine/codegen.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { layOut } from '../machine/layout.ts';
import { pack } from '../machine/packed.ts';
import type { CheckOptions } from '../options.ts';
import type { Parameters } from '../scenario.ts';
import { BreadthFirst } from '../search/breadth_first.ts';
import { againstPlain, reducedSteps } from './against_plain.ts';
import { reducedPath } from './reduced_path.ts';

// On machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const model = async (name: string) => {
  const [loaded] = await loadScenarios(join(root, 'bench/models', `${name}.ts`));
  if (loaded === undefined) throw new Error(`no scenario in ${name}`);
  return loaded;
};

async function result(loaded: Awaited<ReturnType<typeof model>>, options: CheckOptions) {
  for await (const each of check(loaded, options)) return each;
  throw new Error('no variant');
}

const inline = (body: string, options = '') =>
  inlineScenario(`import { scenario } from 'upy-check';
import { always, alwaysPossible, assume, atomic, busy, check, clock, idle, pause, process, rest, sequence, sometimes, until, within } from 'upy-check/model';
export default scenario('inline', { about: 'x', ${options} variants: { only: { holds: true } }, build() { ${body} } });`);

const built = (body: string, options = ''): BuiltVariant => buildVariant(inline(body, options), 'only');

describe('models, with the states of plain search and of the reduced one', () => {
  test.each<[string, Parameters, number, number]>([
    ['uevent-wake', { k: 2, n: 2, m: 1 }, 14_463, 4_256],
    ['pipeline', { t: 3, v: 3 }, 4_760, 16],
    ['leader', { n: 5 }, 6_420, 12],
  ])('%s %o', async (name, parameters, plain, reduced) => {
    const loaded = await model(name);
    const variants = ['fixed'];
    const all = await result(loaded, { variants, parameters, reduce: 'none' });
    const some = await result(loaded, { variants, parameters, reduce: 'por' });
    expect([all.verdict, some.verdict]).toEqual(['holds', 'holds']);
    expect([all.figures.states, some.figures.states]).toEqual([plain, reduced]);
  });

  test('more stages and nodes: at most three times the states that SPIN leaves', async () => {
    const pipeline = await result(await model('pipeline'), { parameters: { t: 5, v: 5 }, reduce: 'por' });
    expect([pipeline.verdict, pipeline.figures.states]).toEqual(['holds', 36]);
    const leader = await result(await model('leader'), { parameters: { n: 7 }, reduce: 'por' });
    expect([leader.verdict, leader.figures.states]).toEqual(['holds', 20]);
  });

  test('uevent-wake 3 2 2: 0.28 of its 1,225,716 states', async () => {
    const parameters = { k: 3, n: 2, m: 2 };
    const variants = ['fixed'];
    const some = await result(await model('uevent-wake'), { variants, parameters, reduce: 'por' });
    expect([some.verdict, some.figures.states]).toEqual(['holds', 338_016]);
  });

  test('a violation has the trace of plain search', async () => {
    const loaded = await model('uevent-wake');
    const variants = ['buggy'];
    const all = await result(loaded, { variants, reduce: 'none' });
    const some = await result(loaded, { variants, reduce: 'por' });
    expect(some.figures.states).toBeLessThan(all.figures.states);
    expect(some.properties).toEqual(all.properties);
    expect(some.properties[0]?.trace?.shortest).toBe(true);
  });
});

describe('what a condition is for', () => {
  const CHANNEL = `const q = sequence<number>(2); const s = { lost: false };
    process('p', () => { while (true) atomic(() => { if (q.length < 2) q.push(1); else s.lost = true; }); });
    process('q', () => { while (true) atomic(() => { rest(() => q.length > 0); q.shift(); }); });`;
  const cases: Record<string, readonly [body: string, states: readonly [number, number]]> = {
    'two variables that a property looks at together': [
      "const s = { a: 0, b: 0 }; process('p', () => { s.a = 1; s.a = 0; }); process('q', () => { s.b = 1; s.b = 0; }); sometimes('both', () => s.a === 1 && s.b === 1);",
      [9, 9],
    ],
    'a cycle that would put the violation off for ever': [
      "const s = { a: 0, b: 0 }; process('spin', () => { while (true) { pause(); s.a = 1 - s.a; pause(); } }); process('q', () => { s.b = 1; s.b = 2; }); always('b', () => s.b < 2);",
      [12, 6],
    ],
    'a push that does not wait for room': [`${CHANNEL} always('kept', () => !s.lost);`, [6, 6]],
    'quiescent states before an outside step': [
      "const s = { a: 0 }; process('world', () => { s.a = 1; pause(); s.a = 2; }, { outside: true }); process('p', () => { rest(() => s.a === 3); }); idle('a', () => s.a !== 1);",
      [4, 4],
    ],
    'an interrupt that suspends': [
      "const s = { isr: false, a: 0, b: 0 }; process('isr', () => { pause(); s.isr = true; s.a = s.b; s.isr = false; }); process('task', () => { s.b = 1; pause(); pause(); }, { runs: () => !s.isr }); sometimes('a', () => s.a === 1);",
      [27, 6],
    ],
    'a task that an interrupt stops for ever': [
      "const s = { isr: false, b: 0 }; process('isr', () => { pause(); s.isr = true; }); process('task', () => { s.b = 1; s.b = 2; }, { runs: () => !s.isr }); idle('b', () => s.b === 2);",
      [9, 6],
    ],
    // Found at random: the task has nothing more to write where it is suspended, nor when it has ended.
    'a deadlock beside a task that is suspended at its end': [
      "const s = { a: 0, b: 0, isr: false }; const own = { x: 0 }; process('task', () => { if (s.a === 0) own.x = 1; else s.b = (s.a + 1) % 3; own.x = 2; pause(); }, { runs: () => !s.isr }); process('waits', () => { atomic(() => { until(() => s.b === 0); s.a = 0; }); rest(() => s.isr); }); process('isr', () => { while (true) { pause(); s.isr = true; s.a = 1; s.isr = false; } }, { outside: true });",
      [187, 108],
    ],
    // Found at random: who takes from the full channel lets a process step that keeps time from passing.
    'a channel between a process and hardware that time waits for': [
      "const s = { x: 0 }; const r = sequence<number>(1); const k = clock(); process('takes', () => { atomic(() => { rest(() => r.length > 0); r.shift(); }); }); process('looks', () => { if (k.expired) s.x = 1; }); process('hardware', () => { while (true) { pause(); atomic(() => { until(() => r.length < 1); r.push(1); }); k.arm(3); } }, { prompt: true }); idle('x', () => s.x === 0 || k.expired);",
      [42, 28],
    ],
    // Found at random: done before the interrupt, the start lets somebody run who otherwise never would.
    'a start by a task that an interrupt stops for ever': [
      "const s = { a: 0, isr: false }; const other = process('other', () => { until(() => s.a === 1); s.a = 2; }, { dormant: true }); process('task', () => { other.start(); rest(() => false); }, { runs: () => !s.isr }); process('isr', () => { s.a = 1; s.isr = true; }); idle('a', () => s.a !== 1);",
      [10, 4],
    ],
    'a step that is cut off': [
      "const s = { b: 0 }; const own = { x: 0 }; process('p', () => { own.x = 2; pause(); assume(own.x === 1); }); process('q', () => { s.b = 1; s.b = 2; }); always('b', () => s.b < 2);",
      [3, 3],
    ],
    'a step that fails': [
      "const s = { b: 0 }; process('p', () => { pause(); check(false, 'never'); }); process('q', () => { s.b = 1; s.b = 2; }); always('b', () => s.b < 2);",
      [3, 3],
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [body, states]) => {
    const comparison = againstPlain(built(body), 1000);
    expect(comparison?.difference).toBeNull();
    expect(comparison?.states).toEqual(states);
  });
});

test('an event from outside that keeps time from passing is not enough alone, however little is asked', async () => {
  const loaded = inline(
    "const s = { go: false, late: false }; const k = clock(); process('arms', () => k.arm(3)); process('event', () => { s.go = true; }, { outside: true }); process('looks', () => { until(() => s.go); if (k.expired) s.late = true; }); sometimes('late', () => s.late);",
    "timing: 'prompt', without: ['deadlock', 'timelock'],",
  );
  const verdicts = [];
  for (const reduce of ['none', 'por'] as const) verdicts.push((await result(loaded, { reduce })).verdict);
  expect(verdicts).toEqual(['holds', 'holds']);
});

describe('where it does not fit', () => {
  const two =
    "const s = { a: 0 }; process('p', () => { s.a = 1; busy(3); }); process('q', () => { s.a = 2; });";
  test.each([
    [`${two} alwaysPossible('one', () => s.a === 1);`, '', "it does not keep alwaysPossible ('one')"],
    [`${two} within('soon', 5, () => s.a === 1);`, '', "it does not keep within ('soon')"],
    [two, "timing: 'prompt',", 'it does not keep timelock, which a prompt scenario with clocks asks for'],
    [two, 'races: true,', 'it does not keep data races'],
  ])('%s %s', async (body, options, because) => {
    const loaded = inline(body, options);
    await expect(result(loaded, { reduce: 'por' })).rejects.toThrow(
      `UPY316: 'inline' (only) cannot be searched with --reduce por: ${because}`,
    );
    const plain = await result(loaded, { reduce: 'none' });
    expect(await result(loaded, { reduce: 'auto' })).toEqual(plain);
  });

  test.each<[CheckOptions, string]>([
    [{ search: 'depth-first' }, 'the search is not breadth first'],
    [{ preemptions: 1 }, 'the search is not breadth first'],
    [{ store: 'fingerprint' }, 'the store keeps fingerprints'],
    [{ profile: true }, 'the profile is about all states'],
  ])('%o', async (options, because) => {
    const loaded = inline(two);
    await expect(result(loaded, { ...options, reduce: 'por' })).rejects.toThrow(because);
    const { verdict } = await result(loaded, { ...options, reduce: 'auto' });
    expect(verdict).toBe('holds');
  });
});

test('every state of a reduced search has a run of plain steps, which replays', async () => {
  const variant = buildVariant(await model('uevent-wake'), 'buggy', { k: 1, n: 2, m: 1 });
  const { compiled } = variant;
  const interpreter = new Interpreter(compiled);
  const layout = layOut(compiled, new Map());
  const machine = generate(compiled, layout, pack(interpreter, layout, interpreter.initial()));
  const steps = reducedSteps(variant, machine, true);
  const search = new BreadthFirst(machine.generated, { store: 'indexed', deadlock: false, reduction: steps });
  search.run();
  const wrong: number[] = [];
  for (let number = 0; number < search.states; number++) {
    let state = interpreter.initial();
    for (const ordinal of reducedPath(machine, steps, search, number)) {
      const next = interpreter.attempts(state).filter(({ outcome }) => outcome.kind === 'state')[ordinal];
      if (next?.outcome.kind !== 'state') break;
      state = next.outcome.state;
    }
    if (search.store.indexOf(pack(interpreter, layout, state), 0) !== number) wrong.push(number);
  }
  expect(wrong).toEqual([]);
  expect(search.states).toBeGreaterThan(100);
  const replayed = await replaySchedule(variant.loaded, 'buggy', 'u1.0', {
    parameters: { k: 1, n: 2, m: 1 },
  });
  expect(replayed.fits).toBe(true);
});
