import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PlannedScenario } from '../../reports/events.ts';
import { type JsonReport, REPORT_SCHEMA } from '../../reports/json.ts';
import { UserError } from '../options.ts';
import type { MergeCommand } from './commands.ts';
import { unreachedIn } from './coverage.ts';
import { openOutputs } from './outputs.ts';
import { joined } from './portfolio.ts';
import { Run } from './run.ts';
import type { World } from './world.ts';

/** The report of one shard, and the file that it was in. */
interface Part {
  readonly file: string;
  readonly report: JsonReport & { readonly shard: NonNullable<JsonReport['shard']> };
}

/** `upy-check merge`: one report of all shards, as if one run had made it. Never better than its parts. */
export async function runMerge(command: MergeCommand, world: World): Promise<number> {
  const parts = command.files.map((file) => read(file, world.cwd));
  const [{ report: first }] = fitting(parts) as [Part];
  const outputs = openOutputs(command, world);
  const run = new Run(outputs.reporters, world);
  try {
    run.publish({ type: 'run-started', version: first.version, settings: first.settings });
    const errors = distinct(parts.flatMap(({ report }) => report.errors));
    const planned = (scenario: string | null, file: string | null): boolean =>
      first.shard.plan.some((each) => each.scenario === scenario && each.file === file);
    for (const each of errors) if (!planned(each.scenario, each.file)) publishError(run, each);
    for (const scenario of first.shard.plan) publishScenario(run, scenario, parts, errors);
    if (parts.some(({ report }) => report.exit.reason === 'internal error')) run.internal = true;
    const interrupted = parts.some(({ report }) => report.exit.reason === 'interrupted');
    return run.finish(interrupted, first.settings.coverage);
  } finally {
    outputs.close();
  }
}

function publishError(run: Run, { file, scenario, variant, ...problem }: JsonReport['errors'][number]): void {
  run.publish({ type: 'error', problem, file, scenario, variant });
}

function publishScenario(
  run: Run,
  { scenario, about, file, alone, declared, variants }: PlannedScenario,
  parts: readonly Part[],
  errors: JsonReport['errors'],
): void {
  const own = (each: { scenario: string | null; file: string | null }): boolean =>
    each.scenario === scenario && each.file === file;
  const results = parts.flatMap(({ report }) => report.results).filter(own);
  run.publish({ type: 'scenario-started', scenario, about, file, variants, alone });
  for (const name of variants) {
    const found = results.filter(({ variant }) => variant === name);
    for (const { wallMs, ...result } of isPortfolio(parts) ? together(found) : found)
      run.publish({ type: 'variant-finished', result, wallMs });
    for (const error of errors) if (own(error) && error.variant === name) publishError(run, error);
  }
  const unreached = unreachedIn(file, declared, results);
  run.publish({ type: 'scenario-finished', scenario, file, unreached });
}

/** Every shard has drawn random runs of every variant. */
function isPortfolio([first]: readonly Part[]): boolean {
  return first?.report.settings.search === 'random';
}

function together(found: JsonReport['results']): JsonReport['results'] {
  if (found.length === 0) return [];
  return [{ ...joined(found), wallMs: found.reduce((sum, { wallMs }) => sum + (wallMs ?? 0), 0) }];
}

/** A mistake in a file is found by every shard. */
function distinct(errors: JsonReport['errors']): JsonReport['errors'] {
  const told = new Set<string>();
  return errors.filter(({ scenario: _, variant: __, ...problem }) => {
    const key = JSON.stringify(problem);
    return !told.has(key) && told.add(key);
  });
}

// ---- what is refused ----

function read(shown: string, cwd: string): Part {
  let report: Partial<JsonReport> | null;
  try {
    report = JSON.parse(readFileSync(resolve(cwd, shown), 'utf8')) as Partial<JsonReport> | null;
  } catch (error) {
    throw refuse(shown, `it cannot be read as JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof report !== 'object' || report === null || report.schema !== REPORT_SCHEMA)
    throw refuse(shown, `its schema is not '${REPORT_SCHEMA}'`);
  const complete = [report.results, report.errors, report.shard?.plan].every(Array.isArray) && report.exit;
  if (!complete) throw refuse(shown, 'it is the report of a whole run, or not a whole report');
  return { file: shown, report: report as Part['report'] };
}

function refuse(shown: string, likely: string): UserError {
  return new UserError(
    'UPY312',
    `${shown} is not the report of a shard`,
    null,
    likely,
    'give the files that upy-check --shard i/n --reporter json=file has written',
  );
}

function unfitting(what: string, likely: string): UserError {
  return new UserError('UPY313', what, null, likely, 'give one report of every shard of the same run');
}

/** The parts in order, if they are the whole of one run. */
function fitting(parts: readonly Part[]): Part[] {
  const sorted = [...parts].sort((a, b) => a.report.shard.index - b.report.shard.index);
  const [first] = sorted as [Part];
  for (const part of sorted) sameRun(first, part);
  const { of } = first.report.shard;
  for (let index = 1; index <= of; index++) {
    const found = sorted.filter(({ report }) => report.shard.index === index);
    if (found.length === 0)
      throw unfitting(`shard ${index}/${of} is missing`, 'its job failed, or its report was not kept');
    if (found.length > 1)
      throw unfitting(
        `${found.map(({ file }) => file).join(' and ')} are both shard ${index}/${of}`,
        'a report was given twice, or two jobs had the same number',
      );
  }
  if (sorted.length > of)
    throw unfitting(`there are ${sorted.length} reports of ${of} shards`, 'one has no valid number');
  let unit = 0;
  for (const { scenario, file, variants } of first.report.shard.plan)
    for (const variant of variants) {
      const share = isPortfolio(sorted) ? sorted : [sorted[unit++ % of] as Part];
      for (const part of share) checked(part, scenario, file, variant);
    }
  return sorted;
}

/** A variant that a shard was to check has a result there, or the reason why not. */
function checked({ file: shown, report }: Part, scenario: string, file: string, variant: string): void {
  const own = report.results.filter(
    (each) => each.scenario === scenario && each.file === file && each.variant === variant,
  );
  if (own.length === 1) return;
  const excused = report.exit.reason === 'interrupted' || report.errors.some((each) => each.file === file);
  if (own.length === 0 && excused) return;
  throw unfitting(
    `${shown} has ${own.length} results of ${scenario} / ${variant}, and should have one`,
    'the report was changed after it was written',
  );
}

/** Bytes of memory are those of each machine; all else must be the same. */
function sameRun(first: Part, other: Part): void {
  const different = (what: string): UserError =>
    unfitting(`${first.file} and ${other.file} differ in ${what}`, 'they are parts of different runs');
  const [a, b] = [first.report, other.report];
  if (a.version !== b.version) throw different('the version of upy-check');
  if (a.shard.of !== b.shard.of) throw different('the number of shards');
  const settings = ({ settings: all }: JsonReport): string => JSON.stringify({ ...all, maxMemory: null });
  if (settings(a) !== settings(b)) throw different('their options');
  if (JSON.stringify(a.shard.plan) !== JSON.stringify(b.shard.plan))
    throw different('what there is to check');
}
