import type { Block, ProcessCode } from '../language/ir.ts';

/**
 * The core that executes a process; `null`: it is no software. Software whose lane names no core shares one: a model
 * without cores is read as one core.
 */
export function softwareCore({ lane, outside }: ProcessCode): string | null {
  if (lane?.kind === 'isr') return lane.core ?? '';
  if (outside || lane?.kind === 'hardware' || lane?.kind === 'outside') return null;
  return lane?.core ?? '';
}

/** The locations at which a process can stand when it has begun and not yet stepped. */
export function entryLocations({ entry }: ProcessCode): ReadonlySet<number> {
  const found = new Set<number>();
  const seen = new Set<Block>();
  const todo = [entry];
  for (let block = todo.pop(); block !== undefined; block = todo.pop()) {
    if (seen.has(block)) continue;
    seen.add(block);
    if (block.location > 0) found.add(block.location);
    else todo.push(...successorsOf(block));
  }
  return found;
}

function successorsOf({ end }: Block): readonly Block[] {
  if (end.kind === 'goto') return [end.to];
  if (end.kind === 'branch') return [end.yes, end.no];
  return end.kind === 'switch' ? end.targets : [];
}
