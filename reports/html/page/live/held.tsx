import type { Held as HeldProcess } from '../../../../checker/live/view.ts';
import { visible } from '../../../text.ts';
import { Panel } from '../panel.tsx';
import { laneText, placeText } from './place_text.ts';
import { whyText } from './why_text.ts';

/** Who cannot step, and why. */
export function Held({ held }: { readonly held: readonly HeldProcess[] }) {
  return (
    <Panel id="held" title={`Who cannot step, and why (${held.length})`}>
      <dl class="live-held">
        {held.map(({ process, lane, place, reasons }) => (
          <div key={process ?? ''}>
            <dt>
              {visible(process ?? 'time')} <span class="muted">{laneText({ lane, outside: false })}</span>
              {place === null ? null : <span class="muted"> at {placeText(place)}</span>}
            </dt>
            {reasons.map((why) => (
              <dd key={JSON.stringify(why)}>{visible(whyText(why))}</dd>
            ))}
          </div>
        ))}
      </dl>
    </Panel>
  );
}
