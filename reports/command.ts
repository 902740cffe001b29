import type { Parameters } from '../checker/scenario.ts';
import type { Trace } from '../checker/trace.ts';
import { CONTROL } from './text.ts';

/** One word of a POSIX shell, quoted only where needed; one that could act on a terminal as `$'…'`. */
export function quoted(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/u.test(word)) return word;
  if (!CONTROL.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const escaped = [...word].map((character) => {
    if (!CONTROL.test(character) && character !== '\\' && character !== "'") return character;
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `$'${escaped.join('')}'`;
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
    'npx upy-check replay',
    quoted(trace.file),
    ...(alone ? [] : [option('scenario', trace.scenario)]),
    option('variant', trace.variant),
    ...settings(trace.parameters),
    option('schedule', trace.schedule),
  ].join(' ');
}
