import { describe, expect, test, vi } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { SwitchCount } from '../machine/switch_count.ts';
import type { CheckOptions } from '../options.ts';
import { decide } from '../property/decide.ts';
import { FewestSwitches, type SwitchOptions } from './fewest_switches.ts';

// On machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const built = (body: string): BuiltVariant =>
  buildVariant(
    inlineScenario(`import { scenario } from 'upy-check';
import { always, atomic, check, choose, idle, pause, process, until } from 'upy-check/model';
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() { ${body} } });`),
    'only',
  );

/** The search alone, over the machine of such a model. */
async function searchOf(body: string, options: SwitchOptions = {}) {
  return new FewestSwitches(...(await partsOf(body)), options);
}

/** The states in the order in which they were looked at, with who stepped last. */
function lookedAt(search: FewestSwitches): string[] {
  const seen: string[] = [];
  search.first((states, at) => seen.push(states.subarray(at, at + 2).join()) < 0);
  return seen;
}

async function partsOf(body: string) {
  const variant = built(body);
  const { machine } = await explore(variant, {});
  const count = new SwitchCount(variant.compiled.program, machine.layout, machine.attributed);
  return [machine.generated, machine.attributed, count] as const;
}

describe('the search alone', () => {
  const DIAMOND = `const s = { a: 0, b: 0 };
process('p', () => { s.a = 1; }, { outside: true });
process('q', () => { s.b = 1; }, { outside: true });
always('not both', () => s.a + s.b < 2);`;
  const RING = `const s = { a: 0 };
process('p', () => { while (true) s.a = (s.a + 1) % 50; });
always('small', () => s.a < 50);`;
  const FAILS = `const s = { a: 0 };
process('p', () => { s.a = 1; check(s.a === 0, 'p'); });
process('q', () => { check(s.a === 0, 'q'); });`;

  test('of two equally good ways the one that was seen first; what it counts', async () => {
    const search = await searchOf(DIAMOND, { properties: 1 });
    expect([search.run(), search.limit, search.states, search.transitions]).toEqual(['finished', null, 4, 4]);
    expect([search.depth, search.frontier, search.omissionProbability]).toEqual([2, 0, 0]);
    expect([...search.propertyFindings.found]).toEqual([[0, { state: 3, depth: 3 }]]);
    expect([search.pathTo(3), search.pathTo(2), search.pathTo(0)]).toEqual([[0, 0], [1], []]);
  });

  test('a state that is seen again, by a better way, is looked at once', async () => {
    // p undoes what q chose. Where q could go on that is a switch; where q waits it is none, and that is seen later.
    const search = await searchOf(`const s = { x: 0 };
process('q', () => { s.x = 1 + choose(2); until(() => s.x !== 2); pause(); });
process('p', () => { s.x = 0; s.x = 3; });`);
    search.run();
    const nodes = lookedAt(search);
    expect([search.outcome, search.states, nodes.length, new Set(nodes).size]).toEqual([
      'finished',
      27,
      35,
      35,
    ]);
  });

  test('advance goes on for so many states, and from where it stood', async () => {
    const search = await searchOf(RING);
    const counts = [1, 5, 10].map((states) => [search.advance(states), search.states, search.frontier]);
    expect(counts).toEqual([
      ['more', 1, 1],
      ['more', 6, 1],
      ['more', 16, 1],
    ]);
    expect([search.run(), search.states, search.frontier]).toEqual(['finished', 100, 0]);
    let looked = 0;
    expect([search.first(() => ++looked === 8), looked, search.first(() => false)]).toEqual([7, 8, null]);
    expect([search.pathTo(7), search.switchesTo(7)]).toEqual([[0, 0, 0, 0, 0, 0, 0], 0]);
  });

  test('a failing step costs what its own process costs, and comes when it is its turn', async () => {
    const failures = async (preemptions: number) => {
      const search = await searchOf(FAILS, { preemptions });
      return [search.run(), search.limit, [...search.failures.values()]];
    };
    const [p, q] = [0, 1].map((failure) => ({ failure, attempt: 0, state: 1, depth: 3 + failure }));
    expect(await failures(0)).toEqual(['limit', { kind: 'preemptions', value: 0 }, [p]]);
    expect(await failures(1)).toEqual(['finished', null, [p, q]]);
  });

  test('a failure beyond the bound cuts off something, unless it is known by another run', async () => {
    const once = `const s = { a: 0 };
process('p', () => { s.a = 1; s.a = 2; });
process('q', () => { check(s.a !== 1, 'q'); });`;
    const cut = await searchOf(once, { preemptions: 0 });
    expect([cut.run(), cut.limit, cut.failures.size]).toEqual([
      'limit',
      { kind: 'preemptions', value: 0 },
      0,
    ]);
    const again = `const s = { a: 0 };
process('p', () => { s.a = 1; s.a = 2; s.a = 1; });
process('q', () => { check(s.a !== 1, 'q'); });`;
    const search = await searchOf(again, { preemptions: 0 });
    expect([search.run(), search.limit, search.failures.size]).toEqual(['finished', null, 1]);
  });

  test('it ends when all is decided, or with the failure that is to end it', async () => {
    const decided = await searchOf(DIAMOND, { properties: 1, deadlock: false, stopWhenDecided: true });
    expect([decided.run(), decided.limit]).toEqual(['decided', null]);
    let looked = 0;
    const target = await searchOf(RING, { stopAt: () => ++looked === 5 });
    expect([target.run(), target.states, target.target]).toEqual(['decided', 5, { state: 4, depth: 4 }]);
    const fails = "process('p', () => { check(false, 'p'); });";
    const parts = await partsOf(fails);
    const aborted = new FewestSwitches(...parts, { abortOn: () => true, stopAt: () => true });
    expect([aborted.run(), aborted.aborted, parts[0].failures]).toEqual([
      'aborted',
      { failure: 0, attempt: 0, state: 0, depth: 1 },
      [],
    ]);
  });

  test('a state in which nothing can step', async () => {
    const waits = `const s = { a: 0 };
process('p', () => { s.a = 1; until(() => s.a === 3); });
idle('idle', () => s.a === 0);`;
    const search = await searchOf(waits, { quiescent: 1 });
    const last = { state: 1, depth: 1 };
    expect([search.run(), search.deadlock]).toEqual(['finished', last]);
    expect([...search.quiescentFindings.found]).toEqual([[0, last]]);
  });

  test('memory is counted, runs to go on with and ways back included, and its limit ends it', async () => {
    const search = await searchOf(RING);
    search.advance(16);
    const before = search.storeBytes;
    search.run();
    // From 17 ways, one of them to go on with, to 101: to the first state, too, when somebody has stepped.
    expect(search.storeBytes - before).toBe(84 * 56 - 64);
    const { peakBytes } = search;
    expect(peakBytes - search.storeBytes).toBe(64);
    const outcome = async (maxMemory: number) => {
      const limited = await searchOf(RING, { maxMemory });
      return [limited.run(), limited.limit?.kind, limited.limit?.value];
    };
    expect(await outcome(peakBytes)).toEqual(['finished', undefined, undefined]);
    const limits = [peakBytes - 1, peakBytes - 4000, ...Array.from({ length: 20 }, (_, i) => i * 40_000)];
    for (const limit of limits) expect(await outcome(limit)).toEqual(['limit', 'max-memory', limit]);
    // The first state has two successors. Where there is room for the pages and the first state only, one of them is the end.
    const all = await searchOf(DIAMOND);
    all.run();
    const maxMemory = all.storeBytes - 56 * (lookedAt(all).length - 1);
    const limited = await searchOf(DIAMOND, { maxMemory });
    expect([limited.run(), limited.storeBytes - maxMemory]).toEqual(['limit', 56 + 64]);
  });
});

