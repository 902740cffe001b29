import { virtualTime } from '../../../text.ts';
import { rulerDistance } from './axis.ts';
import type { Brush } from './brush.ts';
import type { Seen } from './paint.ts';

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
  const taken: (readonly [number, number])[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const { from, to, timeUs } of scene.axis.instants) {
    if (to < first || from > last) continue;
    const end = to === scene.model.length ? to + 1 : to;
    const [left, right] = [x(from), x(end)];
    brush.box(left, y, right - left, height, raised);
    brush.line(left + 0.5, y, left + 0.5, y + height, line);
    const start = Math.max(left, 0, free) + 3;
    const room = Math.max(right, left + 60) - start - 3;
    const width =
      start > left + 30 && left > 0 ? 0 : brush.text(virtualTime(timeUs), start, y + 10, room, text);
    if (width === 0) continue;
    free = start + width;
    taken.push([start, free]);
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
