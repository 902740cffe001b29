import type { Place, Trace, TraceStep } from '../checker/trace.ts';
import type { PropertyKind, PropertyVerdict } from '../checker/verdict.ts';
import { askedText } from './asked.ts';
import { replayCommand } from './command.ts';
import type {
  CheckedVariant,
  ErrorFound,
  Reporter,
  RunFinished,
  RunStarted,
  ScenarioStarted,
  VariantFinished,
  Write,
} from './events.ts';
import { surprising } from './expectation.ts';
import { limitText } from './limit.ts';
import { REPEATS } from './repeating.ts';
import { location, messageText, type SarifLocation } from './sarif_location.ts';
import { plural, virtualTime } from './text.ts';
import { momentText } from './trace_steps.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** A short text of hexadecimal digits that is the same for the same text. */
export type Digest = (text: string) => string;

type RuleId = PropertyKind | 'not as expected' | 'incomplete';

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
}

type Json = Readonly<Record<string, unknown>>;

/** SARIF 2.1.0, for code scanning: a result for each verdict that is not as stated, with its trace as the code flow. */
export class SarifReporter implements Reporter {
  readonly #write: Write;
  readonly #digest: Digest;
  readonly #results: Json[] = [];
  readonly #notifications: Json[] = [];
  readonly #rules = new Map<RuleId, Rule>();
  #version = '';
  #alone = true;

  constructor(write: Write, digest: Digest) {
    this.#write = write;
    this.#digest = digest;
  }

  runStarted({ version }: RunStarted): void {
    this.#version = version;
  }

  scenarioStarted({ alone }: ScenarioStarted): void {
    this.#alone = alone;
  }

  variantFinished({ result }: VariantFinished): void {
    const violations = surprising(result);
    for (const property of violations) this.#results.push(this.#violation(property, result));
    if (result.verdict === 'incomplete') this.#results.push(this.#incomplete(result));
    else if (violations.length === 0 && !result.asExpected) {
      const text = `${nameOf(result)} is not as expected: ${result.because.join('; ')}`;
      this.#results.push(this.#result('not as expected', 'error', text, result, [location(startOf(result))]));
    }
  }

