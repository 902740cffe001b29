import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../options.ts';
import type { Trace } from '../trace.ts';
import { didYouMean } from './suggest.ts';

type Json = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTrace(value: unknown): value is Trace {
  return (
    isRecord(value) &&
    value.schema === 'upy-check/trace@1' &&
    Array.isArray(value.steps) &&
    value.steps.every(isStep) &&
    ['scenario', 'file', 'variant', 'property', 'schedule', 'explanation'].every(
      (name) => typeof value[name] === 'string',
    ) &&
    isRecord(value.parameters) &&
    Array.isArray(value.standing) &&
    value.standing.every(isRecord)
  );
}

function isStep(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.index === 'number' &&
    typeof value.timeUs === 'number' &&
    typeof value.operation === 'string' &&
    typeof value.ordinal === 'number' &&
    ['stack', 'changes', 'notes', 'moments'].every((name) => Array.isArray(value[name]))
  );
}

function refuse(file: string, likely: string): UserError {
  return new UserError(
    'UPY307',
    `${file} holds no trace that can be replayed`,
    null,
    likely,
    'give a report written with --reporter json=file, or one trace out of it',
  );
}

/** Which trace of a file is wanted; `null`: any. */
export interface WantedTrace {
  readonly property: string | null;
  readonly variant: string | null;
  /** By their names. */
  readonly scenarios: readonly string[] | null;
}

/** The trace in a file: a bare one, or the first that is wanted of a JSON report. Throws UPY300, UPY307. */
export function readTrace(path: string, shown: string, wanted: WantedTrace): Trace {
  const all = tracesIn(jsonOf(path, shown), shown);
  const { property, variant, scenarios } = wanted;
  const traces = all.filter(
    (trace) =>
      (variant === null || trace.variant === variant) &&
      (scenarios === null || scenarios.includes(trace.scenario)),
  );
  const found = property === null ? traces[0] : traces.find((trace) => trace.property === property);
  if (found !== undefined) return found;
  if (traces.length > 0) {
    const names = [...new Set(traces.map((trace) => trace.property))];
    const nearest = didYouMean(property ?? '', names, 'properties with a trace');
    throw refuse(shown, `no trace in it is of '${property}'; ${nearest}`);
  }
  const own = [...new Set(all.map((each) => `${each.scenario} / ${each.variant}`))];
  const are = all.length === 1 ? 'trace is' : 'traces are';
  throw refuse(shown, `its ${are} of ${own.slice(0, 8).join(', ')}${own.length > 8 ? ', …' : ''}`);
}

function jsonOf(path: string, shown: string): unknown {
  if (!existsSync(path))
    throw new UserError(
      'UPY300',
      `there is no file ${shown}`,
      null,
      'a typing mistake, or another working directory',
      'give a trace or a JSON report',
    );
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(shown, `it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** At least one. */
function tracesIn(value: unknown, shown: string): readonly Trace[] {
  if (isTrace(value)) return [value];
  if (!isRecord(value)) throw refuse(shown, 'it is JSON, but neither a report nor a trace');
  if (
    typeof value.schema === 'string' &&
    !['upy-check/report@1', 'upy-check/trace@1'].includes(value.schema)
  ) {
    throw refuse(
      shown,
      `its schema is '${value.schema}', and this version reads upy-check/report@1 and upy-check/trace@1`,
    );
  }
  const all = tracesOf(value);
  if (all.length > 0) return all;
  throw refuse(
    shown,
    value.schema === 'upy-check/report@1'
      ? 'the report holds no trace: nothing was violated'
      : 'it is JSON, but neither a report nor a trace',
  );
}

function tracesOf(report: Json): Trace[] {
  const results = Array.isArray(report.results) ? report.results.filter(isRecord) : [];
  return results.flatMap((result) => {
    const properties = Array.isArray(result.properties) ? result.properties.filter(isRecord) : [];
    return properties.map((each) => each.trace).filter(isTrace);
  });
}
