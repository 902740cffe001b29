/**
 * The entries of `uevent` on bare metal hang in two lists, ready and free, by one and the same link; and `entry.unregister()` puts
 * its entry into the free list without asking where it hangs (pull request #6125 at 4ef1643d2c, mp_uevent_entry_clear_events).
 * What becomes of events when an entry is unregistered while it is ready, or after iteration has freed it? The asyncio of that
 * pull request unregisters as a task is cancelled, and a soft callback may cancel at any jump of its loop.
 *
 * Answer: events of other objects are lost for ever, two objects get the same entry, or the iteration never ends. A link for
 * each list, and freeing only what hangs nowhere, is enough for all of it.
 *
 * `--set size=full`: 2.5 million states in all variants together; each failing one then violates all that `also` lists.
 */
import { always, leadsTo, lostWakeup, scenario, sometimes } from 'upy-check';
import { type Pin, type PollEntry, READ } from 'upy-check/micropython';
import { choose, ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

const LOST = 'lost wakeup: pin 4 has an edge that nobody will see';
const SHARED = 'each pin has an entry of its own';
const ENDS = 'the loop over ready entries ends';

/**
 * Who unregisters what: a soft callback cancels the task that waits for pin 5, once or (cancel, and a `finally` that
 * cleans up) twice; the loop handles pin 6 and is then done with pin 5; or each entry is unregistered that was reported.
 */
type Who = 'callback' | 'callback twice' | 'loop' | 'reported';

const VARIANTS: Readonly<Record<string, { readonly who: Who; readonly repaired?: true }>> = {
  'callback-unregisters': { who: 'callback' },
  'callback-unregisters-twice': { who: 'callback twice' },
  'loop-unregisters': { who: 'loop' },
  'unregister-what-was-reported': { who: 'reported' },
  'callback-separate-lists': { who: 'callback', repaired: true },
  'twice-separate-lists': { who: 'callback twice', repaired: true },
  'loop-separate-lists': { who: 'loop', repaired: true },
  'reported-separate-lists': { who: 'reported', repaired: true },
};

export default scenario('uevent-lists', {
  about: '#6125: an entry that is ready or free is unregistered',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 4 },
  variants: {
    // Ready are 6, 5, 4. 6 is reported, and free. The callback unregisters 5: its link now leads to 6, and 4 hangs nowhere.
    'callback-unregisters': { violates: LOST, through: ['unregister', 'next'], also: [SHARED, ENDS] },
    // Unregistered twice while it is ready, the entry's link leads to itself: next() returns it again and again.
    'callback-unregisters-twice': { violates: ENDS, through: ['unregister', 'next'], also: [SHARED, LOST] },
    // The same without any callback: the loop unregisters the entry that comes next.
    'loop-unregisters': { violates: LOST, through: ['unregister', 'next'], also: [SHARED, ENDS] },
    // next() has freed the entry already. Freed twice, it is given to two pins, and the first of them is forgotten.
    'unregister-what-was-reported': {
      violates: SHARED,
      through: ['next', 'unregister', 'register'],
      also: [LOST],
    },
    'callback-separate-lists': { holds: true },
    'twice-separate-lists': { holds: true },
    'loop-separate-lists': { holds: true },
    'reported-separate-lists': { holds: true },
  },
  build({ variant, edges }) {
    const { who, repaired = false } = VARIANTS[variant]!;
    const board = esp32({ tick: 0, cores: 1, schedulerDepth: 1 });
    const poll = board.uevent.poll('poll', 3, { separateLists: repaired });
    const pins = [board.pin(4), board.pin(5), board.pin(6)];
    const [pin4, pin5, pin6] = pins;
    const handle: { five: PollEntry | null } = { five: null };
    const seen = { edges: int(0, edges), looping: false, shared: false };

    const main = board.main(() => {
      'use python';
      while (true) {
        const four = poll.register(pin4!, READ);
        four.data = pin4!;
        const five = poll.register(pin5!, READ);
        five.data = pin5!;
        handle.five = five;
        const six = poll.register(pin6!, READ);
        six.data = pin6!;
        ghost(() => {
          if (four === five || five === six || four === six) seen.shared = true;
        });
        poll.poll_ms(-1);
        ghost(() => {
          seen.looping = true;
        });
        for (let entry = poll.next(); entry !== null; entry = poll.next()) {
          (entry.data as Pin).read();
          ghost(() => {
            if (seen.edges < edges) seen.edges++;
          });
          if (who === 'reported') entry.unregister();
          if (who === 'loop' && entry === six) five.unregister();
        }
        ghost(() => {
          seen.looping = false;
        });
      }
    });
    // Pin 6 is a stop button: its soft callback cancels the task that waits for pin 5.
    if (who === 'callback' || who === 'callback twice')
      pin6!.irq({
        name: 'cancel',
        run() {
          const entry = handle.five;
          if (entry === null) return;
          handle.five = null;
          entry.unregister();
          if (who === 'callback twice') entry.unregister();
        },
      });
    board.irq('GPIO interrupt', { times: edges }, () => {
      (pins[choose(3)] as Pin).isr();
    });
    return [
      lostWakeup('pin 4 has an edge that nobody will see', () => pin4!.edge, main),
      always(SHARED, () => !seen.shared),
      leadsTo(
        ENDS,
        () => seen.looping,
        () => !seen.looping,
      ),
      sometimes('every edge is seen', () => seen.edges === edges),
    ];
  },
});
