import { useState } from 'preact/hooks';
import type { Target } from '../../../../checker/live/view.ts';
import { Panel } from '../panel.tsx';

const KINDS = [
  ['condition', 'a state where'],
  ['property', 'what a property asks'],
  ['line', 'a line'],
] as const;

/** Asks whether something can be reached from here. */
export function AskPanel({
  properties,
  processes,
  variable,
  busy,
  ask,
  stop,
}: {
  readonly properties: readonly string[];
  readonly processes: readonly string[];
  /** For the example. */
  readonly variable: string;
  readonly busy: boolean;
  readonly ask: (target: Target) => void;
  readonly stop: () => void;
}) {
  const [kind, setKind] = useState<Target['kind']>('condition');
  const [name, setName] = useState(properties[0] ?? '');
  const [text, setText] = useState('');
  const [place, setPlace] = useState('');
  const [process, setProcess] = useState('');
  const line = /^(.+):(\d+)$/u.exec(place.trim());
  const target: Target | null =
    kind === 'property'
      ? { kind, name }
      : kind === 'condition'
        ? text.trim() === ''
          ? null
          : { kind, text: text.trim() }
        : line === null
          ? null
          : { kind, process: process || null, file: line[1] ?? '', line: Number(line[2]) };
  return (
    <Panel id="ask" title="Can this be reached from here?">
      <form
        class="live-ask"
        onSubmit={(event) => {
          event.preventDefault();
          if (target !== null && !busy) ask(target);
        }}
      >
        <select
          aria-label="what to reach"
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value as Target['kind'])}
        >
          {KINDS.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        {kind === 'property' ? (
          <select aria-label="property" value={name} onChange={(event) => setName(event.currentTarget.value)}>
            {properties.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : null}
        {kind === 'condition' ? (
          <input
            class="mono"
            aria-label="condition"
            value={text}
            placeholder={`${variable} == …`}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        ) : null}
        {kind === 'line' ? (
          <>
            <input
              class="mono"
              aria-label="line"
              value={place}
              placeholder="file.ts:12"
              onInput={(event) => setPlace(event.currentTarget.value)}
            />
            <select
              aria-label="process"
              value={process}
              onChange={(event) => setProcess(event.currentTarget.value)}
            >
              <option value="">any process</option>
              {processes.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </>
        ) : null}
        {busy ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="submit" disabled={target === null}>
            Search
          </button>
        )}
      </form>
    </Panel>
  );
}
