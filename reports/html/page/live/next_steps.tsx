import type { Choice } from '../../../../checker/live/view.ts';
import { visible } from '../../../text.ts';
import { Panel } from '../panel.tsx';
import { DIGITS } from './live_keys.ts';
import { laneText, placeText } from './place_text.ts';

/** Every step that can be taken, under who takes it. */
export function NextSteps({
  choices,
  disabled,
  take,
}: {
  readonly choices: readonly Choice[];
  readonly disabled: boolean;
  readonly take: (step: number) => void;
}) {
  const who = [...new Set(choices.map(({ process }) => process))];
  return (
    <Panel id="next" title={`What can happen next (${choices.length})`}>
      {choices.length === 0 ? <p class="live-note">Nothing. Go back, and try something else.</p> : null}
      {who.map((process) => {
        const own = choices.filter((choice) => choice.process === process);
        return (
          <section key={process ?? ''} class="live-who">
            <h3>
              {visible(process ?? 'time')}{' '}
              <span class="muted">{own[0] === undefined ? '' : laneText(own[0])}</span>
            </h3>
            {own.map((choice) => (
              <ChoiceButton key={choice.number} choice={choice} disabled={disabled} take={take} />
            ))}
          </section>
        );
      })}
    </Panel>
  );
}

function ChoiceButton({
  choice,
  disabled,
  take,
}: {
  readonly choice: Choice;
  readonly disabled: boolean;
  readonly take: (step: number) => void;
}) {
  const {
    number,
    place,
    operation,
    changes,
    moments,
    notes,
    fails,
    elapsedUs,
    process,
    node,
    function: name,
  } = choice;
  return (
    <button type="button" class="live-step" disabled={disabled} onClick={() => take(number)}>
      <span class="live-line">
        {number < DIGITS ? <kbd>{number + 1}</kbd> : null}
        <code>{process === null ? `${elapsedUs} µs pass` : visible(place?.text ?? operation)}</code>
      </span>
      <span class="live-effect muted">
        {[
          ...(name === null ? [] : [visible(name)]),
          ...(process === null ? [] : [operation]),
          ...(place === null ? [] : [placeText(place)]),
          ...(node === null ? [] : ['taken before']),
        ].join(' · ')}
      </span>
      {changes.map(({ variable, before, after }) => (
        <span key={variable} class="live-effect live-change">
          {visible(`${variable}: ${before} → ${after}`)}
        </span>
      ))}
      {moments.map((moment) => (
        <span key={`${moment.kind}${'process' in moment ? moment.process : ''}`} class="live-effect">
          {visible(momentText(moment))}
        </span>
      ))}
      {notes.map((note) => (
        <span key={note} class="live-effect muted">
          » {visible(note)}
        </span>
      ))}
      {fails === null ? null : <span class="live-effect live-wrong">✗ fails: {visible(fails.name)}</span>}
    </button>
  );
}

function momentText(moment: Choice['moments'][number]): string {
  switch (moment.kind) {
    case 'interrupt':
      return `↯ interrupts ${moment.of ?? 'nobody'}`;
    case 'switch':
      return `⇄ instead of ${moment.from}`;
    case 'wake':
      return `▲ wakes ${moment.process}`;
    case 'block':
      return `■ ${moment.process} cannot go on then`;
  }
}
