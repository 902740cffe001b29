import type { FileCoverage, StatementCoverage } from '../checker/verdict.ts';
import type { ScenarioFinished } from './events.ts';
import type { Paint } from './paint.ts';
import { count, length, padEnd, plural, visible, wrap } from './text.ts';

interface Style {
  readonly paint: Paint;
  readonly width: number;
}

/** Statements shown with a scenario; `--coverage` has all. */
const SHOWN_MAX = 8;

/** A line for each statement that no variant reaches. */
export function unreachedLines({ file, unreached }: ScenarioFinished, { paint }: Style): string[] {
  const all = unreached ?? [];
  const shown = all.slice(0, SHOWN_MAX);
  return [
    ...shown.map(
      ({ line, text }) =>
        `  ${paint.unsure('never reached')}: ${visible(file)}:${line}  ${paint.faint(visible(text))}`,
    ),
    ...(all.length > shown.length
      ? [
          `  never reached: ${plural(all.length - shown.length, 'other statement')}; --coverage lists their lines`,
        ]
      : []),
  ];
}

/** What was reached, a line or more for each file. */
export function coverageLines(files: readonly FileCoverage[], { paint, width }: Style): string[] {
  const nameWidth = Math.max(0, ...files.map(({ file }) => length(visible(file))));
  return [
    paint.strong('Coverage'),
    ...files.flatMap(({ file, statements, branches }) => {
      const ways = branches.flatMap((branch) => branch.ways);
      const missing = linesOf(statements.filter(({ reached }) => !reached));
      const figures = `${share(
        statements.map(({ reached }) => reached),
        'statement',
      )}, ${share(ways, 'branch', 'branches')}`;
      return [
        `  ${padEnd(visible(file), nameWidth)}  ${figures}`,
        ...(missing === '' ? [] : wrap(`not reached: ${missing}`, width - 4).map((line) => `    ${line}`)),
      ];
    }),
  ];
}

function share(reached: readonly boolean[], one: string, many = `${one}s`): string {
  return `${count(reached.filter((each) => each).length)} of ${plural(reached.length, one, many)}`;
}

/** `3, 7-9`. */
function linesOf(statements: readonly StatementCoverage[]): string {
  const lines = [...new Set(statements.map(({ line }) => line))];
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
