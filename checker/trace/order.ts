import type { Sequential } from '../property/sequential.ts';
import type { Interval } from './history.ts';

/**
 * An order of operations that explains all results: a search through the orders that respect what ended before another began
 * (J. M. Wing and C. Gong, Testing and verifying concurrent objects, JPDC 17, 1993). `null`: there is none.
 */
export function orderOf(operations: readonly Interval[], specification: Sequential): string[] | null {
  const failed = new Set<string>();
  const order: number[] = [];
  const search = (done: ReadonlySet<number>, state: number): boolean => {
    if (operations.every(({ resultNumber }, i) => resultNumber < 0 || done.has(i))) return true;
    const key = `${state}|${[...done].sort((a, b) => a - b).join()}`;
    if (failed.has(key)) return false;
    const limit = Math.min(
      ...operations.map(({ ends }, i) => (done.has(i) ? Number.POSITIVE_INFINITY : ends)),
    );
    for (const [i, { number, resultNumber, begins }] of operations.entries()) {
      if (done.has(i) || begins > limit) continue;
      for (const effect of specification.effects(state, number)) {
        if (resultNumber >= 0 && effect.result !== resultNumber) continue;
        order.push(i);
        if (search(new Set([...done, i]), effect.state)) return true;
        order.pop();
      }
    }
    failed.add(key);
    return false;
  };
  return search(new Set(), specification.initial)
    ? order.map((i) => textOf(operations[i] as Interval))
    : null;
}

/** `ring.pop() → 1`. */
function textOf({ call, result }: Interval): string {
  return result === null || result === 'returns' ? call : `${call} → ${result}`;
}
