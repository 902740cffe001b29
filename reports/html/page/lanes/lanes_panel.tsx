import './lanes.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { visible } from '../../../text.ts';
import { Panel } from '../panel.tsx';
import type { PanelProps } from '../trace_view.tsx';
import type { AxisKind } from './axis.ts';
import { stepWords, summaryOf } from './describe.ts';
import { LaneCanvas } from './lane_canvas.tsx';
import { Legend } from './legend.tsx';
import { sceneOf } from './scene.ts';

/** Who runs when: a lane for each process, along the steps or along virtual time. */
export function LanesPanel({ model, step, go, theme }: PanelProps) {
  const [axis, setAxis] = useState<AxisKind>('steps');
  const [all, setAll] = useState(false);
  const [legend, setLegend] = useState(false);
  const scene = useMemo(() => sceneOf(model, axis, all), [model, axis, all]);
  const zoom = useRef<((factor: number) => void) | null>(null);
  const stepper = useStepper(model.length, step, go, (factor) => zoom.current?.(factor));
  const current = model.stepAt(step);
  const words = current === null ? 'before the first step' : stepWords(current);
  const { quiet } = scene.rows;
  const tools = useMemo(
    () => (
      <div class="lanes-tools">
        <fieldset class="lanes-choice" aria-label="What lies along the lanes">
          {(['steps', 'time'] as const).map((kind) => (
            <button key={kind} type="button" aria-pressed={axis === kind} onClick={() => setAxis(kind)}>
              {kind === 'steps' ? 'steps' : 'virtual time'}
            </button>
          ))}
        </fieldset>
        <fieldset class="lanes-choice" aria-label="Zoom">
          <button
            type="button"
            aria-label="zoom out"
            title="zoom out (−)"
            onClick={() => zoom.current?.(1 / 1.5)}
          >
            −
          </button>
          <button type="button" title="show everything (0)" onClick={() => zoom.current?.(0)}>
            fit
          </button>
          <button type="button" aria-label="zoom in" title="zoom in (+)" onClick={() => zoom.current?.(1.5)}>
            +
          </button>
        </fieldset>
        {quiet.length === 0 ? null : (
          <button
            type="button"
            aria-pressed={all}
            title={`nothing happens to ${quiet.map(visible).join(', ')}`}
            onClick={() => setAll(!all)}
          >
            {quiet.length} quiet
          </button>
        )}
        <button type="button" aria-expanded={legend} onClick={() => setLegend(!legend)}>
          legend
        </button>
      </div>
    ),
    [axis, all, legend, quiet],
  );
  return (
    <Panel id="lanes" title="Lanes" tools={tools}>
      <div class="lanes">
        {legend ? <Legend /> : null}
        <LaneCanvas
          scene={scene}
          step={step}
          go={go}
          theme={theme}
          zoom={zoom}
          label={summaryOf(scene)}
          words={words}
          onKeyDown={stepper}
        />
      </div>
    </Panel>
  );
}

/** Keys of the lanes while they have the focus. */
function useStepper(
  length: number,
  step: number,
  go: (step: number) => void,
  zoom: (factor: number) => void,
): (event: KeyboardEvent) => void {
  const latest = useRef(step);
  useEffect(() => {
    latest.current = step;
  }, [step]);
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const at = latest.current;
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => go(Math.max(0, at - 1)),
      ArrowRight: () => go(Math.min(length, at + 1)),
      PageUp: () => go(Math.max(0, at - 10)),
      PageDown: () => go(Math.min(length, at + 10)),
      Home: () => go(0),
      End: () => go(length),
      '+': () => zoom(1.5),
      '=': () => zoom(1.5),
      '-': () => zoom(1 / 1.5),
      '0': () => zoom(0),
    };
    const move = moves[event.key];
    if (move === undefined) return;
    move();
    // The page has the same keys.
    event.preventDefault();
    event.stopPropagation();
  };
}
