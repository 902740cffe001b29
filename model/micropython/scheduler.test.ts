/** py/scheduler and the check of the VM, where the scenarios do not look. */
import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, alwaysPossible, ghost, idle, int, me, sometimes } from '../index.ts';
import { bare } from '../ports/bare.ts';
import { Exception, IDLE, KeyboardInterrupt, LOCKED, Node, PyThread, QueueFull } from './index.ts';

const ValueError = new Exception('ValueError');

const order = scenario('order', {
  about: 'nodes first, one callback a pass',
  variants: {
    'nodes, then one callback': { holds: true },
    'looks twice': { violates: 'the second callback waits for the next pass', through: ['run'] },
  },
  build({ variant }) {
    const board = bare({ scheduler: { nodesMax: 2 } });
    const { scheduler } = board;
    const seen = { nodes: int(0, 2), calls: int(0, 2), pass: int(0, 2), inOrder: true, late: true };
    const node = (name: string) =>
      new Node(name, () =>
        ghost(() => {
          if (seen.calls > 0) seen.inOrder = false;
          seen.nodes++;
        }),
      );
    const callback = (nth: number) => ({
      name: `callback ${nth}`,
      run: () =>
        ghost(() => {
          if (seen.nodes < 2) seen.inOrder = false;
          if (nth === 2 && seen.pass < 2) seen.late = false;
          seen.calls++;
        }),
    });
    const [first, second, a, b] = [callback(1), callback(2), node('a'), node('b')];
    const pass = (looks: number) => {
      ghost(() => {
        seen.pass++;
      });
      for (let n = 0; n < looks; n++) board.vm.mp_handle_pending();
    };
    board.main(() => {
      scheduler.schedule(first);
      scheduler.schedule(second);
      scheduler.mp_sched_schedule_node(a);
      scheduler.mp_sched_schedule_node(a);
      scheduler.mp_sched_schedule_node(b);
      pass(variant === 'looks twice' ? 2 : 1);
      pass(1);
    });
    return [
      always('nodes are first', () => seen.inOrder),
      always('the second callback waits for the next pass', () => seen.late),
      sometimes('all have run', () => seen.nodes === 2 && seen.calls === 2 && scheduler.state === IDLE),
    ];
  },
});

test('a pass runs the nodes that wait, each once, and then one callback', async () => {
  expect(await outline(order)).toMatchInlineSnapshot(`
    "nodes, then one callback | holds | 14 states, 13 transitions
    looks twice | violated | the second callback waits for the next pass in 12 | 15 states, 14 transitions"
  `);
});

const raises = scenario('raises', {
  about: 'who catches what a callback raises',
  variants: {
    // Nobody protects a C node: the raise passes the unlock, and no callback runs ever again.
    'C node': { violates: 'the callback after it runs', through: ['run'] },
    callback: { holds: true },
    'callback schedules into a full queue': { holds: true },
  },
  build({ variant }) {
    const board = bare({ schedulerDepth: 1 });
    const { scheduler } = board;
    const seen = { raised: false, calls: int(0, 2) };
    const node = new Node('node', () => {
      throw ValueError;
    });
    const after = {
      name: 'after',
      run: () =>
        ghost(() => {
          seen.calls++;
        }),
    };
    const failing = {
      name: 'failing',
      run() {
        if (variant === 'callback') throw ValueError;
        scheduler.schedule(after);
        scheduler.schedule(after);
      },
    };
    const check = () => {
      try {
        board.vm.mp_handle_pending();
      } catch (e) {
        if (e !== ValueError) throw e;
        ghost(() => {
          seen.raised = true;
        });
      }
    };
    board.main(() => {
      if (variant === 'C node') scheduler.mp_sched_schedule_node(node);
      else scheduler.schedule(failing);
      check();
      if (!scheduler.ring.isFull()) scheduler.schedule(after);
      check();
      check();
    });
    return [
      idle('the callback after it runs', () => seen.calls === 1),
      variant === 'C node'
        ? sometimes('the scheduler stays locked', () => seen.raised && scheduler.state === LOCKED)
        : sometimes('it was printed', () =>
            variant === 'callback' ? scheduler.printed === ValueError : scheduler.printed === QueueFull,
          ),
      always('nothing of a callback comes out', () => variant === 'C node' || !seen.raised),
    ];
  },
});

