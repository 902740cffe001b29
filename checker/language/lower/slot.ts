import type { Variable } from '../ir.ts';
import type { TypeFact } from './facts.ts';

/** Where a `let`, a result or another merged value lives: a scalar, a tuple's items, or both. */
export interface Slot {
  readonly fact: TypeFact;
  readonly name: string;
  scalar: Variable | null;
  items: readonly Slot[] | null;
}
