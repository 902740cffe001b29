import { afterAll, describe, expect, test } from 'vitest';
import { outcome, Workshop } from './testing.ts';

/**
 * What a model means (docs/semantics.md), pinned by exact counts on models so small that they can be counted by hand.
 * The initial state counts; a process stands before its first visible operation in it.
 */
const workshop = new Workshop();
afterAll(() => workshop.remove());

const run = async (body: string, declarations = '', options = '') => outcome(await workshop.compile(body, declarations, options));

describe('steps', () => {
  test('x++ on shared state is two steps: an increment can be lost', async () => {
    expect(await run(`
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { x.v++; });
    `)).toMatchInlineSnapshot(`
      "12 states, 14 transitions
      ends with x.v 1
      ends with x.v 2"
    `);
  });

  test('x++ on state that only one process touches is part of the step before it: one state', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v++; x.v++; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 2"
    `);
  });

  test('a property that looks makes it shared', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v++; x.v++; });
      sometimes('two', () => x.v === 2);
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.v 2"
    `);
  });

  test('local work belongs to the step before it', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = 1; let sum = 0; for (let i = 0; i < 10; i++) sum += i; x.v = sum; });
      sometimes('sum', () => x.v === 45);
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.v 45"
    `);
  });

  test('a test and the act that depends on it are two steps', async () => {
    expect(await run(`
      const x = { taken: false, owners: int(0, 2) };
      for (const name of ['p', 'q']) process(name, () => {
        until(() => !x.taken);
        x.taken = true;
        atomic(() => { x.owners++; });
      });
    `)).toMatchInlineSnapshot(`
      "16 states, 20 transitions
      ends with x.taken true, x.owners 1
      ends with x.taken true, x.owners 2
      deadlock: deadlock"
    `);
  });

  test('atomic is one step: the writes of two processes do not mix', async () => {
    expect(await run(`
      const x = { v: 0, w: 0 };
      process('p', () => { atomic(() => { x.v = 1; x.w = 1; }); });
      process('q', () => { atomic(() => { x.v = 2; x.w = 2; }); });
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.v 1, x.w 1
      ends with x.v 2, x.w 2"
    `);
  });

  test('without atomic they do', async () => {
    expect(await run(`
      const x = { v: 0, w: 0 };
      process('p', () => { x.v = 1; x.w = 1; });
      process('q', () => { x.v = 2; x.w = 2; });
    `)).toMatchInlineSnapshot(`
      "15 states, 16 transitions
      ends with x.v 1, x.w 1
      ends with x.v 1, x.w 2
      ends with x.v 2, x.w 1
      ends with x.v 2, x.w 2"
    `);
  });

  test('the directive \'atomic\' makes a function one step', async () => {
    expect(await run(`
      const x = { v: 0, w: 0 };
      function set(v: number) { 'atomic'; x.v = v; x.w = v; }
      process('p', () => { set(1); });
      process('q', () => { set(2); });
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.v 1, x.w 1
      ends with x.v 2, x.w 2"
    `);
  });

  test('atomic returns the result of its function', async () => {
    expect(await run(`
      const x = { v: 3, w: 0 };
      process('p', () => { x.w = atomic(() => { const old = x.v; x.v = 0; return old; }); });
      process('q', () => { x.v = 4; check(x.w !== 9); });
    `)).toMatchInlineSnapshot(`
      "13 states, 16 transitions
      ends with x.v 0, x.w 4
      ends with x.v 4, x.w 3"
    `);
  });

  test('pause is a location of its own, also between local work', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { pause(); x.v = 1; pause(); pause(); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.v 1"
    `);
  });

  test('choose has n outcomes', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = choose(3); });
      sometimes('2', () => x.v === 2);
    `)).toMatchInlineSnapshot(`
      "7 states, 6 transitions
      ends with x.v 0
      ends with x.v 1
      ends with x.v 2"
    `);
  });

  test('choose of one outcome is no step', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = choose(1) + 1; });
      sometimes('1', () => x.v === 1);
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 1"
    `);
  });

  test('assume cuts off what is not so', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { const n = choose(4); assume(n !== 2, 'two does not happen'); x.v = n; });
      sometimes('v', () => x.v >= 0);
    `)).toMatchInlineSnapshot(`
      "7 states, 6 transitions
      ends with x.v 0
      ends with x.v 1
      ends with x.v 3"
    `);
  });

  test('check looks at all its variables at one instant', async () => {
    expect(await run(`
      const x = { a: 0, b: 0 };
      process('p', () => { atomic(() => { x.a = 1; x.b = 1; }); });
      process('q', () => { check(x.a === x.b, 'both or none'); });
    `)).toMatchInlineSnapshot(`
      "4 states, 4 transitions
      ends with x.a 1, x.b 1"
    `);
  });

  test('an if reads one variable a step', async () => {
    expect(await run(`
      const x = { a: 0, b: 0 };
      process('p', () => { atomic(() => { x.a = 1; x.b = 1; }); });
      process('q', () => { if (x.a !== x.b) check(false, 'torn'); });
    `)).toMatchInlineSnapshot(`
      "7 states, 7 transitions
      ends with x.a 1, x.b 1
      check: torn"
    `);
  });

  test('two increments', async () => {
    expect(await run(`
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { x.v++; });
    `)).toMatchInlineSnapshot(`
      "12 states, 14 transitions
      ends with x.v 1
      ends with x.v 2"
    `);
  });

  test('the same with ghosts: a ghost belongs to the step before it', async () => {
    expect(await run(`
      const x = { v: 0 };
      const seen = { last: 0 };
      for (const name of ['p', 'q']) process(name, () => { x.v++; ghost(() => { seen.last = 1; }); });
    `)).toMatchInlineSnapshot(`
      "12 states, 14 transitions
      ends with x.v 1, seen.last 1
      ends with x.v 2, seen.last 1"
    `);
  });

  test('the same with notes', async () => {
    expect(await run(`
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { note('reads', x.v); x.v++; note('wrote', x.v); });
    `)).toMatchInlineSnapshot(`
      "12 states, 14 transitions
      ends with x.v 1
      ends with x.v 2"
    `);
  });

  test('granularity \'statement\': x++ is one step', async () => {
    expect(await run(`
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { x.v++; });
    `, ``, `granularity: 'statement',`)).toMatchInlineSnapshot(`
      "4 states, 4 transitions
      ends with x.v 2"
    `);
  });

  test('granularity \'statement\': the body of an if without braces is a statement', async () => {
    expect(await run(`
      const x = { v: 0, w: 0 };
      process('p', () => { if (x.v === 0) x.w = 1; });
      process('q', () => { x.v = 1; x.w = 2; });
    `, ``, `granularity: 'statement',`)).toMatchInlineSnapshot(`
      "11 states, 13 transitions
      ends with x.v 1, x.w 1
      ends with x.v 1, x.w 2"
    `);
  });

  test('critical is atomic', async () => {
    expect(await run(`
      const lock = { taken: false, lock() { until(() => !this.taken && (this.taken = true, true)); }, unlock() { this.taken = false; } };
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { critical(lock, () => { x.v++; }); });
    `)).toMatchInlineSnapshot(`
      "4 states, 4 transitions
      ends with x.v 2"
    `);
  });

  test('criticals \'open\': lock, steps, unlock', async () => {
    expect(await run(`
      const lock = { taken: false, lock() { until(() => !this.taken && (this.taken = true, true)); }, unlock() { this.taken = false; } };
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { critical(lock, () => { x.v++; }); });
    `, ``, `criticals: 'open',`)).toMatchInlineSnapshot(`
      "16 states, 16 transitions
      ends with lock.taken false, x.v 2"
    `);
  });

  test('relaxed changes nothing', async () => {
    expect(await run(`
      const x = { v: 0 };
      for (const name of ['p', 'q']) process(name, () => { relaxed(() => { x.v++; }); });
    `)).toMatchInlineSnapshot(`
      "12 states, 14 transitions
      ends with x.v 1
      ends with x.v 2"
    `);
  });

  test('runs is read at the start of each step', async () => {
    expect(await run(`
      const x = { turn: 0, v: 0 };
      process('p', () => { x.v = 1; x.turn = 1; x.v = 2; }, { runs: () => x.turn === 0 });
      process('q', () => { x.v = 3; x.turn = 0; x.v = 4; }, { runs: () => x.turn === 1 });
    `)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with x.v 2, x.turn 0"
    `);
  });
});

