/** Where in the report one is; written into the fragment of the address, so that it can be sent to somebody. */
export interface Route {
  /** Index of the scenario and names below it; `null`: the overview. */
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly property: string | null;
  /** 0: before the first step. */
  readonly step: number;
}

export const OVERVIEW: Route = { scenario: null, variant: null, property: null, step: 0 };

export function readRoute(hash: string): Route {
  const words = new URLSearchParams(hash.replace(/^#/u, ''));
  const step = Number(words.get('step') ?? '0');
  return {
    scenario: words.get('scenario'),
    variant: words.get('variant'),
    property: words.get('property'),
    step: Number.isSafeInteger(step) && step > 0 ? step : 0,
  };
}

export function writeRoute({ scenario, variant, property, step }: Route): string {
  const words = new URLSearchParams();
  if (scenario !== null) words.set('scenario', scenario);
  if (variant !== null) words.set('variant', variant);
  if (property !== null) words.set('property', property);
  if (step > 0) words.set('step', String(step));
  const text = words.toString();
  return text === '' ? '#' : `#${text}`;
}
