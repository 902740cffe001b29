import type { Paint } from './paint.ts';
import { visible } from './text.ts';

/** What `upy-check explore` prints when its page can be opened. */
export function exploreText(
  scenario: string,
  variant: string,
  url: string,
  { paint }: { readonly paint: Paint },
): string {
  return [
    `${paint.strong(`${visible(scenario)} / ${visible(variant)}`)}  step by step, in a browser on this machine:`,
    '',
    `  ${paint.accent(url)}`,
    '',
    paint.faint('Whoever has this address can step through the model and read its source. Ctrl-C ends it.'),
  ].join('\n');
}
