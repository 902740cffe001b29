import type { Expectation } from '../checker/scenario.ts';
import type { PropertyVerdict, VariantResult } from '../checker/verdict.ts';

/** `violates: 'lost wakeup'` means every property of that kind, a name means that property. */
function means(stated: string, property: PropertyVerdict): boolean {
  return stated === property.name || stated === property.kind || property.name.startsWith(`${stated}:`);
}

/** Whether the variant states that this property is violated. */
export function mustBeViolated(expected: Expectation, property: PropertyVerdict): boolean {
  return 'violates' in expected && means(expected.violates, property);
}

/** Whether the variant states that this property is, or may be, violated. */
export function mayBeViolated(expected: Expectation, property: PropertyVerdict): boolean {
  if (!('violates' in expected)) return false;
  return mustBeViolated(expected, property) || (expected.also ?? []).some((also) => means(also, property));
}

export function expectationText(expected: Expectation): string {
  if (!('violates' in expected)) return 'holds';
  const through = expected.through ?? [];
  return `violates '${expected.violates}'${through.length === 0 ? '' : ` through ${through.join(', ')}`}`;
}

/**
 * The violations whose trace a reader needs: those the variant does not state; when there is none and the
 * variant is still not as expected (another path than stated), all of them.
 */
export function surprising(result: VariantResult): readonly PropertyVerdict[] {
  if (result.asExpected) return [];
  const violated = result.properties.filter((property) => property.status === 'violated');
  const unstated = violated.filter((property) => !mayBeViolated(result.expected, property));
  return unstated.length > 0 ? unstated : violated;
}
