import { describe, expect, it, vi } from 'vitest';
import { Budget } from '../machine/budget.ts';
import { Tape } from '../machine/tape.ts';
import { ParentLinks } from './links.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

describe('on a tape', () => {
  /** 20 parents, in batches of 4: the first of each has 300 new states, the others a few. */
  function recorded(): ParentLinks {
    const links = new ParentLinks(new Budget());
    for (let batch = 0; batch < 5; batch++) record(links);
    return links;
  }
  function record(links: ParentLinks): void {
    const fresh = [...Array.from({ length: 300 }, (_, i) => i), 301, 303, 304];
    expect(links.reserve(4, fresh.length)).toBe(true);
    links.record(Int32Array.of(300, 302, 303, 305), 4, Int32Array.from(fresh), fresh.length);
  }
  const pathsOf = (links: ParentLinks) =>
    [1, 2, 255, 256, 257, 300, 301, 302, 303, 304, 557, 606, 909, 1212, 1512, 1514, 1515].map(
      (state) => `${state}: ${links.parentOf(state)} ${links.pathTo(state)}`,
    );
  const EXPECTED = [
    ...[
      '1: 0 0',
      '2: 0 1',
      '255: 0 254',
      '256: 0 255',
      '257: 0 256',
      '300: 0 299',
      '301: 1 0,1',
      '302: 3 2,0',
    ],
    ...['303: 3 2,1', '304: 4 3,0', '557: 4 3,253', '606: 7 6,1', '909: 11 10,1', '1212: 15 14,1'],
    ...['1512: 16 15,299', '1514: 19 18,0', '1515: 19 18,1'],
  ];

  it('all of it, and recording goes on', () => {
    const tape = new Tape();
    const links = recorded();
    expect(pathsOf(links)).toEqual(EXPECTED);
    links.save(tape);
    const again = new ParentLinks(new Budget());
    expect(again.load(new Tape(tape.lists, tape.arrays))).toBe(true);
    expect(pathsOf(again)).toEqual(EXPECTED);
    record(links);
    record(again);
    expect([again.parentOf(1516), again.pathTo(1815)]).toEqual([links.parentOf(1516), links.pathTo(1815)]);
  });

  it('counts its memory, and what does not fit is not there', () => {
    const tape = new Tape();
    recorded().save(tape);
    const load = (bytes: number) => {
      const budget = new Budget(bytes);
      const loaded = new ParentLinks(budget).load(new Tape(tape.lists, tape.arrays));
      return [loaded, budget.used];
    };
    // A page for the counts, with 5 above 254, and one for the ordinals, with 225.
    const [counts, ordinals] = [2 ** 14 + 16 * 5, 2 ** 14 + 16 * 225];
    expect(load(counts + 2 ** 14)).toEqual([true, counts + ordinals]);
    expect(load(counts + 2 ** 14 - 1)).toEqual([false, counts]);
    expect(load(2 ** 14 - 1)).toEqual([false, 0]);
  });

  it('room is made page by page', () => {
    const budget = new Budget(3 * 2 ** 14);
    const links = new ParentLinks(budget);
    const room = [
      [0, 0],
      [1, 0],
      [2 ** 14, 0],
      [2 ** 14, 1],
      [2 ** 14 + 1, 1],
      [2 ** 14, 2 ** 14 + 1],
    ].map(([parents = 0, states = 0]) => [links.reserve(parents, states), budget.used / 2 ** 14]);
    expect(room).toEqual([
      [true, 0],
      [true, 1],
      [true, 1],
      [true, 2],
      [true, 3],
      [false, 3],
    ]);
  });
});

it('knows every parent and ordinal over several pages, with counts and ordinals that need the escape', () => {
  const links = new ParentLinks(new Budget());
  const parents: number[] = [0];
  const ordinals: number[] = [0];
  const batch = 100;
  const ends = new Int32Array(batch);
  for (let first = 0; first < 50_000; first += batch) {
    const fresh: number[] = [];
    let end = 0;
    for (let i = 0; i < batch; i++) {
      const parent = first + i;
      const successors = parent % 5003 === 17 ? 700 : 2 + (parent % 4);
      for (let ordinal = 0; ordinal < successors; ordinal++) {
        if (successors < 700 && (parent + ordinal) % 3 === 0) continue;
        fresh.push(end + ordinal);
        parents.push(parent);
        ordinals.push(ordinal);
      }
      end += successors;
      ends[i] = end;
    }
    expect(links.reserve(batch, fresh.length)).toBe(true);
    links.record(ends, batch, Int32Array.from(fresh), fresh.length);
  }
  // All at the edges of pages of 2^14 parents, and a sample between.
  const chosen = parents
    .map((_, i) => i)
    .filter((i) => i > 0 && (i % 61 === 0 || (((parents[i] as number) + 1) & 16383) < 2));
  const wrong = chosen.filter((i) => links.parentOf(i) !== parents[i]);
  expect(wrong).toEqual([]);
  for (let number = 1; number < parents.length; number += 20011) {
    const path: number[] = [];
    for (let at = number; at > 0; at = parents[at] as number) path.push(ordinals[at] as number);
    expect(links.pathTo(number)).toEqual(path.reverse());
  }
});
