import type { ReachAnswer, RunEnd, Target } from '../../../../checker/live/view.ts';

/** What became of `run`. */
export function runText(end: RunEnd): string {
  switch (end.kind) {
    case 'reached':
      return '';
    case 'repeats':
      return 'It goes round: this state was on the way before. Take another step to leave the circle.';
    case 'wrong':
      return 'Stopped: something is wrong here.';
    case 'still':
      return 'Nothing can happen any more.';
    case 'steps':
      return `Stopped after ${end.steps.toLocaleString('en')} steps.`;
  }
}

export function targetText(target: Target): string {
  switch (target.kind) {
    case 'property':
      return `'${target.name}'`;
    case 'condition':
      return target.text;
    case 'line':
      return `${target.file}:${target.line}${target.process === null ? '' : ` of ${target.process}`}`;
  }
}

/** What a search found. */
export function reachText(answer: ReachAnswer, target: Target): string {
  const states = `${answer.states.toLocaleString('en')} ${answer.states === 1 ? 'state' : 'states'}`;
  switch (answer.kind) {
    case 'reached':
      return answer.steps === 0
        ? `Yes: ${targetText(target)} is so already, here.`
        : `Yes: ${targetText(target)} after ${answer.steps} more ${answer.steps === 1 ? 'step' : 'steps'}, and no way is shorter. You are there now.`;
    case 'never':
      return `No: from here, ${targetText(target)} can never be reached. All ${states} that can follow were looked at.`;
    case 'not within':
      return `Not found: ${targetText(target)} is in none of the nearest ${states} (${answer.depth} steps deep). It may be further away.`;
    case 'stopped':
      return `Stopped after ${states}: not found so far.`;
  }
}
