import type { StoreKind } from '../machine/store_for.ts';
import { UserError } from '../options.ts';
import type { Parameters, ParameterValue } from '../scenario.ts';
import { nearest } from './suggest.ts';

/** A mistake on the command line. */
export function usage(what: string, likely: string, remedy: string): UserError {
  return new UserError('UPY310', what, null, likely, remedy);
}

function scaled(
  option: string,
  text: string,
  units: Readonly<Record<string, number>>,
  shown: string,
  example: string,
): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([A-Za-zµ]*)$/u.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()];
  const value = Math.round(Number(digits) * (factor ?? Number.NaN));
  if (digits === undefined || factor === undefined || value <= 0 || !Number.isSafeInteger(value)) {
    throw usage(
      `--${option} ${text} is not a value it takes`,
      `it takes a positive number with or without a unit (${shown})`,
      `for example --${option} ${example}`,
    );
  }
  return value;
}

/** `10`, `10k`, `2M`, `1G`: 1000-based. */
export function parseCount(option: string, text: string): number {
  return scaled(option, text, { '': 1, k: 1e3, m: 1e6, g: 1e9 }, 'k, M, G', '10M');
}

/** `4G`, `512M`, `512MB`, `1GiB`: bytes, 1024-based. */
export function parseBytes(option: string, text: string): number {
  const units: Record<string, number> = { '': 1, b: 1 };
  for (const [power, letter] of ['k', 'm', 'g', 't'].entries()) {
    for (const suffix of ['', 'b', 'ib']) units[letter + suffix] = 1024 ** (power + 1);
  }
  return scaled(option, text, units, 'K, M, G', '4G');
}

/** `60s`, `500ms`, `5m`, `1h`; a bare number is seconds. Milliseconds. */
export function parseDuration(option: string, text: string): number {
  return scaled(
    option,
    text,
    { '': 1000, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 },
    'ms, s, m, h',
    '60s',
  );
}

/** A whole number from 0. */
export function parseWhole(option: string, text: string): number {
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw usage(
    `--${option} ${text} is not a value it takes`,
    'it takes a whole number',
    `for example --${option} 2`,
  );
}

/** More threads than that share no machine that we know. */
const WORKERS_MAX = 64;

export function parseWorkers(option: string, text: string): number {
  const count = /^\d{1,3}$/u.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= WORKERS_MAX) return count;
  throw usage(
    `--${option} ${text} is not a number of threads`,
    `it takes a whole number from 1 to ${WORKERS_MAX}`,
    `for example --${option} 2`,
  );
}

export function parseSeed(text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  throw usage(`--seed ${text} is not a seed`, 'a seed is a whole number', 'for example --seed 42');
}

/** One `--set name=value`, as written; its type follows from the parameter that it sets. */
export interface Assignment {
  readonly name: string;
  readonly text: string;
}

export function parseAssignment(text: string): Assignment {
  const equals = text.indexOf('=');
  if (equals > 0) return { name: text.slice(0, equals), text: text.slice(equals + 1) };
  throw usage(
    `--set ${text} sets nothing`,
    'it has the form name=value',
    `for example --set ${equals === 0 ? 'name' : text}=3`,
  );
}

/** What a value is when nobody declares its type: a number, true or false, otherwise a string. */
export function plainValue(text: string): ParameterValue {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(\d+(\.\d+)?|0x[\da-f]+)$/iu.test(text) ? number(text) : text;
}

function number(text: string): number {
  return text.startsWith('-') ? -Number(text.slice(1)) : Number(text);
}

/** The value for a parameter with this default: of its type, or UPY306. */
export function valueFor({ name, text }: Assignment, initial: ParameterValue): ParameterValue {
  if (typeof initial === 'string') return text;
  const value = plainValue(text);
  if (typeof value === typeof initial) return value;
  throw new UserError(
    'UPY306',
    `--set ${name}=${text}: '${name}' is a ${typeof initial}`,
    null,
    `its default is ${initial}`,
    `give a ${typeof initial}, for example --set ${name}=${initial}`,
  );
}

/** `--set size=full`, which every scenario takes that says what it is. */
export const isFull = ({ name, text }: Assignment): boolean => name === 'size' && text === 'full';

/** The assignments that concern a scenario with these parameters, and these values of its full size. */
export function assignedTo(
  assignments: readonly Assignment[],
  parameters: Parameters,
  full: Parameters | null,
): Parameters {
  const values: Record<string, ParameterValue> = assignments.some(isFull) ? { ...full } : {};
  for (const assignment of assignments) {
    if (isFull(assignment) && typeof parameters.size !== 'string') continue;
    const initial = Object.hasOwn(parameters, assignment.name) ? parameters[assignment.name] : undefined;
    if (initial !== undefined) values[assignment.name] = valueFor(assignment, initial);
  }
  return values;
}

/** Values of `--reduce`. */
export const REDUCTIONS = ['auto', 'none', 'por', 'symmetry', 'por,symmetry'] as const;

/** Values of `--store`. */
export const STORES = [
  'exact',
  'fingerprint',
  'hash-compact',
  'bitstate',
] as const satisfies readonly StoreKind[];

export const SEARCHES = ['breadth-first', 'depth-first', 'fewest-switches', 'random'] as const;

export const REPORTERS = [
  'console',
  'json',
  'ndjson',
  'junit',
  'github',
  'markdown',
  'sarif',
  'perfetto',
  'vcd',
  'itf',
  'dot',
  'lcov',
  'html',
] as const;
export type ReporterName = (typeof REPORTERS)[number];

/** One `--reporter name[=file]`. */
export interface ReporterChoice {
  readonly name: ReporterName;
  readonly file: string | null;
}

export function parseReporter(text: string): ReporterChoice {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const file = equals < 0 ? null : text.slice(equals + 1);
  const known = REPORTERS.find((each) => each === name);
  if (known === undefined) {
    const near = nearest(name, REPORTERS);
    throw usage(
      `there is no reporter '${name}'`,
      near === null ? `reporters are ${REPORTERS.join(', ')}` : `did you mean '${near}'?`,
      'name one of them, with =file to send it to a file',
    );
  }
  if (file === '')
    throw usage(
      `--reporter ${text} names no file`,
      'nothing stands after =',
      `for example --reporter ${known}=report.txt`,
    );
  return { name: known, file };
}

/** Values of `--to`, where a run is written. */
export const TRACE_FORMATS = [
  'timeline',
  'steps',
  'json',
  'html',
  'mermaid',
  'ndjson',
  'perfetto',
  'vcd',
  'itf',
] as const;
export type TraceFormat = (typeof TRACE_FORMATS)[number];
