import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import type { Property } from '../../../model/intrinsics/property.ts';

/** What a property asks of a state, and what of a later one; `null`: nothing. */
export function predicatesOf(
  property: Exclude<Property, Linearizability>,
): [asked: () => unknown, then: (() => unknown) | null] {
  switch (property.kind) {
    case 'lostWakeup':
    case 'within':
      return [property.pending, null];
    case 'leadsTo':
      return [property.from, property.to];
    case 'overtaking':
      return [property.waits, property.passes];
    default:
      return [property.holds, null];
  }
}
