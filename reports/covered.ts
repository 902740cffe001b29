import type { StatedReason, VariantResult } from '../checker/verdict.ts';
import { count, plural } from './text.ts';

/** What stands behind a verdict that holds: how much was looked at, and what was seen to happen. */
export function coveredLines({ figures, properties, coverage, file }: VariantResult): string[] {
  const own = coverage.find((each) => each.file === file)?.statements ?? [];
  const reached = own.filter((statement) => statement.reached).length;
  const statements =
    own.length === 0 ? '' : `; they reach ${count(reached)} of ${plural(own.length, 'statement')} of ${file}`;
  const states =
    figures.reduction === 'none' ? 'all' : 'those that the reduction leaves, which stand for all';
  const seen = properties.filter(({ kind, status }) => kind === 'sometimes' && status === 'holds');
  return [
    `covered: ${plural(figures.states, 'state')} (${states}), at most ${plural(figures.depth, 'step')} from the start${statements}`,
    ...seen.map(
      ({ name, steps }) =>
        `seen: ${name}${steps === undefined ? '' : `, ${plural(steps, 'step')} from the start`}`,
    ),
  ];
}

/** Where a run shows the stated reason; `null`: the variant states no more than the property. */
export function reasonText({ through, also }: StatedReason): string | null {
  const steps = through.map(({ function: name, step }) => `${name} in step ${step}`);
  const parts = [
    ...(steps.length === 0 ? [] : [`through ${steps.join(', ')}`]),
    ...(also.length === 0 ? [] : [`also ${also.map((name) => `'${name}'`).join(', ')}`]),
  ];
  return parts.length === 0 ? null : `as stated: ${parts.join('; ')}`;
}
