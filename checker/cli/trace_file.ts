import { readFileSync } from 'node:fs';
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

/**
 * The trace in a file: a bare one, or the first (or that of `property`) in a JSON report; of `scenarios` and `variant`,
 * where these are given. UPY307.
 */
export function readTrace(
  path: string,
  shown: string,
  property: string | null,
  variant: string | null,
  scenarios: readonly string[] | null = null,
): Trace {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw refuse(shown, `it is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (isTrace(value)) return value;
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
  const traces = all.filter(
    (trace) =>
      (variant === null || trace.variant === variant) &&
      (scenarios === null || scenarios.includes(trace.scenario)),
  );
  const found = property === null ? traces[0] : traces.find((trace) => trace.property === property);
  if (found !== undefined) return found;
  const names = [...new Set(traces.map((trace) => trace.property))];
  if (property !== null)
    throw refuse(
      shown,
      `no trace in it is of '${property}'; ${didYouMean(property, names, 'properties with a trace')}`,
    );
  if (all.length > 0) {
    const own = [...new Set(all.map((each) => `${each.scenario} / ${each.variant}`))];
    throw refuse(shown, `its traces are of ${own.slice(0, 8).join(', ')}${own.length > 8 ? ', …' : ''}`);
  }
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
