/**
 * On unix `uevent` of pull request #6125 (at 4ef1643d2c, extmod/moduevent_poll.c) is a loop around poll(2): after EINTR it runs what is
 * pending, and calls poll again with the same timeout. Three questions: does `poll_ms(500)` end in time when signals come?
 * Does it run a callback that was scheduled just before it, or while it waits? And what would its `notify` have to do?
 *
 * Answer: signals that come often enough keep it from ever ending (with a collection every 300 ms, `poll_ms(500)` was seen to take
 * 1701 ms); what the program schedules right before it waits until something else ends poll, because nothing is looked at
 * before; to look first helps only the thread that schedules for itself. Another thread's `schedule` wakes nobody, in any
 * release, unless it also writes to a descriptor that is polled.
 */
import { leadsTo, scenario, sometimes, within } from 'upy-check';
import { READ } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { unix } from 'upy-check/ports/unix';
import { UnixPollEntry, type UnixUEventOptions, UnixUEventPoll } from 'upy-check/ports/unix_uevent';
import { socketpair, world } from 'upy-check/posix';

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';

const POLLS: Readonly<Record<string, UnixUEventOptions>> = {
  'scheduled-before': {},
  'scheduled-before-looks-first': { leadingPending: true },
  'scheduled-by-thread': { leadingPending: true },
  'scheduled-by-thread-who-notifies': { leadingPending: true },
};

export default scenario('uevent-unix', {
  about: '#6125 on unix: what is pending as poll_ms begins, and what comes while it waits',
  timing: 'any',
  parameters: { callbacks: 2 },
  variants: {
    // No jump between schedule() and poll_ms(), and poll_ms does not look: the callback waits for a byte that need not come.
    'scheduled-before': { violates: CALLBACK_WAITS, through: ['mp_sched_schedule', 'poll_ms'] },
    'scheduled-before-looks-first': { holds: true },
    // Main has looked and is in poll(2): schedule() interrupts no system call.
    'scheduled-by-thread': { violates: CALLBACK_WAITS, through: ['poll_ms', 'mp_sched_schedule'] },
    'scheduled-by-thread-who-notifies': { holds: true },
  },
  build({ variant, callbacks }) {
    const board = unix();
    const [told, tell] = socketpair('self-pipe', 1);
    const [stdin, pipe] = [new UnixPollEntry(board.stdin), new UnixPollEntry(told)];
    const poll = new UnixUEventPoll(board, [stdin, pipe], POLLS[variant]);
    const seen = { calls: int(0, callbacks), scheduled: int(0, callbacks) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    };
    const schedule = () => {
      board.scheduler.mp_sched_schedule(callback);
      ghost(() => {
        seen.scheduled++;
      });
    };
    const byItself = variant.startsWith('scheduled-before');
    board.main(() => {
      'use python';
      let own = byItself ? callbacks : 0;
      while (true) {
        poll.register(stdin, READ);
        poll.register(pipe, READ);
        if (own > 0) {
          own--;
          schedule();
        }
        poll.poll_ms(-1);
        for (let entry = poll.next(); entry !== null; entry = poll.next())
          if (entry === pipe) told.readNonBlocking();
          else board.stdin.readNonBlocking();
      }
    });
    if (!byItself)
      board.thread('worker', () => {
        for (let n = 0; n < callbacks; n++) {
          schedule();
          if (variant === 'scheduled-by-thread-who-notifies') tell.writeNonBlocking();
        }
      });
    world('user: key', callbacks, () => board.stdin.receive());
    return [sometimes('every callback runs', () => seen.calls === callbacks)];
  },
});

const MS = 1000;
const [IN_TIME, ENDS] = ['poll_ms(500) is over after 500 ms', 'poll_ms(500) ends'];

export const timeouts = scenario('uevent-unix-timeout', {
  about: '#6125 on unix: does poll_ms(500) end while another thread collects every 300 ms?',
  timing: 'prompt',
  timeUnit: 100 * MS,
  variants: {
    // The collector's signal ends poll(2) after 300 ms, and 500 ms begin anew; and so on for ever.
    'timeout-begins-anew': { violates: ENDS, through: ['gc_collect', 'poll_ms'], also: [IN_TIME] },
    'timeout-goes-on': { holds: true },
  },
  build({ variant }) {
    const board = unix({ gc: true });
    const stdin = new UnixPollEntry(board.stdin);
    const poll = new UnixUEventPoll(board, [stdin], { keepsTimeout: variant === 'timeout-goes-on' });
    const seen = { waits: false, ends: 0 };
    board.main(() => {
      while (true) {
        poll.register(stdin, READ);
        ghost(() => {
          seen.waits = true;
        });
        poll.poll_ms(500);
        ghost(() => {
          seen.waits = false;
          if (seen.ends < 2) seen.ends++;
        });
      }
    });
    board.thread('worker', () => {
      while (true) {
        board.time_sleep(300 * MS);
        board.gc_collect();
      }
    });
    return [
      within(IN_TIME, 500 * MS, () => seen.waits),
      leadsTo(
        ENDS,
        () => seen.waits,
        () => !seen.waits,
      ),
      ...(variant === 'timeout-goes-on'
        ? [sometimes('it ends twice', () => seen.ends === 2)]
        : [sometimes('it begins', () => seen.waits)]),
    ];
  },
});
