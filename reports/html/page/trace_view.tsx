import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ReportData } from '../data.ts';
import { focusOf, standers } from './focus.ts';
import * as jumps from './jumps.ts';
import { useKeys } from './keys.ts';
import { LanesPanel } from './lanes/lanes_panel.tsx';
import { ObjectsPanel } from './objects/objects_panel.tsx';
import { Panel } from './panel.tsx';
import { PrintView } from './print_view.tsx';
import { usePrinting } from './printing.ts';
import { Search } from './search.ts';
import { SourcePanel } from './source/source_panel.tsx';
import { StackPanel } from './source/stack_panel.tsx';
import { StandingPanel } from './source/standing_panel.tsx';
import { StepList } from './steps/step_list.tsx';
import { type TabName, Tabs } from './tabs.tsx';
import type { Theme } from './theme.ts';
import { TraceHeader } from './trace_header.tsx';
import { TraceModel } from './trace_model.ts';
import type { TraceOf } from './traces.ts';
import { Transport } from './transport.tsx';
import { VariablesPanel } from './variables/variables_panel.tsx';
import './trace_view.css';

export interface TraceViewProps {
  readonly data: ReportData;
  readonly of: TraceOf;
  /** 0: before the first step. */
  readonly step: number;
  readonly theme: Theme;
  readonly go: (step: number) => void;
  /** Instead of what is wrong with the trace. */
  readonly header?: ComponentChildren;
}

/** What every panel of a trace gets. */
export interface PanelProps {
  readonly model: TraceModel;
  readonly data: ReportData;
  /** The point that is looked at; 0: before the first step. */
  readonly step: number;
  /** Stays the same function. */
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
export function TraceView({ data, of, step, theme, go: goAnywhere, header }: TraceViewProps) {
  const { trace, result } = of;
  const model = useMemo(() => new TraceModel(trace), [trace]);
  const index = useMemo(() => new Search(model), [model]);
  const latest = useRef(goAnywhere);
  latest.current = goAnywhere;
  const go = useCallback((to: number) => latest.current(to), []);
  const [variable, chooseVariable] = useState<string | null>(null);
  const [process, chooseProcess] = useState<string | null>(null);
  const [query, search] = useState('');
  const [tab, chooseTab] = useState<TabName>('steps');
  const [frame, chooseFrame] = useState<number | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const printing = usePrinting();
  const found = useMemo(() => index.find(query), [index, query]);
  const foundSteps = useMemo(() => new Set(found.steps), [found]);
  const focus = useMemo(() => focusOf(model, step, process), [model, step, process]);
  const everyone = useMemo(() => standers(model, step), [model, step]);
  // Another step or process: back to the innermost frame.
  useEffect(() => chooseFrame(null), [focus]);
  const shown = Math.min(frame ?? focus.stack.length - 1, focus.stack.length - 1);
  const place = frame === null ? focus.place : (focus.stack[shown]?.place ?? focus.place);

  const to = (point: number | null) => {
    if (point !== null) go(point);
  };
  const toChange = (by: jumps.Direction) =>
    to(variable === null ? null : jumps.change(model, variable, step, by));
  useKeys({
    ArrowRight: () => to(step < model.length ? step + 1 : null),
    j: () => to(step < model.length ? step + 1 : null),
    ArrowLeft: () => to(step > 0 ? step - 1 : null),
    k: () => to(step > 0 ? step - 1 : null),
    'Shift+ArrowRight': () => to(jumps.contextSwitch(model, step, 1)),
    'Shift+ArrowLeft': () => to(jumps.contextSwitch(model, step, -1)),
    Home: () => go(0),
    End: () => go(model.length),
    '/': () => input.current?.focus(),
    n: () => to(jumps.among(found.steps, step, 1)),
    N: () => to(jumps.among(found.steps, step, -1)),
    d: () => to(jumps.decisive(model, step)),
    f: () => to(jumps.wake(model, step)),
    l: () => toChange(1),
    L: () => toChange(-1),
    Escape: () => (query !== '' ? search('') : chooseProcess(null)),
  });

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
  const alone = data.scenarios.find(({ scenario }) => scenario === result.scenario)?.alone ?? true;
  return (
    <main class="trace" data-tab={tab}>
      {header ?? <TraceHeader of={of} alone={alone} />}
      <Tabs tab={tab} choose={chooseTab} />
      <div class="panels">
        <LanesPanel {...panel} />
        <Transport {...{ model, step, go, found, search, chooseVariable, input }} />
        <div class="columns">
          <StepList {...panel} found={foundSteps} />
          <div class="column column-source">
            <SourcePanel {...panel} focus={focus} place={place} standers={everyone} />
            <StackPanel {...panel} focus={focus} frame={shown} chooseFrame={chooseFrame} />
            <StandingPanel {...panel} standers={everyone} />
          </div>
          <div class="column column-values">
            <Panel id="objects" title="Objects">
              <ObjectsPanel {...panel} />
            </Panel>
            <Panel id="variables" title="Variables">
              <VariablesPanel {...panel} />
            </Panel>
          </div>
        </div>
      </div>
      {printing ? <PrintView model={model} /> : null}
    </main>
  );
}
