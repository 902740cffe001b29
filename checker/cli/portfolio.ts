import type { CheckedVariant } from '../../reports/events.ts';
import { compare } from '../property/expectation.ts';
import type { Limit, PropertyVerdict, Sample } from '../verdict.ts';
import type { CheckCommand } from './commands.ts';
import { unionOf } from './coverage.ts';
import type { Shard } from './shard.ts';

const RUNS = 1000;

/** Random runs are dealt out: each shard draws its share for all variants, with a seed of its own. */
export function drawnBy(command: CheckCommand, { index, of }: Shard): CheckCommand {
  const runs = command.runs ?? RUNS;
  const share = Math.floor(runs / of) + (index <= runs % of ? 1 : 0);
  return { ...command, runs: Math.max(1, share), seed: (command.seed ?? 0) + index - 1 };
}

/** What random runs of all shards say of a variant. @param parts in the order of the shards, at least one */
export function joined(parts: readonly CheckedVariant[]): CheckedVariant {
  const [first] = parts as [CheckedVariant];
  const properties = joinedProperties(parts.flatMap((part) => part.properties));
  const limit = joinedLimit(parts);
  const isViolated = properties.some(({ status }) => status === 'violated');
  const verdict = isViolated ? 'violated' : limit === null ? 'holds' : 'incomplete';
  const because = compare(first.expected, verdict, properties);
  const figures = parts.map((part) => part.figures);
  return {
    ...first,
    verdict,
    properties,
    limit,
    because,
    asExpected: because.length === 0,
    figures: {
      ...first.figures,
      states: figures.reduce((sum, { states }) => sum + states, 0),
      transitions: figures.reduce((sum, { transitions }) => sum + transitions, 0),
      depth: Math.max(...figures.map(({ depth }) => depth)),
      storeBytes: Math.max(...figures.map(({ storeBytes }) => storeBytes)),
    },
    coverage: unionOf(parts.map(({ coverage }) => coverage)),
  };
}

/** The status that is worth most: what one shard has found, the others have not refuted. */
const WORTH = { undecided: 0, holds: 1, violated: 2 } as const;

function joinedProperties(all: readonly PropertyVerdict[]): PropertyVerdict[] {
  const found = new Map<string, PropertyVerdict>();
  for (const property of all) {
    const key = `${property.kind} ${property.name}`;
    const known = found.get(key);
    if (known === undefined || isBetter(property, known)) found.set(key, property);
  }
  return [...found.values()];
}

function isBetter(a: PropertyVerdict, b: PropertyVerdict): boolean {
  if (a.status !== b.status) return WORTH[a.status] > WORTH[b.status];
  return (a.trace?.steps.length ?? 0) < (b.trace?.steps.length ?? 0);
}

/** If a shard ended for another reason that is said; otherwise what all runs together are worth. */
function joinedLimit(parts: readonly CheckedVariant[]): Limit | null {
  const other = parts.find(({ limit }) => limit !== null && limit.sample === undefined);
  if (other !== undefined) return other.limit;
  const drawn = parts.flatMap(({ limit }) =>
    limit?.sample === undefined ? [] : [{ limit, sample: limit.sample }],
  );
  const [first] = drawn;
  if (first === undefined) return null;
  const missed = drawn.reduce((product, { sample }) => product * (1 - sample.probability), 1);
  const sample: Sample = {
    ...first.sample,
    runs: drawn.reduce((sum, each) => sum + each.sample.runs, 0),
    // A bug that shows within the fewest has this chance with each.
    steps: Math.min(...drawn.map(({ sample }) => sample.steps)),
    probability: 1 - missed,
    seeds: drawn.length,
  };
  return { ...first.limit, value: String(sample.runs), sample };
}
