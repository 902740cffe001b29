import type { PropertyVerdict } from '../checker/verdict.ts';
import { askedText } from './asked.ts';
import { coverageLines, unreachedLines } from './coverage.ts';
import { coveredLines, reasonText } from './covered.ts';
import type {
  CheckedVariant,
  CoverageCollected,
  ErrorFound,
  Reporter,
  RunFinished,
  RunStarted,
  ScenarioFinished,
  ScenarioStarted,
  VariantFinished,
  Write,
} from './events.ts';
import { expectationText, mayBeViolated, surprising } from './expectation.ts';
import { limitText, sampleText } from './limit.ts';
import type { Paint } from './paint.ts';
import { problemText } from './problem.ts';
import { profileText } from './profile.ts';
import { count, length, padEnd, plural, seconds, truncate, visible, wrap } from './text.ts';
import { traceText } from './trace.ts';

export interface ConsoleStyle {
  readonly paint: Paint;
  readonly width: number;
  /** Whose traces are printed in full. */
  readonly traces: 'unexpected' | 'all' | 'none';
  /** Traces as lanes, time downwards. */
  readonly timeline?: boolean;
}

const AS_STATED = 'violated as expected';
/** Fewer states say nothing about speed. */
const RATE_MIN = 100_000;

/** The report for people, on the terminal. */
export class ConsoleReporter implements Reporter {
  readonly #write: Write;
  readonly #style: ConsoleStyle;
  #nameWidth = 0;
  #alone = true;
  #assumptions = '';
  #scenarios = 0;
  #coverage = false;

  constructor(write: Write, style: ConsoleStyle) {
    this.#write = write;
    this.#style = style;
  }

  runStarted({ settings }: RunStarted): void {
    this.#coverage = settings.coverage;
  }

