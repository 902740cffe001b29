import type { ProcessCode, Variable } from '../language/ir.ts';

/** A place in the state that locals of a process share, because no two of them are live at the same location. */
export interface Slot {
  readonly process: number;
  readonly index: number;
  readonly variables: readonly Variable[];
}

/** Distributes the locals of a process that are live at some location over as few slots as a greedy colouring finds. */
export function assignSlots(process: ProcessCode): Slot[] {
  const conflicts = new Map<Variable, Set<Variable>>();
  for (const live of process.live) {
    for (const variable of live) {
      const others = conflicts.get(variable) ?? new Set();
      conflicts.set(variable, others);
      for (const other of live) if (other !== variable) others.add(other);
    }
  }
  const slots: Variable[][] = [];
  for (const [variable, others] of conflicts) {
    const free = slots.find(
      (slot) => sameShape(slot[0] as Variable, variable) && !slot.some((v) => others.has(v)),
    );
    if (free === undefined) slots.push([variable]);
    else free.push(variable);
  }
  return slots.map((variables, index) => ({ process: process.index, index, variables }));
}

/** Locals of different kinds do not share: a truth value would take the width of an integer. */
function sameShape(a: Variable, b: Variable): boolean {
  if (a.domain.kind !== b.domain.kind) return false;
  if (a.domain.kind === 'symbol' && b.domain.kind === 'symbol') {
    return bits(a.domain.members.length - 1) === bits(b.domain.members.length - 1);
  }
  return true;
}

/** Bits for the numbers 0 … largest. */
export function bits(largest: number): number {
  let width = 0;
  for (let rest = largest; rest >= 1; rest = Math.floor(rest / 2)) width++;
  return width;
}
