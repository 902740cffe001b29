import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visible } from '../../../text.ts';
import type { Theme } from '../theme.ts';
import { pointAt } from './axis.ts';
import { Brush } from './brush.ts';
import { coloursOf } from './colours.ts';
import { type Description, describe } from './describe.ts';
import { useGestures } from './gestures.ts';
import { heightOf, paintLanes, seenOf } from './paint.ts';
import { paintRuler, RULER_PX } from './paint_ruler.ts';
import { HEADING_PX, rowAt } from './rows.ts';
import type { Scene } from './scene.ts';
import { fitting, opening, revealing, type Viewport, zoomed } from './viewport.ts';

interface Props {
  readonly scene: Scene;
  readonly step: number;
  readonly go: (step: number) => void;
  readonly theme: Theme;
  /** Is given the function that zooms by a factor; 0: show everything. */
  readonly zoom: RefObject<((factor: number) => void) | null>;
  /** What is drawn, in words. */
  readonly label: string;
  /** The current step, in words. */
  readonly words: string;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * The lanes themselves. Only what is seen is drawn, and only when another part is looked at: a step moves the cursor,
 * which is an element of its own.
 */
export function LaneCanvas({ scene, step, go, theme, zoom, label, words, onKeyDown }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLCanvasElement>(null);
  const ruler = useRef<HTMLCanvasElement>(null);
  const labels = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [scale, setScale] = useState(0);
  const [hover, setHover] = useState<Hover | null>(null);
  // Asking the element for it after each step would make the browser lay out the whole page at once.
  const left = useRef(0);
  const view = (): Viewport => ({ scale, width, left: left.current });
  const scrollTo = (to: number) => {
    const element = scroller.current as HTMLDivElement;
    element.scrollLeft = to;
    left.current = element.scrollLeft;
  };

  useLayoutEffect(() => {
    const element = scroller.current as HTMLDivElement;
    const measure = () =>
      setWidth(Math.max(80, element.clientWidth - (labels.current as HTMLDivElement).offsetWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (width > 0) setScale(opening(scene.extent, width));
  }, [scene.axis.kind, scene.model, width]);

  const zoomTo = useRef<number | null>(null);
  const zoomAt = (factor: number, anchor: number) => {
    const next =
      factor === 0
        ? { scale: fitting(scene.extent, width), left: 0 }
        : zoomed(view(), scene.extent, factor, anchor);
    zoomTo.current = next.left;
    setScale(next.scale);
  };
  zoom.current = (factor) => zoomAt(factor, clampTo(cursorAt(scene, step, scale) - view().left, width));
  useLayoutEffect(() => {
    if (zoomTo.current !== null) scrollTo(zoomTo.current);
    zoomTo.current = null;
  }, [scale]);

  useLayoutEffect(() => {
    if (scale === 0) return;
    const context = (canvas: HTMLCanvasElement | null) =>
      canvas?.getContext('2d') as CanvasRenderingContext2D;
    const colours = coloursOf(document.documentElement);
    const brushes = [
      new Brush(context(body.current), colours),
      new Brush(context(ruler.current), colours),
    ] as const;
    const element = scroller.current as HTMLDivElement;
    const draw = () => {
      const seen = seenOf(scene, { scale, width, left: element.scrollLeft });
      paintLanes(brushes[0], seen);
      paintRuler(brushes[1], seen);
      element.dataset.drawn = String(brushes[0].drawn);
      element.dataset.redrawn = String(Number(element.dataset.redrawn ?? 0) + 1);
    };
    draw();
    let asked = 0;
    const later = () => {
      left.current = element.scrollLeft;
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(draw);
    };
    element.addEventListener('scroll', later);
    return () => {
      cancelAnimationFrame(asked);
      element.removeEventListener('scroll', later);
    };
  }, [scene, scale, width, theme]);

  useLayoutEffect(() => {
    if (scale === 0) return;
    const { positions } = scene.axis;
    const to = revealing(view(), positions[Math.max(0, step - 1)] as number, positions[step] as number);
    if (to !== null) scrollTo(to);
  }, [step, scale, width, scene]);

  const pointer = (event: { readonly clientX: number; readonly clientY: number }) => {
    const box = (body.current as HTMLCanvasElement).getBoundingClientRect();
    const point = pointAt(scene.axis.positions, (event.clientX - box.left + view().left) / scale);
    return {
      step: Math.min(point + 1, scene.model.length + 1),
      x: event.clientX,
      y: event.clientY,
      top: box.top,
    };
  };
  useGestures(scroller, {
    zoom: (factor, clientX) =>
      zoomAt(factor, clientX - (body.current as HTMLCanvasElement).getBoundingClientRect().left),
    select: (event) => go(Math.min(pointer(event).step, scene.model.length)),
    hover: (event) => setHover(event === null ? null : hoverOf(scene, pointer(event))),
  });

  const names = useMemo(() => <Labels scene={scene} />, [scene]);
  const height = heightOf(scene);
  return (
    <div class="lanes-scroll" ref={scroller}>
      <div class="lanes-content" style={{ width: `calc(var(--lane-labels) + ${scene.extent * scale}px)` }}>
        <div class="lanes-head">
          <div class="lanes-corner" ref={labels}>
            <span>step</span>
            <span>time</span>
          </div>
          <div class="lanes-ruler" aria-hidden="true">
            <canvas ref={ruler} height={RULER_PX} />
          </div>
        </div>
        <div class="lanes-body">
          {names}
          <canvas class="lanes-canvas" ref={body} height={height} role="img" aria-label={visible(label)} />
          <Cursor
            scene={scene}
            step={step}
            scale={scale}
            height={height}
            words={words}
            onKeyDown={onKeyDown}
          />
        </div>
      </div>
      {hover === null ? null : <Tip hover={hover} />}
    </div>
  );
}

const clampTo = (x: number, width: number): number => (x < 0 || x > width ? width / 2 : x);

const cursorAt = (scene: Scene, step: number, scale: number): number =>
  (scene.axis.positions[step] as number) * scale;

/** The names of the lanes, which stay where they are. */
function Labels({ scene }: { readonly scene: Scene }) {
  return (
    <div class="lanes-labels" aria-hidden="true">
      {scene.rows.rows.flatMap((row) => [
        row.heading ? (
          <div key={`group ${row.group}`} class="lanes-group" style={{ height: `${HEADING_PX}px` }}>
            {visible(row.group)}
          </div>
        ) : null,
        <div
          key={`${row.kind} ${row.name}`}
          class={`lanes-label ${row.background ? 'background' : row.kind}`}
          title={visible(row.name)}
          style={{ height: `${row.height}px` }}
        >
          {visible(row.name)}
        </div>,
      ])}
    </div>
  );
}

/** The point that is looked at, and the step that led to it. */
function Cursor({
  scene,
  step,
  scale,
  height,
  words,
  onKeyDown,
}: Pick<Props, 'scene' | 'step' | 'words' | 'onKeyDown'> & {
  readonly scale: number;
  readonly height: number;
}) {
  const right = cursorAt(scene, step, scale);
  const left = step === 0 ? right : cursorAt(scene, step - 1, scale);
  return (
    <div
      class="lanes-cursor"
      tabIndex={0}
      role="slider"
      aria-label="Step of the trace"
      aria-valuemin={0}
      aria-valuemax={scene.model.length}
      aria-valuenow={step}
      aria-valuetext={visible(words)}
      onKeyDown={onKeyDown}
      style={{
        transform: `translateX(${left}px)`,
        width: `${Math.max(1, right - left)}px`,
        height: `${height}px`,
      }}
    />
  );
}

interface Hover {
  readonly x: number;
  readonly y: number;
  readonly description: Description;
}

function hoverOf(
  scene: Scene,
  {
    step,
    x,
    y,
    top,
  }: { readonly step: number; readonly x: number; readonly y: number; readonly top: number },
): Hover | null {
  const row = rowAt(scene.rows.rows, y - top);
  const lane = scene.lanes.find((each) => each.row === row);
  if (lane === undefined) return null;
  return { x, y, description: describe(scene, lane, step) };
}

function Tip({ hover: { x, y, description } }: { readonly hover: Hover }) {
  const right = x > innerWidth / 2;
  const below = y < innerHeight / 2;
  const style = {
    [right ? 'right' : 'left']: `${right ? innerWidth - x + 12 : x + 12}px`,
    [below ? 'top' : 'bottom']: `${below ? y + 16 : innerHeight - y + 12}px`,
  };
  return (
    <div class="lanes-tip" role="tooltip" style={style}>
      <strong>{visible(description.title)}</strong>
      {description.lines.map((line) => (
        <div key={line}>{visible(line)}</div>
      ))}
    </div>
  );
}
