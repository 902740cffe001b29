import type { TreeNode } from '../../../../checker/live/view.ts';
import { visible } from '../../../text.ts';
import { Panel } from '../panel.tsx';
import { type Row, rowsOf } from './branches.ts';
import { placeText } from './place_text.ts';

/** The tree of what was visited: a chain of steps is one row, and each branch is indented below where it begins. */
export function Visited({
  tree,
  node,
  disabled,
  go,
}: {
  readonly tree: readonly TreeNode[];
  readonly node: number;
  readonly disabled: boolean;
  readonly go: (node: number) => void;
}) {
  const rows = rowsOf(tree, node);
  return (
    <Panel id="visited" title={`Visited (${tree.length})`}>
      <ol class="live-tree">
        {rows.map((row) => (
          <li key={row.first.number} class={`live-depth-${Math.min(row.indent, 8)}`}>
            <Chain row={row} node={node} disabled={disabled} go={go} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Chain({
  row: { first, last, isHere, onPath },
  node,
  disabled,
  go,
}: {
  readonly row: Row;
  readonly node: number;
  readonly disabled: boolean;
  readonly go: (node: number) => void;
}) {
  const { step } = first;
  const what =
    step === null
      ? 'start'
      : `${step.process ?? 'time'}${step.place === null ? '' : ` ${placeText(step.place)}`}`;
  const until = last.number === first.number ? `${first.depth}` : `${first.depth}–${last.depth}`;
  return (
    <button
      type="button"
      disabled={disabled || last.number === node}
      aria-current={isHere ? 'location' : undefined}
      class={onPath ? 'live-path' : undefined}
      onClick={() => go(last.number)}
    >
      <span class="muted">{until}</span> {visible(what)}
      {last.number === first.number ? '' : ' …'}
      {last.same === null ? '' : ` (same state as after step ${last.same})`}
    </button>
  );
}