test('a callback is protected, and a C node is not', async () => {
  expect(await outline(raises)).toMatchInlineSnapshot(`
    "C node | violated | the callback after it runs in 6 | 7 states, 6 transitions
    callback | holds | 7 states, 6 transitions
    callback schedules into a full queue | holds | 8 states, 7 transitions"
  `);
});

const who = scenario('who', {
  about: 'the second thread has a jump while a callback waits',
  variants: {
    'any thread': { violates: 'main runs it', through: ['mp_sched_run_pending'] },
    'main thread': { holds: true },
  },
  build({ variant }) {
    const board = bare({ cores: 2, vm: { callbacksOn: variant as 'any thread' | 'main thread' } });
    const seen = { main: false, other: false };
    const callback = {
      name: 'callback',
      run() {
        const { isMain } = me(PyThread);
        ghost(() => {
          if (isMain) seen.main = true;
          else seen.other = true;
        });
      },
    };
    board.main(() => {
      board.scheduler.schedule(callback);
      board.vm.mp_handle_pending();
    });
    board.thread('second thread', () => board.vm.mp_handle_pending());
    return [
      always('main runs it', () => !seen.other),
      alwaysPossible('it runs', () => seen.main || seen.other),
    ];
  },
});

test('without a GIL only main runs callbacks', async () => {
  expect(await outline(who)).toMatchInlineSnapshot(`
    "any thread | violated | main runs it in 3 | 20 states, 27 transitions
    main thread | holds | 10 states, 13 transitions"
  `);
});

const masked = scenario('masked', {
  about: 'Ctrl-C while the scheduler is locked, at a jump and in a call that waits',
  variants: {
    'global, jump': { holds: true },
    'global, wait': { holds: true },
    'single, jump': { holds: true },
    'single, wait': { violates: 'the lock masks Ctrl-C', through: ['mp_handle_pending'] },
    'own, jump': { violates: 'the lock masks Ctrl-C', through: ['checkpoint'] },
    'own, wait': { violates: 'the lock masks Ctrl-C', through: ['mp_handle_pending'] },
  },
  build({ variant }) {
    const [kind, where] = variant.split(', ') as ['global' | 'single' | 'own', string];
    const board = bare({ era: kind === 'global' ? 'E1' : 'E2', vm: { pendingException: kind } });
    const { scheduler } = board;
    const seen = { locked: false, masked: true, raised: false };
    const data = { value: int(0, 1) };
    const program = () => {
      'use python';
      scheduler.mp_sched_lock();
      ghost(() => {
        seen.locked = true;
      });
      board.vm.mp_sched_keyboard_interrupt(board.mainThread);
      if (where === 'wait') board.vm.mp_handle_pending();
      else while (data.value === 0) data.value = 1;
      scheduler.mp_sched_unlock();
      ghost(() => {
        seen.locked = false;
      });
      while (data.value < 2) data.value = 0;
    };
    board.main(() => {
      try {
        program();
      } catch (e) {
        if (e !== KeyboardInterrupt) throw e;
        ghost(() => {
          seen.raised = true;
          if (seen.locked) seen.masked = false;
        });
      }
    });
    return [
      always('the lock masks Ctrl-C', () => seen.masked),
      alwaysPossible('it is raised', () => seen.raised),
    ];
  },
});

test('what masks Ctrl-C depends on the release, and on where it is looked for', async () => {
  expect(await outline(masked)).toMatchInlineSnapshot(`
    "global, jump | holds | 4 states, 3 transitions
    global, wait | holds | 4 states, 3 transitions
    single, jump | holds | 4 states, 3 transitions
    single, wait | violated | the lock masks Ctrl-C in 2 | 3 states, 2 transitions
    own, jump | violated | the lock masks Ctrl-C in 2 | 3 states, 2 transitions
    own, wait | violated | the lock masks Ctrl-C in 2 | 3 states, 2 transitions"
  `);
});
