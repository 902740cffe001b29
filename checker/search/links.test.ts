import { expect, it, vi } from 'vitest';
import { Budget } from '../machine/budget.ts';
import { ParentLinks } from './links.ts';

// Exhaustive loops, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

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
