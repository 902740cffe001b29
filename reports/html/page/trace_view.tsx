import { useMemo } from 'preact/hooks';
import type { Trace } from '../../../checker/trace.ts';
import type { PropertyVerdict } from '../../../checker/verdict.ts';
import type { ReportData, ReportResult } from '../data.ts';
import { TraceModel } from './trace_model.ts';

export interface TraceViewProps {
  readonly data: ReportData;
  readonly result: ReportResult;
  readonly property: PropertyVerdict;
  readonly trace: Trace;
  /** 0: before the first step. */
  readonly step: number;
  readonly go: (step: number) => void;
  readonly back: () => void;
}

/** What every panel of a trace gets. */
export interface PanelProps {
  readonly model: TraceModel;
  readonly data: ReportData;
  /** The point that is looked at; 0: before the first step. */
  readonly step: number;
  readonly go: (step: number) => void;
}

/** One trace: lanes, steps, source, variables and objects at one point of it. */
export function TraceView({ data, trace, property, step, go, back }: TraceViewProps) {
  const model = useMemo(() => new TraceModel(trace), [trace]);
  const panel: PanelProps = { model, data, step, go };
  return (
    <main>
      <button type="button" onClick={back}>
        all verdicts
      </button>
      <h1>{property.name}</h1>
      <p>{trace.explanation}</p>
      <ol>
        {trace.steps.map((each) => (
          <li key={each.index}>
            <button
              type="button"
              aria-current={each.index === panel.step ? 'step' : undefined}
              onClick={() => go(each.index)}
            >
              {each.process ?? 'time'} {each.place?.text}
            </button>
          </li>
        ))}
      </ol>
    </main>
  );
}
