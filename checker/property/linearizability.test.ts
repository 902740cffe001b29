import { describe, expect, test } from 'vitest';
import { check, replay, replaySchedule } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { CheckOptions } from '../options.ts';
import type { PropertyVerdict } from '../verdict.ts';

const scenarioOf = (build: string, spec = '') =>
  inlineScenario(`
import { linearizable, scenario } from 'upy-check';
import { assume, atomic, busy, check, choose, clock, int, pause, process, rest, sequence, until } from 'upy-check/model';
export default scenario('test', { about: 'test', ${spec} variants: { only: { holds: true } }, build() {
${build}
} });`);

async function linearizability(
  build: string,
  options: CheckOptions = {},
  spec = '',
): Promise<PropertyVerdict> {
  for await (const { properties } of check(scenarioOf(build, spec), options)) {
    const found = properties.find(({ kind }) => kind === 'linearizability');
    if (found !== undefined) return found;
  }
  throw new Error('no verdict');
}

/** `holds`, with how many pairs and explanations; or what was called, returned and said. */
async function verdict(build: string, options: CheckOptions = {}): Promise<string> {
  const { status, detail, trace } = await linearizability(build, options);
  if (trace === null) return `${status}: ${detail}`;
  const history = trace.history?.map(
    ({ process, call, result, from, to }) => `${process} ${call} ${result} ${from}–${to ?? ''}`,
  );
  return [`${status} in ${trace.steps.length}`, ...(history ?? []), trace.explanation].join('\n');
}

const cost = (pairs: number, explanations: number): string =>
  `holds: ${pairs} pairs of a state and what is known of the operations there; at most ${explanations} explanations at once`;

const COUNTER = `
class Counter { n = 0; inc() { const old = this.n; this.n = old + 1; return old; } }
class Safe { n = 0; inc() { return atomic(() => this.n++); } }
class Count { n = 0; inc() { return this.n++; } }`;

