import './variables.css';
import { useMemo, useState } from 'preact/hooks';
import { visible } from '../../../text.ts';
import type { PanelProps } from '../trace_view.tsx';
import { baseOf, chosenNames, type Difference, differenceOf, type Shown } from './choice.ts';
import { History } from './history.tsx';
import { linesOf, type TreeRow, treeOf } from './tree.ts';

const CHOICES: readonly (readonly [Shown, string])[] = [
  ['changing', 'that ever change'],
  ['different', 'that changed'],
  ['all', 'all'],
];

/** More lines than this are not made at once. */
const LINES_MAX = 400;

/** The variables as a tree of their names, with what changed. */
export function VariablesPanel({ model, step, go, variable, chooseVariable }: PanelProps) {
  const [filter, setFilter] = useState('');
  const [shown, setShown] = useState<Shown>('changing');
  const [compared, setCompared] = useState<number | null>(null);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const base = baseOf(step, compared);
  const names = chosenNames(model, shown, filter, base, step);
  const key = names.join('\n');
  const tree = useMemo(() => treeOf(names), [key]);
  const lines = useMemo(() => linesOf(tree, closed), [tree, closed]);
  const fold = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  return (
    <div class="variables">
      <div class="variables-tools">
        <input
          type="search"
          aria-label="Only variables with this in their names"
          placeholder="filter"
          value={filter}
          onInput={({ currentTarget }) => setFilter(currentTarget.value)}
        />
        <select
          aria-label="Which variables"
          value={shown}
          onChange={({ currentTarget }) => setShown(currentTarget.value as Shown)}
        >
          {CHOICES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Compared step={step} compared={compared} compare={setCompared} go={go} />
      </div>
      <table class="variables-table">
        <caption class="variables-caption">
          {compared === null ? 'changes of this step' : `changes from step ${compared} to step ${step}`}
        </caption>
        <tbody>
          {lines.slice(0, LINES_MAX).map((line) => (
            <Line
              key={line.node.path}
              line={line}
              difference={
                line.node.variable === null ? null : differenceOf(model, line.node.variable, base, step)
              }
              chosen={line.node.variable !== null && line.node.variable === variable}
              choose={() => chooseVariable(line.node.variable === variable ? null : line.node.variable)}
              fold={() => fold(line.node.path)}
            />
          ))}
        </tbody>
      </table>
      {lines.length > LINES_MAX ? (
        <p class="variables-note">{lines.length - LINES_MAX} more: filter them</p>
      ) : null}
      {lines.length === 0 ? <p class="variables-note">none</p> : null}
      {variable === null ? null : (
        <History model={model} variable={variable} step={step} go={go} close={() => chooseVariable(null)} />
      )}
    </div>
  );
}

/** With which point the current one is compared. */
function Compared({
  step,
  compared,
  compare,
  go,
}: {
  readonly step: number;
  readonly compared: number | null;
  readonly compare: (step: number | null) => void;
  readonly go: (step: number) => void;
}) {
  if (compared === null)
    return (
      <button
        type="button"
        title="From now on, show what has changed since this step"
        onClick={() => compare(step)}
      >
        compare with step {step}
      </button>
    );
  return (
    <span class="variables-compared">
      <button type="button" title="Go there" onClick={() => go(compared)}>
        since step {compared}
      </button>
      <button type="button" aria-label="compare with the step before again" onClick={() => compare(null)}>
        ×
      </button>
    </span>
  );
}

function Line({
  line: { node, depth, folds, open },
  difference,
  chosen,
  choose,
  fold,
}: {
  readonly line: TreeRow;
  readonly difference: Difference | null;
  readonly chosen: boolean;
  readonly choose: () => void;
  readonly fold: () => void;
}) {
  const changed = difference !== null && difference.before !== difference.after;
  return (
    <tr class={`${changed ? 'changed' : ''} ${chosen ? 'chosen' : ''}`}>
      <th scope="row" style={{ paddingLeft: `${6 + depth * 14}px` }}>
        <span class="variables-label">
          {folds ? (
            <button
              type="button"
              class="variables-fold"
              aria-expanded={open}
              aria-label={`${visible(node.path)}, ${open ? 'fold' : 'unfold'}`}
              onClick={fold}
            >
              {open ? '▾' : '▸'}
            </button>
          ) : (
            <span class="variables-fold" />
          )}
          {node.variable === null ? (
            <span class="variables-way">{visible(node.label)}</span>
          ) : (
            <button
              type="button"
              class="variables-name"
              title={visible(node.variable)}
              aria-pressed={chosen}
              onClick={choose}
            >
              {visible(node.label)}
            </button>
          )}
        </span>
      </th>
      <td>{difference === null ? null : <Value difference={difference} />}</td>
    </tr>
  );
}

function Value({ difference: { before, after, now } }: { readonly difference: Difference }) {
  if (before === after)
    return (
      <span>
        {visible(after)}
        {now ? <span class="variables-now"> ● changed by this step</span> : null}
      </span>
    );
  return (
    <span>
      {now ? (
        <span class="variables-now" title="changed by this step">
          ●{' '}
        </span>
      ) : null}
      <del>{visible(before)}</del> <span aria-hidden="true">→</span> <ins>{visible(after)}</ins>
    </span>
  );
}
