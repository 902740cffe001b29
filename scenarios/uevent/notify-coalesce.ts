/**
 * A thread ends another one's poll() with a byte in a socketpair. To save system calls the notifier of pull request #6106
 * (63f60f813b, ports/unix/moduselect.c) has a boolean as well: `set` sends only if it is false, `clear` makes it false and then drains
 * the socket. The source says that this has to be made atomic. Is a wake-up merely late without that, or lost? (The
 * unix `uevent` of #6125 was to get its `notify` in the same way.)
 *
 * Answer: for good, and in two ways. A `set` between `clear`'s two halves has its byte drained and leaves the boolean true; or
 * `clear` comes between the two halves of `set`. Every later `set` is suppressed. With or without a GIL, because that is given
 * away around send and recv. To exchange the order in one of the two is not enough; in both it is: raise the flag before
 * sending, lower it after draining. No boolean at all, or a mutex around both, is right as well.
 *
 * `--set size=full`: 739,000 states in all variants together, the same verdicts.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { atomic, ghost, int } from 'upy-check/model';
import { unix } from 'upy-check/ports/unix';
import { Notifier, type NotifierOptions } from 'upy-check/ports/unix_notifier';
import { poll } from 'upy-check/posix';

const LOST = 'lost wakeup: work waits, and main sleeps in poll';

const NOTIFIERS: Readonly<Record<string, NotifierOptions & { readonly gil?: boolean }>> = {
  'flag-as-in-6106': {},
  'flag-as-in-6106-gil': { gil: true },
  'raise-before-send': { order: 'flag early' },
  'drain-before-lower': { order: 'drain first' },
  'both-exchanged': { order: 'both' },
  'no-flag': { boolean: false },
  mutex: { locked: true },
  'mutex-gil': { locked: true, gil: true },
};

export default scenario('notify-coalesce', {
  about: '#6106: a notifier that keeps in a flag that a byte is on its way',
  timing: 'any',
  parameters: { sets: 3 },
  full: { sets: 8 },
  variants: {
    // A worker has sent; main lowers the flag and drains; only then does the worker raise it. The flag is up, the socket empty.
    'flag-as-in-6106': { violates: LOST, through: ['clear', 'set', 'drain'] },
    // send() gives the GIL away, and main has it before the worker has raised the flag.
    'flag-as-in-6106-gil': { violates: LOST, through: ['clear', 'set', 'drain'] },
    // Main lowers the flag; a worker raises it and sends; main drains that byte.
    'raise-before-send': { violates: LOST, through: ['clear', 'set', 'drain'] },
    // As with both as they were: the worker is between its two halves.
    'drain-before-lower': { violates: LOST, through: ['set', 'drain', 'clear'] },
    'both-exchanged': { holds: true },
    'no-flag': { holds: true },
    mutex: { holds: true },
    'mutex-gil': { holds: true },
  },
  build({ variant, sets }) {
    const { gil = false, ...options } = NOTIFIERS[variant]!;
    const board = unix({ gil });
    const notifier = new Notifier(board, { ...options, capacity: 2 });
    const work = { items: int(0, 2 * sets) };
    const seen = { done: int(0, 2 * sets) };
    const main = board.main(() => {
      while (true) {
        board.gil.release();
        poll([notifier.fd], -1);
        board.gil.acquire();
        notifier.clear();
        takeAll();
      }
    });
    // deque.popleft() until it is empty, and append(): one step each, with a GIL or without.
    const takeAll = () =>
      atomic(() => {
        ghost(() => {
          seen.done += work.items;
        });
        work.items = 0;
      });
    for (const name of ['worker A', 'worker B'])
      board.thread(name, () => {
        for (let n = 0; n < sets; n++) {
          atomic(() => {
            work.items++;
          });
          notifier.set();
        }
      });
    return [
      lostWakeup('work waits, and main sleeps in poll', () => work.items > 0, main),
      sometimes('all work is done', () => seen.done === 2 * sets),
    ];
  },
});
