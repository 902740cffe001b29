import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Place } from '../../../../checker/trace.ts';
import { length, visible } from '../../../text.ts';
import type { Focus, Stander } from '../focus.ts';
import { Panel } from '../panel.tsx';
import type { PanelProps } from '../trace_view.tsx';
import { rowsInView, scrollFor, topsOf, useView } from '../windowed.ts';
import { linesOf, type Token } from './syntax.ts';
import './source.css';

const LINE_PX = 18;

export interface SourceProps extends PanelProps {
  readonly focus: Focus;
  /** What is shown: the place of the focus, or of a frame that was chosen. */
  readonly place: Place | null;
  readonly standers: readonly Stander[];
}

/** The source at the current step, or where a chosen process stands. */
export function SourcePanel({
  model,
  data,
  step,
  focus,
  place,
  standers,
  process,
  chooseProcess,
}: SourceProps) {
  const who = focus.process === null ? '' : visible(focus.process);
  const what = focus.ofStep ? `step ${step}, ${who}` : who === '' ? '' : `${who} stands`;
  const { files } = model;
  const where = place === null ? 'nowhere' : `${files.get(place.file) ?? visible(place.file)}:${place.line}`;
  return (
    <Panel
      id="source"
      title={
        <>
          {what}{' '}
          <span class="faint" title={visible(place?.file ?? '')}>
            {where}
          </span>
        </>
      }
      tools={
        process === null ? null : (
          <button type="button" onClick={() => chooseProcess(null)} title="Esc">
            follow the steps
          </button>
        )
      }
    >
      {place === null ? (
        <p class="source-none">
          {who === '' ? 'Nobody executes here.' : `${who} has ended, or has not started.`}
        </p>
      ) : (
        <Source
          text={data.sources[place.file] ?? null}
          place={place}
          standing={standers.filter(
            (each) => each.place?.file === place.file && each.process !== focus.process,
          )}
        />
      )}
    </Panel>
  );
}

interface SourceText {
  readonly lines: readonly (readonly Token[])[];
  readonly tops: Float64Array;
  /** Characters of the longest line. */
  readonly width: number;
}

function sourceText(text: string): SourceText {
  const lines = linesOf(text);
  const width = lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
  return {
    lines,
    tops: topsOf(
      lines.map(() => LINE_PX),
      lines.length,
    ),
    width,
  };
}

const widthOf = (line: readonly Token[]): number => line.reduce((sum, { text }) => sum + length(text), 0);

function Source({
  text,
  place,
  standing,
}: {
  readonly text: string | null;
  readonly place: Place;
  readonly standing: readonly Stander[];
}) {
  const source = useMemo(() => (text === null ? null : sourceText(text)), [text]);
  const scroller = useRef<HTMLElement>(null);
  const [view, scrollTo] = useView(scroller);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || source === null) return;
    const at = { top: element.scrollTop, height: element.clientHeight };
    const to = scrollFor(source.tops, place.line - 1, at);
    if (to !== null) scrollTo(to);
  }, [source, place]);
  const { from, to } = source === null ? { from: 0, to: 0 } : rowsInView(source.tops, view);
  return (
    <section
      class="source-scroller"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      aria-label={`Source of ${visible(place.file)}`}
    >
      {source === null ? (
        <p class="source-none">
          The text of this file is not in the report. Line {place.line}: <code>{visible(place.text)}</code>
        </p>
      ) : (
        <div
          class="source-all"
          style={{ height: `${source.lines.length * LINE_PX}px`, minWidth: `${source.width + 12}ch` }}
        >
          {source.lines.slice(from, to).map((tokens, i) => (
            <Line
              key={from + i}
              number={from + i + 1}
              tokens={tokens}
              place={place.line === from + i + 1 ? place : null}
              standing={standing.filter((each) => each.place?.line === from + i + 1)}
            />
          ))}
        </div>
      )}
    </section>
  );
}

function Line({
  number,
  tokens,
  place,
  standing,
}: {
  readonly number: number;
  readonly tokens: readonly Token[];
  /** It is the marked line. */
  readonly place: Place | null;
  readonly standing: readonly Stander[];
}) {
  const tabbed = tokens.some(({ text }) => text.includes('\t'));
  /** From where the step begins to the end of its line. */
  const rest = place === null ? 0 : widthOf(tokens) - (place.column - 1);
  return (
    <div
      class="source-line"
      style={{ top: `${(number - 1) * LINE_PX}px` }}
      aria-current={place === null ? undefined : 'location'}
    >
      <span class="source-number">
        {place === null ? '' : '▶'} {number}
      </span>
      <code>
        {tokens.map(({ kind, text }, i) => (
          <span class={`t-${kind}`} key={i}>
            {visibleCode(text)}
          </span>
        ))}
        {place === null || tabbed || rest <= 0 ? null : (
          <span class="source-mark" style={{ left: `${place.column - 1}ch`, width: `${rest}ch` }} />
        )}
      </code>
      {standing.map(({ process, status }) => (
        <span class="source-stander" key={process} title={`${visible(process)}: ${visible(status)}`}>
          ◂ {visible(process)} stands here
        </span>
      ))}
    </div>
  );
}

/** Tabs stay tabs. */
function visibleCode(text: string): string {
  return text.split('\t').map(visible).join('\t');
}
