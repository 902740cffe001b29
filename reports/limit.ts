import type { Sample } from '../checker/verdict.ts';
import { bytes, count, plural, visible } from './text.ts';

/** `--max-states 1,000,000` and the like, in words. */
export function limitText(kind: string, value: string): string {
  if (kind === 'interrupted') return 'an interrupt';
  if (kind === 'sample') return `--runs ${count(Number(value))}`;
  if (kind === 'omission') return omissionText(Number(value));
  if (kind === 're-entry') return `the re-entry bound (${visible(value)})`;
  if (kind === 'unsupported') return `what is not supported yet (${visible(value)})`;
  if (kind === 'max-memory' && /^\d+$/u.test(value)) return `--${kind} (${bytes(Number(value))})`;
  return `--${kind} ${/^\d+$/u.test(value) ? count(Number(value)) : visible(value)}`;
}

/** What a store leaves open that takes states for others now and then. */
function omissionText(expected: number): string {
  const missed =
    expected < 0.1
      ? `one was missed with probability ${short(expected)}`
      : `about ${short(expected)} were missed`;
  return `the store, which takes some states for others: ${missed}`;
}

const short = (value: number): string =>
  value >= 0.001 || value === 0 ? String(Number(value.toPrecision(2))) : value.toExponential(1);

/** What drawn runs are worth. */
export function sampleText({
  runs,
  steps,
  bugDepth,
  processes,
  probability,
  seed,
  seeds = 1,
}: Sample): string {
  const found = probability >= 0.001 ? probability.toFixed(3) : probability.toExponential(1);
  const drawn = seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`;
  return (
    `${plural(runs, 'random run')} among ${count(processes)}, ${drawn}: a bug that shows within ` +
    `${plural(steps, 'step')} and needs ${plural(bugDepth, 'step')} in a certain order was found with probability ${found} or more`
  );
}
