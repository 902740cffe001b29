import { useRef, useState } from 'preact/hooks';
import type { Trace } from '../../../checker/trace.ts';
import { askedText } from '../../asked.ts';
import { replayCommand } from '../../command.ts';
import { mayBeViolated } from '../../expectation.ts';
import { historyLines } from '../../history.ts';
import { powerLines } from '../../power.ts';
import { plural, visible } from '../../text.ts';
import { Badge } from './badge.tsx';
import { Prose } from './prose.tsx';
import { writeRoute } from './route.ts';
import { alsoViolated, routeOf, type TraceOf } from './traces.ts';
import { propertyMark } from './words.ts';
import './trace_header.css';

/** What is wrong, in a sentence or two, and how to see it again. */
export function TraceHeader({ of, alone }: { readonly of: TraceOf; readonly alone: boolean }) {
  const { result, property, trace } = of;
  const { place } = property;
  const also = alsoViolated(of);
  const more = moreLines(trace);
  /** A path that somebody explores: nothing has been asked. */
  const byHand = property.status === 'undecided';
  return (
    <header class="trace-header">
      <h1>
        {byHand ? null : <Badge mark={propertyMark(property, mayBeViolated(result.expected, property))} />}{' '}
        {visible(property.name)}
        {place === null ? null : (
          <span class="faint trace-place">
            {' '}
            {visible(place.file)}:{place.line}
          </span>
        )}
      </h1>
      <p class="explanation">
        <Prose text={trace.explanation} />
      </p>
      {trace.decisive === undefined ? null : (
        <p class="explanation">
          <b class="decisive-sign">◆</b>{' '}
          <Prose text={trace.decisive?.text ?? 'No exchange of two steps of this run avoids it.'} />
        </p>
      )}
      <p class="faint">
        {byHand ? '' : `asked: ${askedText(property)}`}
        {also.map((other, i) => (
          <span key={other.name}>
            {i === 0 ? ' · this run also violates ' : ', '}
            <a href={writeRoute(routeOf({ ...of, property: other }))}>{visible(other.name)}</a>
          </span>
        ))}
      </p>
      {more.length === 0 ? null : (
        <details>
          <summary>{trace.history === undefined ? 'How long it slept' : 'The operations'}</summary>
          <pre>{more.join('\n')}</pre>
        </details>
      )}
      <div class="replay">
        <span class="faint">{lengthText(trace)}</span>
        <Commands trace={trace} alone={alone} />
      </div>
    </header>
  );
}

const PLAIN = (text: string): string => text;
const PAINT = { good: PLAIN, bad: PLAIN, unsure: PLAIN, strong: PLAIN, faint: PLAIN, accent: PLAIN };

function moreLines(trace: Trace): string[] {
  return [...historyLines(trace, { paint: PAINT, width: 110 }), ...powerLines(trace, PAINT)];
}

function lengthText({ steps, shortest, switches }: Trace): string {
  const fewest = switches === undefined ? '' : `, ${plural(switches, 'context switch', 'context switches')}`;
  return `${plural(steps.length, 'step')}${fewest}${shortest ? ', no shorter one exists' : ''}.`;
}

/** The commands that show this run and the one with the other order, to copy. */
export function Commands({ trace, alone }: { readonly trace: Trace; readonly alone: boolean }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'shown'>('no');
  const [shown, setShown] = useState<string | null>(null);
  const code = useRef<HTMLElement>(null);
  if (trace.schedule === '') return null;
  const command = replayCommand(trace, alone);
  const copy = async (text: string) => {
    setShown(text === command ? null : text);
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      // Not every browser gives the clipboard to a file; then it is there to be selected.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setCopied('shown');
    }
  };
  const { decisive } = trace;
  return (
    <>
      <span class="faint">See it again:</span>
      <code ref={code} title={shown ?? command}>
        {shown ?? command}
      </code>
      <button type="button" onClick={() => copy(command)}>
        Copy
      </button>
      {decisive == null ? null : (
        <button
          type="button"
          onClick={() => copy(replayCommand({ ...trace, schedule: decisive.schedule }, alone))}
        >
          Copy the other order
        </button>
      )}
      <span role="status" class="faint">
        {{ no: '', yes: '✓ copied', shown: 'select it, and press Ctrl+C' }[copied]}
      </span>
    </>
  );
}