describe('known answers', () => {
  test('a counter whose ++ is a read and a write', async () => {
    expect(
      await verdict(`${COUNTER}
const counter = linearizable('counts', new Counter(), new Count());
process('a', () => { counter.inc(); });
process('b', () => { counter.inc(); });`),
    ).toBe(`violated in 4
a counter.inc() 0 1–3
b counter.inc() 0 2–4
counter.inc() of b (steps 2 to 4) returned 0, and no order of the operations explains that. What returned before is explained by counter.inc() → 0; but whatever order is taken, it could only return 1.`);
  });

  test('a counter with an atomic ++', async () => {
    expect(
      await verdict(`${COUNTER}
const counter = linearizable('counts', new Safe(), new Count());
process('a', () => { counter.inc(); counter.inc(); });
process('b', () => { counter.inc(); });`),
    ).toBe(cost(6, 1));
  });

  const FLAG = (test: string) => `
class Flag { set = false; testAndSet() { ${test} } clear() { this.set = false; } }
class Spec { set = false; testAndSet() { const old = this.set; this.set = true; return old; } clear() { this.set = false; } }
const flag = linearizable('test and set', new Flag(), new Spec());
process('a', () => { if (!flag.testAndSet()) flag.clear(); });
process('b', () => { if (!flag.testAndSet()) flag.clear(); });`;

  test('test and set, in one step and in two', async () => {
    expect(
      await verdict(FLAG('return atomic(() => { const old = this.set; this.set = true; return old; });')),
    ).toBe(cost(8, 1));
    expect(await verdict(FLAG('const old = this.set; this.set = true; return old;'))).toMatch(
      /^violated in 4\na flag.testAndSet\(\) false 1–3\nb flag.testAndSet\(\) false 2–4\n/,
    );
  });

  const HERLIHY_WING = (dequeuers: string) => `
class Queue {
  items = [0, 0, 0]; back = int(0, 3);
  enq(x) { const i = atomic(() => this.back++); this.items[i] = x; }
  deq() {
    while (true) {
      const range = this.back;
      for (let i = 0; i < 3; i++) {
        if (i >= range) break;
        const x = atomic(() => { const found = this.items[i]; this.items[i] = 0; return found; });
        if (x !== 0) return x;
      }
    }
  }
}
class Fifo {
  items = sequence(3);
  enq(x) { this.items.push(x); }
  deq() { until(() => this.items.length > 0); return this.items.shift(); }
}
const queue = linearizable('a queue', new Queue(), new Fifo());
process('a', () => { queue.enq(1); });
process('b', () => { queue.enq(2); });
process('c', () => { queue.enq(3); });
${dequeuers}`;

  test('the queue of Herlihy and Wing, whose operations have no fixed point at which they take effect', {
    timeout: 60_000,
  }, async () => {
    expect(
      await verdict(HERLIHY_WING("process('d', () => { queue.deq(); queue.deq(); });")),
    ).toMatchInlineSnapshot(
      `"holds: 1898 pairs of a state and what is known of the operations there; at most 6 explanations at once"`,
    );
    expect(
      await verdict(
        HERLIHY_WING("process('d', () => { queue.deq(); }); process('e', () => { queue.deq(); });"),
      ),
    ).toMatchInlineSnapshot(
      `"holds: 9037 pairs of a state and what is known of the operations there; at most 6 explanations at once"`,
    );
  });

  const EVENT = (set: string, more: string) => `
/** extmod/asyncio/event.py: the task waits in a queue, which set() empties. */
class Event {
  state = false; waiting = false;
  is_set() { return this.state; }
  set() { ${set} }
  wait() { if (!this.state) { this.waiting = true; until(() => !this.waiting); } }
}
class Spec { state = false; is_set() { return this.state; } set() { this.state = true; } wait() { until(() => this.state); } }
const event = linearizable('an event', new Event(), new Spec());
process('task', () => { event.wait(); event.is_set(); });
process('other', () => { event.set(); ${more} });`;

  test('Event.set from another thread wakes a task for which the event is not set yet', async () => {
    const drain = 'if (this.waiting) this.waiting = false;';
    expect(await verdict(EVENT(`${drain} this.state = true;`, ''))).toMatchInlineSnapshot(`
      "violated in 6
      task event.wait() returns 1–5
      other event.set() null 3–
      task event.is_set() false 6–6
      event.is_set() of task (step 6) returned false, and no order of the operations explains that. What returned before is explained by event.set(), event.wait(), in this order; but whatever order is taken, it could only return true."
    `);
    expect(await verdict(EVENT(`this.state = true; ${drain}`, ''))).toMatchInlineSnapshot(
      `"holds: 15 pairs of a state and what is known of the operations there; at most 1 explanations at once"`,
    );
  });
});

