import { virtualTime, visible } from '../../text.ts';
import { callTail } from '../../trace_columns.ts';
import { momentText } from '../../trace_steps.ts';
import { contextSwitch, decisive } from './jumps.ts';
import { SearchBox, type SearchProps } from './search_box.tsx';
import type { TraceModel } from './trace_model.ts';
import './transport.css';

export interface TransportProps extends SearchProps {
  readonly model: TraceModel;
  readonly step: number;
  readonly go: (step: number) => void;
}

/** Buttons to step with, where one is, and the search. */
export function Transport(props: TransportProps) {
  const { model, step, go } = props;
  const before = contextSwitch(model, step, -1);
  const after = contextSwitch(model, step, 1);
  return (
    <div class="transport" role="toolbar" aria-label="Steps">
      <Jump label="Start (Home)" glyph="⇤" to={step > 0 ? 0 : null} go={go} />
      <Jump label="Context switch before (Shift ←)" glyph="⟪" to={before} go={go} />
      <Jump label="Step before (←)" glyph="◀" to={step > 0 ? step - 1 : null} go={go} />
      <Jump label="Next step (→)" glyph="▶" to={step < model.length ? step + 1 : null} go={go} />
      <Jump label="Next context switch (Shift →)" glyph="⟫" to={after} go={go} />
      <Jump label="End (End)" glyph="⇥" to={step < model.length ? model.length : null} go={go} />
      {model.trace.decisive == null ? null : (
        <button
          type="button"
          class="transport-decisive"
          aria-label="Order decides (d)"
          onClick={() => go(decisive(model, step) ?? step)}
          title="d"
        >
          ◆<span> order decides</span>
        </button>
      )}
      <span class="transport-where">
        <b>
          {step} of {model.length}
        </b>
        <span class="transport-who">{whereText(model, step)}</span>
      </span>
      <SearchBox {...props} />
      <p class="only-read" aria-live="polite">
        {spoken(model, step)}
      </p>
    </div>
  );
}

function Jump({
  label,
  glyph,
  to,
  go,
}: {
  readonly label: string;
  readonly glyph: string;
  readonly to: number | null;
  readonly go: (step: number) => void;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={to === null}
      onClick={() => (to === null ? undefined : go(to))}
    >
      {glyph}
    </button>
  );
}

function whereText(model: TraceModel, point: number): string {
  const step = model.stepAt(point);
  if (step === null) return 'before the first step';
  const time = step.timeUs > 0 ? `${virtualTime(step.timeUs)} · ` : '';
  if (step.process === null) return `${time}time passes`;
  const call = callTail(step, 40);
  return `${time}${visible(step.process)}${call === '' || call === visible(step.process) ? '' : ` · ${call}`}`;
}

/** The step in a sentence, for those who listen. */
function spoken(model: TraceModel, point: number): string {
  const step = model.stepAt(point);
  if (step === null) return `Before the first of ${model.length} steps.`;
  const { place, changes, moments, notes } = step;
  const at = place === null ? '' : `, ${place.file} line ${place.line}: ${place.text}`;
  const did = [
    ...notes,
    ...changes.map(({ variable, before, after }) => `${variable} from ${before} to ${after}`),
    ...moments.map((moment) => momentText(moment).replace(/^\S+ /u, '')),
  ];
  return visible(
    `Step ${point} of ${model.length}, ${step.process ?? 'time passes'}${at}${did.length > 0 ? `. ${did.join('. ')}` : ''}.`,
  );
}
