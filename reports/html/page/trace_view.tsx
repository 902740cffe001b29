import { useMemo, useState } from 'preact/hooks';
import type { Trace } from '../../../checker/trace.ts';
import type { PropertyVerdict } from '../../../checker/verdict.ts';
import type { ReportData, ReportResult } from '../data.ts';
import { LanesPanel } from './lanes/lanes_panel.tsx';
import { ObjectsPanel } from './objects/objects_panel.tsx';
import { Panel } from './panel.tsx';
import type { Theme } from './theme.ts';
import { TraceModel } from './trace_model.ts';
import { VariablesPanel } from './variables/variables_panel.tsx';
import './trace_view.css';

export interface TraceViewProps {
  readonly data: ReportData;
  readonly result: ReportResult;
  readonly property: PropertyVerdict;
  readonly trace: Trace;
  /** 0: before the first step. */
  readonly step: number;
  readonly theme: Theme;
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
  /** The variable that was chosen, by its name; its next change is a key away. */
  readonly variable: string | null;
  readonly chooseVariable: (variable: string | null) => void;
  /** The process that was chosen, whose source and stack are shown; `null`: who takes the current step. */
  readonly process: string | null;
  readonly chooseProcess: (process: string | null) => void;
  /** A canvas draws again when it changes. Colours are custom properties of style.css. */
  readonly theme: Theme;
}

/** One trace: lanes, steps, source, variables and objects at one point of it. */
export function TraceView({ data, trace, property, step, theme, go, back }: TraceViewProps) {
  const model = useMemo(() => new TraceModel(trace), [trace]);
  const [variable, chooseVariable] = useState<string | null>(null);
  const [process, chooseProcess] = useState<string | null>(null);
  const panel: PanelProps = {
    model,
    data,
    step,
    go,
    variable,
    chooseVariable,
    process,
    chooseProcess,
    theme,
  };
  return (
    <main class="trace">
      <button type="button" onClick={back}>
        all verdicts
      </button>
      <h1>{property.name}</h1>
      <p>{trace.explanation}</p>
      <Panel id="lanes" title="Lanes">
        <LanesPanel {...panel} />
      </Panel>
      <div class="columns">
        <Panel id="steps" title="Steps">
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
        </Panel>
        <div class="column">{/* source, call stack, where everyone stands */}</div>
        <div class="column">
          <Panel id="objects" title="Objects">
            <ObjectsPanel {...panel} />
          </Panel>
          <Panel id="variables" title="Variables">
            <VariablesPanel {...panel} />
          </Panel>
        </div>
      </div>
    </main>
  );
}
