import type { StepListing } from '../checker/options.ts';
import type { Paint } from './paint.ts';
import { length, padStart, truncate, visible } from './text.ts';

type Function = StepListing['functions'][number];
type Line = Function['lines'][number];

/** Each function with a `│` in the source wherever it can be preempted, and by whom. */
export function stepsText(
  listing: StepListing,
  style: { readonly paint: Paint; readonly width: number },
): string {
  const { paint } = style;
  const title = `${visible(listing.scenario)} / ${visible(listing.variant)}`;
  const blocks = listing.functions.map((each) => functionLines(each, style).join('\n'));
  return [
    `${paint.strong(title)}  where each function can be preempted`,
    paint.faint(
      'A │ stands before each access that others can see; those named on the right may run just there.',
    ),
    ...(listing.complete
      ? []
      : [
          paint.faint(
            `Who can step there was seen in the first ${listing.states.toLocaleString('en')} states only.`,
          ),
        ]),
    ...(blocks.length === 0 ? ['', 'No function has a step that others can see.'] : []),
    ...blocks.map((block) => `\n${block}`),
  ].join('\n');
}

function functionLines(each: Function, { paint, width }: { paint: Paint; width: number }): string[] {
  const indent = commonIndent(each.lines);
  const number = Math.max(0, ...each.lines.map((line) => String(line.line).length));
  const codes = each.lines.map((line) => marked(line, indent));
  const code = Math.min(Math.max(20, width - number - 40), Math.max(0, ...codes.map(length)));
  const rows = each.lines.map((line, i) => {
    const who = preempters(line);
    const text = `${paint.faint(padStart(String(line.line), number))}  `;
    const source = truncate(codes[i] ?? '', code).replaceAll('│', paint.unsure('│'));
    if (who === '') return `${text}${source}`.trimEnd();
    const pad = ' '.repeat(Math.max(0, code - length(truncate(codes[i] ?? '', code))));
    return `${text}${source}${pad}  ${paint.accent(truncate(who, Math.max(16, width - number - code - 4)))}`;
  });
  return [`${paint.strong(visible(each.name))}  ${paint.faint(visible(each.file))}`, ...rows];
}

function commonIndent(lines: readonly Line[]): number {
  const used = lines
    .filter((line) => line.text.trim() !== '')
    .map((line) => line.text.length - line.text.trimStart().length);
  return used.length === 0 ? 0 : Math.min(...used);
}

/** The source line with a `│` before each step where others may come in. */
function marked(line: Line, indent: number): string {
  const columns = new Set(
    line.marks.filter((mark) => mark.preemptedBy.length > 0).map((mark) => mark.column - 1),
  );
  let text = '';
  for (let i = 0; i <= line.text.length; i++) {
    if (columns.has(i)) text += '│';
    text += line.text[i] ?? '';
  }
  // A mark inside the common indent stays visible.
  const lead = Math.min(indent, text.length - text.trimStart().length);
  return visible(text.slice(lead));
}

/** `← pin 4, tick`, with the operation where the line has several steps. */
function preempters(line: Line): string {
  const marks = line.marks.filter((mark) => mark.preemptedBy.length > 0);
  const groups = new Map<string, string[]>();
  for (const mark of marks) {
    const who = mark.preemptedBy.map((name) => visible(name)).join(', ');
    groups.set(who, [...(groups.get(who) ?? []), visible(mark.operation)]);
  }
  return [...groups].map(([who, operations]) => `${operations.join(' ')} ← ${who}`).join('; ');
}
