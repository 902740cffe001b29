import { virtualTime, visible } from '../../../text.ts';
import { callTail } from '../../../trace_columns.ts';
import { memo } from '../memo.ts';
import type { Item, StepRow } from './rows.ts';

export interface StepRowProps {
  readonly row: StepRow;
  readonly top: number;
  readonly height: number;
  readonly steps: number;
  readonly current: boolean;
  /** Among the results of the search. */
  readonly found: boolean;
  readonly withTime: boolean;
  readonly files: ReadonlyMap<string, string>;
  readonly go: (step: number) => void;
}

/** The whole call stack is in its own panel. */
const CALLS_MAX = 48;

/** One step with what it changed. */
export const StepRowView = memo(function StepRowView(props: StepRowProps) {
  const { row, top, height, current, found, steps, go } = props;
  const { step, point, ruler, group } = row;
  const after = step === null && point > 0;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names its active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys
    <div
      role="option"
      id={after ? 'step-after' : `step-${point}`}
      class={`step${found ? ' found' : ''}`}
      data-kind={step?.lane?.kind}
      aria-selected={current && !after}
      aria-posinset={point + 1}
      aria-setsize={steps + 1}
      style={{ top: `${top}px`, height: `${height}px` }}
      onClick={() => go(point)}
    >
      {ruler === null ? null : <div class="step-ruler">{ruler}</div>}
      {group === null ? null : (
        <div class="step-group">
          <b>{visible(group.process)}</b> <span class="faint">{group.context}</span>{' '}
          <span class="moment">{group.arrival}</span>
        </div>
      )}
      {step === null ? (
        after ? null : (
          <div class="step-main">start, before the first step</div>
        )
      ) : (
        <Body {...props} />
      )}
    </div>
  );
});

function Body({ row, withTime, files, found }: StepRowProps) {
  const { step, passing, decisive, items } = row;
  if (step === null) return null;
  const index = <span class="step-index">{step.index}</span>;
  const mark = decisive === null ? null : <span class="decisive">{decisive}</span>;
  const hit = found ? <span class="hit">found</span> : null;
  if (passing !== null) {
    return (
      <>
        <div class="step-main">
          {index} <span class="step-time">··· {passing} ···</span> {hit} {mark}
        </div>
        <Items items={items} />
      </>
    );
  }
  const { place } = step;
  const text = visible(place?.text ?? '');
  return (
    <>
      {step.notes.map((note, i) => (
        <div class="step-note" key={i}>
          » {visible(note)}
        </div>
      ))}
      <div class="step-main">
        {index} <span class="step-call">{callTail(step, CALLS_MAX)}</span>
        <span class="faint step-operation">{visible(step.operation)}</span> {hit} {mark}
        <span class="faint step-place">
          {withTime ? `${virtualTime(step.timeUs)}  ` : ''}
          {place === null ? '' : `${files.get(place.file) ?? visible(place.file)}:${place.line}`}
        </span>
      </div>
      {text === '' ? null : <code class="step-text">{text}</code>}
      <Items items={items} />
    </>
  );
}

function Items({ items }: { readonly items: readonly Item[] }) {
  return (
    <>
      {items.map((item, i) =>
        item.kind === 'moment' ? (
          <div class="step-item moment" key={i}>
            {item.text}
          </div>
        ) : (
          <div class="step-item change" key={i} title={changeText(item.change)}>
            · {visible(item.change.variable)}: <code>{visible(item.change.before)}</code> →{' '}
            <code>{visible(item.change.after)}</code>
          </div>
        ),
      )}
    </>
  );
}

function changeText({
  variable,
  before,
  after,
}: {
  variable: string;
  before: string;
  after: string;
}): string {
  return `${visible(variable)}: ${visible(before)} → ${visible(after)}`;
}
