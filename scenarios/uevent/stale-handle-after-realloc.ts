/**
 * `poll.register(obj)` returns an entry that is an element of an array. The array has room for four and grows by four, and then
 * it may move (pull request #6125 at 4ef1643d2c, mp_uevent_poll_entry_new). What becomes of the entries that Python still has,
 * and of those in the list of ready ones? (In the pull request's unix build such an entry was seen to be a string later.)
 *
 * Answer: `entry.unregister()` of an old entry writes into freed memory, leaves the object registered, and puts the freed
 * element into the free list: what is registered next gets it, is never asked, and its events are lost. A registration
 * inside the loop over ready entries loses those that are still listed. Entries that stay where they are repair both.
 *
 * The model goes on as if nobody had used the freed memory yet: that is the kindest case.
 */
import { always, lostWakeup, scenario, sometimes } from 'upy-check';
import { type Pin, READ } from 'upy-check/micropython';
import { choose, ghost, int } from 'upy-check/model';
import { type Esp32, type Esp32Options, esp32 } from 'upy-check/ports/esp32';

const FREED = 'no entry in freed memory is used';
const BOARD: Esp32Options = { tick: 0, cores: 1, schedulerDepth: 1 };

export default scenario('stale-handle-after-realloc', {
  about: '#6125: the array of entries moves as the fifth object is registered',
  timing: 'any',
  parameters: { edges: 3 },
  full: { edges: 4 },
  variants: {
    'room-for-all': { holds: true },
    // A client leaves after the fifth has come: its handle is an old one. The next client gets the freed element, which no scan asks.
    'unregister-old-handle': {
      violates: 'lost wakeup: a client has sent what nobody will read',
      through: ['grow', 'unregister', 'register'],
      also: [FREED],
    },
    'unregister-entries-stay': { holds: true },
    // The listening socket and a client are ready, the listening one first: it registers a fifth object, and the list leads into the old array.
    'register-in-the-loop': {
      violates: 'lost wakeup: a client has sent what nobody will read',
      through: ['grow', 'next'],
      also: [FREED],
    },
    'register-in-the-loop-entries-stay': { holds: true },
  },
  build({ variant, edges }) {
    const board = esp32(BOARD);
    switch (variant) {
      case 'register-in-the-loop':
        return acceptInTheLoop(board, edges, false);
      case 'register-in-the-loop-entries-stay':
        return acceptInTheLoop(board, edges, true);
      case 'unregister-entries-stay':
        return clientLeaves(board, edges, 4, true);
      case 'room-for-all':
        return clientLeaves(board, edges, 5, false);
      default:
        return clientLeaves(board, edges, 4, false);
    }
  },
});

/** Five clients; the first one leaves, and a sixth takes its place. */
function clientLeaves(board: Esp32, edges: number, alloc: number, entriesStay: boolean) {
  const poll = board.uevent.poll('poll', 5, { alloc, entriesStay });
  const clients = [0, 1, 2, 3, 4, 5].map((n) => board.pin(n));
  const [first, last] = [clients[0]!, clients[5]!];
  const seen = { read: int(0, edges) };
  const main = board.main(() => {
    'use python';
    const handle = poll.register(first, READ);
    handle.data = first;
    for (let n = 1; n < 5; n++) poll.register(clients[n]!, READ).data = clients[n]!;
    handle.unregister();
    poll.register(last, READ).data = last;
    while (true) {
      poll.poll_ms(-1);
      for (let entry = poll.next(); entry !== null; entry = poll.next()) {
        const client = entry.data as Pin;
        client.read();
        ghost(() => {
          if (seen.read < edges) seen.read++;
        });
        poll.register(client, READ).data = client;
      }
    }
  });
  // Two of the clients do send: one that has been there from the start, and the last.
  board.irq('GPIO interrupt', { times: edges }, () => {
    if (choose(2) === 0) last.isr();
    else clients[1]!.isr();
  });
  return [
    lostWakeup('a client has sent what nobody will read', () => clients[1]!.edge || last.edge, main),
    always(FREED, () => !poll.usedFreed),
    sometimes('everything is read', () => seen.read === edges),
  ];
}

/** Three clients and a listening socket, whose handler registers a client more. */
function acceptInTheLoop(board: Esp32, edges: number, entriesStay: boolean) {
  const poll = board.uevent.poll('poll', 5, { alloc: 4, entriesStay });
  const clients = [0, 1, 2].map((n) => board.pin(n));
  const [listening, accepted] = [board.pin(3), board.pin(4)];
  const [client] = clients;
  const seen = { read: int(0, edges) };
  const main = board.main(() => {
    'use python';
    for (const each of clients) poll.register(each, READ).data = each;
    poll.register(listening, READ).data = listening;
    while (true) {
      poll.poll_ms(-1);
      for (let entry = poll.next(); entry !== null; entry = poll.next()) {
        const ready = entry.data as Pin;
        ready.read();
        ghost(() => {
          if (seen.read < edges) seen.read++;
        });
        poll.register(ready, READ).data = ready;
        if (ready === listening) poll.register(accepted, READ).data = accepted;
      }
    }
  });
  board.irq('GPIO interrupt', { times: edges }, () => {
    if (choose(2) === 0) listening.isr();
    else client!.isr();
  });
  return [
    lostWakeup('a client has sent what nobody will read', () => client!.edge, main),
    always(FREED, () => !poll.usedFreed),
    sometimes('everything is read', () => seen.read === edges),
  ];
}
