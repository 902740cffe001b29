import type { PropertyVerdict } from '../checker/verdict.ts';
import type {
  CheckedVariant,
  ErrorFound,
  Reporter,
  RunFinished,
  ScenarioStarted,
  VariantFinished,
  Write,
} from './events.ts';
import { expectationText, mayBeViolated, surprising } from './expectation.ts';
import { limitText } from './limit.ts';
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
}

const VERDICT_WIDTH = 'incomplete'.length;
const FIGURES_WIDTH = 46;

/** The report for people, on the terminal. */
export class ConsoleReporter implements Reporter {
  readonly #write: Write;
  readonly #style: ConsoleStyle;
  #nameWidth = 0;
  #alone = true;
  #assumptions = '';
  #scenarios = 0;

  constructor(write: Write, style: ConsoleStyle) {
    this.#write = write;
    this.#style = style;
  }

  scenarioStarted(event: ScenarioStarted): void {
    const { paint, width } = this.#style;
    const name = visible(event.scenario);
    if (this.#scenarios++ > 0) this.#line('');
    this.#nameWidth = Math.max(
      0,
      ...event.variants.map((variant) => length(`${name} / ${visible(variant)}`)),
    );
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
    for (const property of result.properties) this.#property(property, result);
    if (result.profile !== null) this.#line(`\n${profileText(result.profile, this.#style)}`);
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
    const rate = totals.wallMs > 0 ? `, ${count((totals.states / totals.wallMs) * 1000)} states/s` : '';
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
    const { states, transitions, depth } = result.figures;
    const incomplete = result.verdict === 'incomplete';
    const mark = incomplete ? paint.unsure('?') : result.asExpected ? paint.good('✓') : paint.bad('✗');
    const colour = incomplete ? paint.unsure : result.asExpected ? paint.good : paint.bad;
    const figures = [
      plural(states, 'state'),
      plural(transitions, 'transition'),
      `depth ${count(depth)}`,
      ...(wallMs === null ? [] : [seconds(wallMs)]),
    ].join(', ');
    const room = Math.max(20, width - VERDICT_WIDTH - FIGURES_WIDTH - 16);
    const name = `${visible(result.scenario)} / ${visible(result.variant)}`;
    const shown = truncate(name, room);
    const line =
      `${mark} ${padEnd(shown, Math.min(room, this.#nameWidth))}  ` +
      `${colour(padEnd(result.verdict, VERDICT_WIDTH))}  `;
    // Incomplete is never a success, whatever was expected.
    if (incomplete || !result.asExpected) return line + figures;
    return `${line}${padEnd(figures, FIGURES_WIDTH)}  ${paint.good('expected')}`;
  }

  #because(result: CheckedVariant): void {
    const { paint, width } = this.#style;
    const reasons =
      result.because.length > 0
        ? result.because
        : [`the variant states: ${expectationText(result.expected)}`];
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
    if (result.figures.omissionProbability > 0) {
      all.push(
        `states are told apart by 64-bit fingerprints; one was missed with probability ${result.figures.omissionProbability.toExponential(1)}`,
      );
    }
    if (all.length === 0) return;
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

  #property(property: PropertyVerdict, result: CheckedVariant): void {
    const { traces } = this.#style;
    if (property.status === 'violated') {
      const full = traces === 'all' || (traces === 'unexpected' && surprising(result).includes(property));
      this.#violation(property, result, full);
    } else if (property.kind === 'sometimes' && property.trace !== null) {
      this.#line(`    reached: ${visible(property.name)} (${plural(property.trace.steps.length, 'step')})`);
      if (traces !== 'none') this.#trace(property);
    }
  }

  #violation(property: PropertyVerdict, result: CheckedVariant, full: boolean): void {
    const { paint } = this.#style;
    const stated = mayBeViolated(result.expected, property);
    const colour = stated ? paint.strong : paint.bad;
    const { trace, place } = property;
    const at = place === null ? '' : paint.faint(`  ${visible(place.file)}:${place.line}`);
    this.#line(
      `    ${colour(property.kind === 'sometimes' ? 'never reached' : 'violated')}: ${visible(property.name)}${at}`,
    );
    if (property.kind === 'sometimes' && trace === null) {
      this.#indented(
        `the model never comes to '${property.name}': either the design cannot do this or the model does nothing`,
        '      ',
      );
    }
    if (property.detail !== null) this.#indented(property.detail, '      ');
    if (trace === null) return;
    if (full) return this.#trace(property);
    if (trace.explanation !== '') this.#indented(trace.explanation, '      ');
    this.#line(paint.faint(`      trace of ${plural(trace.steps.length, 'step')}; --trace all prints it`));
  }

  #trace(property: PropertyVerdict): void {
    if (property.trace === null) return;
    const { paint, width } = this.#style;
    this.#line(`\n${traceText(property.trace, { paint, width, alone: this.#alone })}\n`);
  }

  #indented(text: string, indent = '    '): void {
    for (const line of wrap(visible(text), this.#style.width - indent.length)) this.#line(indent + line);
  }
}