describe('what an operation is', () => {
  const QUEUE = `
class Fifo { items = sequence(2); push(x) { this.items.push(x); } pop() { until(() => this.items.length > 0); return this.items.shift(); } }`;

  test('it waits where its specification waits', async () => {
    expect(
      await verdict(`${QUEUE}
class Box { item = 0; push(x) { this.item = x; } pop() { until(() => this.item !== 0); return this.item; } }
const box = linearizable('box', new Box(), new Fifo());
process('a', () => { box.pop(); box.pop(); });
process('b', () => { box.push(7); });`),
    ).toMatchInlineSnapshot(`
      "violated in 5
      b box.push(7) returns 1–1
      a box.pop() 7 2–3
      a box.pop() 7 4–5
      box.pop() of a (steps 4 to 5) returned 7, and no order of the operations explains that. What returned before is explained by box.push(7), box.pop() → 7, in this order; but in no order could it have returned yet: the specification lets it wait."
    `);
  });

  test('one that is cut short by kill() may take effect later, or never', async () => {
    const model = (look: string) => `
class Cell { low = 0; high = 0; set(x) { this.low = x; pause(); this.high = x; } get() { return this.low; } both() { return this.low + this.high; } }
class Spec { x = 0; set(x) { this.x = x; } get() { return this.x; } both() { return 2 * this.x; } }
const cell = linearizable('cell', new Cell(), new Spec());
const writer = process('writer', () => { cell.set(1); });
process('killer', () => { writer.kill(); ${look} });`;
    expect(await verdict(model('cell.get(); cell.get();'))).toMatchInlineSnapshot(
      `"holds: 12 pairs of a state and what is known of the operations there; at most 1 explanations at once"`,
    );
    expect(await verdict(model('cell.both();'))).toMatchInlineSnapshot(`
      "violated in 4
      writer cell.set(1) null 1–
      killer cell.both() 1 3–4
      cell.both() of killer (steps 3 to 4) returned 1, and no order of the operations explains that. Nothing has taken effect before; but whatever order is taken, it could only return 0 or return 2."
    `);
  });

  test('exceptions are results', async () => {
    const model = (thrown: string) => `
const Full = { name: 'Full' }, Empty = { name: 'Empty' };
class Ring { n = 0; push() { atomic(() => { if (this.n === 1) throw ${thrown}; this.n++; }); } }
class Spec { n = 0; push() { if (this.n === 1) throw Full; this.n++; } }
const ring = linearizable('ring', new Ring(), new Spec());
const body = () => { try { ring.push(); } catch (e) { pause(); } };
process('a', body); process('b', body);`;
    expect(await verdict(model('Full'))).toMatchInlineSnapshot(
      `"holds: 6 pairs of a state and what is known of the operations there; at most 1 explanations at once"`,
    );
    expect(await verdict(model('Empty'))).toMatchInlineSnapshot(`
      "violated in 2
      a ring.push() returns 1–1
      b ring.push() throws Empty 2–2
      ring.push() of b (step 2) throws Empty, and no order of the operations explains that. What returned before is explained by ring.push(); but whatever order is taken, it could only throw Full."
    `);
  });

  test('what it calls on its object is a part of it, a callback in it is an operation of its own', async () => {
    const model = (handler: string) => `
class Cell {
  x = 0; handlers = [() => { ${handler} }, () => {}]; which = 0;
  add(n) { const old = this.get(); this.handlers[this.which](); this.put(old + n); }
  get() { return this.x; }
  put(x) { this.x = x; }
}
class Spec { x = 0; add(n) { this.x += n; } get() { return this.x; } put(x) { this.x = x; } }
const cell = linearizable('cell', new Cell(), new Spec());
process('a', () => { cell.which = 0; cell.add(1); cell.get(); });`;
    expect(await verdict(model(''))).toMatchInlineSnapshot(
      `"holds: 2 pairs of a state and what is known of the operations there; at most 1 explanations at once"`,
    );
    expect(await verdict(model('cell.put(5);'))).toMatchInlineSnapshot(`
      "violated in 1
      a cell.add(1) returns 1–1
      a cell.put(5) returns 1–1
      a cell.get() 1 1–1
      cell.get() of a (step 1) returned 1, and no order of the operations explains that. What returned before is explained by cell.add(1), cell.put(5), in this order; but whatever order is taken, it could only return 6."
    `);
  });

  test('it is one through a reference too, on the object that has a specification only', async () => {
    const model = (second: string) => `${COUNTER}
const specified = linearizable('counts', new Counter(), new Count());
const other = new Counter();
process('a', () => { const it = choose(2) === 0 ? specified : other; it.inc(); });
process('b', () => { ${second}.inc(); });`;
    expect(await verdict(model('specified'))).toMatch(
      /^violated in 5\na specified.inc\(\) 0 2–4\nb specified.inc\(\) 0 3–5\n/,
    );
    expect(await verdict(model('other'))).toMatchInlineSnapshot(
      `"holds: 18 pairs of a state and what is known of the operations there; at most 1 explanations at once"`,
    );
  });

  test('tuples, truth values, null and references are arguments and results', async () => {
    expect(
      await verdict(`
const red = { name: 'red' }, blue = { name: 'blue' };
class Slot { value = null; swap(x, flag) { const [ok, old] = atomic(() => { const was = this.value; this.value = x; return [flag, was]; }); return [ok, old]; } }
class Spec { value = null; swap(x, flag) { const was = this.value; this.value = red; return [flag, was]; } }
const slot = linearizable('slot', new Slot(), new Spec());
process('a', () => { slot.swap(red, true); slot.swap(blue, false); slot.swap(null, true); });`),
    ).toMatchInlineSnapshot(`
      "violated in 3
      a slot.swap(red, true) [true, null] 1–1
      a slot.swap(blue, false) [false, red] 2–2
      a slot.swap(null, true) [true, blue] 3–3
      slot.swap(null, true) of a (step 3) returned [true, blue], and no order of the operations explains that. What returned before is explained by slot.swap(red, true) → [true, null], slot.swap(blue, false) → [false, red], in this order; but whatever order is taken, it could only return [true, red]."
    `);
  });

  test('one without a visible step is called and returns at one point', async () => {
    expect(
      await verdict(`
class Constant { get() { return 1; } }
class Spec { get() { return 2; } }
const constant = linearizable('constant', new Constant(), new Spec());
const s = { x: 0 };
process('a', () => { s.x = 1; constant.get(); s.x = 2; });
process('b', () => { s.x = 3; });`),
    ).toMatchInlineSnapshot(`
      "violated in 1
      a constant.get() 1 1–1
      constant.get() of a (step 1) returned 1, and no order of the operations explains that. Nothing has taken effect before; but whatever order is taken, it could only return 2."
    `);
  });

  test('a specification may choose', async () => {
    expect(
      await verdict(`
class Dice { last = 0; roll() { this.last = 1 + choose(3); return this.last; } }
class Spec { roll() { return 1 + choose(2); } }
const dice = linearizable('dice', new Dice(), new Spec());
process('a', () => { dice.roll(); }); process('b', () => { dice.last = 1; });`),
    ).toMatchInlineSnapshot(`
      "violated in 3
      a dice.roll() 3 1–3
      dice.roll() of a (steps 1 to 3) returned 3, and no order of the operations explains that. Nothing has taken effect before; but whatever order is taken, it could only return 1 or return 2."
    `);
  });
});

