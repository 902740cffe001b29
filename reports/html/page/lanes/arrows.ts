import type { Trace } from '../../../../checker/trace.ts';

/** From one lane to another, at a point. */
export interface Arrow {
  readonly kind: 'wake' | 'interrupt' | 'switch';
  /** The step that does it. */
  readonly step: number;
  /** Where it is drawn: a step interrupts at its beginning, and wakes at its end. */
  readonly point: number;
  /** A process; `null`: time. */
  readonly from: string | null;
  readonly to: string;
}

/** Something that is marked in a lane. */
export interface Mark {
  readonly kind: 'block' | 'decisive';
  readonly step: number;
  readonly point: number;
  readonly process: string | null;
}

/** Wakes, interrupts and switches, in the order of the steps. */
export function arrowsOf({ steps }: Trace): Arrow[] {
  const arrows: Arrow[] = [];
  for (const { index: step, process, moments } of steps)
    for (const moment of moments) {
      if (moment.kind === 'wake')
        arrows.push({ kind: 'wake', step, point: step, from: process, to: moment.process });
      else if (process === null) continue;
      else if (moment.kind === 'interrupt' && moment.of !== null)
        arrows.push({ kind: 'interrupt', step, point: step - 1, from: moment.of, to: process });
      else if (moment.kind === 'switch')
        arrows.push({ kind: 'switch', step, point: step - 1, from: moment.from, to: process });
    }
  return arrows;
}

/** Where processes block, and the steps whose order decides, in the order of the steps. */
export function marksOf({ steps }: Trace, decisive: readonly number[]): Mark[] {
  const marks: Mark[] = [];
  for (const { index: step, process, moments } of steps) {
    if (decisive.includes(step)) marks.push({ kind: 'decisive', step, point: step, process });
    for (const moment of moments)
      if (moment.kind === 'block') marks.push({ kind: 'block', step, point: step, process: moment.process });
  }
  return marks;
}
