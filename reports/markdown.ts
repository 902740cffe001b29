import type { PropertyVerdict } from '../checker/verdict.ts';
import { askedText } from './asked.ts';
import { replayCommand } from './command.ts';
import type {
  CheckedVariant,
  ErrorFound,
  Reporter,
  RunFinished,
  ScenarioStarted,
  VariantFinished,
  Write,
} from './events.ts';
import { surprising } from './expectation.ts';
import { limitText } from './limit.ts';
import { mermaidText } from './mermaid.ts';
import { paint } from './paint.ts';
import { problemText } from './problem.ts';
import { count, plural, seconds, visible } from './text.ts';
import { traceText } from './trace.ts';

/** GitHub takes 1 MiB for the summary of a step; the rest of the bytes are for characters of several. */
const LENGTH_MAX = 700_000;
const WIDTH = 110;
const ROWS_OPEN = 30;
/** Nobody reads more; what is not as expected has a section above. */
const ROWS_MAX = 1000;

/** A summary for the page of a CI job: a table of verdicts, and each surprise with a diagram of its trace. Written at the end. */
export class MarkdownReporter implements Reporter {
  readonly #write: Write;
  readonly #rows: string[] = [];
  readonly #sections: string[] = [];
  #alone = true;

  constructor(write: Write) {
    this.#write = write;
  }

  scenarioStarted({ alone }: ScenarioStarted): void {
    this.#alone = alone;
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    this.#rows.push(row(result, wallMs));
    if (result.verdict === 'incomplete' || !result.asExpected) this.#sections.push(this.#section(result));
  }

  error({ problem, scenario, variant, file }: ErrorFound): void {
    const where = problem.place?.file ?? file ?? 'upy-check';
    const who = [scenario, variant].filter((part) => part !== null).join(' / ') || where;
    this.#sections.push(
      `## ❌ ${inline(who)} could not be checked\n\n${fenced(problemText(problem, paint(0)))}`,
    );
  }

  runFinished({ totals, exit }: RunFinished): void {
    const parts = [
      `${totals.asExpected} as expected`,
      ...(totals.notAsExpected > 0 ? [`${totals.notAsExpected} **not as expected**`] : []),
      ...(totals.incomplete > 0 ? [`${totals.incomplete} **incomplete**`] : []),
      ...(totals.errors > 0 ? [`**${plural(totals.errors, 'error')}**`] : []),
      ...(exit.reason === 'interrupted' ? ['**interrupted**'] : []),
    ];
    const mark = exit.code === 0 ? '✅' : '❌';
    const all = `${plural(totals.variants, 'variant')} in ${plural(totals.scenarios, 'scenario')}`;
    const head =
      `# ${mark} upy-check: ${exit.reason}\n\n` +
      `${all}: ${parts.join(', ')}. ${plural(totals.states, 'state')} in ${seconds(totals.wallMs)}.\n`;
    const table = tableOf(this.#rows);
    this.#write(head + fitting(this.#sections, LENGTH_MAX - table.length) + table);
  }

  #section(result: CheckedVariant): string {
    const mark = result.verdict === 'incomplete' ? '❔' : '❌';
    const parts = [`## ${mark} ${inline(result.scenario)} / ${inline(result.variant)}`];
    if (result.because.length > 0) parts.push(inline(result.because.join('; ')));
    const { limit } = result;
    if (limit !== null) {
      const grows = limit.growing.length === 0 ? '' : ` Still growing: ${inline(limit.growing.join(', '))}.`;
      parts.push(
        `Stopped by ${inline(limitText(limit.kind, limit.value))}; the rest was not searched.${grows}`,
      );
    }
    const told = new Set<string>();
    for (const property of surprising(result)) parts.push(...this.#violation(property, told));
    return parts.join('\n\n');
  }

  #violation({ name, kind, place, detail, trace }: PropertyVerdict, told: Set<string>): string[] {
    const at = place === null ? '' : ` (${inline(place.file)}:${place.line})`;
    const parts = [`### ${inline(name)}${at}`, `Asked: ${askedText({ kind })}.`];
    if (detail !== null) parts.push(inline(detail));
    if (trace === null) return parts;
    parts.push(`**${inline(trace.explanation)}**`);
    // One run may violate several properties.
    const key = JSON.stringify(trace.steps);
    if (told.has(key)) return [...parts, 'The trace is the one above.'];
    told.add(key);
    const text = traceText(trace, { paint: paint(0), width: WIDTH, alone: this.#alone });
    const summary = `Trace of ${plural(trace.steps.length, 'step')}`;
    return [
      ...parts,
      fenced(mermaidText(trace, '✗ ').trimEnd(), 'mermaid'),
      `<details><summary>${summary}</summary>\n\n${fenced(text)}\n\n</details>`,
      `See it again:\n\n${fenced(replayCommand(trace, this.#alone), 'sh')}`,
    ];
  }
}

/** Folded where it would fill the page, and cut where nobody would read it. */
function tableOf(rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const shown = fittingRows(rows);
  const left = rows.length - shown.length;
  const more = left === 0 ? '' : `\n${plural(left, 'verdict')} more; the log has all of them.\n`;
  const table = `|   | scenario | variant | verdict | states | time |\n|---|---|---|---|--:|--:|\n${shown.join('')}${more}`;
  if (rows.length <= ROWS_OPEN) return `\n${table}`;
  return `\n<details><summary>${left === 0 ? 'All' : `${count(shown.length)} of`} ${count(rows.length)} verdicts</summary>\n\n${table}\n</details>\n`;
}

/** Names may be long, too: half of the page is for sections. */
function fittingRows(rows: readonly string[]): readonly string[] {
  let length = 0;
  const end = rows.findIndex((text, i) => {
    length += text.length;
    return i === ROWS_MAX || length > LENGTH_MAX / 2;
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** As many sections as there is room for. */
function fitting(sections: readonly string[], room: number): string {
  let text = '';
  for (const [i, section] of sections.entries()) {
    if (text.length + section.length > room) {
      const left = plural(sections.length - i, 'section');
      return `${text}\n${left} more would not fit into the summary of a job; the log has all of them.\n`;
    }
    text += `\n${section}\n`;
  }
  return text;
}

function row(result: CheckedVariant, wallMs: number | null): string {
  const mark = result.verdict === 'incomplete' ? '❔' : result.asExpected ? '✅' : '❌';
  const verdict =
    result.verdict === 'violated' && result.asExpected ? 'violated as expected' : result.verdict;
  const time = wallMs === null ? '' : seconds(wallMs);
  const { states } = result.figures;
  return `| ${mark} | ${inline(result.scenario)} | ${inline(result.variant)} | ${verdict} | ${count(states)} | ${time} |\n`;
}

/** Text in a line of Markdown that means nothing but itself: no markup, no HTML, no mention, no link. */
function inline(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~!&@$]/gu, '\\$&')
    .replace(/:(?=\/\/)/gu, '\\:')
    .replace(/www\./giu, 'www\\.');
}

/** A block of code whose fence is longer than any in it. */
function fenced(text: string, language = 'text'): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
