/**
 * An entry of `uevent` is one-shot: when it has fired, `next()` frees it, and `register` renews it. The entry carries `data`, by which the
 * program knows what to wake. On bare metal an entry that is used again keeps the `data` of whoever had it before; only a
 * new one begins with None (pull request #6125 at 4ef1643d2c, mp_uevent_poll_entry_init of moduevent_native.c; the unix
 * one clears it). May a program say `if entry.data is None: entry.data = …`, as the pull request's own asyncio does?
 *
 * Answer: no. Two entries that fire together are freed in one order and handed out again in the other, so each object
 * gets the other's data and the wrong task is woken. It is harmless in that asyncio only because its data are three
 * empty slots by then. Setting the data each time, or clearing them as unix does, is right.
 */
import { always, lostWakeup, scenario, sometimes } from 'upy-check';
import { type Pin, READ } from 'upy-check/micropython';
import { choose, ghost, int, sequence } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

class Reader {
  constructor(
    readonly name: string,
    readonly pin: Pin,
  ) {}
}

export default scenario('uevent-reuse', {
  about: '#6125: what is in an entry that is used again?',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 4 },
  variants: {
    // Both pins fire; their entries are freed and given to the other one. The next edge wakes the wrong reader.
    'data-if-none': {
      violates: 'the reader of the pin is woken',
      through: ['next', 'register'],
      also: ['lost wakeup: a pin has an edge and its reader does not know'],
    },
    'data-each-time': { holds: true },
    'reuse-clears-data': { holds: true },
  },
  build({ variant, edges }) {
    const board = esp32({ tick: 0, cores: 1, schedulerDepth: 1 });
    const poll = board.uevent.poll('poll', 2, { reuseClearsData: variant === 'reuse-clears-data' });
    const readers = [4, 5].map((n) => new Reader(`reader of pin ${n}`, board.pin(n)));
    const [{ pin: pin4 }, { pin: pin5 }] = readers as [Reader, Reader];
    const runnable = sequence<Reader>(2);
    const seen = { edges: int(0, edges), wrong: false };

    const main = board.main(() => {
      'use python';
      for (const reader of readers) poll.register(reader.pin, READ).data = reader;
      while (true) {
        poll.poll_ms(-1);
        for (let entry = poll.next(); entry !== null; entry = poll.next())
          runnable.push(entry.data as Reader);
        while (runnable.length > 0) {
          const reader = runnable.shift();
          ghost(() => {
            if (!reader.pin.edge) seen.wrong = true;
            if (seen.edges < edges) seen.edges++;
          });
          reader.pin.read();
          const entry = poll.register(reader.pin, READ);
          if (variant === 'data-each-time' || entry.data === null) entry.data = reader;
        }
      }
    });
    board.irq('GPIO interrupt', { times: edges }, () => {
      readers[choose(2)]!.pin.isr();
    });
    return [
      always('the reader of the pin is woken', () => !seen.wrong),
      lostWakeup('a pin has an edge and its reader does not know', () => pin4.edge || pin5.edge, main),
      sometimes('every edge is read', () => seen.edges === edges),
    ];
  },
});