  error({ problem, file, scenario, variant }: ErrorFound): void {
    const place = problem.place ?? (file === null ? null : startOf({ file }));
    const who = [scenario, variant].filter((part) => part !== null).join(' / ');
    const text = `${who === '' ? '' : `${who}: `}${problem.what}\nlikely: ${problem.likely}\ndo: ${problem.remedy}`;
    this.#notifications.push({
      level: 'error',
      message: messageText(text),
      ...(problem.code === null ? {} : { descriptor: { id: problem.code } }),
      ...(place === null ? {} : { locations: [location(place)] }),
    });
  }

  runFinished({ exit }: RunFinished): void {
    const run = {
      tool: { driver: { name: 'upy-check', version: this.#version, rules: [...this.#rules.values()] } },
      invocations: [
        {
          executionSuccessful: exit.reason !== 'error' && exit.reason !== 'internal error',
          exitCode: exit.code,
          exitCodeDescription: exit.reason,
          toolExecutionNotifications: this.#notifications,
        },
      ],
      columnKind: 'utf16CodeUnits',
      results: this.#results,
    };
    this.#write(`${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 2)}\n`);
  }

  #violation(property: PropertyVerdict, result: CheckedVariant): Json {
    const { kind, name, trace, detail } = property;
    const why = trace?.explanation || detail || (kind === 'sometimes' ? 'no run reaches it' : '');
    const text = `'${name}' is violated in ${nameOf(result)}${why === '' ? '' : `: ${why}`}`;
    const stated = property.place;
    const primary = primaryPlace(property, result);
    const related =
      stated === null || stated === primary ? [] : [{ ...location(stated, 'what is asked'), id: 1 }];
    return {
      ...this.#result(kind, 'error', text, result, [location(primary)], [name, trace?.schedule ?? '']),
      ...(related.length === 0 ? {} : { relatedLocations: related }),
      ...(trace === null || trace.steps.length === 0 ? {} : { codeFlows: [codeFlow(trace, primary)] }),
      properties: {
        ...identity(result),
        property: name,
        ...(trace === null ? {} : { replay: replayCommand(trace, this.#alone) }),
      },
    };
  }

  #incomplete(result: CheckedVariant): Json {
    const { limit, figures } = result;
    const by = limit === null ? '' : ` by ${limitText(limit.kind, limit.value)}`;
    const text = `${nameOf(result)} is incomplete: the search was stopped${by} after ${plural(figures.states, 'state')}`;
    return this.#result('incomplete', 'warning', text, result, [location(startOf(result))]);
  }

  #result(
    rule: RuleId,
    level: 'error' | 'warning',
    text: string,
    result: CheckedVariant,
    locations: readonly SarifLocation[],
    what: readonly string[] = [],
  ): Json {
    if (!this.#rules.has(rule)) this.#rules.set(rule, ruleOf(rule));
    const { scenario, variant } = result;
    const fingerprint = this.#digest(JSON.stringify([rule, scenario, variant, ...what]));
    return {
      ruleId: idOf(rule),
      ruleIndex: [...this.#rules.keys()].indexOf(rule),
      level,
      message: messageText(text),
      locations,
      // GitHub tells results apart by the second one only, which it would make of the line.
      partialFingerprints: { 'upyCheck/v1': fingerprint, primaryLocationLineHash: fingerprint },
      properties: identity(result),
    };
  }
}

const nameOf = ({ scenario, variant }: CheckedVariant): string => `${scenario} / ${variant}`;

function identity({ scenario, variant, parameters }: CheckedVariant): Json {
  return { scenario, variant, parameters };
}

const idOf = (rule: RuleId): string => rule.replaceAll(' ', '-');

function ruleOf(rule: RuleId): Rule {
  const text =
    rule === 'not as expected'
      ? 'the verdict must be the one that the variant states'
      : rule === 'incomplete'
        ? 'a search that was stopped proves nothing about the rest'
        : askedText({ kind: rule });
  return { id: idOf(rule), shortDescription: { text: rule }, fullDescription: { text } };
}

function startOf({ file }: { readonly file: string }): Place {
  return { file, line: 1, column: 1, text: '' };
}

/**
 * Where a reviewer should look. A property that a board of the library brings has its place there, which is no file of
 * the project: then it is the last place in the scenario's file that the trace passes.
 */
function primaryPlace({ place, trace }: PropertyVerdict, result: CheckedVariant): Place {
  if (place !== null && !place.file.startsWith('upy-check/')) return place;
  for (const step of [...(trace?.steps ?? [])].reverse()) {
    const own = step.stack.findLast((frame) => frame.place.file === result.file);
    if (own !== undefined) return own.place;
  }
  return startOf(result);
}

/** One flow with all steps in their order: viewers show its locations as a list to click through. */
function codeFlow(trace: Trace, primary: Place): Json {
  let place = trace.steps.find((step) => step.place !== null)?.place ?? primary;
  const locations = trace.steps.map((step) => {
    // Viewers want a file for each step. Where time passes, everybody stays where they are.
    place = step.place ?? place;
    return {
      location: location(place, stepText(step, trace)),
      executionOrder: step.index,
      nestingLevel: Math.max(0, step.stack.length - 1),
      importance: step.changes.length + step.moments.length > 0 ? 'essential' : 'important',
      ...(step.changes.length === 0 ? {} : { state: stateOf(step) }),
    };
  });
  return {
    message: messageText(trace.explanation),
    threadFlows: [{ id: 'trace', message: messageText(lengthText(trace)), locations }],
  };
}

function lengthText({ steps, shortest, loop }: Trace): string {
  const repeats = loop === undefined ? '' : `, from step ${loop} on for ever`;
  return `${plural(steps.length, 'step')}${repeats}${shortest ? ', no shorter trace exists' : ''}`;
}

function stepText(step: TraceStep, { loop }: Trace): string {
  const who =
    step.process === null
      ? `time passes, now ${virtualTime(step.timeUs)}`
      : `${step.process}: ${step.operation} in ${step.stack.at(-1)?.function ?? step.process}`;
  const changes = step.changes.map(({ variable, before, after }) => `${variable}: ${before} → ${after}`);
  const moments = step.moments.map(momentText);
  const begins = step.index === loop ? [REPEATS] : [];
  return [...begins, who, ...changes, ...moments].join('; ');
}

/** What the step changed, with its new value. */
function stateOf({ changes }: TraceStep): Json {
  return Object.fromEntries(changes.map(({ variable, after }) => [variable, messageText(after)]));
}
