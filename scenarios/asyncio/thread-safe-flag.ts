/**
 * `asyncio.ThreadSafeFlag` (#6886, 5e96e89999), which interrupts and other threads may set. What does it promise, and what does
 * it not? It is a level that the loop's poller looks at, so a set between the test of `wait` and the registration is not
 * lost. One task waits for it at a time; a second one takes its place without a word, and the first waits for ever: the assertion
 * against that is not in a frozen asyncio (`opt=3` in its manifest). It does not count: sets merge, also with one that comes
 * after the poller has seen the flag and before the waiter goes on (#7739). And `set` is one store, which wakes nobody: from
 * an interrupt the interrupt itself ends the sleep, from another thread or core the loop looks when its poll comes
 * round, and never if that has no limit. The notifier that #6056 and #6106 propose for its poll ends that
 * sleep, and more: it may come when the flag has been seen already. Then the loop takes a task from an empty queue. It
 * has to poll on instead. Found by this model; the loops of 66f197b147 and 63f60f813b are like that, too.
 */
import { always, idle, scenario, sometimes, stuck, within } from 'upy-check';
import { bareBoard, Loop, ThreadSafeFlag } from 'upy-check/asyncio';
import { atomic, ghost, int, process } from 'upy-check/model';

const LEFT = 'no work is left while its task waits';
const UNSEEN = 'nobody waits for ever for a flag that is set';
const REGISTERED = 'who waits for the flag is known to the poller';
const INDEX_ERROR = 'uncaught throw: IndexError';
const MS = 1000;

export default scenario('thread-safe-flag', {
  about: '#6886, #7739: what does a ThreadSafeFlag promise?',
  parameters: { sets: 2 },
  full: { sets: 4 },
  variants: {
    'soft-interrupt': { holds: true },
    'hard-interrupt': { holds: true },
    'other-core-polled': { holds: true },
    // The store comes right after the poller's look, and the sleep that follows has no limit and is ended by nothing.
    'other-core-no-limit': { violates: UNSEEN, through: ['ioctl', 'set'] },
    // The task has seen the flag already; the notification that belongs to it ends a poll, and no task is ready.
    'other-core-notifies': { violates: INDEX_ERROR, through: ['set', 'notify', 'takeNotified', 'pop'] },
    'other-core-notifies-repaired': { holds: true },
    // Two sets before the task goes on are one wake-up.
    'one-item-a-wake-up': { violates: LEFT, through: ['set', 'ioctl'] },
    // The second task takes the place of the first, which waits for ever.
    'two-waiters': { violates: REGISTERED, through: ['wait', 'queue_read'] },
  },
  build({ variant, sets }) {
    const otherCore = variant.startsWith('other-core');
    const board = bareBoard({ threads: otherCore ? 'no-gil' : 'none' });
    const loop = new Loop(board, {
      nothingToWake: 'wait',
      ignoresStaleNotify: variant === 'other-core-notifies-repaired',
      wait: (us) => board.mp_event_wait(variant === 'other-core-polled' ? MS : us),
    });
    const flag = new ThreadSafeFlag(loop);
    const work = { items: int(0, sets) };
    const seen = { taken: int(0, sets) };
    const one = variant === 'one-item-a-wake-up';
    const task = (name: string) =>
      loop.coroutine(name, () => {
        'use python';
        while (true) {
          flag.wait();
          // popleft() of a deque: one bytecode. What is popped until it is empty, is popped here at once.
          const items = atomic(() => {
            const taken = one && work.items > 0 ? 1 : work.items;
            work.items -= taken;
            return taken;
          });
          ghost(() => {
            seen.taken += items;
          });
        }
      });
    const notifies = variant.startsWith('other-core-notifies');
    loop.io.hasNotifier = notifies;
    /** The work first, then the flag. */
    const produce = () => {
      atomic(() => {
        work.items++;
      });
      flag.set();
      if (notifies) loop.notify();
    };
    const workers = [task('worker')];
    if (variant === 'two-waiters') workers.push(loop.create_task(task('second worker')));
    loop.run(workers[0]!);
    if (otherCore)
      board.thread('core 1', () => {
        'use python';
        for (let n = 0; n < sets; n++) produce();
      });
    else if (variant === 'hard-interrupt')
      board.irq('timer interrupt', { times: sets }, () => {
        produce();
        board.mp_hal_wake_main_task_from_isr();
      });
    else {
      const pin = board.pin(4, { pollable: false }).irq({ name: 'pin callback', run: produce });
      board.irq('pin 4 interrupt', { times: sets }, () => pin.isr());
    }
    return [
      idle(LEFT, () => work.items === 0 || flag.state === 1),
      always(REGISTERED, () =>
        workers.every((worker) => worker.data !== loop.io || loop.io.pollsFor(worker)),
      ),
      stuck(UNSEEN, () => flag.state === 0),
      sometimes('all work is done', () => seen.taken === sets),
    ];
  },
});

const [AT_ONCE, ONE_MS, ONE_TICK] = [
  'the task runs at once',
  'the task runs within 1 ms',
  'the task runs within 10 ms',
];

/** How late the task is, is how late the poller looks. */
export const latency = scenario('thread-safe-flag-latency', {
  about: 'how late does a task run for which another core or an interrupt sets a ThreadSafeFlag?',
  timing: 'prompt',
  timeUnit: MS / 2,
  variants: {
    // Whoever can end the sleep of the loop's thread, an interrupt of its core above all.
    'ends-the-sleep': { holds: true },
    // The store comes right after the poller's look; unix looks again 1 ms later.
    'polled-each-ms': { violates: AT_ONCE, through: ['set', 'ioctl'] },
    // esp32: the wait lasts a tick.
    'polled-each-tick': { violates: ONE_MS, through: ['set', 'ioctl'], also: [AT_ONCE] },
  },
  build({ variant }) {
    const board = bareBoard();
    const period = variant === 'polled-each-ms' ? MS : 10 * MS;
    const wakes = variant === 'ends-the-sleep';
    const loop = new Loop(board, { wait: (us) => board.mp_event_wait(wakes ? us : period) });
    const flag = new ThreadSafeFlag(loop);
    const seen = { set: false, runs: int(0, 2) };
    const worker = loop.coroutine('worker', () => {
      'use python';
      while (true) {
        flag.wait();
        ghost(() => {
          seen.set = false;
          if (seen.runs < 2) seen.runs++;
        });
      }
    });
    loop.run(worker);
    process(
      'other core',
      () => {
        while (true)
          atomic(() => {
            flag.set();
            ghost(() => {
              seen.set = true;
            });
            if (wakes) board.mp_hal_wake_main_task_from_isr();
          });
      },
      { outside: true },
    );
    return [
      within(AT_ONCE, 0, () => seen.set),
      within(ONE_MS, MS, () => seen.set),
      within(ONE_TICK, 10 * MS, () => seen.set),
      sometimes('it runs again and again', () => seen.runs === 2),
    ];
  },
});
