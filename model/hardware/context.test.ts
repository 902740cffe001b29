import { describe, expect, test } from 'vitest';
import { check } from '../../checker/check.ts';
import { scenario } from '../../checker/scenario.ts';
import { atomic } from '../index.ts';
import { Ban, bareMetal, Core, demandIsr, demandMayBlock, demandThread, edges, Irq } from './index.ts';

interface Parts {
  readonly core: Core;
  readonly irq: Irq;
  readonly heap: Ban;
}

/** What is violated when a thread and an interrupt handler of a core do something. */
async function found(thread: (parts: Parts) => void, handler: (parts: Parts) => void): Promise<string[]> {
  const model = scenario('context', {
    about: 'test',
    variants: { only: { holds: true } },
    build() {
      const core = new Core('cpu');
      const heap = new Ban('the heap is locked');
      const irq: Irq = new Irq(core, 'line', 1, () => handler({ core, irq, heap }));
      const parts = { core, irq, heap };
      bareMetal(core, 'thread', () => thread(parts));
      edges(irq, 1);
    },
  });
  for await (const { properties } of check({ scenario: model, file: 'test' }))
    return properties
      .filter(({ status }) => status === 'violated')
      .map(({ kind, name, trace }) => {
        expect(trace?.explanation).toContain(`${name}: `);
        return `${kind}: ${name}`;
      });
  throw new Error('no variant');
}

const nothing = (): void => {};

describe('who may call what', () => {
  test('each in its own place', async () => {
    const thread = (): void => {
      demandThread('sleep()');
      demandMayBlock('wait()');
    };
    expect(await found(thread, () => demandIsr('from_isr()'))).toEqual([]);
  });

  test('an interrupt handler calls what is for threads', async () => {
    expect(await found(nothing, () => demandThread('sleep()'))).toEqual([
      'context: sleep() is called by an interrupt handler',
    ]);
    expect(await found(nothing, () => demandMayBlock('wait()'))).toEqual([
      'context: wait() may block, and is called by an interrupt handler',
    ]);
  });

  test('a thread calls what is for interrupt handlers', async () => {
    expect(await found(() => demandIsr('from_isr()'), nothing)).toEqual([
      'context: from_isr() is called by a thread: it is for interrupt handlers',
    ]);
  });

  test('what is banned for a while', async () => {
    const wait = (ban: Ban): void => demandMayBlock('wait()', [ban]);
    const during = ({ heap }: Parts): void => {
      heap.begin();
      heap.begin();
      heap.end();
      wait(heap);
      heap.end();
    };
    const after = ({ heap }: Parts): void => {
      heap.begin();
      heap.end();
      wait(heap);
    };
    expect(await found(during, nothing)).toEqual(['context: wait() is called while the heap is locked']);
    expect(await found(after, nothing)).toEqual([]);
    expect(await found(({ heap }) => heap.end(), nothing)).toEqual([
      'context: the heap is locked: ended more often than begun',
    ]);
  });
});

describe('the heap is locked in a hard interrupt', () => {
  /** `gc_alloc`. */
  const alloc = (heap: Ban): void => heap.demandNone('gc_alloc()');
  /** The dispatcher of a hard interrupt: gc_lock(), the callback, gc_unlock(). */
  const hard = (heap: Ban, callback: () => void): void => {
    atomic(() => heap.begin());
    callback();
    atomic(() => heap.end());
  };

  test('the callback allocates', async () => {
    expect(await found(nothing, ({ heap }) => hard(heap, () => alloc(heap)))).toEqual([
      'context: gc_alloc() is called while the heap is locked',
    ]);
  });

  test('the thread that it interrupts may allocate, before and after', async () => {
    expect(
      await found(
        ({ heap }) => alloc(heap),
        ({ heap }) => hard(heap, nothing),
      ),
    ).toEqual([]);
  });
});
