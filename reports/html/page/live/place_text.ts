import type { Choice } from '../../../../checker/live/view.ts';
import type { Place } from '../../../../checker/trace.ts';

/** `notify.ts:109` */
export function placeText({ file, line }: Pick<Place, 'file' | 'line'>): string {
  return `${file.replace(/^.*[\\/]/u, '')}:${line}`;
}

/** `task on core 1` */
export function laneText({ lane, outside }: Pick<Choice, 'lane' | 'outside'>): string {
  if (lane === null || lane.kind === 'outside') return outside || lane !== null ? 'outside world' : '';
  const what = lane.kind === 'isr' ? 'interrupt' : lane.kind;
  return lane.core === undefined ? what : `${what} on ${lane.core}`;
}
