import type { ComponentChildren } from 'preact';
import { visible } from '../../../text.ts';
import type { TraceModel } from '../trace_model.ts';
import {
  bitsOf,
  CELLS_MAX,
  hex,
  holderOf,
  numberOf,
  type ObjectView,
  type PartView,
  pipsOf,
} from './object_views.ts';

interface Choice {
  /** The variable that is chosen, by its name. */
  readonly chosen: string | null;
  readonly choose: (variable: string | null) => void;
}

interface Props extends Choice {
  readonly view: ObjectView;
  readonly model: TraceModel;
}

/** An object as what it is: by the kind that its class declares. */
export function Drawing({ view, model, ...choice }: Props) {
  return (
    <>
      {mainOf(view, model, choice)}
      {view.others.length === 0 ? null : <Fields parts={view.others} {...choice} />}
    </>
  );
}

function mainOf(view: ObjectView, model: TraceModel, choice: Choice): ComponentChildren {
  switch (view.object.kind) {
    case 'queue':
      return <Queue items={view.part('items')} capacity={numberOf(view.part('capacity'))} {...choice} />;
    case 'count':
      return <Count value={view.part('value')} max={numberOf(view.part('max'))} {...choice} />;
    case 'owner':
      return <Owner owner={view.part('owner')} depth={numberOf(view.part('depth'))} {...choice} />;
    case 'bits':
      return <Bits value={view.part('value')} model={model} {...choice} />;
    case 'fields':
      return null;
  }
}

/** What a part is drawn as, which leads to its history. */
function Chosen({
  part,
  choose,
  chosen,
  children,
}: Choice & { readonly part: PartView | undefined; readonly children: ComponentChildren }) {
  if (part?.variable == null) return <span class="object-part">{children}</span>;
  return (
    <button
      type="button"
      class="object-part"
      title={`${visible(part.variable)}: show its history`}
      aria-pressed={chosen === part.variable}
      onClick={() => choose(part.variable)}
    >
      {children}
    </button>
  );
}

function Queue({
  items,
  capacity,
  ...choice
}: Choice & { readonly items: PartView | undefined; readonly capacity: number | null }) {
  const held = items?.items ?? [];
  const free = Math.max(0, Math.min(CELLS_MAX, capacity ?? held.length) - held.length);
  return (
    <Chosen part={items} {...choice}>
      <Cells items={held} free={free} />
      <span class="object-figure">
        {held.length}
        {capacity === null ? '' : ` of ${capacity}`}
        {capacity !== null && held.length >= capacity ? ' · full' : ''}
      </span>
    </Chosen>
  );
}

/** What stands one behind the other, and the places that are free. */
function Cells({ items, free }: { readonly items: readonly string[]; readonly free: number }) {
  const shown = items.slice(0, CELLS_MAX);
  return (
    <span class="object-cells">
      {shown.map((item, i) => (
        <span key={i} class={`object-cell full ${item === 'null' ? 'nothing' : ''}`} title={item}>
          {item}
        </span>
      ))}
      {items.length > shown.length ? <span class="object-cell">+{items.length - shown.length}</span> : null}
      {Array.from({ length: free }, (_, i) => (
        <span key={`free ${i}`} class="object-cell" aria-hidden="true" />
      ))}
    </span>
  );
}

function Count({
  value,
  max,
  ...choice
}: Choice & { readonly value: PartView | undefined; readonly max: number | null }) {
  const count = numberOf(value);
  const pips = pipsOf(count, max);
  return (
    <Chosen part={value} {...choice}>
      {pips === 0 ? null : (
        <span class="object-pips" aria-hidden="true">
          {Array.from({ length: pips }, (_, i) => (
            <span key={i} class={`object-pip ${i < (count ?? 0) ? 'full' : ''}`} />
          ))}
        </span>
      )}
      <span class="object-figure">
        {count ?? value?.value ?? ''}
        {max === null ? '' : ` of ${max}`}
      </span>
    </Chosen>
  );
}

function Owner({
  owner,
  depth,
  ...choice
}: Choice & { readonly owner: PartView | undefined; readonly depth: number | null }) {
  const holder = holderOf(owner);
  return (
    <Chosen part={owner} {...choice}>
      <span class={`object-holder ${holder === null ? '' : 'full'}`}>
        {holder === null ? 'free' : `held by ${holder}`}
      </span>
      {depth !== null && depth > 1 ? <span class="object-figure">× {depth}</span> : null}
    </Chosen>
  );
}

function Bits({
  value,
  model,
  ...choice
}: Choice & { readonly value: PartView | undefined; readonly model: TraceModel }) {
  const bits = numberOf(value);
  if (bits === null) return <span class="object-figure">{value?.value ?? ''}</span>;
  const all = value?.variable == null ? [] : model.valuesOf(value.variable).map((each) => Number(each.value));
  const cells = bitsOf(bits, all);
  const before = value?.before == null ? cells : bitsOf(Number(value.before), all);
  return (
    <Chosen part={value} {...choice}>
      <span class="object-bits" aria-hidden="true">
        {cells.map((on, i) => {
          const bit = cells.length - 1 - i;
          const turned = before[i] !== on;
          return (
            <span
              key={bit}
              class={`object-bit ${on ? 'full' : ''} ${turned ? 'turned' : ''}`}
              title={`bit ${bit}`}
            >
              {on ? 1 : 0}
            </span>
          );
        })}
      </span>
      <span class="object-figure">{hex(bits)}</span>
    </Chosen>
  );
}

/** Values by their names; lists of who waits as such; flags as on or off. */
function Fields({ parts, ...choice }: Choice & { readonly parts: readonly PartView[] }) {
  return (
    <dl class="object-fields">
      {parts.map((part) => (
        <div key={part.role} class={part.before === null ? '' : 'turned'}>
          <dt>{visible(part.role)}</dt>
          <dd>
            <Chosen part={part} {...choice}>
              {part.before === null || part.items !== null ? null : (
                <>
                  <del>{wordOf(part.before)}</del> <span aria-hidden="true">→</span>{' '}
                </>
              )}
              <FieldValue part={part} />
            </Chosen>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Flags are on or off in C; here they are asked about. */
const wordOf = (value: string): string => (value === 'true' ? 'yes' : value === 'false' ? 'no' : value);

function FieldValue({ part: { value, items } }: { readonly part: PartView }) {
  if (items !== null)
    return items.length === 0 ? <span class="object-none">empty</span> : <Cells items={items} free={0} />;
  if (value === 'true' || value === 'false')
    return (
      <>
        <span class={`object-flag ${value === 'true' ? 'full' : ''}`} aria-hidden="true" />
        {wordOf(value)}
      </>
    );
  return <>{value === 'null' ? <span class="object-none">none</span> : value}</>;
}
