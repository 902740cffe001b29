import type { Parameters } from '../checker/scenario.ts';
import type { Trace } from '../checker/trace.ts';

/** One word of a POSIX shell, quoted only where needed; a word with control characters as `$'…'`. */
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/u.test(word)) return word;
  if (!/[\u0000-\u001f\u007f]/u.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = word.replace(/[\\'\u0000-\u001f\u007f]/gu, (character) =>
    `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`);
  return `$'${escaped}'`;
}

/** An option with its value; `=` where the value could be taken for an option. */
function option(name: string, value: string): string {
  return value.startsWith('-') ? `--${name}=${quoted(value)}` : `--${name} ${quoted(value)}`;
}

function settings(parameters: Parameters): string[] {
  return Object.entries(parameters).map(([name, value]) => option('set', `${name}=${value}`));
}

/** The line that shows a trace again. `alone`: its file holds no other scenario. */
export function replayCommand(trace: Trace, alone = true): string {
  return [
    'upy-check replay', quoted(trace.file),
    ...(alone ? [] : [option('scenario', trace.scenario)]),
    option('variant', trace.variant),
    ...settings(trace.parameters),
    option('schedule', trace.schedule),
  ].join(' ');
}
