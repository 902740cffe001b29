import { useRef, useState } from 'preact/hooks';
import type { Trace } from '../../../checker/trace.ts';
import { askedText } from '../../asked.ts';
import { replayCommand } from '../../command.ts';
import { mayBeViolated } from '../../expectation.ts';
import { historyLines } from '../../history.ts';
import { powerLines } from '../../power.ts';
import { plural, visible } from '../../text.ts';
import { Badge } from './badge.tsx';
import { decisiveOf } from './decisive.ts';
import { writeRoute } from './route.ts';
import { alsoViolated, routeOf, type TraceOf } from './traces.ts';
import { propertyMark } from './words.ts';
import './trace_header.css';

/** What is wrong, in a sentence or two, and how to see it again. */
export function TraceHeader({ of, alone }: { readonly of: TraceOf; readonly alone: boolean }) {
  const { result, property, trace } = of;
  const { place } = property;
  const also = alsoViolated(of);
  const pair = decisiveOf(trace);
  const more = moreLines(trace);
  return (
    <header class="trace-header">
      <h1>
        <Badge mark={propertyMark(property, mayBeViolated(result.expected, property))} />{' '}
        {visible(property.name)}
        {place === null ? null : (
          <span class="faint trace-place">
            {' '}
            {visible(place.file)}:{place.line}
          </span>
        )}
      </h1>
      <p class="explanation">{visible(trace.explanation)}</p>
      {pair === null ? null : <p class="explanation">◆ {visible(pair.text)}</p>}
      <p class="faint">
        asked: {askedText(property)}
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
      <Replay trace={trace} alone={alone} />
    </header>
  );
}

const PLAIN = (text: string): string => text;
const PAINT = { good: PLAIN, bad: PLAIN, unsure: PLAIN, strong: PLAIN, faint: PLAIN, accent: PLAIN };

function moreLines(trace: Trace): string[] {
  return [...historyLines(trace, { paint: PAINT, width: 110 }), ...powerLines(trace, PAINT)];
}

/** The command that shows the run again, to copy. */
function Replay({ trace, alone }: { readonly trace: Trace; readonly alone: boolean }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'selected'>('no');
  const code = useRef<HTMLElement>(null);
  const shortest = trace.shortest ? ', no shorter one exists' : '';
  const switches =
    trace.switches === undefined ? '' : `, ${plural(trace.switches, 'context switch', 'context switches')}`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setCopied('yes');
    } catch {
      // Not every browser gives the clipboard to a file; then it is selected, for Ctrl-C.
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setCopied('selected');
    }
  };
  const command = trace.schedule === '' ? '' : replayCommand(trace, alone);
  return (
    <div class="replay">
      <span class="faint">
        {plural(trace.steps.length, 'step')}
        {switches}
        {shortest}.
      </span>
      {command === '' ? null : (
        <>
          <span class="faint">See it again:</span>
          <code ref={code} title={command}>
            {command}
          </code>
          <button type="button" onClick={copy}>
            Copy
          </button>
          <span role="status" class="faint">
            {{ no: '', yes: '✓ copied', selected: 'selected: press Ctrl+C' }[copied]}
          </span>
        </>
      )}
    </div>
  );
}