describe('verdicts', () => {
  test('no operation that ever returns is no success', async () => {
    const nothing = `${COUNTER}
const counter = linearizable('counts', new Counter(), new Count());
process('a', () => { until(() => counter.n === 1); counter.inc(); }); process('b', () => { pause(); counter.n = 0; });`;
    expect(await verdict(nothing)).toBe('violated: no operation on the object ever returns');
  });

  const THREE = `${COUNTER}
const counter = linearizable('counts', new Safe(), new Count());
process('a', () => { for (let i = 0; i < 9; i++) counter.inc(); });
process('b', () => { for (let i = 0; i < 9; i++) counter.inc(); });`;

  test('a search that did not end decides nothing, unless it has found a history', async () => {
    expect(await verdict(THREE, { maxStates: 50 })).toBe('undecided: needs a finished search');
    expect(await verdict(THREE, { store: 'fingerprint' })).toBe('undecided: needs an exact store');
    expect(await verdict(THREE.replace('new Safe', 'new Counter'), { maxStates: 50 })).toMatch(
      /^violated in 4\n/,
    );
  });

  test('no reduction is used', async () => {
    const equal = `${COUNTER}
const counter = linearizable('counts', new Safe(), new Count());
const body = () => { counter.inc(); };
process('a', body); process('b', body);`;
    for await (const { profile, figures } of check(scenarioOf(equal), {
      reduce: 'symmetry',
      profile: true,
    })) {
      expect(profile?.symmetry?.off).toBe("it is not used for linearizability ('counts')");
      expect(figures.states).toBe(4);
    }
    expect(await verdict(equal, { reduce: 'symmetry' })).toBe(cost(4, 1));
    expect(await verdict(equal, { reduce: 'auto' })).toBe(cost(4, 1));
    await expect(verdict(equal, { reduce: 'por' })).rejects.toThrow(
      "UPY316: 'test' (only) cannot be searched with --reduce por: it does not keep linearizability ('counts')",
    );
  });

  test('more and more operations that are cut short are not followed for ever', async () => {
    expect(
      await verdict(`
class Cell { x = 0; set(x) { this.x = x; pause(); this.x = x; } get() { return this.x; } }
class Spec { x = 0; set(x) { this.x = x; } get() { return this.x; } }
const cell = linearizable('cell', new Cell(), new Spec());
const writer = process('writer', () => { cell.set(1); }, { dormant: true });
process('killer', () => { while (true) { writer.start(); pause(); writer.kill(); cell.get(); } });`),
    ).toBe('undecided: more than 8 operations of killed processes are open');
  });

  test('the trace is replayed, and refused once an order explains it', async () => {
    const build = `${COUNTER}
const counter = linearizable('counts', new Counter(), new Count());
process('a', () => { counter.inc(); });
process('b', () => { counter.inc(); });`;
    const { trace } = await linearizability(build);
    if (trace === null) throw new Error('no trace');
    expect(trace.steps.map(({ process, notes }) => `${process}: ${notes.join('; ')}`)).toEqual([
      'a: counter.inc() is called',
      'b: counter.inc() is called',
      'a: counter.inc() returns 0',
      'b: counter.inc() returns 0',
    ]);
    expect(await replay(scenarioOf(build), trace)).toMatchObject({ fits: true, trace });
    const mended = build.replace('return this.n++', 'return choose(2)');
    expect(await replay(scenarioOf(mended), trace)).toMatchObject({
      fits: false,
      failedAt: 5,
      expected: 'a result that no order of the operations explains',
    });
    const again = await replaySchedule(scenarioOf(build), 'only', trace.schedule);
    expect(again.trace.explanation).toBe(trace.explanation);
  });
});

