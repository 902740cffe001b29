import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { count, plural, visible } from '../../text.ts';
import { callTail } from '../../trace_columns.ts';
import { among } from './jumps.ts';
import type { Found } from './search.ts';
import type { TraceModel } from './trace_model.ts';

export interface SearchProps {
  readonly model: TraceModel;
  readonly step: number;
  readonly go: (step: number) => void;
  readonly found: Found;
  readonly search: (query: string) => void;
  readonly chooseVariable: (variable: string | null) => void;
  readonly input: RefObject<HTMLInputElement | null>;
}

/** So many of each kind are listed; `n` goes through all. */
const LISTED_MAX = 100;

/** The search with its results. Enter goes to the next, Esc clears it. */
export function SearchBox(props: SearchProps) {
  const { step, go, found, search, input } = props;
  const [open, setOpen] = useState(false);
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      const to = among(found.steps, step, event.shiftKey ? -1 : 1);
      if (to !== null) go(to);
    } else if (event.key === 'Escape') {
      search('');
      input.current?.blur();
    } else return;
    event.preventDefault();
    setOpen(false);
  };
  const leave = (event: FocusEvent) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node) || !(event.currentTarget as HTMLElement).contains(next)) setOpen(false);
  };
  const at = found.steps.indexOf(step);
  return (
    <search class="search" onFocusOut={leave}>
      {found.query === '' ? null : (
        <span class="search-count" role="status">
          {at < 0 ? plural(found.steps.length, 'step') : `${at + 1} of ${count(found.steps.length)}`}
        </span>
      )}
      <input
        ref={input}
        type="search"
        placeholder="Search  /"
        aria-label="Search steps, variables and functions"
        value={found.query}
        onInput={(event) => {
          search(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={keys}
      />
      {open && found.query !== '' ? <Results {...props} close={() => setOpen(false)} /> : null}
    </search>
  );
}

function Results({ model, go, found, chooseVariable, close }: SearchProps & { readonly close: () => void }) {
  const { steps, variables, functions } = found;
  const nothing = steps.length + variables.length + functions.length === 0;
  const jump = (to: number) => {
    go(to);
    close();
  };
  return (
    <div class="search-results">
      {nothing ? <p>Nothing in this trace has all of these words.</p> : null}
      {variables.length === 0 ? null : <h3>Variables</h3>}
      {variables.slice(0, LISTED_MAX).map((name) => (
        <button
          type="button"
          key={name}
          onClick={() => {
            chooseVariable(name);
            close();
          }}
        >
          {visible(name)} <span class="faint">{plural(model.valuesOf(name).length - 1, 'change')}</span>
        </button>
      ))}
      {functions.length === 0 ? null : <h3>Functions</h3>}
      {functions.slice(0, LISTED_MAX).map(({ name, step }) => (
        <button type="button" key={name} onClick={() => jump(step)}>
          {visible(name)} <span class="faint">first in step {step}</span>
        </button>
      ))}
      {steps.length === 0 ? null : <h3>{plural(steps.length, 'step')}</h3>}
      {steps.slice(0, LISTED_MAX).map((index) => (
        <StepResult key={index} index={index} model={model} go={jump} />
      ))}
      {steps.length > LISTED_MAX ? <p class="faint">… n goes through all of them.</p> : null}
    </div>
  );
}

function StepResult({
  index,
  model,
  go,
}: {
  readonly index: number;
  readonly model: TraceModel;
  readonly go: (step: number) => void;
}) {
  const step = model.stepAt(index);
  if (step === null) return null;
  return (
    <button type="button" onClick={() => go(index)}>
      {index} <b>{step.process === null ? 'time' : visible(step.process)}</b> {callTail(step, 40)}{' '}
      <span class="faint">{visible(step.place?.text ?? '')}</span>
    </button>
  );
}
