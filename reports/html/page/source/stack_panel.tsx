import { visible } from '../../../text.ts';
import type { Focus } from '../focus.ts';
import { Panel } from '../panel.tsx';
import type { PanelProps } from '../trace_view.tsx';

export interface StackProps extends PanelProps {
  readonly focus: Focus;
  /** Index of the frame whose source is shown. */
  readonly frame: number;
  readonly chooseFrame: (frame: number) => void;
}

/** The call stack as a debugger shows it: the innermost frame is 0. */
export function StackPanel({ model, focus, frame, chooseFrame }: StackProps) {
  const { files } = model;
  const { stack } = focus;
  return (
    <Panel
      id="stack"
      title={focus.process === null ? 'Call stack' : `Call stack of ${visible(focus.process)}`}
    >
      {stack.length === 0 ? <p class="source-none">It stands nowhere.</p> : null}
      <ol class="frames">
        {stack
          .map(({ function: name, place, hook }, i) => (
            <li key={i}>
              <button type="button" aria-pressed={i === frame} onClick={() => chooseFrame(i)}>
                <span class="faint">{stack.length - 1 - i}</span>
                <span>
                  <b>{visible(name)}</b>
                  {hook ? <span class="hook"> hook or soft callback</span> : null}
                </span>
                <span class="faint" title={`${visible(place.file)}:${place.line}`}>
                  {files.get(place.file) ?? visible(place.file.split('/').at(-1) ?? '')}:{place.line}
                </span>
                <code>{visible(place.text)}</code>
              </button>
            </li>
          ))
          .reverse()}
      </ol>
    </Panel>
  );
}
