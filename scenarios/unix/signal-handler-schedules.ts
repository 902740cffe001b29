/**
 * A handler that an ffi callback makes of a Python function runs in a signal handler, and may call
 * micropython.schedule(). The scheduler's atomic section is a pthread mutex on unix: it keeps out other threads and no
 * signals. In June 2020 it was not recursive: a handler that interrupts a section of its own thread waits for ever for
 * what it has interrupted. Since 5d0be97bd9 (2020-07-18) it is, and the handler walks into a scheduler that is half
 * changed. Between `sched_idx++` and `sched_len--` its callback goes one place too far: a slot that holds nothing, or an
 * old callback, is run in its place, and the new one stays behind. Between the last look at the ring in mp_sched_unlock()
 * and the state that follows from it, its callback is in the ring and the state says IDLE: it waits for the next schedule().
 * Either the sections block signals, or a thread that has no other business takes them, or the handler does not schedule
 * but writes to a pipe.
 *
 * With `--set size=full`: at most 11,786 states a variant, the same verdicts.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import { PENDING } from 'upy-check/micropython';
import { ghost, int, rest } from 'upy-check/model';
import { type UnixOptions, unix } from 'upy-check/ports/unix';
import { NO_SIGNALS, SIGUSR1, sigwait, socketpair, world } from 'upy-check/posix';

const RUNS = 'every accepted callback runs';
const LOST = 'lost wakeup: a scheduled callback waits';
const RING = 'the ring hands out what was put in';

const boards: Readonly<Record<string, UnixOptions>> = {
  'e1-handler': { era: 'E1' },
  'e1-blocked-in-sections': { era: 'E1', sectionsBlockSignals: true },
  'e2-handler': {},
  'e2-blocked-in-sections': { sectionsBlockSignals: true },
  'e1-signal-thread': { era: 'E1' },
  'e2-signal-thread': {},
  'self-pipe': {},
};

export default scenario('signal-handler-schedules', {
  about: 'a signal handler calls schedule() while main is in the scheduler: what can happen?',
  timing: 'any',
  parameters: { signals: 2 },
  full: { signals: 3 },
  variants: {
    // The handler wants the mutex that the code it interrupted has.
    'e1-handler': { violates: 'deadlock', through: ['mp_sched_schedule'], also: [RUNS, LOST] },
    'e1-blocked-in-sections': { holds: true },
    // Main has raised the index and not yet lowered the length when the handler comes.
    'e2-handler': { violates: RING, through: ['take', 'put'], also: [RUNS, LOST] },
    'e2-blocked-in-sections': { holds: true },
    'e1-signal-thread': { holds: true },
    'e2-signal-thread': { holds: true },
    'self-pipe': { holds: true },
  },
  build({ variant, signals }) {
    const board = unix({ schedulerDepth: 4, openSections: true, ...boards[variant] });
    const limit = signals + 1;
    const seen = { accepted: int(0, limit), calls: int(0, limit) };
    const callback = {
      name: 'callback',
      run() {
        ghost(() => {
          if (seen.calls < limit) seen.calls++;
        });
      },
    };
    const schedule = () => {
      if (board.scheduler.mp_sched_schedule(callback))
        ghost(() => {
          seen.accepted++;
        });
    };
    const [told, tell] = socketpair('self-pipe', signals);
    const inThread = variant.endsWith('signal-thread');
    board.process.sigaction(SIGUSR1, () => {
      if (variant === 'self-pipe') tell.writeNonBlocking();
      else schedule();
    });
    const mask = inThread ? SIGUSR1 : NO_SIGNALS;
    board.main(
      () => {
        schedule();
        while (true) {
          rest(() => board.scheduler.state === PENDING || told.readable());
          if (told.readNonBlocking() > 0) schedule();
          board.vm.mp_handle_pending();
        }
      },
      { mask },
    );
    if (inThread)
      board.thread(
        'signal thread',
        () => {
          while (true) {
            sigwait(SIGUSR1);
            schedule();
          }
        },
        { mask },
      );
    world('another process: SIGUSR1', signals, () => board.process.kill(SIGUSR1));
    const { ring } = board.scheduler;
    return [
      always('the length of the ring fits', () => ring.pending() >= 0 && ring.pending() <= ring.depth),
      idle(RUNS, () => seen.calls === seen.accepted),
      sometimes('all callbacks run', () => seen.calls === limit),
    ];
  },
});
