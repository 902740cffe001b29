import { visible } from '../../../text.ts';
import type { ReportData } from '../../data.ts';

/** What could not be checked: what happened and where, the likeliest cause, what to do. */
export function Problems({ errors }: Pick<ReportData, 'errors'>) {
  if (errors.length === 0) return null;
  return (
    <section class="problems" aria-label="Errors">
      <h2>
        <span aria-hidden="true">✗</span> Could not be checked
      </h2>
      <ul>
        {errors.map(({ code, what, place, likely, remedy, file, scenario, variant }, i) => (
          <li key={i}>
            <p>
              <b>
                {code ?? 'internal error'}: {visible(what)}
              </b>
            </p>
            <p class="faint">
              {[scenario, variant]
                .filter((name) => name !== null)
                .map(visible)
                .join(' / ')}{' '}
              {place === null ? visible(file ?? '') : `${visible(place.file)}:${place.line}:${place.column}`}{' '}
              <code>{visible(place?.text ?? '')}</code>
            </p>
            {likely === '' ? null : <p>likely: {visible(likely)}</p>}
            {remedy === '' ? null : <p>do: {visible(remedy)}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
