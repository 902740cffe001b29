/** Widths, numbers and units, as the reporters write them. */

/** Control and direction characters: what could act on a terminal. */
export const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const EVERY_CONTROL = new RegExp(CONTROL, 'gu');

/** One line that cannot act on a terminal: control and direction characters become `\xNN` or `\u{…}`. */
export function visible(text: string): string {
  return text.replace(EVERY_CONTROL, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\t') return ' ';
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Length in characters. */
export function length(text: string): number {
  return [...text].length;
}

/** Cut to `width` characters, with `…` for what is missing. */
export function truncate(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 0
    ? ''
    : `${characters
        .slice(0, width - 1)
        .join('')
        .trimEnd()}…`;
}

/** Like {@link truncate}, but keeps the end. */
export function truncateStart(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width <= 0
    ? ''
    : `…${characters
        .slice(characters.length - width + 1)
        .join('')
        .trimStart()}`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - length(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - length(text))) + text;
}

/** Breaks text between words into lines of at most `width`. A longer word stands alone. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/u).filter((each) => each !== '')) {
    if (line !== '' && length(line) + 1 + length(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** `1234567` is `1,234,567`. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/gu, ',');
}

/** `1 step`, `2 steps`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Wall-clock time: `0.4 s`, `2 min 5 s`. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const whole = Math.round(ms / 1000);
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Virtual time: `250 µs`, `1.5 ms`, `2 s`. Exact. */
export function virtualTime(us: number): string {
  if (us !== 0 && us % 1_000_000 === 0) return `${us / 1_000_000} s`;
  if (us >= 1000) return `${(us / 1000).toString()} ms`;
  return `${us} µs`;
}

/** `1.5 GB`, 1024-based as `--max-memory` reads it. */
export function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${unit === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[unit]}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
