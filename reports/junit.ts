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
import { expectationText, mayBeViolated, mustBeViolated } from './expectation.ts';
import { limitText } from './limit.ts';
import { paint } from './paint.ts';
import { problemText } from './problem.ts';
import { traceText } from './trace.ts';

const WIDTH = 120;

interface Case {
  readonly classname: string;
  readonly name: string;
  readonly seconds: number;
  readonly outcome: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly text: string;
  } | null;
  readonly properties: readonly (readonly [string, string])[];
  readonly output: string;
}

interface Suite {
  readonly name: string;
  readonly file: string;
  readonly alone: boolean;
  readonly cases: Case[];
}

/** JUnit XML: a testsuite per scenario, a testcase per variant and property. Written at the end. */
export class JunitReporter implements Reporter {
  readonly #write: Write;
  readonly #suites: Suite[] = [];

  constructor(write: Write) {
    this.#write = write;
  }

  scenarioStarted({ scenario, file, alone }: ScenarioStarted): void {
    this.#suites.push({ name: scenario, file, alone, cases: [] });
  }

  variantFinished({ result, wallMs }: VariantFinished): void {
    const suite = this.#suite(result.scenario, result.file);
    suite.cases.push(...casesOf(result, wallMs ?? 0, suite.alone));
  }

  error({ problem, scenario, variant, file }: ErrorFound): void {
    const name = scenario ?? file ?? 'upy-check';
    this.#suite(name, file ?? '').cases.push({
      classname: variant === null ? name : `${name}.${variant}`,
      name: 'can be checked',
      seconds: 0,
      outcome: { kind: 'error', message: problem.what, text: problemText(problem, paint(0)) },
      properties: [],
      output: '',
    });
  }

  runFinished(event: RunFinished): void {
    const all = this.#suites.flatMap((suite) => suite.cases);
    this.#write('<?xml version="1.0" encoding="UTF-8"?>\n');
    this.#write(`<testsuites name="upy-check" ${counts(all)} time="${fixed(event.totals.wallMs / 1000)}">\n`);
    for (const suite of this.#suites) this.#write(suiteXml(suite));
    this.#write('</testsuites>\n');
  }

  #suite(name: string, file: string): Suite {
    const found = this.#suites.find((suite) => suite.name === name && (suite.file === file || file === ''));
    if (found !== undefined) return found;
    const suite: Suite = { name, file, alone: true, cases: [] };
    this.#suites.push(suite);
    return suite;
  }
}

function casesOf(result: CheckedVariant, wallMs: number, alone: boolean): Case[] {
  const classname = `${result.scenario}.${result.variant}`;
  const each = wallMs / 1000 / Math.max(1, result.properties.length);
  const cases = result.properties.map(
    (property): Case => ({
      classname,
      name: property.name,
      seconds: each,
      outcome: outcome(property, result, alone),
      properties: figures(property, result, alone),
      output:
        property.status === 'violated' && property.trace !== null && mayBeViolated(result.expected, property)
          ? traceText(property.trace, { paint: paint(0), width: WIDTH, alone })
          : '',
    }),
  );
  const told = cases.some((one) => one.outcome !== null && one.outcome.kind !== 'skipped');
  const passes = result.asExpected && result.verdict !== 'incomplete';
  if (told || (passes && cases.length > 0)) return cases;
  // The verdict as a whole is not as expected although no property alone says so.
  return [
    ...cases,
    {
      classname,
      name: 'verdict',
      seconds: 0,
      properties: [],
      output: '',
      outcome: passes
        ? null
        : {
            kind: result.verdict === 'incomplete' ? 'error' : 'failure',
            message: result.because.join('; ') || `stated: ${expectationText(result.expected)}`,
            text: reasons(result),
          },
    },
  ];
}

function reasons(result: CheckedVariant): string {
  const limit =
    result.limit === null ? [] : [`stopped by ${limitText(result.limit.kind, result.limit.value)}`];
  return [...result.because, ...limit].join('\n');
}

function outcome(property: PropertyVerdict, result: CheckedVariant, alone: boolean): Case['outcome'] {
  if (property.status === 'undecided') {
    return {
      kind: result.asExpected && result.verdict !== 'incomplete' ? 'skipped' : 'error',
      message: `undecided: the search was stopped${result.limit === null ? '' : ` by ${limitText(result.limit.kind, result.limit.value)}`}`,
      text: reasons(result),
    };
  }
  if (property.status === 'violated' && !mayBeViolated(result.expected, property)) {
    const trace =
      property.trace === null ? '' : traceText(property.trace, { paint: paint(0), width: WIDTH, alone });
    const message =
      property.trace?.explanation ||
      property.detail ||
      (property.kind === 'sometimes' ? 'never reached' : 'violated');
    return {
      kind: 'failure',
      message,
      text: [property.detail ?? '', trace].filter((part) => part !== '').join('\n\n') || message,
    };
  }
  if (property.status === 'holds' && mustBeViolated(result.expected, property) && !result.asExpected) {
    return { kind: 'failure', message: 'must be violated, but holds', text: reasons(result) };
  }
  return null;
}

function figures(
  property: PropertyVerdict,
  result: CheckedVariant,
  alone: boolean,
): (readonly [string, string])[] {
  const { states, transitions, depth } = result.figures;
  return [
    ['file', property.place === null ? result.file : `${property.place.file}:${property.place.line}`],
    ['expected', expectationText(result.expected)],
    ['verdict', result.verdict],
    ['status', property.status],
    ['states', String(states)],
    ['transitions', String(transitions)],
    ['depth', String(depth)],
    ...result.assumptions.map((text) => ['assumption', text] as const),
    ...(property.trace === null ? [] : [['replay', replayCommand(property.trace, alone)] as const]),
  ];
}

function suiteXml(suite: Suite): string {
  const time = suite.cases.reduce((sum, each) => sum + each.seconds, 0);
  const open = `  <testsuite name="${attribute(suite.name)}" file="${attribute(suite.file)}" ${counts(suite.cases)} time="${fixed(time)}">\n`;
  return `${open}${suite.cases.map(caseXml).join('')}  </testsuite>\n`;
}

function caseXml(each: Case): string {
  const open = `    <testcase classname="${attribute(each.classname)}" name="${attribute(each.name)}" time="${fixed(each.seconds)}">\n`;
  const properties =
    each.properties.length === 0
      ? ''
      : [
          '      <properties>\n',
          ...each.properties.map(
            ([name, value]) => `        <property name="${attribute(name)}" value="${attribute(value)}"/>\n`,
          ),
          '      </properties>\n',
        ].join('');
  const { outcome: result } = each;
  const verdict =
    result === null
      ? ''
      : `      <${result.kind} message="${attribute(result.message)}">${content(result.text)}</${result.kind}>\n`;
  const output = each.output === '' ? '' : `      <system-out>${content(each.output)}</system-out>\n`;
  return `${open}${properties}${verdict}${output}    </testcase>\n`;
}

function counts(cases: readonly Case[]): string {
  const of = (kind: string) => cases.filter((each) => each.outcome?.kind === kind).length;
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}" skipped="${of('skipped')}"`;
}

function fixed(value: number): string {
  return value.toFixed(3);
}

/** What XML 1.0 cannot hold at all (control characters, lone surrogates) becomes U+FFFD. */
function legal(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

function content(text: string): string {
  return legal(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function attribute(text: string): string {
  return content(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
