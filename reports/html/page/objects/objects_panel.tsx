import './objects.css';
import { useMemo, useState } from 'preact/hooks';
import { visible } from '../../../text.ts';
import type { PanelProps } from '../trace_view.tsx';
import { Drawing } from './drawings.tsx';
import { ordered, viewOf } from './object_views.ts';

/** Queues, mutexes, counts … as what they are. */
export function ObjectsPanel({ model, step, variable, chooseVariable }: PanelProps) {
  const { changing, still } = useMemo(() => ordered(model), [model]);
  const [all, setAll] = useState(false);
  const shown = all || changing.length === 0 ? [...changing, ...still] : changing;
  const choose = (name: string | null) => chooseVariable(name === variable ? null : name);
  if (shown.length === 0) return <p class="objects-note">No object of this model says how it is drawn.</p>;
  return (
    <div class="objects">
      <ul class="objects-cards">
        {shown.map((object) => {
          const view = viewOf(model, object, step);
          return (
            <li
              key={object.name}
              class={`object ${object.kind} ${view.changed ? 'changed' : ''}`}
              aria-label={`${visible(object.name)}, ${visible(object.class)}${view.changed ? ', changed by this step' : ''}`}
            >
              <header>
                <strong title={visible(object.name)}>{visible(object.name)}</strong>
                <span class="object-class">{visible(object.class)}</span>
                {view.changed ? (
                  <span class="object-changed" title="changed by this step">
                    ●
                  </span>
                ) : null}
              </header>
              <Drawing view={view} model={model} chosen={variable} choose={choose} />
            </li>
          );
        })}
      </ul>
      {still.length === 0 || changing.length === 0 ? null : (
        <button type="button" class="objects-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'hide' : 'show'} {still.length} in which nothing changes
        </button>
      )}
    </div>
  );
}
