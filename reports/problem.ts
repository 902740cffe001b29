import type { Problem } from './events.ts';
import type { Paint } from './paint.ts';
import { visible } from './text.ts';

/** An error in three parts: what happened and where, the likeliest cause, what to do next. */
export function problemText(problem: Problem, paint: Paint): string {
  const { code, what, place, likely, remedy } = problem;
  const lines = [`${paint.bad(code === null ? 'error' : `error ${code}`)}: ${visible(what)}`];
  if (place !== null) {
    lines.push(`  at      ${visible(place.file)}:${place.line}:${place.column}`);
    if (place.text !== '') lines.push(`            ${visible(place.text)}`);
  }
  if (likely !== '') lines.push(`  likely  ${visible(likely)}`);
  if (remedy !== '') lines.push(`  do      ${visible(remedy)}`);
  return lines.join('\n');
}
