import { length, padEnd, wrap } from './text.ts';

/** A name and what it is, in two columns. */
export type HelpRow = readonly [name: string, what: string];

/** What `--help` says. */
export interface HelpPage {
  /** `upy-check steps <scenario> [options]` */
  readonly usage: string;
  readonly about: string;
  readonly sections: readonly { readonly title: string; readonly rows: readonly HelpRow[] }[];
  /** Command lines. */
  readonly examples: readonly HelpRow[];
  readonly notes: readonly string[];
}

/** Wider names stand in a line of their own. */
const NAME_MAX = 30;

export function helpText({ usage, about, sections, examples, notes }: HelpPage, width: number): string {
  const names = sections.flatMap(({ rows }) => rows.map(([name]) => length(name)));
  const column = Math.min(NAME_MAX, Math.max(0, ...names));
  const parts = [
    [usage],
    wrap(about, width),
    ...sections.map(({ title, rows }) => [
      `${title}:`,
      ...rows.flatMap((row) => rowLines(row, column, width)),
    ]),
    examples.length === 0 ? [] : ['Examples:', ...examples.flatMap(exampleLines)],
    ...notes.map((note) => wrap(note, width)),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function rowLines([name, what]: HelpRow, column: number, width: number): string[] {
  const indent = ' '.repeat(column + 4);
  const [first = '', ...more] = wrap(what, Math.max(30, width - column - 4));
  const rest = more.map((line) => indent + line);
  if (length(name) > column) return [`  ${name}`, indent + first, ...rest];
  return [`  ${padEnd(name, column)}  ${first}`.trimEnd(), ...rest];
}

function exampleLines([command, what]: HelpRow): string[] {
  return what === '' ? [`  ${command}`] : [`  # ${what}`, `  ${command}`];
}
