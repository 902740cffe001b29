import type { Nearest } from '../property/decisive.ts';
import type { Reordered } from '../search/reordering.ts';
import type { Decisive, Exchange, TraceStep } from '../trace.ts';
import { writeSchedule } from './schedule.ts';
import type { Walk } from './walk.ts';
import { functionIn, shortPlace } from './wording.ts';

/** The two steps whose order decides, in words. */
export function decisive({ steps }: Walk, found: Nearest | null): Decisive | null {
  if (found === null) return null;
  const step = (index: number) => steps[index] as TraceStep;
  const { nearest, other } = found;
  const [first, second] = [step(nearest.earlier), step(nearest.later)];
  if (other === null) {
    const text = `Step ${numbered(first)} comes before step ${numbered(second)}: that decides it. The other way round, and all else in the same order as far as possible, it does not happen.`;
    return { ...exchange(nearest), text };
  }
  const isEarly = nearest.later === other.earlier;
  const [from, event, to] = isEarly
    ? [first, second, step(other.later)]
    : [step(other.earlier), first, second];
  const text = `Step ${numbered(event)} decides it: it comes after step ${numbered(from)} and before step ${numbered(to)}. Before the one or after the other this is avoided.`;
  return { ...exchange(nearest), text, other: exchange(other) };
}

const exchange = ({ earlier, later, path }: Reordered): Exchange => ({
  steps: [earlier + 1, later + 1],
  schedule: writeSchedule(path),
});

/** "11 (main: `vTaskSuspend`, tasks.ts:56)". */
function numbered({ index, process, stack, place }: TraceStep): string {
  if (process === null) return `${index} (time passes)`;
  const inside = functionIn(stack, process);
  const calls = inside === process ? '' : `: \`${inside}\``;
  return `${index} (${process}${calls}${place === null ? '' : `, ${shortPlace(place)}`})`;
}
