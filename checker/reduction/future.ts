import { type Bits, emptyBits, unite } from './bits.ts';
import type { Footprint, Footprints } from './footprint.ts';

/**
 * What a process that stands at a location may touch from there on, by process and location number less 1: its own steps,
 * its run condition, and the processes that it starts. The least fixpoint over the control-flow graphs.
 */
export function futures(footprints: Footprints): Footprint[][] {
  const { steps, runs, size } = footprints;
  const found = steps.map((list) =>
    list.map((): Footprint => ({ reads: emptyBits(size), writes: emptyBits(size) })),
  );
  const whole = steps.map((): Footprint => ({ reads: emptyBits(size), writes: emptyBits(size) }));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [p, list] of steps.entries()) {
      for (let i = list.length - 1; i >= 0; i--) {
        const step = list[i] as (typeof list)[number];
        const own = (found[p] as Footprint[])[i] as Footprint;
        changed = join(own, step) || changed;
        changed = unite(own.reads, runs[p] as Bits) || changed;
        for (const to of step.to)
          if (to !== 0) changed = join(own, (found[p] as Footprint[])[to - 1] as Footprint) || changed;
        for (const other of step.starts) changed = join(own, whole[other] as Footprint) || changed;
        // Where a started process begins depends on its prefix: everything that it ever does counts.
        changed = join(whole[p] as Footprint, own) || changed;
      }
    }
  }
  return found;
}

function join(into: Footprint, more: Footprint): boolean {
  const reads = unite(into.reads, more.reads);
  return unite(into.writes, more.writes) || reads;
}