async function verdicts(built: BuiltVariant, options: CheckOptions) {
  const explored = await explore(built, options);
  return { explored, verdicts: decide(explored, false) };
}

describe('what counts as a switch', () => {
  const TWO = `const s = { a: 0, b: 0 };
process('p', () => { s.a = 1; s.a = 2; s.a = 3; });
process('q', () => { check(s.a !== 2, 'never 2'); });`;

  const switches = async (body: string): Promise<number | undefined> => {
    const { verdicts: all } = await verdicts(built(body), { search: 'fewest-switches' });
    return all.find(({ status }) => status === 'violated')?.trace?.switches;
  };

  test('a process that could go on is left for another', async () => {
    expect(await switches(TWO)).toBe(1);
  });

  test('one that waits is no switch', async () => {
    const waits = TWO.replace('s.a = 2;', 's.a = 2; until(() => s.b === 1);');
    expect(await switches(waits)).toBe(0);
  });

  test('nor one on another core, nor the outside world', async () => {
    const lane = (core: string) => `{ lane: { core: '${core}', kind: 'task' } });`;
    const cores = TWO.replace('s.a = 3; });', `s.a = 3; }, ${lane('0')}`).replace(
      "'never 2'); });",
      `'never 2'); }, ${lane('1')}`,
    );
    expect(await switches(cores)).toBe(0);
    expect(await switches(TWO.replace("'never 2'); });", "'never 2'); }, { outside: true });"))).toBe(0);
  });

  test('the entry of an interrupt is one, what it does and its return are none', async () => {
    const irq = `const s = { a: 0, seen: 0 };
process('p', () => { s.a = 1; s.a = 2; check(s.seen !== 1, 'never seen'); }, { lane: { core: '0', kind: 'task' } });
process('irq', () => { pause(); pause(); s.seen = s.a; }, { lane: { core: '0', kind: 'isr' } });`;
    expect(await switches(irq)).toBe(1);
  });

  test('the whole trace: first p to where it matters, then q', async () => {
    const { verdicts: all } = await verdicts(built(TWO), { search: 'fewest-switches' });
    const trace = all.find(({ status }) => status === 'violated')?.trace;
    expect(trace?.steps.map(({ process, place }) => `${process} ${place?.text}`)).toEqual([
      'p s.a = 1;',
      'p s.a = 2;',
      "q check(s.a !== 2, 'never 2');",
    ]);
  });
});

