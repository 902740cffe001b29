import type { Frame } from '../../../../checker/trace.ts';
import { pointAt } from './axis.ts';
import type { Bar } from './bars.ts';
import type { Brush } from './brush.ts';
import { paintLinks } from './paint_links.ts';
import { HEADING_PX, HOOK_PX, type Row } from './rows.ts';
import type { LaneScene, Scene } from './scene.ts';
import type { Viewport } from './viewport.ts';

/** Height of the bracket below the lanes that shows a loop. */
const LOOP_PX = 22;
/** Steps narrower than this have no marks between them. */
const TICKS_FROM_PX = 5;
/** Steps wider than this have each their own label. */
const LABELS_FROM_PX = 40;

/** px of the lanes and what is below them. */
export const heightOf = ({ rows, loop }: Scene): number => rows.height + (loop === null ? 0 : LOOP_PX);

/** What is seen of a scene, and where it lies. */
export interface Seen {
  readonly scene: Scene;
  readonly view: Viewport;
  /** The first point that is seen, or the one before, and the last one, or the one after. */
  readonly first: number;
  readonly last: number;
  /** px from the left of the view. */
  readonly x: (point: number) => number;
}

export function seenOf(scene: Scene, view: Viewport): Seen {
  const { positions } = scene.axis;
  const x = (point: number) => (positions[point] as number) * view.scale - view.left;
  const first = pointAt(positions, view.left / view.scale);
  const last = Math.min(positions.length - 1, pointAt(positions, (view.left + view.width) / view.scale) + 1);
  return { scene, view, first, last, x };
}

/** Draws the lanes as far as they are seen. */
export function paintLanes(brush: Brush, seen: Seen): void {
  const { scene, view } = seen;
  brush.clear(view.width, heightOf(scene));
  paintGaps(brush, seen);
  for (const { row } of scene.lanes) paintGround(brush, row, view.width);
  for (const lane of scene.lanes) paintLane(brush, seen, lane);
  paintLinks(brush, seen);
}

function paintGround(brush: Brush, row: Row, width: number): void {
  const { line, raised } = brush.colours;
  if (row.heading) brush.box(0, row.top - HEADING_PX, width, HEADING_PX, raised);
  if (row.kind === 'core') brush.box(0, row.top, width, row.height, raised);
  const y = row.top + row.height - 0.5;
  brush.line(0, y, width, y, line);
}

/** Where time passes, all lanes are crossed. */
function paintGaps(brush: Brush, seen: Seen): void {
  const { scene, first, last, x } = seen;
  for (const { step, broken } of scene.axis.gaps) {
    if (step <= first || step > last) continue;
    const [left, right] = [x(step - 1), x(step)];
    brush.box(left, 0, right - left, scene.rows.height, brush.colours.idle, 0.16);
    if (!broken) continue;
    // More time than there is room for: a torn edge.
    const middle = (left + right) / 2;
    for (let y = 0; y < scene.rows.height; y += 8)
      for (const shift of [-2, 2]) {
        const { muted } = brush.colours;
        brush.line(middle + shift - 2, y, middle + shift + 2, y + 4, muted);
        brush.line(middle + shift + 2, y + 4, middle + shift - 2, y + 8, muted);
      }
  }
}

/** The items of a sorted list that are seen. */
export function seenBetween<T extends { readonly from: number; readonly to: number }>(
  items: readonly T[],
  first: number,
  last: number,
): readonly T[] {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle] as T).to <= first) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < items.length && (items[end] as T).from < last) end++;
  return items.slice(low, end);
}

function paintLane(brush: Brush, seen: Seen, { row, bars, nested }: LaneScene): void {
  const { first, last, view, x } = seen;
  let drawnTo = Number.NEGATIVE_INFINITY;
  let ranTo = Number.NEGATIVE_INFINITY;
  for (const bar of seenBetween(bars, first, last)) {
    const left = Math.max(x(bar.from), -1);
    const right = Math.min(x(bar.to), view.width + 1);
    // Of many in the same pixel, one is seen: one that runs, if any does.
    const runs = bar.status === 'running';
    if (right <= (runs ? ranTo : drawnTo) + 0.7) continue;
    drawnTo = right;
    if (runs) ranTo = right;
    if (row.kind === 'core') paintCore(brush, row, bar, left, right);
    else if (runs) paintRunning(brush, seen, row, bar, left, right);
    else paintStanding(brush, row, bar, left, right);
  }
  for (const each of nested) {
    if (each.to <= first || each.from >= last) continue;
    const left = Math.max(x(each.from), -1);
    const right = Math.min(x(each.to), view.width + 1);
    const y = row.top + row.height - 2 - HOOK_PX * (row.hooks - each.depth + 1);
    brush.box(left, y, right - left, HOOK_PX - 1, brush.colours.soft);
    brush.text(`↳ ${each.label}`, left + 3, y + HOOK_PX / 2, right - left - 5, brush.colours.panel);
  }
}

