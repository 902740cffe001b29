import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { scenario } from '../../checker/scenario.ts';
import type { VariantResult } from '../../checker/verdict.ts';
import * as designs from './guaranteed/testing.ts';

type Designs = typeof designs;
type Design = keyof Designs;

async function run(from: Designs, design: Design): Promise<VariantResult> {
  const built = scenario(design, {
    about: 'what the kernel guarantees',
    variants: { 'as it is': { holds: true } },
    build() {
      from[design]();
      return [];
    },
  });
  for await (const result of check({ scenario: built, file: 'test' }, { maxStates: 200_000 })) return result;
  throw new Error('no variant');
}

const violatedIn = ({ properties }: VariantResult): string[] =>
  properties.filter(({ status }) => status === 'violated').map(({ name }) => name);

describe('the kernel keeps what it promises', { timeout: 120_000 }, () => {
  test.each<[Design, number]>([
    ['mutex', 28788],
    ['queue', 43905],
    ['events', 108],
    ['suspended', 1383],
    ['cores', 96],
  ])('%s: in all of %i states', async (design, states) => {
    const { verdict, figures, properties } = await run(designs, design);
    expect(properties.filter(({ status }) => status !== 'holds')).toEqual([]);
    expect([verdict, figures.states]).toEqual(['holds', states]);
  });
});

/** A mistake: in which file, what is replaced by what; the design that shows it, and the guarantee that it breaks. */
type Mistake = readonly [broken: string, design: Design, file: string, from: string, to: string];

const MISTAKES: readonly Mistake[] = [
  [
    'the first waiter is woken, and no other',
    'queue',
    'kernel.ts',
    'const task = waiters.at(0);',
    'const task = waiters.at(waiters.length - 1);',
  ],
  [
    'who waits longer comes first, among equally urgent tasks',
    'queue',
    'list.ts',
    '<= key(task)',
    '< key(task)',
  ],
  [
    'who is more urgent comes first',
    'queue',
    'kernel.ts',
    '(task) => -task.waitPriority',
    '(task) => task.waitPriority',
  ],
  [
    'a task that blocks is on the list of waiters',
    'queue',
    'kernel.ts',
    'insertSorted(waiters, self, (task) => -task.waitPriority);',
    '',
  ],
  [
    'who is woken can run',
    'queue',
    'kernel.ts',
    'this.makeReady(task);\n      return;',
    'this.removeFromEvent(task);\n      return;',
  ],
  [
    'nobody waits beside an item, or beside space',
    'queue',
    'queue.ts',
    'return queue.receivers.length > 0 && kernel.readyFirstWaiter(queue.receivers);',
    'return false;',
  ],
  [
    'who waits for a queue is blocked',
    'queue',
    'kernel.ts',
    'task.waitingIn.remove(task);\n    task.waitingIn = null;',
    'task.waitingIn.remove(task);',
  ],
  [
    'the running task is the most urgent one, or a switch is requested',
    'queue',
    'scheduling.ts',
    'return task.priority > running.priority ||',
    'return task.priority > running.priority + 1 ||',
  ],
  [
    'when a task blocks on a mutex, its holder is at least as urgent',
    'mutex',
    'mutex.ts',
    'setEffective(kernel, holder, self.priority);',
    '',
  ],
  [
    'a task runs above its base priority only while it holds a mutex, and never below',
    'mutex',
    'mutex.ts',
    'setEffective(kernel, holder, holder.base);',
    '',
  ],
  [
    'a mutex has one holder while it is taken, and none while it is free',
    'mutex',
    'queue.ts',
    'queue.holder = null;',
    '',
  ],
  ['a task counts the mutexes that it holds', 'mutex', 'mutex.ts', 'holder.mutexesHeld--;', ''],
  [
    'a task is on the list that its state says, and on no other',
    'mutex',
    'kernel.ts',
    'this.removeFromState(self);',
    '',
  ],
  [
    'delayed tasks stand in the order in which they are due',
    'mutex',
    'kernel.ts',
    'else insertSorted(this.delayed, self,',
    'else if (!mayBeForEver) this.delayed.unshift(self);\n    else insertSorted(this.delayed, self,',
  ],
  [
    'nobody is woken by the tick before his time',
    'mutex',
    'kernel.ts',
    'self.left = ticks;',
    'self.left = ticks > 1 ? ticks - 1 : ticks;',
  ],
  [
    'nobody waits for event bits that are set',
    'events',
    'event_groups.ts',
    'if (!wait.met(group.bits)) continue;',
    'if (wait.all || !wait.met(group.bits)) continue;',
  ],
  [
    'nobody else runs while the scheduler is suspended',
    'suspended',
    'kernel.ts',
    'if (cpu.suspension.depth > 0) {',
    'if (cpu.suspension.depth > 1) {',
  ],
  [
    'a core runs one task, and a task runs on one core',
    'cores',
    'scheduling_idf.ts',
    'other.running === task) return false;',
    'other.running === task) return true;',
  ],
];

const folder = mkdtempSync(join(tmpdir(), 'upy-check-mistakes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a copy of the kernel stands on, which is not copied: 17 copies of the model are some thousand files. */
const SHARED = ['hardware', 'intrinsics', 'index.ts'];

/** The designs on a copy of the kernel with a mistake in it. */
async function withMistake(n: number): Promise<Designs> {
  const [, , file, from, to] = MISTAKES[n] as Mistake;
  const copy = join(folder, String(n));
  mkdirSync(copy);
  for (const name of SHARED) symlinkSync(resolve(import.meta.dirname, '..', name), join(copy, name));
  const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.endsWith('conformance');
  cpSync(import.meta.dirname, join(copy, 'freertos'), { recursive: true, filter: (path) => !isTest(path) });
  const path = join(copy, 'freertos', file);
  const text = readFileSync(path, 'utf8');
  expect(text.split(from).length, `'${from}' in ${file}`).toBe(2);
  writeFileSync(path, text.replace(from, to));
  return (await import(pathToFileURL(join(copy, 'freertos/guaranteed/testing.ts')).href)) as Designs;
}

describe('each guarantee is broken by a kernel with a mistake in it', { timeout: 120_000 }, () => {
  test.each(MISTAKES.map(([broken, design, file, from], n) => [broken, design, file, from, n] as const))(
    '%s (%s, %s: %s)',
    async (broken, design, _file, _from, n) => {
      expect(violatedIn(await run(await withMistake(n), design))).toContain(broken);
    },
  );
});
