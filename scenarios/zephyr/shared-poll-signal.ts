/**
 * Zephyr with `_thread`: all Python threads wait with the same static `k_poll_event` and the same signal (ports/zephyr/mphalport.c).
 * Can one waiter consume another's wakeup? Yes, and more: an event is a node of the signal's list of pollers. The second
 * thread that waits appends the same node again, which becomes its own neighbour, and takes the place of the first one as
 * its poller. A signal then wakes the second thread only. The list still names the node that was taken out of it, and the next
 * signal, if nobody waits just then, unlinks it once more: the kernel writes through a null pointer (sys_dlist_remove,
 * in an interrupt). An event for each thread keeps the list whole, but a raise still wakes one poller, who clears the
 * signal for all: who waits for an object that a callback makes ready sleeps on. A signal for each thread, all
 * raised, mends both. Code of 1c3c201149 (37399d5bcf) and kernel/poll.c, include/zephyr/sys/dlist.h of Zephyr.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { ghost, int } from 'upy-check/model';
import { zephyr } from 'upy-check/ports/zephyr';

const FLAG_WAITS = 'lost wakeup: a set flag waits';

export default scenario('shared-poll-signal', {
  about: 'main and a thread wait for flags that soft callbacks set: is each woken for its own?',
  parameters: { edges: 2 },
  full: { edges: 3 },
  variants: {
    // The thread registers main's event again; the signal after the next one follows a null pointer.
    'shared-event': {
      violates: 'null dereference',
      through: ['k_poll', 'mp_sched_schedule'],
      also: [FLAG_WAITS],
    },
    // One raise, one wake: the thread runs the callback that sets main's flag, clears the signal, and main sleeps.
    'own-events': { violates: FLAG_WAITS, through: ['k_poll_signal_raise'] },
    'own-signals': { holds: true },
    'one-thread': { holds: true },
  },
  build({ variant, edges }) {
    const waitEvents =
      variant === 'own-events' ? 'own events' : variant === 'own-signals' ? 'own signals' : 'shared';
    const threads = variant === 'one-thread' ? 0 : 1;
    const board = zephyr({ threads, waitEvents, retakeGil: true, wakeForTheRest: true });
    const flags = [{ state: false }, { state: false }];
    const seen = { flags: int(0, edges) };
    // Setting the flag does not end a wait (`callback-then-wait`): the callback signals as well.
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'set a flag',
      run() {
        flags[0]!.state = true;
        board.mp_hal_signal_event();
      },
    });
    /** poll_set_poll_until_ready_or_timeout, without a timeout. */
    const ipoll = (flag: { state: boolean }) => {
      while (!flag.state) board.eventPollHook();
      flag.state = false;
    };
    const main = board.main(() => {
      while (true) {
        ipoll(flags[0]!);
        ghost(() => {
          if (seen.flags < edges) seen.flags++;
        });
      }
    });
    if (threads > 0)
      board.thread('worker', () => {
        while (true) ipoll(flags[1]!);
      });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    return [
      lostWakeup('a set flag waits', () => flags[0]!.state, main),
      sometimes('a flag is seen', () => seen.flags > 0),
      sometimes('a flag is seen for every edge', () => seen.flags === edges || variant === 'shared-event'),
    ];
  },
});
