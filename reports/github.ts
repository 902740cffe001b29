import type { Place } from '../checker/trace.ts';
import type { PropertyVerdict } from '../checker/verdict.ts';
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
import { paint } from './paint.ts';
import { problemText } from './problem.ts';
import { count, plural, seconds, visible } from './text.ts';
import { stepLines } from './trace_steps.ts';

type Level = 'error' | 'warning' | 'notice';

const WIDTH = 110;

/** Annotations for GitHub Actions, at the lines of the properties. */
export class GithubReporter implements Reporter {
  readonly #write: Write;
  #alone = true;

  constructor(write: Write) {
    this.#write = write;
  }

  scenarioStarted(event: ScenarioStarted): void {
    this.#alone = event.alone;
  }

  variantFinished({ result }: VariantFinished): void {
    const name = `${result.scenario} / ${result.variant}`;
    if (result.verdict === 'incomplete') {
      const limit = result.limit === null ? '' : ` by ${limitText(result.limit.kind, result.limit.value)}`;
      const growing = result.limit?.growing ?? [];
      const grows = growing.length === 0 ? '' : `\nstill growing: ${growing.join(', ')}`;
      const text = `the search was stopped${limit} after ${plural(result.figures.states, 'state')}${grows}`;
      this.#annotate('warning', placeOf(null, result), `${name}: incomplete`, text);
    }
    const violations = surprising(result);
    for (const property of violations) {
      this.#annotate(
        'error',
        placeOf(property, result),
        `${name}: ${property.name}`,
        this.#violation(property, result),
      );
    }
    if (violations.length === 0 && !result.asExpected && result.verdict !== 'incomplete') {
      this.#annotate('error', placeOf(null, result), `${name}: not as expected`, result.because.join('\n'));
    }
  }

  error({ problem, file, scenario }: ErrorFound): void {
    const place = problem.place ?? (file === null ? null : { file, line: 1, column: 1, text: '' });
    const title = [problem.code ?? 'upy-check', scenario].filter((part) => part !== null).join(' ');
    this.#annotate('error', place, title, problemText(problem, paint(0)));
  }

  runFinished({ totals, exit }: RunFinished): void {
    const text =
      `${plural(totals.variants, 'variant')} in ${plural(totals.scenarios, 'scenario')}: ` +
      `${totals.asExpected} as expected, ${totals.notAsExpected} not as expected, ${totals.incomplete} incomplete, ` +
      `${plural(totals.errors, 'error')}; ${count(totals.states)} states in ${seconds(totals.wallMs)}`;
    this.#annotate('notice', null, `upy-check: ${exit.reason}`, text);
  }

  #violation(property: PropertyVerdict, result: CheckedVariant): string {
    const { trace } = property;
    return [
      ...result.because,
      ...(property.detail === null ? [] : [property.detail]),
      ...(trace === null || trace.explanation === '' ? [] : [visible(trace.explanation)]),
      ...(trace === null
        ? []
        : [
            '',
            ...stepLines(trace, { paint: paint(0), width: WIDTH }),
            '',
            replayCommand(trace, this.#alone),
          ]),
    ].join('\n');
  }

  #annotate(level: Level, place: Place | null, title: string, text: string): void {
    const where =
      place === null ? [] : [`file=${value(place.file)}`, `line=${place.line}`, `col=${place.column}`];
    this.#write(`::${level} ${[...where, `title=${value(title)}`].join(',')}::${message(text)}\n`);
  }
}

function placeOf(property: PropertyVerdict | null, result: CheckedVariant): Place {
  return property?.place ?? { file: result.file, line: 1, column: 1, text: '' };
}

/** A message ends at the end of the line; nothing in it may act on the terminal of a log. */
function message(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line).replaceAll('%', '%25'))
    .join('%0A');
}

/** A value ends at `,` or `::` too. */
function value(text: string): string {
  return message(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
