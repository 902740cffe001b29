import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** What of a scrolled element is in view, in px. */
export interface View {
  readonly top: number;
  readonly height: number;
}

/** Follows what of an element is in view. */
export function useView(scroller: RefObject<HTMLElement | null>): readonly [View, (top: number) => void] {
  const [view, setView] = useState<View>({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const follow = () => setView({ top: element.scrollTop, height: element.clientHeight });
    follow();
    const resized = new ResizeObserver(follow);
    resized.observe(element);
    element.addEventListener('scroll', follow, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener('scroll', follow);
    };
  }, [scroller]);
  /** Without waiting for the event, so that nothing is painted empty. */
  const scrollTo = (top: number) => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = top;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };
  return [view, scrollTo];
}

/**
 * Which rows are in view, and some more on both sides. `tops` has where each row begins and, at its end, where the last
 * one ends, in px.
 */
export function rowsInView(
  tops: Float64Array,
  view: View,
  more = 400,
): { readonly from: number; readonly to: number } {
  const rows = tops.length - 1;
  const from = Math.max(0, rowAt(tops, view.top - more));
  const to = Math.min(rows, rowAt(tops, view.top + view.height + more) + 1);
  return { from, to };
}

/** The row at a height; the first one above all. */
export function rowAt(tops: Float64Array, y: number): number {
  let [low, high] = [0, tops.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle + 1] as number) <= y) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, Math.max(0, tops.length - 2));
}

/** Where to scroll to so that a row can be read with what is around it; `null`: it can already. */
export function scrollFor(tops: Float64Array, row: number, view: View): number | null {
  const top = tops[row] ?? 0;
  const bottom = tops[row + 1] ?? top;
  const margin = Math.min(48, view.height / 6);
  if (top >= view.top + (row === 0 ? 0 : margin) && bottom <= view.top + view.height - margin) return null;
  return Math.max(0, top - view.height / 3);
}

/** Where rows of these heights begin. */
export function topsOf(heights: Iterable<number>, rows: number): Float64Array {
  const tops = new Float64Array(rows + 1);
  let [at, row] = [0, 0];
  for (const height of heights) {
    at += height;
    tops[++row] = at;
  }
  return tops;
}
