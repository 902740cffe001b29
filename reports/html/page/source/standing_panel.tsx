import { visible } from '../../../text.ts';
import type { Stander } from '../focus.ts';
import { Panel } from '../panel.tsx';
import type { PanelProps } from '../trace_view.tsx';

/** Every process: how far it can go on, and the statement that it stands at. A click shows it there. */
export function StandingPanel({
  model,
  step,
  process,
  chooseProcess,
  standers,
}: PanelProps & { readonly standers: readonly Stander[] }) {
  const { files } = model;
  const when = step === 0 ? 'at the start' : step === model.length ? 'at the end' : `after step ${step}`;
  return (
    <Panel id="standing" title={`Where everyone stands ${when}`}>
      <ul class="standers">
        {standers.map(({ process: name, status, place, changed }) => (
          <li key={name}>
            <button
              type="button"
              aria-pressed={name === process}
              onClick={() => chooseProcess(name === process ? null : name)}
            >
              <b title={visible(name)}>{visible(name)}</b>
              <span title={visible(status)} class={changed ? 'changed' : undefined}>
                {changed ? '● ' : ''}
                {visible(status)}
              </span>
              <span
                class="faint"
                title={
                  place === null ? undefined : `${visible(place.file)}:${place.line}  ${visible(place.text)}`
                }
              >
                {place === null ? '' : `${files.get(place.file) ?? visible(place.file)}:${place.line}`}
              </span>
              <code title={visible(place?.text ?? '')}>{visible(place?.text ?? '')}</code>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