  scenarioStarted(event: ScenarioStarted): void {
    const { paint, width } = this.#style;
    const name = visible(event.scenario);
    if (this.#scenarios++ > 0) this.#line('');
    this.#nameWidth = Math.max(0, ...event.variants.map((variant) => length(visible(variant))));
    this.#alone = event.alone;
    this.#assumptions = '';
    this.#line(`${paint.strong(name)}  ${paint.faint(visible(event.file))}`);
    for (const line of wrap(visible(event.about), width - 2)) this.#line(`  ${line}`);
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    this.#line(this.#summary(result, wallMs));
    if (!result.asExpected) this.#because(result);
    if (result.verdict === 'incomplete' || result.limit !== null) this.#incomplete(result);
    this.#assumed(result);
    this.#properties(result);
    if (result.profile !== null) this.#line(`\n${profileText(result.profile, this.#style)}`);
  }

  scenarioFinished(event: ScenarioFinished): void {
    for (const line of unreachedLines(event, this.#style)) this.#line(line);
  }

  coverageCollected({ files }: CoverageCollected): void {
    this.#line('');
    for (const line of coverageLines(files, this.#style)) this.#line(line);
  }

  error(event: ErrorFound): void {
    const { paint } = this.#style;
    const where = [event.scenario, event.variant]
      .filter((name) => name !== null)
      .map((name) => visible(name));
    if (where.length > 0)
      this.#line(`${paint.bad('✗')} ${where.join(' / ')}  ${paint.bad('could not be checked')}`);
    this.#line(problemText(event.problem, paint));
  }

  runFinished({ totals, exit }: RunFinished): void {
    const { paint } = this.#style;
    const parts = [
      totals.asExpected > 0 ? paint.good(`${totals.asExpected} as expected`) : '',
      totals.notAsExpected > 0 ? paint.bad(`${totals.notAsExpected} NOT AS EXPECTED`) : '',
      totals.incomplete > 0 ? paint.unsure(`${totals.incomplete} incomplete`) : '',
      totals.errors > 0 ? paint.bad(plural(totals.errors, 'error')) : '',
    ].filter((part) => part !== '');
    const what = `${plural(totals.variants, 'variant')} in ${plural(totals.scenarios, 'scenario')}`;
    const rate =
      totals.wallMs > 0 && totals.states >= RATE_MIN
        ? `, ${count((totals.states / totals.wallMs) * 1000)} states/s`
        : '';
    this.#line('');
    this.#line(
      `${what}: ${parts.length === 0 ? 'nothing checked' : parts.join(', ')}` +
        paint.faint(`   ${count(totals.states)} states in ${seconds(totals.wallMs)}${rate}`),
    );
    if (exit.reason === 'interrupted') {
      this.#line(paint.unsure('Interrupted: what is above is what was found so far.'));
    }
  }

  #line(text: string): void {
    this.#write(`${text}\n`);
  }

  #summary(result: CheckedVariant, wallMs: number | null): string {
    const { paint, width } = this.#style;
    const { states, transitions, depth, reduction } = result.figures;
    const incomplete = result.verdict === 'incomplete';
    const mark = incomplete ? paint.unsure('?') : result.asExpected ? paint.good('✓') : paint.bad('✗');
    const colour = incomplete ? paint.unsure : result.asExpected ? paint.good : paint.bad;
    const figures = [
      plural(states, 'state') + (reduction === 'none' ? '' : ' (reduced)'),
      plural(transitions, 'transition'),
      `depth ${count(depth)}`,
      ...(wallMs === null ? [] : [seconds(wallMs)]),
    ].join(', ');
    const verdict = result.verdict === 'violated' && result.asExpected ? AS_STATED : result.verdict;
    const room = Math.max(20, width - AS_STATED.length - length(figures) - 6);
    const name = truncate(visible(result.variant), Math.max(room, 20));
    return (
      `${mark} ${padEnd(name, Math.min(room, this.#nameWidth))}  ` +
      `${colour(padEnd(verdict, AS_STATED.length))}  ${paint.faint(figures)}`
    );
  }

  #because(result: CheckedVariant): void {
    const { paint, width } = this.#style;
    const stated = `the variant states: ${expectationText(result.expected)}`;
    const reasons = result.because.length > 0 ? result.because : [stated];
    const lead = result.verdict === 'incomplete' ? 'NOT DECIDED' : 'NOT AS EXPECTED';
    const lines = wrap(`${lead}: ${reasons.map((reason) => visible(reason)).join('; ')}`, width - 4);
    const colour = result.verdict === 'incomplete' ? paint.unsure : paint.bad;
    for (const line of lines) this.#line(`    ${colour(line)}`);
  }

  #incomplete(result: CheckedVariant): void {
    const { limit } = result;
    if (limit !== null) {
      this.#indented(
        `stopped by ${limitText(limit.kind, limit.value)}: ${
          result.verdict === 'incomplete'
            ? 'no violation in what was searched proves nothing about the rest'
            : 'the rest was not searched'
        }`,
      );
      if (limit.sample !== undefined) this.#indented(sampleText(limit.sample));
      if (limit.growing.length > 0) {
        this.#indented(
          `still growing: ${limit.growing.map((name) => visible(name)).join(', ')}; ` +
            'give each a maximum or let it wrap, or the model has no end',
        );
      }
    }
    const open = result.properties.filter((property) => property.status === 'undecided');
    if (open.length > 0)
      this.#indented(`undecided: ${open.map((property) => visible(property.name)).join(', ')}`);
  }

  #assumed(result: CheckedVariant): void {
    const all = result.assumptions.map((text) => visible(text));
    if (result.figures.omissionProbability > 0 && result.limit?.kind !== 'omission') {
      all.push(
        `states are told apart by 64-bit fingerprints; one was missed with probability ${result.figures.omissionProbability.toExponential(1)}`,
      );
    }
    // A violation is a run that was found; assumptions only left others out.
    if (all.length === 0 || result.verdict === 'violated') return;
    const many = plural(all.length, 'assumption');
    const key = all.join('\n');
    if (key === this.#assumptions) {
      this.#line(this.#style.paint.faint(`    ${result.verdict} under the same ${many}`));
      return;
    }
    this.#assumptions = key;
    this.#line(`    ${result.verdict} under ${many}:`);
    for (const text of all) this.#indented(`· ${text}`, '      ');
  }

  #properties(result: CheckedVariant): void {
    const reason = result.reason === undefined ? null : reasonText(result.reason);
    if (reason !== null) this.#indented(reason);
    for (const group of sameRuns(result)) this.#violations(group, result);
    if (this.#coverage && result.verdict === 'holds')
      for (const text of coveredLines(result)) this.#indented(text);
    for (const { name, worst } of result.properties) {
      if (worst !== undefined)
        this.#line(`    worst: ${visible(name)}  ${worst.value} of ${worst.limit} ${worst.unit}`);
    }
    for (const property of result.properties) {
      if (property.worst !== undefined && property.trace !== null && this.#style.traces !== 'none')
        this.#trace([property]);
      if (property.kind !== 'sometimes' || property.status === 'violated' || property.trace === null)
        continue;
      this.#line(`    reached: ${visible(property.name)} (${plural(property.trace.steps.length, 'step')})`);
      if (this.#style.traces !== 'none') this.#trace([property]);
    }
  }

  /** Properties that one and the same run violates. */
  #violations(group: readonly PropertyVerdict[], result: CheckedVariant): void {
    const { paint, traces } = this.#style;
    for (const property of group) this.#violation(property, result);
    for (const asked of new Set(group.filter(({ kind }) => kind !== 'sometimes').map(askedText)))
      this.#indented(`asked: ${asked}`, '      ');
    const trace = group[0]?.trace ?? null;
    for (const { kind, name, detail } of group) {
      if (kind === 'sometimes' && trace === null) {
        this.#indented(
          `the model never comes to '${name}': either the design cannot do this or the model does nothing`,
          '      ',
        );
      }
      if (detail !== null) this.#indented(detail, '      ');
    }
    if (trace === null) return;
    const surprises = surprising(result);
    if (
      traces === 'all' ||
      (traces === 'unexpected' && group.some((property) => surprises.includes(property)))
    ) {
      return this.#trace(group);
    }
    for (const text of explanations(group)) this.#indented(text, '      ');
    this.#line(paint.faint(`      trace of ${plural(trace.steps.length, 'step')}; --trace all prints it`));
  }

  #violation(property: PropertyVerdict, result: CheckedVariant): void {
    const { paint } = this.#style;
    const { place, kind, name } = property;
    const colour = mayBeViolated(result.expected, property) ? paint.strong : paint.bad;
    const at = place === null ? '' : paint.faint(`  ${visible(place.file)}:${place.line}`);
    this.#line(`    ${colour(kind === 'sometimes' ? 'never reached' : 'violated')}: ${visible(name)}${at}`);
  }

  #trace(group: readonly PropertyVerdict[]): void {
    const trace = group[0]?.trace ?? null;
    if (trace === null) return;
    const { paint, width, timeline } = this.#style;
    const style = {
      paint,
      width,
      timeline,
      alone: this.#alone,
      explanations: explanations(group),
      witness: group[0]?.status === 'holds',
    };
    this.#line(`\n${traceText(trace, style)}\n`);
  }

  #indented(text: string, indent = '    '): void {
    for (const line of wrap(visible(text), this.#style.width - indent.length)) this.#line(indent + line);
  }
}

/** The violated properties, those together that the same run violates. */
function sameRuns(result: CheckedVariant): PropertyVerdict[][] {
  const groups = new Map<string, PropertyVerdict[]>();
  for (const property of result.properties.filter(({ status }) => status === 'violated')) {
    const { trace, name } = property;
    const key = trace === null ? `no trace: ${name}` : JSON.stringify(trace.steps);
    groups.set(key, [...(groups.get(key) ?? []), property]);
  }
  return [...groups.values()];
}

function explanations(group: readonly PropertyVerdict[]): string[] {
  return [...new Set(group.map(({ trace }) => trace?.explanation ?? ''))].filter((text) => text !== '');
}
