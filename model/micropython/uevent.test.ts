import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { check, ghost, int, sequence, sometimes } from '../index.ts';
import { bare } from '../ports/bare.ts';
import { type Pollable, READ, WRITE } from './uevent.ts';

/** An object of which all flags in `level` hold; others than those asked for are errors. */
class Thing implements Pollable {
  constructor(
    readonly name: string,
    private readonly level: number,
  ) {}

  poll(flags: number): number {
    return this.level === 8 ? 8 : this.level & flags;
  }
}

const order = scenario('the order of uevent', {
  about:
    'what is scanned last is reported first; a report is one-shot; an error is both; freed entries are used again, the last one first',
  variants: {
    'as in the pull request': { holds: true },
    // The same with the repairs: nothing else may change.
    'with separate lists': { holds: true },
    'entries stay': { holds: true },
  },
  build({ variant }) {
    const board = bare();
    const poll = board.uevent.poll('poll', 3, {
      separateLists: variant === 'with separate lists',
      alloc: variant === 'entries stay' ? 1 : 3,
      entriesStay: variant === 'entries stay',
    });
    const [a, b, broken] = [new Thing('a', READ), new Thing('b', READ | WRITE), new Thing('broken', 8)];
    const names = sequence<Thing>(4);
    const seen = { reports: int(0, 4) };
    board.main(() => {
      const first = poll.register(a);
      first.data = a;
      poll.register(b, READ).data = b;
      poll.register(broken).data = broken;
      check(poll.register(a, READ) === first, 'register() finds the entry of an object');
      poll.poll_ms(-1);
      for (let entry = poll.next(); entry !== null; entry = poll.next()) {
        names.push(entry.data as Thing);
        const { flags } = entry;
        check(flags === (entry.data === broken ? READ | WRITE : READ), 'flags of the report');
        ghost(() => {
          seen.reports++;
        });
      }
      check(
        names.length === 3 && names.shift() === broken && names.shift() === b && names.shift() === a,
        'last scanned, first reported',
      );
      // a still waits for WRITE; the entries of b and of the broken one are free, b's was freed last.
      const again = poll.register(broken, READ);
      check(again.data === b, 'the entry freed last is used first, and keeps its data');
      check(poll.register(a, READ) === first, 'what still waits for something keeps its entry');
      again.unregister();
      first.unregister();
    });
    return [sometimes('all is reported', () => seen.reports === 3)];
  },
});

const moved = scenario('the array of uevent', {
  about: 'the fifth registration moves the entries',
  variants: { 'room for four': { holds: true } },
  build() {
    const board = bare();
    const poll = board.uevent.poll('poll', 5, { alloc: 4 });
    const things = [0, 1, 2, 3, 4].map((n) => new Thing(`${n}`, READ));
    board.main(() => {
      const old = poll.register(things[0]!, READ);
      for (let n = 1; n < 4; n++) poll.register(things[n]!, READ);
      check(poll.register(things[0]!, READ) === old, 'four fit');
      poll.register(things[4]!, READ);
      const now = poll.register(things[0]!, READ);
      check(now !== old && now.waiting === old.waiting, 'a copy, somewhere else');
      for (let n = 1; n < 5; n++) check(poll.register(things[n]!, READ).obj === things[n], 'of each entry');
      poll.poll_ms(-1);
      check(poll.next() !== null, 'the scan knows where they are');
      old.unregister();
    });
    return [sometimes('an old entry is used', () => poll.usedFreed)];
  },
});

describe('uevent of #6125, without interrupts', () => {
  test('order, flags and reuse of entries', { timeout: 60_000 }, async () => {
    expect(await outline(order)).toMatchInlineSnapshot(`
      "as in the pull request | holds | 19 states, 18 transitions
      with separate lists | holds | 19 states, 18 transitions
      entries stay | holds | 19 states, 18 transitions"
    `);
  });

  test('growing', { timeout: 60_000 }, async () => {
    expect(await outline(moved)).toMatchInlineSnapshot(`"room for four | holds | 25 states, 24 transitions"`);
  });
});
