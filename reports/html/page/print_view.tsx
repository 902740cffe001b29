import { visible } from '../../text.ts';
import { callTail } from '../../trace_columns.ts';
import { type Stander, standers } from './focus.ts';
import { stepRows } from './steps/rows.ts';
import type { TraceModel } from './trace_model.ts';
import './print_view.css';

/** On paper: every step, and where everyone stands at the end. */
export function PrintView({ model }: { readonly model: TraceModel }) {
  const { files } = model;
  const at = ({ place }: Pick<Stander, 'place'>): string =>
    place === null ? '' : `${files.get(place.file) ?? visible(place.file)}:${place.line}`;
  return (
    <section class="paper">
      <h2>Steps</h2>
      <table>
        <tbody>
          {stepRows(model.trace).map(({ step, ruler, group, passing, items, decisive }, i) => (
            <tr key={i}>
              <th scope="row">{step?.index ?? ''}</th>
              <td>
                {ruler === null ? null : <p>{ruler}</p>}
                {group === null ? null : (
                  <p>
                    <b>{visible(group.process)}</b> {group.context} {group.arrival}
                  </p>
                )}
                {step?.notes.map((note) => (
                  <p key={note}>» {visible(note)}</p>
                ))}
                {step === null ? null : (
                  <p>
                    {passing ?? `${callTail(step, 60)}  ${at(step)}  ${visible(step.operation)}`}{' '}
                    <code>{visible(step.place?.text ?? '')}</code> {decisive}
                  </p>
                )}
                {items.map((item, n) => (
                  <p class="paper-item" key={n}>
                    {item.kind === 'moment'
                      ? item.text
                      : `· ${visible(item.change.variable)}: ${visible(item.change.before)} → ${visible(item.change.after)}`}
                  </p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>Where everyone stands</h2>
      <table>
        <tbody>
          {standers(model, model.length).map((each) => (
            <tr key={each.process}>
              <th scope="row">{visible(each.process)}</th>
              <td>{visible(each.status)}</td>
              <td>{at(each)}</td>
              <td>
                <code>{visible(each.place?.text ?? '')}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
