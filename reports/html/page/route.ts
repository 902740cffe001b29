/** Where in the report one is; written into the fragment of the address, so that it can be sent to somebody. */
export interface Route {
  /** Names; `null`: the overview. */
  readonly scenario: string | null;
  readonly variant: string | null;
  readonly property: string | null;
  /** Two files may have scenarios of one name, and a variant properties; `null`: the first of them. */
  readonly file: string | null;
  readonly kind: string | null;
  /** 0: before the first step. */
  readonly step: number;
}

export const OVERVIEW: Route = {
  scenario: null,
  variant: null,
  property: null,
  file: null,
  kind: null,
  step: 0,
};

export function readRoute(hash: string): Route {
  const words = new URLSearchParams(hash.replace(/^#/u, ''));
  const step = Number(words.get('step') ?? '0');
  return {
    scenario: words.get('scenario'),
    variant: words.get('variant'),
    property: words.get('property'),
    file: words.get('file'),
    kind: words.get('kind'),
    step: Number.isSafeInteger(step) && step > 0 ? step : 0,
  };
}

export function writeRoute({ step, ...names }: Route): string {
  const words = new URLSearchParams();
  for (const key of ['scenario', 'variant', 'property', 'file', 'kind'] as const) {
    const name = names[key];
    if (name !== null) words.set(key, name);
  }
  if (step > 0) words.set('step', String(step));
  const text = words.toString();
  return text === '' ? '#' : `#${text}`;
}
