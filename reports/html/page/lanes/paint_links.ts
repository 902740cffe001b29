import type { Arrow, Mark } from './arrows.ts';
import type { Brush } from './brush.ts';
import type { Seen } from './paint.ts';
import type { Row } from './rows.ts';

/** Where steps are narrower, arrows would hide what they connect. */
const ARROWS_FROM_PX = 2;

/** What goes from lane to lane, what is marked in one, and the loop below. */
export function paintLinks(brush: Brush, seen: Seen): void {
  const { scene, view, first, last, x } = seen;
  const rows = new Map(scene.rows.rows.filter(({ kind }) => kind !== 'core').map((row) => [row.name, row]));
  const legible = view.scale >= ARROWS_FROM_PX;
  for (const arrow of legible ? between(scene.arrows, first, last) : [])
    paintArrow(
      brush,
      arrow,
      x(arrow.point),
      arrow.from === null ? null : rows.get(arrow.from),
      rows.get(arrow.to),
    );
  for (const mark of between(scene.marks, first, last))
    if (legible || mark.kind === 'decisive')
      paintMark(brush, seen, mark, mark.process === null ? undefined : rows.get(mark.process));
  paintLoop(brush, seen);
}

/** Those whose step is seen, of a list that is sorted by steps. */
function between<T extends { readonly step: number }>(items: readonly T[], first: number, last: number): T[] {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as T).step < first) low = middle + 1;
    else high = middle;
  }
  const found: T[] = [];
  for (let i = low; i < items.length && (items[i] as T).step <= last + 1; i++) found.push(items[i] as T);
  return found;
}

function paintArrow(
  brush: Brush,
  { kind }: Arrow,
  x: number,
  from: Row | null | undefined,
  to: Row | undefined,
): void {
  if (to === undefined || from === undefined) return;
  const downwards = from === null || from.top < to.top;
  const start = from === null ? 0 : downwards ? from.top + from.height - 2 : from.top + 2;
  const end = downwards ? to.top + 3 : to.top + to.height - 3;
  const { good, isr, muted } = brush.colours;
  const stroke = kind === 'wake' ? good : kind === 'interrupt' ? isr : muted;
  const dashes = kind === 'wake' ? [] : kind === 'interrupt' ? [4, 2] : [1, 2];
  brush.line(x, start, x, end, stroke, dashes, kind === 'wake' ? 2 : 1);
  const back = downwards ? -6 : 6;
  brush.shape(
    [
      [x, end],
      [x - 4, end + back],
      [x + 4, end + back],
    ],
    stroke,
  );
}

function paintMark(brush: Brush, { scene, x }: Seen, { kind, step }: Mark, row: Row | undefined): void {
  const { bad, text, panel } = brush.colours;
  if (kind === 'block') {
    if (row === undefined) return;
    brush.box(x(step) - 4, row.top + 4, 7, 7, panel);
    brush.box(x(step) - 3, row.top + 5, 5, 5, text);
    return;
  }
  const middle = (x(step - 1) + x(step)) / 2;
  const height = scene.rows.height;
  for (const side of [x(step - 1), x(step)]) brush.line(side, 0, side, height, bad, [2, 2]);
  const y = Math.max(8, row?.top ?? 0);
  brush.shape(
    [
      [middle, y - 7],
      [middle + 6, y - 1],
      [middle, y + 5],
      [middle - 6, y - 1],
    ],
    bad,
  );
}

/** A bracket below what repeats, with an arrow from its end back to its beginning. */
function paintLoop(brush: Brush, { scene, view, x }: Seen): void {
  if (scene.loop === null) return;
  const { accent, text } = brush.colours;
  const { from, to } = scene.loop;
  const top = scene.rows.height;
  const y = top + 12;
  const ever = from >= to;
  const [left, right] = [x(Math.min(from, to)), ever ? x(to + 1) : x(to)];
  if (right < 0 || left > view.width) return;
  brush.line(left, 0, left, y, accent, [6, 3]);
  if (!ever) brush.line(right, 0, right, y, accent, [6, 3]);
  brush.line(Math.max(left, -9), y, Math.min(right, view.width + 9), y, accent, [], 2);
  brush.shape(
    [
      [left, y - 9],
      [left - 5, y],
      [left + 5, y],
    ],
    accent,
  );
  const words = ever ? '∞ nothing happens any more' : `↺ steps ${from + 1}–${to} repeat for ever`;
  const start = Math.max(left, 0) + 10;
  const width = brush.widthOf(words);
  brush.box(start - 3, y - 7, width + 6, 14, brush.colours.panel);
  brush.text(words, start, y + 1, width + 1, text);
}
