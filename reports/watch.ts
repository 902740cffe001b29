import type { Trace } from '../checker/trace.ts';
import type { Paint } from './paint.ts';
import type { Replayed } from './replay.ts';
import { length, list, plural, truncate, visible } from './text.ts';

/** A variant that is not as expected, or a file that could not be checked. */
export interface Failing {
  /** `null`: the round itself. */
  readonly file: string | null;
  /** `null`: the file itself. */
  readonly scenario: string | null;
  readonly variant: string | null;
}

/** Above a round of `--watch`: why there is one. */
export function roundHeading(changed: readonly string[], files: number, paint: Paint, width: number): string {
  const shown = changed.length <= 3 ? list(changed.map(visible)) : `${changed.length} files`;
  const why = changed.length === 0 ? '' : `changed: ${shown}   `;
  const text = truncate(`── ${why}checks ${plural(files, 'file')} `, width - 1);
  return paint.faint(`${text}${'─'.repeat(Math.max(0, width - length(text)))}`);
}

/** Below a round: what is left to mend, and what can be done. */
export function roundEnd(
  failing: readonly Failing[],
  checked: number,
  watched: number,
  paint: Paint,
): string {
  const lines = failing.map(({ file, scenario, variant }) => {
    if (file === null) return paint.bad('✗ not everything could be checked');
    return scenario === null
      ? `${paint.bad('✗ cannot be checked')}: ${visible(file)}`
      : `${paint.bad('✗ NOT as expected')}: ${visible(scenario)} / ${visible(variant ?? '')}  ${paint.faint(visible(file))}`;
  });
  const all =
    failing.length > 0
      ? lines
      : [paint.good(`✓ ${checked === 1 ? 'the one variant is' : `all ${checked} variants are`} as expected`)];
  const help = `watching ${plural(watched, 'file')} · Enter: check all again · q: quit`;
  return ['', ...(checked === 0 && failing.length === 0 ? [] : all), paint.faint(help)].join('\n');
}

/** Before a search: what has become of the last counterexample. */
export function lastRunText({ variant, property, steps }: Trace, result: Replayed): string {
  const what = `${visible(variant)}: the last counterexample of '${visible(property)}'`;
  return result.fits
    ? `↻ ${what}: the model still does its ${plural(steps.length, 'step')}; searching …`
    : `↻ ${what}: the model no longer does it, step ${result.failedAt} does not fit; searching …`;
}
