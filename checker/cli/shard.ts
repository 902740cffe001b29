import type { PlannedScenario } from '../../reports/events.ts';
import { type Selected, variantsOf } from './selection.ts';
import { usage } from './values.ts';

/** `--shard 2/5`: the second of five parts of the work. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export function parseShard(text: string): Shard {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/u.exec(text) ?? [];
  const shard = { index: Number(index), of: Number(of) };
  if (shard.index >= 1 && shard.index <= shard.of) return shard;
  throw usage(
    `--shard ${text} is no part of a whole`,
    'it has the form i/n, with i from 1 to n',
    'for example --shard 1/4, and 2/4, 3/4, 4/4 in other jobs',
  );
}

/** The whole work, as every shard of it must see it. */
export function planOf(all: readonly Selected[]): PlannedScenario[] {
  return all.map(({ loaded, variants, parameters, alone }) => ({
    scenario: loaded.scenario.name,
    about: loaded.scenario.spec.about,
    file: loaded.file,
    alone,
    parameters,
    declared: variantsOf(loaded),
    variants,
  }));
}

/** The part of a shard: variants are dealt out one after the other. */
export function shareOf(all: readonly Selected[], { index, of }: Shard): Selected[] {
  let next = 0;
  return all
    .map((selected) => ({ ...selected, variants: selected.variants.filter(() => next++ % of === index - 1) }))
    .filter(({ variants }) => variants.length > 0);
}