describe('refusals', () => {
  const refused = (build: string): Promise<string> =>
    verdict(build).catch((error: unknown) => String((error as Error).message).split('\n')[0] as string);

  test('a method that one of the two classes lacks', async () => {
    expect(
      await refused(
        `class A { a() {} } class B { a() {} b() {} } linearizable('x', new A(), new B()); process('p', () => {});`,
      ),
    ).toMatch(/^UPY217: the object of linearizable\('x'\) has no method 'b'/);
    expect(await refused(`linearizable('x', {}, {}); process('p', () => {});`)).toMatch(
      /^UPY217: the specification of linearizable\('x'\) has no method$/,
    );
  });

  test('a specification that goes wrong', async () => {
    expect(
      await refused(`
class Ring { n = 0; pop() { return atomic(() => { until(() => this.n > 0); return 1; }); } push() { this.n++; pause(); } }
class Spec { items = sequence(1); push() { this.items.push(1); } pop() { return this.items.shift(); } }
const ring = linearizable('ring', new Ring(), new Spec());
process('a', () => { ring.push(); }); process('b', () => { ring.pop(); });`),
    ).toMatch(/^UPY218: the specification of 'ring' goes wrong in 'pop': shift\(\) of an empty sequence/);
    expect(
      await refused(`
class Ring { n = 0; up() { this.n++; } }
class Spec { n = int(0, 1); up() { this.n++; } }
const ring = linearizable('ring', new Ring(), new Spec());
process('a', () => { ring.up(); ring.up(); }); process('b', () => { ring.n = 0; });`),
    ).toMatch(/^UPY218: the specification of 'ring' goes wrong in 'up': spec.n leaves its range/);
  });
});