describe('a bound on switches', () => {
  const RACE = `const s = { a: 0 };
process('p', () => { s.a = 1; s.a = 2; s.a = 3; });
process('q', () => { s.a = 4; s.a = 5; });
always('small', () => s.a < 9);`;

  test('that leaves runs out is incomplete; one that leaves out nothing new holds', async () => {
    const outcomes = [];
    for (const preemptions of [0, 1, 2]) {
      const { explored, verdicts: all } = await verdicts(built(RACE), { preemptions });
      const { outcome, limit, states } = explored.search;
      outcomes.push([outcome, limit, states, all[0]?.status]);
    }
    const cut = (value: number) => ({ kind: 'preemptions', value });
    expect(outcomes).toEqual([
      ['limit', cut(0), 11, 'undecided'],
      ['finished', null, 18, 'holds'],
      ['finished', null, 18, 'holds'],
    ]);
  });
});

test('limits on states and steps end it', async () => {
  const ring = built(
    "const s = { a: 0 }; process('p', () => { while (true) s.a = (s.a + 1) % 50; }); always('small', () => s.a < 50);",
  );
  const limits = [];
  for (const options of [{ maxStates: 20 }, { maxDepth: 7 }, {}]) {
    const { search } = await explore(ring, { search: 'fewest-switches', ...options });
    limits.push([search.limit, search.states, search.depth]);
  }
  expect(limits).toEqual([
    [{ kind: 'max-states', value: 20 }, 20, 19],
    [{ kind: 'max-depth', value: 7 }, 8, 7],
    [null, 100, 100],
  ]);
});
