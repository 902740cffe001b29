import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { explore } from '../explore.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { Workshop } from '../language/testing.ts';
import { disagreement } from '../machine/agreement.ts';
import { decide } from './decide.ts';

const workshop = new Workshop();
afterAll(() => workshop.remove());

const SHARED = 'const s = { n: 0, m: 0, on: false, core: 0, masked: false, pending: false };';

/** What is found, and that the reference interpreter finds the same in every state. */
async function found(body: string, options = ''): Promise<string[]> {
  const built = await workshop.compile(`${SHARED}\n${body}`, '', `races: true, ${options}`);
  expect(disagreement(built, 20_000)).toBeNull();
  return decide(await explore(built, {}), false)
    .filter(({ kind }) => kind === 'data race')
    .map(({ name, status, trace }) =>
      status === 'violated'
        ? `${name} after ${trace?.steps.length} steps: ${trace?.explanation}`.replaceAll(
            /[^\s(]*model\.ts/g,
            'model.ts',
          )
        : `${name} ${status}`,
    );
}

const two = (a: string, b: string): string => `process('a', () => { ${a} });\nprocess('b', () => { ${b} });`;

describe('two processes that can run at the same time', () => {
  test('two writes', async () => {
    expect(await found(two('s.n = 1;', 's.n = 2;'))).toEqual([
      'data race: s.n after 0 steps: Nothing orders two accesses to s.n: a writes it in `a` (model.ts:5), and b writes it in `b` (model.ts:6); both can do so now, in any order.',
    ]);
  });

  test('a write and a read, later', async () => {
    expect(await found(two('s.m = 1; s.n = 1;', 'until(() => s.m === 1); s.on = s.n === 1;'))).toEqual([
      'data race: s.n after 2 steps: Nothing orders two accesses to s.n: a writes it in `a` (model.ts:5), and b reads it in `b` (model.ts:6); both can do so now, in any order.',
    ]);
  });

  test.each<[string, string, string]>([
    ['two reads', 'const n = s.n; s.m = n;', 'until(() => s.on); s.n = s.n + 1;'],
    ['both atomic', 'atomic(() => { s.n++; });', 'atomic(() => { s.n--; });'],
    ['a write that nothing waits for any more', 's.n = 1; s.m = 1;', 'until(() => s.m === 1); s.n = 2;'],
    ['declared by the writer', 'relaxed(() => { s.n = 1; });', 's.m = s.n;'],
    ['declared by the reader', 's.n = 1;', 's.m = relaxed(() => s.n);'],
    ['declared by the condition', 's.n = 1;', 'if (relaxed(() => s.n === 1)) s.m = 1;'],
    ['declared in a section', 's.n = 1;', 'atomic(() => { s.m = relaxed(() => s.n); });'],
    ['read by a check', 's.n = 1;', "check(s.n < 2, 'small');"],
    ['read by ghosts', 's.n = 1;', 'atomic(() => { s.m = 1; ghost(() => { s.on = s.n === 1; }); });'],
    [
      'a lock',
      'until(() => !s.on && (s.on = true)); s.n++; s.on = false;',
      'until(() => !s.on && (s.on = true)); s.n++; s.on = false;',
    ],
  ])('holds: %s', async (_, a, b) => {
    expect(await found(two(a, b), "without: ['deadlock'],")).toEqual(['data race holds']);
  });

  test.each<[string, string, string]>([
    ['only one is atomic', 'atomic(() => { s.n++; });', 's.n = 5;'],
    ['a condition', 'if (s.n === 0) s.m = 1;', 's.n = 5;'],
    [
      'a section that waits for something else',
      'atomic(() => { until(() => s.m === 0); s.n = 1; });',
      's.n = 5;',
    ],
    ['only a part is declared', 'relaxed(() => { s.n = 1; }); s.n = 2;', 's.n = 5;'],
  ])('violated: %s', async (_, a, b) => {
    expect((await found(two(a, b))).map((text) => text.replace(/ after.*/, ''))).toEqual(['data race: s.n']);
  });

  test('a loop that spins for a flag', async () => {
    expect(
      (await found(two('while (!s.on);', 's.on = true;'))).map((text) => text.replace(/ after.*/, '')),
    ).toEqual(['data race: s.on']);
  });

  test('an element by a run-time index: only if it is the same', async () => {
    const each = (i: string, j: string): string =>
      `const list = [0, 0, 0];\n${two(`const i = ${i}; list[i] = 1;`, `const j = ${j}; list[j] = 2;`)}`;
    expect(await found(each('choose(2)', 'choose(2) + 1'))).toEqual([
      'data race: list[1] after 2 steps: Nothing orders two accesses to list[1]: a writes it in `a` (model.ts:6), and b writes it in `b` (model.ts:7); both can do so now, in any order.',
    ]);
    expect(await found(each('choose(2)', 'choose(1) + 2'))).toEqual(['data race holds']);
  });

  test('a sequence is one object', async () => {
    expect(
      (await found(`const q = sequence(2);\n${two('q.push(1);', 's.m = q.length;')}`)).map((text) =>
        text.replace(/ after.*/, ''),
      ),
    ).toEqual(['data race: q']);
  });

  test('statements: all their accesses', async () => {
    expect(
      (await found(two('s.m = s.n;', 's.n = 1; s.m = 2;'), "granularity: 'statement',")).map((text) =>
        text.replace(/ after.*/, ''),
      ),
    ).toEqual(['data race: s.n', 'data race: s.m']);
  });

  test('the world outside and hardware do not share memory', async () => {
    const body = (who: string): string =>
      `process('a', () => { s.n = 1; });\nprocess('b', () => { s.n = 2; }, { ${who}: true });`;
    expect(await found(body('outside'))).toEqual(['data race holds']);
    expect(await found(body('prompt'))).toEqual(['data race holds']);
    expect(await found(body('background'))).toHaveLength(1);
  });

  test('not asked: no such property', async () => {
    const built = await workshop.compile(`${SHARED}\n${two('s.n = 1;', 's.n = 2;')}`);
    expect(built.compiled.program.races).toBeNull();
    expect(decide(await explore(built, {}), false).map(({ kind }) => kind)).toEqual(['deadlock']);
  });
});

describe('one core', () => {
  /** An interrupt takes the core wherever it may; `task` gives it away only by itself. */
  const interrupted = (task: string, handler: string): string => `
process('task', () => { ${task} }, { runs: () => s.core === 0 });
process('isr', () => { rest(() => !s.masked && s.pending && s.core === 0 && (s.core = 1)); ${handler} atomic(() => { s.core = 0; s.pending = false; }); });
process('pin', () => { s.pending = true; }, { outside: true });`;

  test('an interrupt between two accesses', async () => {
    expect(await found(interrupted('s.n++;', 's.n = 0;'))).toEqual([
      'data race: s.n after 2 steps: Nothing orders two accesses to s.n: task reads it in `task` (model.ts:6), and isr writes it in `isr` (model.ts:7); task was interrupted just before, and nothing keeps the other away.',
    ]);
  });

  test.each<[string, string, string]>([
    [
      'the task masks the interrupt',
      'relaxed(() => { s.masked = true; }); s.n++; relaxed(() => { s.masked = false; });',
      's.n = 0;',
    ],
    ['the task is atomic', 'atomic(() => { s.n++; });', 's.n = 0;'],
    ['they touch different things', 's.n++;', 's.m = 0;'],
  ])('holds: %s', async (_, task, handler) => {
    expect(await found(interrupted(task, handler))).toEqual(['data race holds']);
  });

  test('that the handler is atomic does not help the task', async () => {
    expect(await found(interrupted('s.n++;', 'atomic(() => { s.n++; });'))).toHaveLength(1);
  });

  test('who gives the core away by itself, or has not begun, is not interrupted', async () => {
    const body = `
process('a', () => { s.n = 1; atomic(() => { s.core = 1; }); s.n = 2; }, { runs: () => s.core === 0 });
process('b', () => { s.n = 3; atomic(() => { s.core = 0; }); }, { runs: () => s.core === 1 });`;
    expect(await found(body)).toEqual(['data race holds']);
    const preempts = `${body}\nprocess('tick', () => { atomic(() => { s.core = 1 - s.core; }); });`;
    expect(await found(preempts)).toHaveLength(1);
  });

  test('who is killed where it was interrupted has not been interrupted when it begins again', async () => {
    const body = `
const a = process('a', () => { s.n = 1; }, { runs: () => s.core === 0 });
process('tick', () => { atomic(() => { s.core = 1; }); s.m = 1; a.kill(); s.on = true; a.start(); until(() => !s.on); s.n = 2; });
process('b', () => { until(() => s.on); s.on = false; });`;
    expect(await found(body, "without: ['deadlock'],")).toEqual(['data race holds']);
  });
});

/**
 * MicroPython's scheduler on two cores. `sched_state` is looked at without a lock on purpose, and a pin's level is a register; that the
 * ring is unlocked against the other core is the bug that `masks-one-core` stands for.
 */
test.each([
  [
    'masks-one-core',
    [
      'esp32.scheduler.ring.idx',
      'esp32.scheduler.ring.len',
      'esp32.scheduler.ring.slots[0].callback',
      'esp32.scheduler.ring.slots[1].callback',
      'esp32.scheduler.state',
    ],
  ],
  ['spinlock', ['esp32.scheduler.state']],
])(
  'uevent-wake, %s',
  async (variant, racing) => {
    const all = await loadScenarios(join(root, 'scenarios/uevent-wake.ts'));
    const { scenario, file } = all[0] as (typeof all)[number];
    const asked = { scenario: { ...scenario, spec: { ...scenario.spec, races: true } }, file };
    const found = decide(await explore(buildVariant(asked, variant), {}), false)
      .filter(({ kind, status }) => kind === 'data race' && status === 'violated')
      .map(({ name }) => name.replace('data race: ', ''));
    expect(found.sort()).toEqual(racing);
  },
  120_000,
);
