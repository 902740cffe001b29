import type { Expectation } from '../scenario.ts';
import type { PropertyVerdict, StatedReason, Verdict } from '../verdict.ts';

/** `violates: 'lost wakeup'` means every property of that kind, a name means that property. */
export function means(stated: string, property: PropertyVerdict): boolean {
  return stated === property.name || stated === property.kind || property.name.startsWith(`${stated}:`);
}

/** Why a variant is not as expected; empty when it is. */
export function compare(
  expected: Expectation,
  verdict: Verdict,
  properties: readonly PropertyVerdict[],
): string[] {
  const violated = properties.filter(({ status }) => status === 'violated');
  if (!('violates' in expected)) {
    if (verdict === 'incomplete') return ['it is incomplete: nothing is proved'];
    return violated.map((property) => `${describe(property)}`);
  }
  const stated = violated.filter((property) => means(expected.violates, property));
  if (stated.length === 0) {
    const known = properties.some((property) => means(expected.violates, property));
    const what =
      verdict === 'incomplete'
        ? 'was not found violated before the search ended'
        : known
          ? 'is not violated'
          : 'is no property of this variant';
    return [`'${expected.violates}' ${what}`, ...violated.map(describe)];
  }
  const because: string[] = [];
  const missing = (expected.through ?? []).filter(
    (name) => !stated.some((property) => passesThrough(property, name)),
  );
  if (missing.length > 0)
    because.push(`the trace does not pass through ${missing.join(', ')}, as the variant states`);
  for (const property of violated) {
    const listed =
      means(expected.violates, property) || (expected.also ?? []).some((also) => means(also, property));
    if (!listed && !sameStandstill(property, stated)) because.push(describe(property));
  }
  return because;
}

/** Where a variant that is as expected fails for the reason that it states; `null`: it states none. */
export function confirm(expected: Expectation, properties: readonly PropertyVerdict[]): StatedReason | null {
  if (!('violates' in expected)) return null;
  const violated = properties.filter(({ status }) => status === 'violated');
  const stated = violated.filter((property) => means(expected.violates, property));
  const through = expected.through ?? [];
  const shows = (property: PropertyVerdict): boolean =>
    through.every((name) => passesThrough(property, name));
  const first = stated.find(shows) ?? stated[0];
  if (first === undefined) return null;
  const others = violated.filter(
    (property) => !stated.includes(property) && (expected.also ?? []).some((also) => means(also, property)),
  );
  return {
    property: first.name,
    through: through.flatMap((name) => {
      const step = first.trace?.steps.find(({ functions }) => functions.includes(name));
      return step === undefined ? [] : [{ function: name, step: step.index }];
    }),
    also: others.map(({ name }) => name),
  };
}

function describe({ name, kind, status }: PropertyVerdict): string {
  if (kind === 'sometimes' && status === 'violated') return `'${name}' is never reached`;
  return `'${name}' is violated`;
}

function passesThrough({ trace }: PropertyVerdict, name: string): boolean {
  return trace?.steps.some(({ functions }) => functions.includes(name)) ?? false;
}

/** A system that stands still for the stated reason is deadlocked as well: that is the same finding. */
function sameStandstill(property: PropertyVerdict, stated: readonly PropertyVerdict[]): boolean {
  if (property.kind !== 'deadlock') return false;
  return stated.some(
    ({ kind }) => kind === 'idle' || kind === 'stuck' || kind === 'lost wakeup' || kind === 'alwaysPossible',
  );
}
