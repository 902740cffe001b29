/**
 * A C callback that finds more to do schedules its own node again before it returns, which it may: the node was taken
 * out of the list first. Before v1.26 a pass of the scheduler ran nodes until the list was empty, so that it never
 * ended, and neither Python nor Ctrl-C had a turn (#17246, #17248, met with USB on rp2). Fixed by #17347, 7f274c7550: a pass
 * ends with the node that was last as it began. A Python callback that schedules itself was never a problem, because
 * a pass runs one of these only.
 */
import { alwaysPossible, leadsTo, scenario, sometimes } from 'upy-check';
import { Node } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const COMES = 'a Python callback that waits runs';
const GOES_ON = 'the program goes on';
const INTERRUPTS = 'Ctrl-C comes through';

export default scenario('sched-requeue-livelock', {
  about: 'does Python go on while a callback schedules itself again and again?',
  variants: {
    // The pass takes the node out, its callback puts it back, and the list is never empty.
    'until-empty': {
      violates: COMES,
      through: ['mp_sched_run_pending', 'mp_sched_schedule_node'],
      also: [GOES_ON, INTERRUPTS],
    },
    'queued-before': { holds: true },
    'two-nodes': { holds: true },
    'python-callback': { holds: true },
  },
  build({ variant }) {
    const drains = variant === 'until-empty';
    const board = bare({
      schedulerDepth: 2,
      vm: { threads: true },
      scheduler: { nodesMax: 2, ...(drains ? { nodePass: 'until-empty' as const } : {}) },
    });
    const { scheduler } = board;
    const seen = { lines: int(0, 2), scheduled: false, python: false, interrupted: false };
    const usb = new Node('usb', () => {
      scheduler.mp_sched_schedule_node(usb);
    });
    const network = new Node('network', () => {
      scheduler.mp_sched_schedule_node(network);
    });
    const again = {
      name: 'again',
      run() {
        scheduler.mp_sched_schedule(again);
      },
    };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.python = true;
        });
      },
    };
    board.main(() => {
      try {
        program();
      } catch {
        ghost(() => {
          seen.interrupted = true;
        });
      }
    });
    const program = () => {
      'use python';
      while (true) {
        ghost(() => {
          if (seen.lines < 2) seen.lines++;
        });
      }
    };
    board.irq('usb interrupt', { times: 1 }, () => {
      if (variant === 'python-callback') scheduler.mp_sched_schedule(again);
      else scheduler.mp_sched_schedule_node(usb);
      if (variant === 'two-nodes') scheduler.mp_sched_schedule_node(network);
      scheduler.mp_sched_schedule(callback);
      ghost(() => {
        seen.scheduled = true;
      });
    });
    board.irq('console interrupt', { times: 1 }, () => {
      board.vm.mp_sched_keyboard_interrupt(board.mainThread);
    });
    return [
      leadsTo(
        COMES,
        () => seen.scheduled,
        () => seen.python || seen.interrupted,
      ),
      alwaysPossible(GOES_ON, () => seen.lines === 2 || seen.interrupted),
      alwaysPossible(INTERRUPTS, () => seen.interrupted),
      sometimes('the program runs, and is interrupted', () => seen.lines === 2 && seen.interrupted),
    ];
  },
});