export function colourOf({ kind, background }: Row, brush: Brush): string {
  if (background) return brush.colours.idle;
  return kind === 'core' ? brush.colours.muted : brush.colours[kind];
}

function paintRunning(brush: Brush, seen: Seen, row: Row, bar: Bar, left: number, right: number): void {
  const { scene, view, x } = seen;
  const { panel } = brush.colours;
  const height = row.height - 4;
  const top = row.top + 2;
  brush.box(left, top, right - left, height, colourOf(row, brush));
  const from = Math.max(bar.from, seen.first);
  const to = Math.min(bar.to, seen.last);
  const ink = row.background ? brush.colours.text : panel;
  const textY = top + (height - row.hooks * HOOK_PX) / 2 + 1;
  const stepPx = view.scale;
  if (stepPx >= TICKS_FROM_PX)
    for (let point = from + 1; point < to; point++)
      brush.line(x(point) - 0.5, top, x(point) - 0.5, top + height, panel);
  if (stepPx < LABELS_FROM_PX) {
    brush.text(bar.label, left + 4, textY, right - left - 6, ink);
    return;
  }
  for (let point = from; point < to; point++) {
    const { stack, operation } = scene.model.trace.steps[point] as Scene['model']['trace']['steps'][number];
    const start = Math.max(x(point), 0);
    brush.text(innermost(stack) ?? operation, start + 4, textY, x(point + 1) - start - 6, ink);
  }
}

/** The innermost function that has a name. */
function innermost(stack: readonly Frame[]): string | undefined {
  return (stack.findLast((frame) => !frame.function.startsWith('(')) ?? stack.at(-1))?.function;
}

/** How a process stands that does not step: by height, line and hatching, and in words where there is room. */
function paintStanding(brush: Brush, row: Row, bar: Bar, left: number, right: number): void {
  const { muted, text } = brush.colours;
  const middle = row.top + (row.height - row.hooks * HOOK_PX) / 2;
  const width = right - left;
  const word = (): void => {
    // A bar that begins before what is seen has its word where that begins.
    const start = Math.max(left, 0) + 8;
    const shown = brush.fitting(bar.label, right - start - 8);
    if (shown === '') return;
    const shownPx = brush.widthOf(shown);
    brush.box(start, middle - 6, shownPx + 6, 12, brush.colours.panel);
    brush.text(shown, start + 3, middle + 1, shownPx + 1, muted);
  };
  switch (bar.status) {
    case 'can go on':
      brush.box(left, middle - 5, width, 10, colourOf(row, brush), 0.3);
      brush.frame(left, middle - 5, width, 10, colourOf(row, brush));
      if (row.kind !== 'isr') brush.text('could step', left + 4, middle + 1, width - 6, text);
      return;
    case 'busy':
      brush.hatch(left, middle - 8, width, 16, colourOf(row, brush));
      brush.frame(left, middle - 8, width, 16, colourOf(row, brush));
      return word();
    case 'not its turn':
      // An interrupt that nothing asks for is no news.
      if (row.kind === 'isr' || row.kind === 'outside')
        return brush.line(left, middle, right, middle, brush.colours.line);
      return brush.hatch(left, middle - 4, width, 8, muted);
    case 'waits':
      brush.frame(left, middle - 4, width, 8, muted);
      return word();
    case 'asleep':
      brush.line(left, middle, right, middle, muted, [1, 3], 2);
      return word();
    case 'rests':
      brush.line(left, middle, right, middle, muted, [5, 4]);
      return word();
    case 'ended':
      if (row.kind !== 'outside') brush.text('ended', left + 4, middle + 1, width - 6, muted);
      return brush.line(left + 1, row.top + 3, left + 1, row.top + row.height - 4, muted, [], 2);
    default:
      return;
  }
}

/** What is otherwise about a core: dotted where it sleeps, hatched else, always in words where there is room. */
function paintCore(brush: Brush, row: Row, bar: Bar, left: number, right: number): void {
  const { muted, text, panel } = brush.colours;
  const [y, height] = [row.top + 1, row.height - 3];
  brush.box(left, y, right - left, height, panel);
  if (bar.status === 'asleep')
    brush.line(left, y + height - 1, right, y + height - 1, brush.colours.text, [1, 3], 2);
  else brush.hatch(left, y + height - 3, right - left, 3, muted);
  brush.text(bar.label, Math.max(left, 0) + 3, y + height / 2 - 1, right - left - 5, text);
}
