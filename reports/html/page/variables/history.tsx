import { visible } from '../../../text.ts';
import type { TraceModel } from '../trace_model.ts';
import { historyOf } from './choice.ts';

const VALUES_MAX = 60;

/** All values of a variable with the steps that gave them. */
export function History({
  model,
  variable,
  step,
  go,
  close,
}: {
  readonly model: TraceModel;
  readonly variable: string;
  readonly step: number;
  readonly go: (step: number) => void;
  readonly close: () => void;
}) {
  const { values, earlier, later } = historyOf(model, variable, step, VALUES_MAX);
  return (
    <section class="variables-history" aria-label={`History of ${visible(variable)}`}>
      <header>
        <h3>{visible(variable)}</h3>
        <button type="button" aria-label="close the history" onClick={close}>
          ×
        </button>
      </header>
      <ol>
        {earlier === 0 ? null : <li class="variables-note">{earlier} earlier</li>}
        {values.map(({ from, value, current }) => (
          <li key={from}>
            <button type="button" aria-current={current ? 'true' : undefined} onClick={() => go(from)}>
              <span class="variables-step">{from === 0 ? 'start' : from}</span>
              <span>{visible(value)}</span>
              <span class="variables-who">
                {visible(model.stepAt(from)?.process ?? (from === 0 ? '' : 'time'))}
              </span>
            </button>
          </li>
        ))}
        {later === 0 ? null : <li class="variables-note">{later} later</li>}
      </ol>
    </section>
  );
}
