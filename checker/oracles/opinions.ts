import type { BuiltVariant } from '../build_variant.ts';
import { checkBuilt, replayBuilt } from '../check.ts';
import { disagreement } from '../machine/agreement.ts';
import { type CheckOptions, UserError } from '../options.ts';
import { interleavedWorkers } from '../search/interleaved_crew.ts';
import type { PropertyVerdict, VariantResult } from '../verdict.ts';

/** Another way to check a model, which must not contradict plain search. */
export interface Opinion {
  readonly name: string;
  readonly options: CheckOptions;
  /** It stores the same states and takes the same edges. */
  readonly sameCounts?: boolean;
  /** It may leave open what plain search decides. */
  readonly partial?: boolean;
  /** Asked of one model in so many, because it takes long to begin; default 1. */
  readonly every?: number;
}

const PLAIN: CheckOptions = { reduce: 'none' };
/** They make a table of all that they may have. */
const LOSSY_BYTES = 2 ** 20;

/** Every search, store, reduction and number of workers. */
export const OPINIONS: readonly Opinion[] = [
  { name: 'fingerprints', options: { ...PLAIN, store: 'fingerprint' }, sameCounts: true, partial: true },
  { name: 'depth first', options: { ...PLAIN, search: 'depth-first' }, sameCounts: true },
  { name: 'fewest switches', options: { ...PLAIN, search: 'fewest-switches' } },
  { name: 'bitstate', options: { ...PLAIN, store: 'bitstate', maxMemory: LOSSY_BYTES }, partial: true },
  {
    name: 'hash compaction',
    options: { ...PLAIN, store: 'hash-compact', maxMemory: LOSSY_BYTES },
    partial: true,
  },
  { name: 'two workers', options: { ...PLAIN, workers: interleavedWorkers(2, 1) }, sameCounts: true },
  { name: 'partial order reduction', options: { reduce: 'por' } },
  { name: 'symmetry', options: { reduce: 'symmetry' } },
  { name: 'both reductions', options: { reduce: 'por,symmetry' } },
  { name: 'one preemption', options: { ...PLAIN, preemptions: 1 }, partial: true },
  {
    name: 'random priorities',
    options: { ...PLAIN, search: 'random', runs: 20, maxDepth: 50 },
    partial: true,
  },
];

/** Called with the name of each oracle that was asked. */
export type Count = (oracle: string) => void;

/**
 * `null`, or how somebody differs: the generated code from the interpreter, another search from plain breadth-first search
 * with the exact store, or a trace from what the interpreter does when it is replayed. `turn` numbers the models.
 */
export async function difference(
  built: BuiltVariant,
  turn: number,
  count: Count = () => {},
  opinions: readonly Opinion[] = OPINIONS,
): Promise<string | null> {
  count('interpreter and generated code');
  const steps = disagreement(built, INTERPRETED);
  if (steps !== null) return `generated code: ${steps}`;
  const plain = await checkBuilt(built, PLAIN);
  const unfit = replayed(built, plain, count);
  if (unfit !== null) return `breadth first: ${unfit}`;
  for (const opinion of opinions) {
    if (turn % (opinion.every ?? 1) !== 0) continue;
    const explain = turn % EXPLAINED_EVERY === 0;
    const found = await contradiction(built, plain, opinion, explain, count);
    if (found !== null) return `${opinion.name}: ${found}`;
  }
  return null;
}

/** States that the interpreter is compared in. */
const INTERPRETED = 60;
/** In the other models the traces of other opinions are the search's own: to explain takes as long as to search. */
const EXPLAINED_EVERY = 4;

async function contradiction(
  built: BuiltVariant,
  plain: VariantResult,
  opinion: Opinion,
  explain: boolean,
  count: Count,
): Promise<string | null> {
  let other: VariantResult;
  try {
    other = await checkBuilt(built, { ...opinion.options, explain });
  } catch (error) {
    // Refused, with a code: that is no opinion.
    if (error instanceof UserError) return null;
    throw error;
  }
  count(opinion.name);
  return counts(plain, other, opinion) ?? verdicts(plain, other, opinion) ?? replayed(built, other, count);
}

function counts({ figures: a }: VariantResult, { figures: b }: VariantResult, opinion: Opinion) {
  if (opinion.sameCounts !== true) return null;
  if (a.states === b.states && a.transitions === b.transitions) return null;
  return `${b.states} states and ${b.transitions} transitions, not ${a.states} and ${a.transitions}`;
}

function verdicts(plain: VariantResult, other: VariantResult, { partial = false }: Opinion): string | null {
  const [ours, theirs] = [statuses(plain), statuses(other)];
  for (const what of new Set([...ours.keys(), ...theirs.keys()])) {
    // Errors that nobody finds have no verdict.
    const expected = ours.get(what) ?? 'holds';
    const found = theirs.get(what) ?? (partial ? 'undecided' : 'holds');
    if (found !== expected && !(partial && found === 'undecided')) return `${what} ${found}, not ${expected}`;
  }
  return null;
}

function statuses({ properties }: VariantResult): Map<string, PropertyVerdict['status']> {
  const found = new Map<string, PropertyVerdict['status']>();
  for (const { kind, name, place, status } of properties) {
    const what = `${kind} '${name}' ${place === null ? '' : `${place.line}:${place.column}`}`.trimEnd();
    if (found.get(what) !== 'violated') found.set(what, status);
  }
  return found;
}

/** The first trace that does not fit the model. */
function replayed(built: BuiltVariant, { properties }: VariantResult, count: Count): string | null {
  for (const { name, trace } of properties) {
    if (trace === null) continue;
    count('replayed traces');
    const again = replayBuilt(built, trace);
    if (!again.fits)
      return `the trace of '${name}' does not fit at step ${again.failedAt}: ${again.expected}`;
  }
  return null;
}
