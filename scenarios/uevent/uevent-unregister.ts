/**
 * How does a program take back a registration? `select.poll` has `poll.unregister(obj)`, and the object `uevent.poll()` has a method of
 * that name: but it is the function of the entries, which takes the poller for an entry and the object for a mask of flags
 * (pull request #6125 at 4ef1643d2c, poll_locals_dict_table of extmod/moduevent.c).
 *
 * Answer: with an object it raises TypeError, as was seen when the pull request ran. A program that goes on after that reads from what it
 * has closed. With a number it follows the words `alloc` and `len` as a pointer. Only `entry.unregister()` works. (All
 * variants have the lists repaired: what that method does to the lists is asked in uevent-lists.)
 */
import { always, scenario, sometimes } from 'upy-check';
import { READ } from 'upy-check/micropython';
import { choose, ghost, int } from 'upy-check/model';
import { esp32 } from 'upy-check/ports/esp32';

export default scenario('uevent-unregister', {
  about: '#6125: a server takes back the registration of a client that it closes',
  timing: 'any',
  parameters: { edges: 4 },
  variants: {
    'entry-unregister': { holds: true },
    // The object is no number.
    'poller-unregister-object': {
      violates: "uncaught throw: TypeError: can't convert object to int",
      through: ['next'],
    },
    // The program catches all, as clean-up code does. The client is still registered, and what comes is reported.
    'poller-unregister-and-except': {
      violates: 'nothing is read from a closed client',
      through: ['next'],
    },
    'poller-unregister-flags': {
      violates: 'poll.unregister(flags) follows `alloc` and `len` as a pointer to the poller',
      through: ['unregister'],
    },
  },
  build({ variant, edges }) {
    const board = esp32({ tick: 0, cores: 1, schedulerDepth: 1 });
    const poll = board.uevent.poll('poll', 2, { separateLists: true });
    const [client, stop] = [board.pin(4), board.pin(5)];
    const server = { closed: false };
    const seen = { read: int(0, edges), afterClose: false };

    const unregister = (handle: { unregister(): void }) => {
      if (variant === 'entry-unregister') handle.unregister();
      else if (variant === 'poller-unregister-object') poll.unregister(client);
      else if (variant === 'poller-unregister-flags') poll.unregister(READ);
      else
        try {
          poll.unregister(client);
        } catch {
          // printed, and forgotten
        }
    };
    board.main(() => {
      'use python';
      const handle = poll.register(client, READ);
      handle.data = client;
      poll.register(stop, READ).data = stop;
      while (true) {
        poll.poll_ms(-1);
        for (let entry = poll.next(); entry !== null; entry = poll.next())
          if (entry.data === stop) {
            stop.read();
            if (!server.closed) {
              server.closed = true;
              unregister(handle);
            }
          } else {
            ghost(() => {
              if (server.closed) seen.afterClose = true;
              if (seen.read < edges) seen.read++;
            });
            client.read();
            if (!server.closed) poll.register(client, READ).data = client;
          }
      }
    });
    board.irq('GPIO interrupt', { times: edges }, () => {
      if (choose(2) === 0) client.isr();
      else stop.isr();
    });
    return [
      always('nothing is read from a closed client', () => !seen.afterClose),
      sometimes('every edge is read', () => seen.read === edges),
    ];
  },
});
