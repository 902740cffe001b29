import { useEffect, useRef } from 'preact/hooks';
import { KEY_HELP } from './keys.ts';
import './help.css';

/** The keys, and how to read what is there. */
export function Help({
  close,
  more = [],
}: {
  readonly close: () => void;
  /** Keys that this page has, too. */
  readonly more?: typeof KEY_HELP;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="help" ref={dialog} onClose={close} aria-labelledby="help-title">
      <header>
        <h2 id="help-title">How to read a trace</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <p>
        A trace is one run of the model. Each step is indivisible; between two steps anybody else may run who
        is able to. What is shown is the system after the step that is chosen; the source shows the statement
        that this step began with.
      </p>
      <dl class="help-marks">
        <dt>⇄ SWITCH</dt>
        <dd>the core goes on with another task</dd>
        <dt>↯ INTERRUPT</dt>
        <dd>an interrupt comes in between two steps of whom it interrupts</dd>
        <dt>■ BLOCK</dt>
        <dd>a process cannot go on by its own doing: it waits, or gave its core away</dd>
        <dt>▲ WAKE</dt>
        <dd>a process that waited can go on</dd>
        <dt>◆ order decides</dt>
        <dd>in the nearest run without the violation, these two steps come in the other order</dd>
        <dt>↻ ↺</dt>
        <dd>from here on the run repeats for ever; everything is as before again</dd>
        <dt>···</dt>
        <dd>time passes</dd>
      </dl>
      <h3>Keys</h3>
      <table>
        <tbody>
          {[...more, ...KEY_HELP].map(([keys, does]) => (
            <tr key={does}>
              <th scope="row">
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </dialog>
  );
}
