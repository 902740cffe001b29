import type { LiveView, RunTo } from '../../../../checker/live/view.ts';
import { visible } from '../../../text.ts';
import { POLICY, RUNS } from './live_keys.ts';

/** Where the session is, how to go back, and how far to let it run. */
export function RunBar({
  view,
  point,
  busy,
  message,
  back,
  goOn,
  run,
}: {
  readonly view: LiveView;
  readonly point: number;
  readonly busy: boolean;
  readonly message: string;
  readonly back: () => void;
  readonly goOn: () => void;
  readonly run: (to: RunTo) => void;
}) {
  const { trace, wrong, choices } = view;
  const length = trace.steps.length;
  return (
    <section class="live-bar">
      <p>
        {length === 0 ? 'At the start.' : `After step ${length}, at ${trace.steps.at(-1)?.timeUs ?? 0} µs.`}
        {point < length ? ` You look at what was after step ${point}: ` : ' '}
        {point < length ? (
          <button type="button" disabled={busy} onClick={goOn}>
            go on from there
          </button>
        ) : null}
      </p>
      {wrong.map(({ name, explanation }) => (
        <p key={name} class="live-wrong">
          ✗ <strong>{visible(name)}</strong>: {visible(explanation)}
        </p>
      ))}
      <div class="live-buttons">
        <button type="button" disabled={busy || length === 0} onClick={back}>
          <kbd>b</kbd> back
        </button>
        <button type="button" disabled={length === 0} onClick={() => save(view)}>
          save as a trace
        </button>
      </div>
      <div class="live-buttons" title={POLICY}>
        <span class="muted">run to</span>
        {RUNS.map(([to, key, label, title]) => (
          <button
            key={to}
            type="button"
            title={title}
            disabled={busy || choices.length === 0}
            onClick={() => run(to)}
          >
            <kbd>{key}</kbd> {label}
          </button>
        ))}
      </div>
      <p class="live-message" role="status">
        {visible(message)}
      </p>
    </section>
  );
}

/** As a file that `upy-check replay` takes. */
function save({ trace }: LiveView): void {
  const url = URL.createObjectURL(
    new Blob([`${JSON.stringify(trace, null, 2)}\n`], { type: 'application/json' }),
  );
  const link = document.createElement('a');
  link.href = url;
  link.download = `${trace.scenario}-${trace.variant}-${trace.steps.length}.trace.json`.replaceAll(
    /[^\w.-]+/gu,
    '-',
  );
  link.click();
  URL.revokeObjectURL(url);
}
