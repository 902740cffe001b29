import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface At {
  readonly clientX: number;
  readonly clientY: number;
}

export interface Gestures {
  /** Ctrl and the wheel, or two fingers: by a factor, around a place. */
  readonly zoom: (factor: number, clientX: number) => void;
  /** A click, or a drag of the mouse. */
  readonly select: (at: At) => void;
  readonly hover: (at: At | null) => void;
}

/** Listens to wheel, mouse and fingers on the lanes. One finger, and the wheel alone, scroll as everywhere. */
export function useGestures(ref: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = ref.current as HTMLElement;
    const stop = new AbortController();
    const { signal } = stop;
    listenToWheel(element, latest, signal);
    listenToMouse(element, latest, signal);
    listenToFingers(element, latest, signal);
    return () => stop.abort();
  }, [ref]);
}

type Latest = { readonly current: Gestures };

function listenToWheel(element: HTMLElement, latest: Latest, signal: AbortSignal): void {
  element.addEventListener(
    'wheel',
    (event) => {
      // A pinch on a touchpad arrives as this, too.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      latest.current.zoom(Math.exp(-event.deltaY * lines * 0.004), event.clientX);
    },
    { passive: false, signal },
  );
}

function listenToMouse(element: HTMLElement, latest: Latest, signal: AbortSignal): void {
  let dragging = false;
  const within = (event: Event) =>
    (event.target as HTMLElement).closest('.lanes-canvas, .lanes-ruler') !== null;
  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || event.pointerType !== 'mouse' || !within(event)) return;
      dragging = true;
      latest.current.select(event);
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (dragging) latest.current.select(event);
      if (event.pointerType === 'mouse') latest.current.hover(within(event) && !dragging ? event : null);
    },
    { signal },
  );
  element.addEventListener('pointerleave', () => latest.current.hover(null), { signal });
  addEventListener(
    'pointerup',
    () => {
      dragging = false;
    },
    { signal },
  );
  // A finger that taps.
  element.addEventListener(
    'click',
    (event) => {
      const { pointerType } = event as PointerEvent;
      if (pointerType !== 'mouse' && within(event)) latest.current.select(event);
    },
    { signal },
  );
}

function listenToFingers(element: HTMLElement, latest: Latest, signal: AbortSignal): void {
  let apart = 0;
  const spread = ({ touches: [a, b] }: TouchEvent): number =>
    a === undefined || b === undefined ? 0 : Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  element.addEventListener(
    'touchstart',
    (event) => {
      apart = spread(event);
    },
    { passive: true, signal },
  );
  element.addEventListener(
    'touchmove',
    (event) => {
      const [a, b] = event.touches;
      const now = spread(event);
      if (a === undefined || b === undefined || now === 0 || apart === 0) return;
      event.preventDefault();
      latest.current.zoom(now / apart, (a.clientX + b.clientX) / 2);
      apart = now;
    },
    { passive: false, signal },
  );
}
