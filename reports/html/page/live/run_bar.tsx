import { useEffect } from 'preact/hooks';
import type { Choice, LiveView, RunTo } from '../../../../checker/live/view.ts';
import type { LiveAbout } from '../../protocol.ts';

const RUNS: readonly (readonly [to: RunTo, key: string, label: string, title: string])[] = [
  ['switch', 's', 'next switch', 'until another process goes on'],
  ['interrupt', 'i', 'next interrupt', 'until a handler begins'],
  ['block', 'w', 'next wait', 'until somebody cannot go on'],
  ['end', 'e', 'the end', 'until nothing can happen, something is wrong, or it goes round'],
];

const POLICY =
  'Who goes on: the process that stepped last, as long as it can; then the others in their order; then the outside world; time passes only when nobody can step.';

/** Where the session is, how to go back, and how far to let it run. */
export function RunBar({
  about,
  view,
  point,
  busy,
  message,
  back,
  goOn,
  run,
}: {
  readonly about: LiveAbout;
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
      <h1>
        {about.scenario} <span class="muted">/ {about.variant}</span>
      </h1>
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
          ✗ <strong>{name}</strong>: {explanation}
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
        {message}
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

/** Digits take steps, letters run and go back; nothing while somebody types. */
export function useKeys({
  busy,
  choices,
  take,
  run,
  back,
}: {
  readonly busy: boolean;
  readonly choices: readonly Choice[];
  readonly take: (step: number) => void;
  readonly run: (to: RunTo) => void;
  readonly back: () => void;
}): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target, key } = event;
      const typing = target instanceof HTMLElement && /^(?:input|select|textarea)$/iu.test(target.tagName);
      if (busy || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      const choice = /^[1-9]$/u.test(key) ? choices[Number(key) - 1] : undefined;
      if (choice !== undefined) take(choice.number);
      else if (key === 'b') back();
      else {
        const found = RUNS.find(([, own]) => own === key);
        if (found === undefined || choices.length === 0) return;
        run(found[0]);
      }
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  });
}
