import { virtualTime } from '../../../text.ts';
import { rulerDistance } from './axis.ts';
import type { Brush } from './brush.ts';
import { type Seen, seenBetween } from './paint.ts';

export const RULER_PX = 36;
const LABEL_ROOM_PX = 34;

/** Numbers of the steps, and below them the virtual time. */
export function paintRuler(brush: Brush, seen: Seen): void {
  const { scene, view, first, last, x } = seen;
  const { text, line } = brush.colours;
  brush.clear(view.width, RULER_PX);
  const distance = rulerDistance(view.scale, LABEL_ROOM_PX);
  const { length } = scene.model;
  const start = Math.ceil(Math.max(1, first) / distance) * distance;
  for (let step = start; step <= Math.min(last + distance, length); step += distance) {
    const middle = (x(step - 1) + x(step)) / 2;
    const label = String(step);
    brush.text(label, middle - brush.widthOf(label) / 2, 9, LABEL_ROOM_PX, text);
    if (distance > 1) brush.line(middle, 15, middle, 18, line);
  }
  paintTime(brush, seen);
  brush.line(0, RULER_PX - 0.5, view.width, RULER_PX - 0.5, line);
}

function paintTime(brush: Brush, { scene, first, last, x }: Seen): void {
  const { muted, line, raised, text } = brush.colours;
  const [y, height] = [18, RULER_PX - 18];
  const instants = seenBetween(scene.axis.instants, first - 1, last + 1);
  for (const { from, to } of instants) {
    const left = x(from);
    const end = to === scene.model.length ? to + 1 : to;
    brush.box(left, y, x(end) - left, height, raised);
    brush.line(left + 0.5, y, left + 0.5, y + height, line);
  }
  // A time stands where it begins, or where what is seen of it does; not where another stands.
  const taken: (readonly [number, number])[] = [];
  for (const { from, to, timeUs } of instants) {
    const words = virtualTime(timeUs);
    const width = brush.widthOf(words);
    const start = Math.max(x(from), Math.min(0, x(to) - width - 6)) + 3;
    if (start < (taken.at(-1)?.[1] ?? Number.NEGATIVE_INFINITY) + 6) continue;
    brush.text(words, start, y + 10, width + 1, text);
    taken.push([start, start + width]);
  }
  for (const { step, us } of scene.axis.gaps) {
    if (step <= first || step > last) continue;
    const [left, right] = [x(step - 1), x(step)];
    const words = `+${virtualTime(us)}`;
    const width = brush.widthOf(words);
    const start = (left + right - width) / 2;
    const apart = taken.every(([from, to]) => to + 4 < start || from > start + width + 4);
    if (apart && right - left > width + 8) brush.text(words, start, y + 10, width + 1, muted);
    brush.line(left, y + height - 3, right, y + height - 3, muted);
  }
}
