/** What part of the lanes is seen. */
export interface Viewport {
  /** px for the width of a step. */
  readonly scale: number;
  /** px that are scrolled away on the left. */
  readonly left: number;
  /** px */
  readonly width: number;
}

const SCALE_MAX = 160;
/** Where a trace opens, if it is too long to be seen as a whole. */
const SCALE_LEGIBLE = 18;
const SCALE_OPENING_MAX = 64;

/** The smallest scale: everything is seen. */
export function fitting(extent: number, width: number): number {
  return Math.min(SCALE_OPENING_MAX, Math.max(0.01, width / Math.max(1, extent)));
}

export function opening(extent: number, width: number): number {
  return Math.max(SCALE_LEGIBLE, fitting(extent, width));
}

/** Zooms by a factor, so that what lies at `anchor` px of the view stays there. */
export function zoomed(view: Viewport, extent: number, factor: number, anchor: number): Viewport {
  const scale = Math.max(fitting(extent, view.width), Math.min(SCALE_MAX, view.scale * factor));
  const left = ((view.left + anchor) / view.scale) * scale - anchor;
  return { scale, left: clamped(left, extent, scale, view.width), width: view.width };
}

/** Where to scroll so that a stretch is seen, with as much before it as after it; `null`: it is. */
export function revealing({ left, width, scale }: Viewport, from: number, to: number): number | null {
  if (from * scale >= left && to * scale <= left + width) return null;
  return Math.max(0, ((from + to) * scale - width) / 2);
}

function clamped(left: number, extent: number, scale: number, width: number): number {
  return Math.max(0, Math.min(left, extent * scale - width));
}