describe('waiting', () => {
  test('until tests and takes in one step', async () => {
    expect(await run(`
      const x = { taken: false };
      const seen = { owners: 0 };
      for (const name of ['p', 'q', 'r']) process(name, () => {
        until(() => !x.taken && (x.taken = true, true));
        ghost(() => { seen.owners++; check(seen.owners === 1, 'one owner'); seen.owners--; });
      });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.taken true, seen.owners 0
      deadlock: deadlock"
    `);
  });

  test('a falsy attempt leaves no trace', async () => {
    expect(await run(`
      const x = { tries: 0, open: false };
      process('p', () => { until(() => { x.tries++; return x.open; }); });
      process('q', () => { x.open = true; });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.tries 1, x.open true"
    `);
  });

  test('the step ends with the until', async () => {
    expect(await run(`
      const x = { a: false, b: 0 };
      process('p', () => { until(() => x.a); x.b = 1; });
      process('q', () => { x.a = true; x.b = 2; });
    `)).toMatchInlineSnapshot(`
      "8 states, 8 transitions
      ends with x.a true, x.b 1
      ends with x.a true, x.b 2"
    `);
  });

  test('until for ever is a deadlock', async () => {
    expect(await run(`
      const x = { a: false };
      process('p', () => { until(() => x.a); });
      process('q', () => { x.a = false; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.a false
      deadlock: deadlock"
    `);
  });

  test('rest for ever is none', async () => {
    expect(await run(`
      const x = { a: false };
      process('p', () => { rest(() => x.a); });
      process('q', () => { x.a = false; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.a false"
    `);
  });

  test('an until inside of atomic takes the whole section back', async () => {
    expect(await run(`
      const x = { a: false, b: false, c: 0 };
      process('p', () => { atomic(() => { x.c = 1; until(() => x.a); until(() => x.b); x.c = 2; }); });
      process('q', () => { x.a = true; x.b = true; });
      always('all or nothing', () => x.c !== 1);
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.c 2, x.a true, x.b true"
    `);
  });

  test('a timeout of 0 tries once', async () => {
    expect(await run(`
      const x = { a: false, r: 0 };
      process('p', () => { x.r = until(() => x.a, 0) ? 1 : 2; });
      process('q', () => { x.a = true; });
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.a true, x.r 1
      ends with x.a true, x.r 2"
    `);
  });

  test('a negative timeout is for ever', async () => {
    expect(await run(`
      const x = { a: false, r: 0 };
      process('p', () => { x.r = until(() => x.a, -1) ? 1 : 2; });
      process('q', () => { x.a = true; });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.a true, x.r 1"
    `);
  });

  test('a timeout: arming, waiting, giving up', async () => {
    expect(await run(`
      const x = { a: false, r: 0 };
      process('p', () => { x.r = until(() => x.a, 10) ? 1 : 2; });
      sometimes('gave up', () => x.r === 2);
      always('a', () => !x.a);
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.r 2"
    `);
  });

  test('a timeout known at run time, negative', async () => {
    expect(await run(`
      const x = { t: -1, a: false, r: 0 };
      process('p', () => { x.r = until(() => x.a, x.t) ? 1 : 2; });
      process('q', () => { x.t = -5; x.a = true; });
    `)).toMatchInlineSnapshot(`
      "12 states, 16 transitions
      ends with x.t -5, x.a true, x.r 1"
    `);
  });

  test('a success at the same instant wins', async () => {
    expect(await run(`
      const c = clock();
      const x = { r: 0 };
      process('p', () => { c.arm(10); x.r = until(() => c.expired, 10) ? 1 : 2; });
      sometimes('won', () => x.r === 1);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with c.left 0, x.r 1"
    `);
  });

  test('the last, falsy attempt counts', async () => {
    expect(await run(`
      const x = { a: false, cleared: false, r: 5 };
      process('p', () => { x.r = until(() => { x.cleared = true; return x.a ? 1 : 0; }, 10); });
      sometimes('cleared', () => x.cleared && x.r === 0 && !x.a);
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.cleared true, x.r 0"
    `);
  });

  test('a running clock as timeout', async () => {
    expect(await run(`
      const c = clock();
      const x = { a: false, r: 0 };
      process('p', () => { c.arm(10); x.r = until(() => x.a, c) ? 1 : 2; });
      sometimes('gave up', () => x.r === 2);
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with c.left 0, x.r 2"
    `);
  });
});

describe('time', () => {
  test('clocks: arm, expired, remaining', async () => {
    expect(await run(`
      const c = clock();
      const x = { before: 0, after: 0 };
      process('p', () => { x.before = c.remaining; c.arm(30); until(() => c.expired); x.after = c.remaining; c.stop(); check(c.remaining === -1 && !c.expired, 'stopped'); });
      sometimes('seen', () => x.before === -1 && x.after === 0);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "10 states, 9 transitions
      ends with c.left -1, x.before -1, x.after 0"
    `);
  });

  test('every reloads without drift and latches; clear takes back expired only', async () => {
    expect(await run(`
      const c = clock();
      const x = { n: int(0, 3) };
      process('p', () => {
        c.every(10, 5);
        for (let i = 0; i < 3; i++) { until(() => c.expired); check(c.remaining === 0, 'expired'); c.clear(); check(c.remaining === 10, 'reloaded'); x.n++; }
        c.stop();
      });
      sometimes('three', () => x.n === 3);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "24 states, 23 transitions
      ends with c.left -1, c.period 0, c.latched false, x.n 3"
    `);
  });

  test('a periodic clock merges expiries that nobody took', async () => {
    expect(await run(`
      const [c, d] = [clock(), clock()];
      const x = { n: 0 };
      process('p', () => { c.every(10); d.arm(35); until(() => d.expired); if (c.expired) x.n++; c.clear(); if (c.expired) x.n++; c.stop(); });
      sometimes('one', () => x.n === 1);
      always('at most one', () => x.n <= 1);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "14 states, 13 transitions
      ends with c.left -1, c.period 0, c.latched false, d.left 0, x.n 1"
    `);
  });

  test('clear of a one-shot clock that runs changes nothing', async () => {
    expect(await run(`
      const c = clock();
      process('p', () => { c.arm(10); c.clear(); check(c.remaining === 10, 'runs on'); until(() => c.expired); c.clear(); check(c.remaining === -1, 'stopped'); });
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "8 states, 7 transitions
      ends with c.left -1"
    `);
  });

  test('arm(0) has expired at once', async () => {
    expect(await run(`
      const c = clock();
      process('p', () => { c.arm(0); check(c.expired, 'at once'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with c.left 0"
    `);
  });

  test('all clocks advance together to the next expiry', async () => {
    expect(await run(`
      const [c, d] = [clock(), clock()];
      const x = { left: 0 };
      process('p', () => { c.arm(10); d.arm(25); until(() => c.expired); x.left = d.remaining; });
      sometimes('15', () => x.left === 15);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "8 states, 7 transitions
      ends with c.left 0, d.left 0, x.left 15"
    `);
  });

  test('prompt: time passes only when nothing can step', async () => {
    expect(await run(`
      const c = clock();
      const x = { early: false };
      process('p', () => { c.arm(10); pause(); pause(); if (c.expired) x.early = true; });
      sometimes('early', () => x.early);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with c.left 0, x.early false
      sometimes: early"
    `);
  });

  test('any: a timer may come at any step', async () => {
    expect(await run(`
      const c = clock();
      const x = { early: false };
      process('p', () => { c.arm(10); pause(); pause(); if (c.expired) x.early = true; });
      sometimes('early', () => x.early);
    `)).toMatchInlineSnapshot(`
      "11 states, 12 transitions
      ends with c.left 0, x.early false
      ends with c.left 0, x.early true"
    `);
  });

  test('any: what is prompt is not slow', async () => {
    expect(await run(`
      const c = clock();
      const x = { hits: int(0, 1) };
      process('hardware', () => { c.arm(10); until(() => c.expired); c.arm(10); x.hits = 1; check(!c.expired, 'was slow'); }, { prompt: true });
    `)).toMatchInlineSnapshot(`
      "7 states, 6 transitions
      ends with c.left 0, x.hits 1"
    `);
  });

  test('any: what is not may be', async () => {
    expect(await run(`
      const c = clock();
      const x = { hits: int(0, 1) };
      process('software', () => { c.arm(10); until(() => c.expired); c.arm(10); x.hits = 1; check(!c.expired, 'was slow'); });
    `)).toMatchInlineSnapshot(`
      "8 states, 7 transitions
      ends with c.left 0, x.hits 1
      check: was slow"
    `);
  });

  test('outside processes do not keep time from passing', async () => {
    expect(await run(`
      const c = clock();
      const x = { pressed: false, r: 0 };
      process('user', () => { x.pressed = true; }, { outside: true });
      process('p', () => { c.arm(10); until(() => c.expired); x.r = x.pressed ? 1 : 2; });
      sometimes('before', () => x.r === 1);
      sometimes('after', () => x.r === 2);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "14 states, 17 transitions
      ends with x.pressed true, c.left 0, x.r 1
      ends with x.pressed true, c.left 0, x.r 2"
    `);
  });

  test('busy takes time, and stands still while the process does not run', async () => {
    expect(await run(`
      const c = clock();
      const x = { isr: false, end: 0 };
      const t = clock();
      process('p', () => { t.arm(100); busy(20); x.end = 100 - t.remaining; }, { runs: () => !x.isr });
      process('isr', () => { c.arm(10); until(() => c.expired); x.isr = true; busy(5); x.isr = false; });
      always('25', () => x.end === 0 || x.end === 25);
      sometimes('end', () => x.end === 25);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "16 states, 17 transitions
      ends with t.left 0, x.end 25, x.isr false, c.left 0"
    `);
  });

  test('busy(0) takes none', async () => {
    expect(await run(`
      const t = clock();
      process('p', () => { t.arm(10); busy(0); check(t.remaining === 10, 'no time'); });
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with t.left 0"
    `);
  });

  test('any: busy takes at least its time', async () => {
    expect(await run(`
      const t = clock();
      const x = { left: 0 };
      process('p', () => { t.arm(100); busy(20); x.left = t.remaining; });
      sometimes('80', () => x.left === 80);
      sometimes('0', () => x.left === 0);
      always('at most 80', () => x.left <= 80);
    `)).toMatchInlineSnapshot(`
      "13 states, 14 transitions
      ends with t.left 0, x.left 0
      ends with t.left 0, x.left 80"
    `);
  });

  test('within', async () => {
    expect(await run(`
      const c = clock();
      const x = { pending: false };
      process('p', () => { x.pending = true; c.arm(50); until(() => c.expired); x.pending = false; });
      within('soon', 40, () => x.pending);
      within('in time', 50, () => x.pending);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "7 states, 6 transitions
      ends with x.pending false, c.left 0
      within: soon"
    `);
  });

  test('a spin wait for a timer is a timelock', async () => {
    expect(await run(`
      const c = clock();
      process('p', () => { c.arm(10); while (!c.expired) pause(); });
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "3 states, 3 transitions
      timelock: timelock"
    `);
  });

  test('a clock that elaboration has armed', async () => {
    expect(await run(`
      const c = clock();
      c.every(10);
      const x = { n: int(0, 2) };
      process('p', () => { for (let i = 0; i < 2; i++) { until(() => c.expired); c.clear(); x.n++; } c.stop(); });
      sometimes('two', () => x.n === 2);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "12 states, 11 transitions
      ends with c.left -1, c.period 0, c.latched false, x.n 2"
    `);
  });
});

describe('processes', () => {
  test('start from the beginning with fresh locals, and alive', async () => {
    expect(await run(`
      const x = { runs: 0, sum: 0 };
      const worker = process('worker', () => { let n = 0; n++; x.sum = x.sum + n; pause(); n++; }, { dormant: true });
      process('main', () => {
        for (let i = 0; i < 2; i++) { worker.start(); until(() => !worker.alive); }
        check(x.sum === 2, 'fresh locals');
      });
    `)).toMatchInlineSnapshot(`
      "16 states, 15 transitions
      ends with x.sum 2"
    `);
  });

  test('start of what is alive is a model error', async () => {
    expect(await run(`
      const worker = process('worker', () => { pause(); });
      process('main', () => { worker.start(); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with 
      model error: start() of a process that is alive (start only a process that is dormant, has ended or was killed: test process.alive in the same step)"
    `);
  });

  test('kill takes it away where it is: no finally, what it holds stays held', async () => {
    expect(await run(`
      const x = { held: false, cleaned: false, go: false };
      const worker = process('worker', () => { try { x.held = true; until(() => x.go); x.held = false; } finally { x.cleaned = true; } });
      process('main', () => { until(() => x.held); worker.kill(); check(!worker.alive, 'gone'); x.go = true; });
    `)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with x.held true, x.go true, x.cleaned false"
    `);
  });

  test('kill of oneself does not come back', async () => {
    expect(await run(`
      const x = { after: false };
      const p = process('p', () => { p.kill(); x.after = true; });
      always('never', () => !x.after);
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with "
    `);
  });

  test('kill and start in one step', async () => {
    expect(await run(`
      const x = { n: int(0, 4) };
      const worker = process('worker', () => { until(() => x.n === 2); x.n = 3; });
      process('main', () => { x.n = 1; atomic(() => { worker.kill(); worker.start(); }); x.n = 2; });
    `)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with x.n 3"
    `);
  });

  test('reset', async () => {
    expect(await run(`
      const x = { a: 1, list: [1, 2], q: 0 };
      const q = sequence<number>(2, [7]);
      process('p', () => {
        x.a = 5; x.list[0] = 9; q.push(8);
        reset(x, x.list, q);
        check(x.a === 1 && x.list[0] === 1 && q.length === 1 && q.at(0) === 7, 'as it was');
      });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.a 1, x.list[0] 1, q.length 1, q[0] 7, q[1] 0"
    `);
  });

  test('me folds to the role of the process', async () => {
    expect(await run(`
      class Task { id = 0; constructor(readonly number: number) {} }
      const touch = () => { me(Task).id = me(Task).number; };
      const tasks = [new Task(1), new Task(2)];
      for (const task of tasks) process(\`task \${task.number}\`, touch, { roles: [task] });
      process('end', () => { until(() => tasks.every((task) => task.id === task.number)); });
    `)).toMatchInlineSnapshot(`
      "5 states, 5 transitions
      ends with tasks[0].id 1, tasks[1].id 2"
    `);
  });

  test('background steps are no progress: idle is judged without them', async () => {
    expect(await run(`
      const x = { ticks: int(0, 1), a: false };
      process('tick', () => { while (true) { x.ticks = 1; pause(); x.ticks = 0; } }, { background: true });
      process('p', () => { rest(() => x.a || x.ticks === 2); });
      idle('never idle', () => false);
    `)).toMatchInlineSnapshot(`
      "3 states, 3 transitions
      idle: never idle"
    `);
  });

  test('an outside process that could act is no deadlock', async () => {
    expect(await run(`
      const x = { a: false };
      process('p', () => { until(() => x.a); });
      process('user', () => { while (true) pause(); }, { outside: true });
    `)).toMatchInlineSnapshot(`"1 states, 1 transitions"`);
  });

  test('lost wakeup: nothing runs, work is pending', async () => {
    expect(await run(`
      const x = { work: false, flag: false };
      process('p', () => { rest(() => x.flag); x.work = false; });
      process('q', () => { x.work = true; });
      lostWakeup('work', () => x.work);
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.work true
      lost wakeup: lost wakeup: work"
    `);
  });

  test('no lost wakeup while a clock runs; idle sees it', async () => {
    expect(await run(`
      const c = clock();
      const x = { work: false };
      process('p', () => { rest(() => c.expired); x.work = false; });
      process('q', () => { c.arm(10); x.work = true; });
      lostWakeup('work', () => x.work);
      idle('idle', () => !x.work);
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with c.left 0, x.work false
      idle: idle"
    `);
  });
});

describe('endless loops', () => {
  test('a loop that nobody can see', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { while (true) x.v = 1 - x.v; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: a loop that does not end (a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until())"
    `);
  });

  test('after a step', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { pause(); while (true) x.v = 1 - x.v; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: a loop that does not end (a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until())"
    `);
  });

  test('with prompt time it keeps time from passing', async () => {
    expect(await run(`
      const c = clock();
      const x = { v: 0 };
      process('q', () => { c.arm(10); until(() => c.expired); });
      process('p', () => { while (true) x.v = 1 - x.v; });
    `, ``, `timing: 'prompt',`)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      model error: a loop that does not end (a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until())"
    `);
  });

  test('without any effect', async () => {
    expect(await run(`
      process('p', () => { pause(); while (true) {} });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: a loop that does not end (a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until())"
    `);
  });

  test('in an atomic section', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { atomic(() => { while (x.v === 0) {} }); });
      process('q', () => { x.v = 1; });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.v 1
      model error: a loop that does not end (a loop without a visible operation goes round for ever within one step; it waits for something that only another process can change: use until())"
    `);
  });
});

describe('control', () => {
  test('throw and catch, through inlined functions', async () => {
    expect(await run(`
      const x = { v: 0, w: 0 };
      const E = { name: 'E' };
      const inner = (n: number) => { if (n > 0) throw E; return 1; };
      const outer = (n: number) => inner(n) + 1;
      process('p', () => { try { x.v = outer(x.w); } catch { x.v = 10; } x.w = 1; try { x.v += outer(x.w); } catch (e) { if (e === E) x.v += 100; } });
      sometimes('102', () => x.v === 102);
    `)).toMatchInlineSnapshot(`
      "5 states, 4 transitions
      ends with x.w 1, x.v 102"
    `);
  });

  test('through a function that is compiled once for its callers', async () => {
    expect(await run(`
      const x = { v: 0, mode: 0 };
      const E = { name: 'E' };
      function step(n: number): number {
        for (let i = 0; i < n; i++) { x.v++; if (x.v === 3) throw E; x.mode = i; pause(); }
        return x.v;
      }
      process('p', () => {
        let caught = 0;
        let last = 0;
        try { last = step(1); last = step(2); last = step(3); } catch (e) { caught = e === E ? 1 : 2; }
        check(caught === 1 && last === 1, 'caught in the second call');
        last = step(1);
        check(last === 4, 'returns to its caller');
      });
      sometimes('4', () => x.v === 4);
      process('q', () => { check(x.mode >= 0); });
    `)).toMatchInlineSnapshot(`
      "42 states, 61 transitions
      ends with x.v 4, x.mode 0"
    `);
  });

  test('an uncaught throw is a violation with its name', async () => {
    expect(await run(`
      const IndexError = { name: 'IndexError' };
      process('p', () => { pause(); throw IndexError; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      uncaught throw: uncaught throw: IndexError"
    `);
  });

  test('an uncaught throw of one of several', async () => {
    expect(await run(`
      const [A, B] = [{ name: 'A' }, { name: 'B' }];
      process('p', () => { throw choose(2) === 0 ? A : B; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      uncaught throw: uncaught throw: A
      uncaught throw: uncaught throw: B"
    `);
  });

  test('an uncaught symbol', async () => {
    expect(await run(`
      process('p', () => { pause(); throw 'EINTR'; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      uncaught throw: uncaught throw: EINTR"
    `);
  });

  test('throw, catch and rethrow run finally in order', async () => {
    expect(await run(`
      const x = { log: 0 };
      const E = { name: 'E' };
      const say = (n: number) => { x.log = x.log * 10 + n; };
      process('p', () => {
        try {
          try { say(1); throw E; } catch (e) { say(2); throw e; } finally { say(3); }
        } catch { say(4); } finally { say(5); }
        check(x.log === 12345, 'order');
      });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.log 12345"
    `);
  });

  test('return, break and continue run finally', async () => {
    expect(await run(`
      const x = { log: 0 };
      const say = (n: number) => { x.log = x.log * 10 + n; };
      function f(): number { try { say(1); return x.log; } finally { say(2); } }
      process('p', () => {
        const r = f();
        for (let i = 0; i < 3; i++) { try { if (i === 0) continue; if (i === 1) break; } finally { say(3); } }
        check(x.log === 1233 && r === 1, 'order');
      });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.log 1233"
    `);
  });

  test('finally that returns wins', async () => {
    expect(await run(`
      const E = { name: 'E' };
      function f(): number { try { throw E; } finally { return 7; } }
      function g(): number { for (;;) { try { return 1; } finally { break; } } return 2; }
      process('p', () => { check(f() === 7 && g() === 2, 'finally'); pause(); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with "
    `);
  });

  test('a throw leaves an atomic section with the writes made so far', async () => {
    expect(await run(`
      const x = { a: 0, b: 0 };
      const E = { name: 'E' };
      process('p', () => { try { atomic(() => { x.a = 1; throw E; }); } catch { x.b = 1; } });
      process('q', () => { check(x.b === 0 || x.a === 1); });
    `)).toMatchInlineSnapshot(`
      "6 states, 7 transitions
      ends with x.a 1, x.b 1"
    `);
  });

  test('labelled loops', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => {
        outer: for (let i = 0; i < 4; i++) {
          for (let j = 0; j < 4; j++) { if (j === 2) continue outer; if (i === 3) break outer; x.v += 1; }
        }
        block: { if (x.v === 6) break block; x.v = 0; }
        check(x.v === 6, 'six');
      });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 6"
    `);
  });

  test('labelled loops over run-time values', async () => {
    expect(await run(`
      const x = { v: 0, n: 0 };
      process('p', () => {
        x.n = choose(3) + 2;
        let i = 0;
        outer: while (i < x.n) { i++; let j = 0; do { j++; if (j > i) continue outer; if (i === 4) break outer; x.v++; } while (j < 3); }
        check(x.v === (x.n === 2 ? 3 : x.n === 3 ? 6 : 6), 'counted');
      });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.n 2, x.v 3
      ends with x.n 3, x.v 6
      ends with x.n 4, x.v 6"
    `);
  });

  test('switch: cases, default in the middle, fallthrough', async () => {
    expect(await run(`
      const x = { v: 0, log: 0 };
      const f = (n: number) => { let r = 0; switch (n) { case 1: r += 1; case 2: r += 2; break; default: r += 100; case 3: r += 3; } return r; };
      process('p', () => { x.v = choose(5); const r = f(x.v); check(r === (x.v === 1 ? 3 : x.v === 2 ? 2 : x.v === 3 ? 3 : 103), 'switch'); });
    `)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with x.v 0
      ends with x.v 1
      ends with x.v 2
      ends with x.v 3
      ends with x.v 4"
    `);
  });

  test('switch on a symbol', async () => {
    expect(await run(`
      const x: { s: 'a' | 'b' | 'c'; r: number } = { s: 'a', r: 0 };
      process('p', () => { x.s = choose(2) === 0 ? 'b' : 'c'; switch (x.s) { case 'b': x.r = 1; break; case 'c': x.r = 2; } check((x.s === 'b') === (x.r === 1), 's'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.s 'b', x.r 1
      ends with x.s 'c', x.r 2"
    `);
  });

  test('do while, comma, update expressions', async () => {
    expect(await run(`
      process('p', () => { let i = 0, n = 0; do { n += i++; } while (i < 4); const m = (n++, n--, ++n); check(n === 7 && m === 7, 'seven'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with "
    `);
  });

  test('conditions: short circuit reads only what it must', async () => {
    expect(await run(`
      const x = { a: false, b: false };
      process('p', () => { if (x.a && x.b) check(false); });
      process('q', () => { x.a = false; x.b = true; });
    `)).toMatchInlineSnapshot(`
      "6 states, 7 transitions
      ends with x.a false, x.b true"
    `);
  });

  test('optional chains', async () => {
    expect(await run(`
      interface Node { next: Node | null; v: number }
      const last: Node = { next: null, v: 2 };
      const first: Node = { next: last, v: 1 };
      const x: { n: Node | null; r: number } = { n: first, r: 0 };
      process('p', () => {
        for (let i = 0; i < 3; i++) { const v = x.n?.next?.v; x.r = x.r * 10 + (v ?? 9); x.n = x.n?.next ?? null; }
        check(x.r === 299, 'the chain ends');
      });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n null, x.r 299"
    `);
  });

  test('??=, ||= and &&=', async () => {
    expect(await run(`
      const x: { n: number | null; b: number; c: number } = { n: null, b: 0, c: 3 };
      process('p', () => { x.n ??= 5; x.n ??= 6; x.b ||= 4; x.c &&= 7; check(x.n === 5 && x.b === 4 && x.c === 7, 'assigned'); x.n = null; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n null, x.b 4, x.c 7"
    `);
  });
});

describe('functions', () => {
  test('default and destructured parameters', async () => {
    expect(await run(`
      const x = { v: 0 };
      const f = ({ a, b: [c, d] }: { a: number; b: [number, number] }, e = a + c, g = 1) => a + c * 10 + d * 100 + e * 1000 + g * 10000;
      process('p', () => { x.v = f({ a: x.v + 1, b: [2, 3] }); check(x.v === 13321, 'all'); x.v = f({ a: 1, b: [2, 3] }, 4, undefined); check(x.v === 14321, 'given'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 14321"
    `);
  });

  test('tuples and records that are returned', async () => {
    expect(await run(`
      const x = { v: 5 };
      const divmod = (n: number): [number, number] => [idiv(n, 3), n % 3];
      const minmax = (a: number, b: number) => (a < b ? { min: a, max: b } : { max: a, min: b });
      process('p', () => { const [q, r] = divmod(x.v); const { min, max } = minmax(q, r); x.v = 0; check(q === 1 && r === 2 && min === 1 && max === 2, 'parts'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 0"
    `);
  });

  test('tuples in sequences, with null', async () => {
    expect(await run(`
      const q = sequence<[number, { name: string } | null]>(2);
      const A = { name: 'A' };
      process('p', () => { q.push([1, A]); q.push([2, null]); const [n, a] = q.shift(); const [m, b] = q.shift(); check(n === 1 && a === A && m === 2 && b === null, 'tuples'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with q.length 0, q[0].0 0, q[1].0 0, q[0].1 null, q[1].1 null"
    `);
  });

  test('a tuple or nothing', async () => {
    expect(await run(`
      const x = { v: 0 };
      const f = (n: number) => (n === 1 ? [7, 8] : null);
      process('p', () => { x.v = choose(2); const t = f(x.v); check(t === null ? x.v === 0 : t[0] === 7 && t[1] === 8, 'one or the other'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.v 0
      ends with x.v 1"
    `);
  });

  test('records with the same fields are alike', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = choose(2); const { a, b } = x.v === 0 ? { a: 1, b: 2 } : { b: 2, a: 1 }; check(a === 1 && b === 2, 'alike'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.v 0
      ends with x.v 1"
    `);
  });

  test('rest parameters', async () => {
    expect(await run(`
      const x = { v: 0 };
      const sum = (...all: number[]) => { let s = 0; for (const n of all) s += n; return s; };
      process('p', () => { x.v = sum(1, x.v, 3); check(x.v === 4, 'sum'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 4"
    `);
  });

  test('the spread of an array reads its elements as they are', async () => {
    expect(await run(`
      const x = { a: [1, 2], m: 0 };
      const max = (a: number, b: number) => (a > b ? a : b);
      process('p', () => { x.a[0] = 9; x.m = max(...(x.a as [number, number])); check(x.m === 9 && Math.max(...x.a) === 9, 'nine'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.a[0] 9, x.m 9"
    `);
  });

  test('closures passed down see the locals of their caller', async () => {
    expect(await run(`
      const x = { v: 0 };
      const times = (n: number, f: (i: number) => void) => { for (let i = 0; i < n; i++) f(i); };
      process('p', () => { let s = 0; times(3, (i) => { s += i; x.v = s; }); check(s === 3 && x.v === 3, 'three'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 3"
    `);
  });

  test('a table of functions, by an index known only at run time', async () => {
    expect(await run(`
      const x = { v: 0 };
      const table = [() => 1, () => 2, (n: number) => n];
      process('p', () => { const i = choose(3); x.v = table[i]!(7); check(x.v === (i === 2 ? 7 : i + 1), 'called'); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.v 1
      ends with x.v 2
      ends with x.v 7"
    `);
  });

  test('re-entry: a callback that runs in Event.set calls Event.set', async () => {
    expect(await run(`
      const x = { sets: int(0, 9) };
      class Event {
        flag = false;
        callback: (() => void) | null = null;
        set(): void { x.sets++; const before = this.flag; this.flag = true; if (!before && this.callback !== null) this.callback(); }
      }
      const event = new Event();
      event.callback = () => event.set();
      process('p', () => { event.set(); check(x.sets === 2, 'nested once'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.sets 2, event.flag true"
    `);
  });

  test('re-entry through an array of callbacks', async () => {
    expect(await run(`
      const x = { sets: int(0, 9) };
      const callbacks: (() => void)[] = [];
      const set = () => { x.sets++; if (x.sets < 2) for (const callback of callbacks) callback(); };
      callbacks.push(() => set());
      process('p', () => { set(); check(x.sets === 2, 'nested once'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.sets 2"
    `);
  });

  test('re-entry through a reference with a method', async () => {
    expect(await run(`
      class Callback { constructor(readonly again: boolean) {} run(): void { if (this.again) fire(); } }
      const cs = [new Callback(false), new Callback(true)];
      const x: { current: Callback; fired: number } = { current: cs[0]!, fired: int(0, 9) };
      function fire(): void { x.fired++; if (x.fired < 2) x.current.run(); }
      process('p', () => { x.current = cs[choose(2)]!; fire(); check(x.fired === (x.current.again ? 2 : 1), 'nested once'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.current cs[1], x.fired 2
      ends with x.current x.current, x.fired 1"
    `);
  });

  test('re-entry beyond the bound is incomplete', async () => {
    expect(await run(`
      const x = { sets: int(0, 9), callback: () => {} };
      const set = () => { x.sets++; x.callback(); };
      x.callback = () => set();
      process('p', () => { set(); });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      incomplete: re-entry of set"
    `);
  });

  test('and may be raised', async () => {
    expect(await run(`
      const x = { sets: int(0, 9), callback: () => {} };
      const set = () => { x.sets++; if (x.sets < 4) x.callback(); };
      x.callback = () => set();
      process('p', () => { set(); check(x.sets === 4, 'four'); });
    `, ``, `reentry: 4,`)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.sets 4"
    `);
  });
});

describe('objects', () => {
  test('references to several classes: fields, methods, instanceof', async () => {
    expect(await run(`
      class A { v = 1; get() { return this.v; } }
      class B { w = 2; v = 5; get() { return this.w * 10; } }
      const [a, b] = [new A(), new B()];
      const x: { ref: A | B | null } = { ref: null };
      process('p', () => {
        x.ref = choose(2) === 0 ? a : b;
        x.ref.v += 1;
        const got = x.ref.get();
        check(x.ref instanceof A ? got === 2 : got === 20 && b.v === 6, 'got');
      });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.ref a, a.v 2, b.v 5
      ends with x.ref b, a.v 1, b.v 6"
    `);
  });

  test('a write through a reference is seen in the object', async () => {
    expect(await run(`
      class A { v = 0; }
      const as = [new A(), new A(), new A()];
      const x = { current: as[0]! };
      process('p', () => { x.current = as[choose(3)]!; x.current.v = 4; let n = 0; for (const a of as) n += a.v; check(n === 4 && x.current.v === 4, 'one'); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.current as[1], x.current.v 0, as[1].v 4, as[2].v 0
      ends with x.current as[2], x.current.v 0, as[1].v 0, as[2].v 4
      ends with x.current x.current, x.current.v 4, as[1].v 0, as[2].v 0"
    `);
  });

  test('arrays of numbers with a dynamic index', async () => {
    expect(await run(`
      const list = [0, 0, 0];
      process('p', () => { const i = choose(3); list[i]! += 2; list[(i + 1) % 3] = 5; let s = 0; for (let k = 0; k < 3; k++) s += list[k]!; check(s === 7 && list[i] === 2, 'sum'); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with list[0] 0, list[1] 2, list[2] 5
      ends with list[0] 2, list[1] 5, list[2] 0
      ends with list[0] 5, list[1] 0, list[2] 2"
    `);
  });

  test('arrays of arrays', async () => {
    expect(await run(`
      const grid = [[0, 0], [0, 0]];
      process('p', () => { const i = choose(2), j = choose(2); grid[i]![j] = 1; check(grid[i]![j] === 1 && grid[1 - i]![j] === 0, 'cell'); });
    `)).toMatchInlineSnapshot(`
      "7 states, 6 transitions
      ends with grid[0][0] 0, grid[0][1] 0, grid[1][0] 0, grid[1][1] 1
      ends with grid[0][0] 0, grid[0][1] 0, grid[1][0] 1, grid[1][1] 0
      ends with grid[0][0] 0, grid[0][1] 1, grid[1][0] 0, grid[1][1] 0
      ends with grid[0][0] 1, grid[0][1] 0, grid[1][0] 0, grid[1][1] 0"
    `);
  });

  test('getters, inheritance, super.method(), arrow fields, static members, private fields', async () => {
    expect(await run(`
      class Base { v = 1; static made = 3; get twice() { return this.v * 2; } bump(n: number) { this.v += n; return this.v; } handler = () => this.v; }
      class Derived extends Base { #count = 0; override bump(n: number) { this.#count++; return super.bump(n * 10) + this.#count; } get count() { return this.#count; } }
      const d = new Derived();
      process('p', () => { const r = d.bump(2); Base.made++; check(r === 22 && d.twice === 42 && d.handler() === 21 && d.count === 1, 'all'); d.bump(0); check(d.count === 2 && Base.made === 4, 'private'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with d.#count 2, d.v 21, <Function>.made 4"
    `);
  });

  test('private fields through references', async () => {
    expect(await run(`
      class Counter { #n = 0; #add(k: number) { this.#n += k; } inc() { this.#add(1); return this.#n; } }
      const cs = [new Counter(), new Counter()];
      const x = { c: cs[0]! };
      process('p', () => { x.c = cs[choose(2)]!; x.c.inc(); check(x.c.inc() === 2, 'two'); check(cs[0]!.inc() + cs[1]!.inc() === 4, 'four'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.c cs[1], x.c.#n 1, cs[1].#n 3
      ends with x.c x.c, x.c.#n 3, cs[1].#n 1"
    `);
  });

  test('Maps and other library objects as constants', async () => {
    expect(await run(`
      const byName = new Map([['a', { v: 1 }], ['b', { v: 2 }]]);
      const x = { v: 0 };
      process('p', () => { byName.get('a')!.v = 5; for (const o of byName.values()) x.v += o.v; check(x.v === 7, 'seven'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with byName.a.v 5, x.v 7"
    `);
  });

  test('array methods over constants', async () => {
    expect(await run(`
      class T { constructor(readonly id: number) {} ready = false; }
      const ts = [new T(0), new T(1), new T(2)];
      process('p', () => {
        ts[choose(3)]!.ready = true;
        const t = ts.find((t) => t.ready)!;
        check(ts.some((t) => t.ready) && !ts.every((t) => t.ready) && ts.includes(t) && ts.indexOf(t) === t.id && ts.findIndex((u) => u.ready) === t.id, 'found');
      });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with ts[0].ready false, ts[1].ready false, ts[2].ready true
      ends with ts[0].ready false, ts[1].ready true, ts[2].ready false
      ends with ts[0].ready true, ts[1].ready false, ts[2].ready false"
    `);
  });

  test('sequences: order, insert, remove, includes, clear, unshift', async () => {
    expect(await run(`
      const q = sequence<number>(4);
      process('p', () => {
        q.push(1); q.push(2); q.unshift(0); q.insert(1, 9);
        check(q.at(0) === 0 && q.at(1) === 9 && q.at(2) === 1 && q.at(3) === 2 && q.includes(9), 'order');
        check(q.remove(9) && !q.remove(7) && q.length === 3 && q.shift() === 0, 'removed');
        q.clear(); check(q.length === 0 && !q.includes(1), 'empty');
      });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with q.length 0, q[0] 0, q[1] 0, q[2] 0, q[3] 0"
    `);
  });

  test('for…of over a sequence sees the elements as they were', async () => {
    expect(await run(`
      const q = sequence<number>(4, [1, 2, 3]);
      process('p', () => { let s = 0; for (const n of q) { q.shift(); s = s * 10 + n; } check(s === 123 && q.length === 0, 'as they were'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with q.length 0, q[0] 0, q[1] 0, q[2] 0, q[3] 0"
    `);
  });

  test('a sequence with the same elements is the same state', async () => {
    expect(await run(`
      const q = sequence<number>(3);
      process('p', () => { while (true) { q.push(1); q.shift(); } });
      sometimes('full', () => q.length === 1);
    `)).toMatchInlineSnapshot(`"2 states, 2 transitions"`);
  });

  test('references to sequences, clocks and functions', async () => {
    expect(await run(`
      const [a, b] = [sequence<number>(2), sequence<number>(2)];
      const x = { q: a, f: () => 1 };
      const fs = [() => 1, () => 2];
      process('p', () => { const i = choose(2); x.q = i === 0 ? a : b; x.f = fs[i]!; x.q.push(3); check(x.q.length === 1 && (i === 0 ? a : b).shift() === 3 && x.f() === i + 1, 'by reference'); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.q b, x.f function, x.q.length 0, x.q[0] 0, x.q[1] 0, b.length 0, b[0] 0, b[1] 0
      ends with x.q x.q, x.f function, x.q.length 0, x.q[0] 0, x.q[1] 0, b.length 0, b[0] 0, b[1] 0"
    `);
  });

  test('enums and string symbols', async () => {
    expect(await run(`
      enum Mode { Off, On = 5, Auto }
      const x: { mode: number; name: string | null } = { mode: Mode.Off, name: null };
      process('p', () => { x.mode = Mode.Auto; x.name = 'ready'; check(x.mode === 6 && x.name === 'ready' && x.name !== null, 'symbols'); x.name = null; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.mode 6, x.name null"
    `);
  });

  test('values of several kinds in one variable', async () => {
    expect(await run(`
      const A = { name: 'A' };
      const x: { v: number | boolean | string | null | object } = { v: null };
      process('p', () => {
        switch (choose(5)) { case 0: x.v = 0; break; case 1: x.v = false; break; case 2: x.v = 'a'; break; case 3: x.v = A; break; default: x.v = 7; }
        const kinds = [x.v === 0, x.v === false, x.v === 'a', x.v === A, x.v === 7];
        let n = 0; for (const k of kinds) if (k) n++;
        check(n === 1 && (x.v ? x.v === 'a' || x.v === A || x.v === 7 : true), 'one kind');
      });
    `)).toMatchInlineSnapshot(`
      "6 states, 5 transitions
      ends with x.v 'a'
      ends with x.v 0
      ends with x.v 7
      ends with x.v A
      ends with x.v false"
    `);
  });
});

describe('model errors', () => {
  test('index out of range', async () => {
    expect(await run(`
      const list = [1, 2];
      const x = { i: 0 };
      process('p', () => { x.i = choose(3); list[x.i] = 0; });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.i 0, list[0] 0, list[1] 2
      ends with x.i 1, list[0] 1, list[1] 0
      model error: index out of range (the index is outside of 0 … 1)"
    `);
  });

  test('index out of range, read', async () => {
    expect(await run(`
      const list = [1, 2];
      process('p', () => { const i = choose(2) - 1; if (list[i] === 1) pause(); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with 
      model error: index out of range (the index is outside of 0 … 1)"
    `);
  });

  test('null dereference', async () => {
    expect(await run(`
      class A { v = 0; }
      const x: { a: A | null } = { a: new A() };
      process('p', () => { if (choose(2) === 0) x.a = null; x.a!.v = 1; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.a x.a, x.a.v 1
      model error: null dereference (a reference is used that is null (or no object) at this moment; test it, or wait until it is set)"
    `);
  });

  test('division by zero', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = idiv(6, choose(2)); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 6
      model error: division by zero (the divisor is 0 here; test it, or exclude it with assume())"
    `);
  });

  test('remainder of zero', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = 6 % choose(2); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 0
      model error: division by zero (the divisor is 0 here; test it, or exclude it with assume())"
    `);
  });

  test('sequence overflow', async () => {
    expect(await run(`
      const q = sequence<number>(2);
      process('p', () => { while (true) { q.push(1); pause(); } });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      model error: sequence overflow (the sequence holds its capacity of 2 elements already; test its length, or give it a larger capacity)"
    `);
  });

  test('shift of an empty sequence', async () => {
    expect(await run(`
      const q = sequence<number>(2);
      process('p', () => { q.push(1); q.shift(); q.shift(); });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: shift() of an empty sequence (another process took the last element between the test and the shift, or there never was one)"
    `);
  });

  test('at() outside', async () => {
    expect(await run(`
      const q = sequence<number>(2, [5]);
      process('p', () => { q.push(1); q.at(choose(3)); });
    `)).toMatchInlineSnapshot(`
      "3 states, 3 transitions
      ends with q.length 2, q[0] 5, q[1] 1
      model error: index out of range (at() outside of 0 … length-1; test the length first)"
    `);
  });

  test('leaving a declared range', async () => {
    expect(await run(`
      const x = { v: int(0, 7) };
      process('p', () => { while (true) { x.v++; pause(); } });
    `)).toMatchInlineSnapshot(`
      "8 states, 7 transitions
      model error: range error (x.v leaves its declared range 0 … 7; write the wrap if it is meant, or declare a larger range)"
    `);
  });

  test('leaving it downwards', async () => {
    expect(await run(`
      const x = { v: int(0, 7) };
      process('p', () => { x.v--; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: range error (x.v leaves its declared range 0 … 7; write the wrap if it is meant, or declare a larger range)"
    `);
  });

  test('leaving 32 bits', async () => {
    expect(await run(`
      const x = { v: 2 ** 31 };
      process('p', () => { x.v = x.v + x.v; });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: integer overflow (x.v leaves 32 bits; write the wrap (| 0, u32(…)) if it is meant)"
    `);
  });

  test('the written wrap is none', async () => {
    expect(await run(`
      const x = { v: 2147483647, w: u8(255), u: 0 };
      process('p', () => { x.v = (x.v + 1) | 0; x.w = u8(x.w + 1); x.u = u32(-1); check(x.v === -2147483648 && x.w === 0 && x.u === 4294967295, 'wrapped'); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v -2147483648, x.w 0, x.u 4294967295"
    `);
  });

  test('choose of nothing', async () => {
    expect(await run(`
      process('p', () => { choose(choose(2)); });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with 
      model error: choose() of nothing (choose(n) needs n > 0; test for the empty case first)"
    `);
  });

  test('busy for a negative time', async () => {
    expect(await run(`
      const x = { t: -1 };
      process('p', () => { x.t = x.t - choose(2); busy(x.t); });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      model error: busy() for a negative time (the time left was computed without looking whether it has passed)"
    `);
  });

  test('a property that the object of this moment does not have', async () => {
    expect(await run(`
      class A { v = 0; }
      class B { w = 0; }
      const x: { o: A | B } = { o: new A() };
      const b = new B();
      process('p', () => { if (choose(2) === 0) x.o = b; (x.o as A).v = 1; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.o x.o, x.o.v 1
      model error: no property 'v' (the reference stands for an object of another class at this moment; test it with instanceof)"
    `);
  });

  test('a method that the object of this moment does not have', async () => {
    expect(await run(`
      class A { v = 0; run() { this.v = 1; } }
      class B { w = 0; }
      const x: { o: A | B } = { o: new A() };
      const b = new B();
      process('p', () => { if (choose(2) === 0) x.o = b; (x.o as A).run(); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.o x.o, x.o.v 1
      model error: no property 'run' (the reference stands for an object of another class at this moment; test it with instanceof)"
    `);
  });

  test('arithmetic with what is null at this moment', async () => {
    expect(await run(`
      const x: { n: number | null; r: number } = { n: 1, r: 0 };
      process('p', () => { if (choose(2) === 0) x.n = null; x.r = x.n! + 1; });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 1, x.r 2
      model error: no number (a value that is null or a symbol at this moment is used in arithmetic; test it first)"
    `);
  });

  test('arithmetic with a reference', async () => {
    expect(await run(`
      class A { v = 0; }
      const as = [new A(), new A()];
      const x: { o: A; r: number } = { o: as[0]!, r: 0 };
      process('p', () => { x.o = as[choose(2)]!; x.r = 1 + (x.o as never as number); });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      model error: no number (a reference, symbol or null is used in arithmetic)"
    `);
  });

  test('an error that is not reached is none', async () => {
    expect(await run(`
      const x: { n: number | null; r: number } = { n: 1, r: 0 };
      process('p', () => { if (choose(2) === 0) x.n = null; if (x.n !== null) x.r = x.n + 1; });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.n 1, x.r 2
      ends with x.n null, x.r 0"
    `);
  });

  test('a check without message', async () => {
    expect(await run(`
      const x = { v: 0 };
      process('p', () => { x.v = choose(2); check(x.v === 0); });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.v 0
      check: check"
    `);
  });
});

describe('the directive use python', () => {
  test('calls, returns, loads and stores are no jumps', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { v: 0 };
      function f(n: number) { 'use python'; x.v = n; const m = x.v + 1; return m; }
      process('p', () => { f(1); f(2); check(jumps.n === 0, '0 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "1 states, 0 transitions
      ends with x.v 2"
    `);
  });

  test('a condition: each evaluated operand, taken or not', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      function f(a: boolean, b: boolean) { 'use python'; if (a && b) return 1; return 0; }
      const x = { t: true, u: false };
      process('p', () => { x.t = choose(2) === 0; const before = jumps.n; f(x.t, x.u); check(jumps.n - before === (x.t ? 2 : 1), 'operands'); jumps.n = 5; x.u = !x.u; check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "3 states, 2 transitions
      ends with x.t false, jumps.n 5, x.u true
      ends with x.t true, jumps.n 5, x.u true"
    `);
  });

  test('a condition that is constant for the model is one in Python', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      function f(a: boolean) { 'use python'; if (a) return 1; return 0; }
      process('p', () => { f(true); f(false); check(jumps.n === 2, '2 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with jumps.n 2"
    `);
  });

  test('not is free, or stops at the first', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      function f(n: number) { 'use python'; if (!(n > 1) || n > 5) return 1; return 0; }
      const x = { n: 0 };
      process('p', () => { x.n = 0; f(x.n); x.n = 7; f(x.n); check(jumps.n === 3, '3 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 7, jumps.n 3"
    `);
  });

  test('the end of a then-branch that has an else', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f(n: number) { 'use python'; if (n > 0) x.n = 1; else x.n = 2; if (n > 0) x.n = 3; }
      process('p', () => { x.n = 1; f(x.n); x.n = 0; f(x.n); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 2, jumps.n 5"
    `);
  });

  test('while: entry and each test', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f(n: number) { 'use python'; while (x.n < n) x.n++; }
      process('p', () => { f(3); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with jumps.n 5, x.n 3"
    `);
  });

  test('while (true): each time round, no entry', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; while (true) { x.n++; if (x.n === 3) return; } }
      process('p', () => { f(); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 3, jumps.n 5"
    `);
  });

  test('for: as range() in Python, entry and each test', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; for (let i = 0; i < 3; i++) x.n++; }
      process('p', () => { f(); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with jumps.n 5, x.n 3"
    `);
  });

  test('for over a run-time bound: the same', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 3 };
      function f() { 'use python'; for (let i = 0; i < x.n; i++) {} }
      process('p', () => { x.n = 3; f(); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 3, jumps.n 5"
    `);
  });

  test('for…of: the back edge of each element, not exhaustion', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; for (const k of [1, 2, 3]) x.n += k; }
      process('p', () => { f(); check(jumps.n === 3, '3 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 6, jumps.n 3"
    `);
  });

  test('for…of over a full sequence', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const q = sequence<number>(3);
      function f() { 'use python'; for (const k of q) if (k === 0) pause(); }
      process('p', () => { q.push(1); q.push(2); q.push(3); f(); check(jumps.n === 6, '6 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with q.length 3, q[0] 1, q[1] 2, q[2] 3, jumps.n 6"
    `);
  });

  test('for…of over a sequence with room', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const q = sequence<number>(3);
      function f() { 'use python'; for (const k of q) q.at(0); }
      process('p', () => { q.push(1); q.push(2); f(); check(jumps.n === 2, '2 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with q.length 2, q[0] 1, q[1] 2, q[2] 0, jumps.n 2"
    `);
  });

  test('break and continue are one each; continue in for…of is the back edge', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; for (const k of [1, 2, 3]) { if (k === 1) continue; if (k === 2) break; } }
      process('p', () => { f(); check(jumps.n === 5, '5 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with jumps.n 5"
    `);
  });

  test('continue in while: the jump and the test', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; while (x.n < 2) { x.n++; continue; } }
      process('p', () => { f(); check(jumps.n === 6, '6 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with jumps.n 6, x.n 2"
    `);
  });

  test('?: two when it is true, one when it is not', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f(n: number) { 'use python'; x.n = n > 0 ? 5 : 6; }
      process('p', () => { x.n = 1; f(x.n); x.n = 0; f(x.n); check(jumps.n === 3, '3 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 6, jumps.n 3"
    `);
  });

  test('&& and || as a value: one', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f(n: number) { 'use python'; return (n > 0 && n < 5) || n; }
      process('p', () => { x.n = 1; f(x.n); check(jumps.n === 2, '2 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 1, jumps.n 2"
    `);
  });

  test('the end of a try body and of a handler', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const E = { name: 'E' };
      function f(throws: boolean) { 'use python'; try { if (throws) throw E; } catch { } }
      const x = { t: true };
      process('p', () => { x.t = true; f(x.t); x.t = false; f(x.t); check(jumps.n === 4, '4 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.t false, jumps.n 4"
    `);
  });

  test('the end of a try with finally only is none', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f() { 'use python'; try { x.n++; } finally { x.n++; } }
      process('p', () => { f(); check(jumps.n === 0, '0 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 2"
    `);
  });

  test('switch: each test, as if and elif', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 0 };
      function f(n: number) { 'use python'; switch (n) { case 1: return 1; case 2: return 2; default: return 3; } }
      process('p', () => { x.n = 2; f(x.n); x.n = 9; f(x.n); check(jumps.n === 4, '4 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 9, jumps.n 4"
    `);
  });

  test('a function without the directive has none, one that it calls has', async () => {
    expect(await run(`
      const jumps = { n: 0 };
      const hook = (counter: number) => { jumps.n++; return counter + 1; };
      const x = { n: 1 };
      function f(n: number) { if (n > 0) g(n); }
      function g(n: number) { 'use python'; if (n > 0) x.n = 2; }
      process('p', () => { x.n = 1; f(x.n); check(jumps.n === 1, '1 jumps'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 2, jumps.n 1"
    `);
  });

  test('the counter is hidden, one for each invocation, and begins at 0', async () => {
    expect(await run(`
      const x = { n: 0, last: 0 };
      const hook = (counter: number) => { x.last = counter; return counter + 1; };
      function f(n: number) { 'use python'; if (n > 0) {} if (n > 1) {} }
      process('p', () => { x.n = 1; f(x.n); check(x.last === 1, 'second'); f(x.n); check(x.last === 1, 'second again'); }, { python: hook });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 1, x.last 1"
    `);
  });

  test('what the hook throws comes out of the jump', async () => {
    expect(await run(`
      const KeyboardInterrupt = { name: 'KeyboardInterrupt' };
      const x = { n: 0, sent: false };
      function f(n: number) { 'use python'; try { if (n > 0) x.n = 5; } catch (e) { if (e === KeyboardInterrupt) return 7; } return 8; }
      process('p', () => { x.n = 1; check(f(x.n) === 7 && x.n === 1, 'interrupted'); }, { python: (n) => { if (!x.sent) { x.sent = true; throw KeyboardInterrupt; } return n; } });
    `)).toMatchInlineSnapshot(`
      "2 states, 1 transitions
      ends with x.n 1, x.sent true"
    `);
  });

  test('the hook may wait, and nests to its bound', async () => {
    expect(await run(`
      const x = { open: false, n: 1, depth: int(0, 3) };
      function f(n: number) { 'use python'; if (n > 0) x.n = 2; }
      const callback = (n: number) => { 'use python'; if (n > 0) x.n = 3; };
      process('p', () => { f(x.n); }, { python: (n) => { until(() => x.open); if (x.depth === 0) { x.depth = 1; callback(x.n); x.depth = 0; } return n; } });
      process('q', () => { x.open = true; });
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.n 2, x.open true, x.depth 0"
    `);
  });

  test('without a hook there are no jumps', async () => {
    expect(await run(`
      const x = { n: 1 };
      function f(n: number) { 'use python'; if (n > 0) x.n = 2; }
      process('p', () => { x.n = 3; f(x.n); });
      sometimes('two', () => x.n === 2);
    `)).toMatchInlineSnapshot(`
      "4 states, 3 transitions
      ends with x.n 2"
    `);
  });
});
