import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { takesTime } from '../../../trace_steps.ts';
import { Panel } from '../panel.tsx';
import type { PanelProps } from '../trace_view.tsx';
import { rowsInView, scrollFor, useView } from '../windowed.ts';
import { rowTops, stepRows } from './rows.ts';
import { StepRowView } from './step_row.tsx';
import './steps.css';

/** The steps of a trace, grouped by who executes. Only those in view are in the document. */
export function StepList({ model, step, go, found }: PanelProps & { readonly found: ReadonlySet<number> }) {
  const { trace } = model;
  const rows = useMemo(() => stepRows(trace), [trace]);
  const tops = useMemo(() => rowTops(rows), [rows]);
  const withTime = useMemo(() => takesTime(trace), [trace]);
  const scroller = useRef<HTMLDivElement>(null);
  const [view, scrollTo] = useView(scroller);
  const shown = useRef(step);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const to = scrollFor(tops, step, { top: element.scrollTop, height: element.clientHeight });
    if (to !== null) scrollTo(to);
    // On a narrow screen the page scrolls as well.
    if (shown.current !== step) element.closest('.panel')?.scrollIntoView({ block: 'nearest' });
    shown.current = step;
  }, [step, tops]);
  const { from, to } = rowsInView(tops, view);
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (by === 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(Math.max(0, Math.min(model.length, step + by)));
  };
  return (
    <Panel id="steps" title="Steps">
      <div
        class="steps-scroller"
        role="listbox"
        tabIndex={0}
        aria-label="Steps of the trace"
        aria-activedescendant={`step-${step}`}
        ref={scroller}
        onKeyDown={keys}
      >
        <div class="steps-all" style={{ height: `${tops[rows.length]}px` }}>
          {rows.slice(from, to).map((row, i) => {
            const top = tops[from + i] ?? 0;
            return (
              <StepRowView
                key={from + i}
                row={row}
                top={top}
                height={(tops[from + i + 1] ?? top) - top}
                steps={model.length}
                current={row.point === step}
                found={row.step !== null && found.has(row.point)}
                withTime={withTime}
                files={model.files}
                go={go}
              />
            );
          })}
        </div>
      </div>
    </Panel>
  );
}
