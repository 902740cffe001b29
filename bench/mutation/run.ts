/**
 * `npm run mutation -- [--area name] [--sample n] [--seed n] [--jobs n] [--json file]`: changes the checker or the models in one
 * place at a time and tells which changes no test notices. See README.md. Exit: 0 every score is high enough, 1 not, 2 usage.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AREAS, type Area, mutantsIn, SAMPLE, stageOf, stagesFor } from './areas.ts';
import { EQUIVALENT } from './equivalent.ts';
import { type Mutant, sampled } from './mutants.ts';
import { type Reached, scenariosOf } from './reached.ts';
import { type Effort, type Environment, type Judgement, Workspace } from './workspace.ts';

/** This file runs from dist/bench/mutation/. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Judged extends Judgement {
  readonly mutant: Mutant;
}

function options() {
  const { values } = parseArgs({
    options: {
      area: { type: 'string', multiple: true },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: '2' },
      json: { type: 'string' },
    },
  });
  const whole = (name: string, text: string): number => {
    if (/^[1-9]\d{0,5}$/u.test(text)) return Number(text);
    throw new TypeError(`--${name} ${text} is not a positive number`);
  };
  const areas = AREAS.filter(({ name }) => values.area === undefined || values.area.includes(name));
  if (areas.length === 0) throw new TypeError(`--area takes ${AREAS.map(({ name }) => name).join(' or ')}`);
  return {
    areas,
    sample: values.sample === undefined ? null : whole('sample', values.sample),
    seed: whole('seed', values.seed),
    jobs: whole('jobs', values.jobs),
    json: values.json,
  };
}

/** Three times what the stage takes without a mutant, and something for a slow start. Models may take longer: that is no mistake. */
function effort(
  { timeoutMs, words }: Area,
  cpuMs: ReadonlyMap<string, number>,
  tests: readonly string[],
): Effort {
  if (words !== null) return { timeoutMs, cpuMs: Number.POSITIVE_INFINITY };
  return { timeoutMs, cpuMs: 3 * Math.max(...tests.map((test) => cpuMs.get(test) ?? 0)) + 10_000 };
}

/** All tests pass without a mutant: by test, the processor time of its stage. */
async function measured(area: Area, space: Workspace): Promise<Map<string, number>> {
  const cpuMs = new Map<string, number>();
  for (const stage of area.stages) {
    const limits = { timeoutMs: area.timeoutMs, cpuMs: Number.POSITIVE_INFINITY };
    if ((await space.test(stage, limits)) !== 'survived')
      throw new Error(`the tests of ${area.name} fail without a mutant: ${stage.join(' ')}`);
    for (const test of stage) cpuMs.set(test, space.cpuMs);
  }
  return cpuMs;
}

async function judgeAll(
  area: Area,
  mutants: readonly Mutant[],
  spaces: readonly Workspace[],
  cpuMs: ReadonlyMap<string, number>,
  reached: Reached | null,
): Promise<Judged[]> {
  const effortOf = (tests: readonly string[]): Effort => effort(area, cpuMs, tests);
  const judged: Judged[] = [];
  let next = 0;
  const work = async (space: Workspace): Promise<void> => {
    for (;;) {
      const mutant = mutants[next++];
      if (mutant === undefined) return;
      const scenarios: Environment =
        reached === null ? {} : { UPY_CHECK_SCENARIOS: scenariosOf(reached, mutant).join(',') };
      const stages = stagesFor(ROOT, area, mutant.file);
      const { fate, stage: place } = await space.judge(mutant, stages, effortOf, scenarios);
      const stage = place === 0 ? 0 : stageOf(area, stages[place - 1]);
      judged.push({ mutant, fate, stage });
      process.stderr.write(
        `${fate.padEnd(8)} ${stage} ${mutant.file}:${mutant.line} ${mutant.description}\n`,
      );
    }
  };
  await Promise.all(spaces.map(work));
  return judged.sort((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));
}

/** What the scenarios reach of the models: nobody can notice a change of anything else. */
async function reachedBy(space: Workspace, timeoutMs: number): Promise<Reached> {
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-reached-'));
  try {
    const file = join(folder, 'reached.json');
    await space.test(
      ['bench/mutation/reached.mutation.ts'],
      { timeoutMs, cpuMs: Number.POSITIVE_INFINITY },
      { UPY_CHECK_REACHED: file },
    );
    return JSON.parse(readFileSync(file, 'utf8')) as Reached;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const isEquivalent = ({ file, context, description }: Mutant): boolean =>
  EQUIVALENT.some((each) => each.file === file && each.context === context && each.change === description);

/** Prints an area's score; returns whether it is high enough. */
function report(area: Area, all: number, judged: readonly Judged[]): boolean {
  const survived = judged.filter(({ fate }) => fate === 'survived');
  const unnoticed = survived.filter(({ mutant }) => !isEquivalent(mutant));
  const counted = judged.length - (survived.length - unnoticed.length);
  const score = counted === 0 ? 100 : (100 * (counted - unnoticed.length)) / counted;
  console.log(
    `${area.name}: ${counted - unnoticed.length} of ${counted} noticed (${score.toFixed(1)} %, at least ${area.least} %), ` +
      `${survived.length - unnoticed.length} change nothing, ${judged.length} of ${all} mutants tried`,
  );
  const by = area.stages.map((_, i) => judged.filter(({ stage }) => stage === i + 1).length);
  console.log(`  by the stages of its tests: ${by.join(', ')}`);
  for (const { mutant } of unnoticed) console.log(`  ${mutant.file}:${mutant.line} ${mutant.description}`);
  return score >= area.least;
}

async function main(): Promise<number> {
  const { areas, sample, seed, jobs, json } = options();
  const spaces = Array.from({ length: jobs }, () => new Workspace(ROOT));
  const results: Record<string, readonly Judged[]> = {};
  let enough = true;
  try {
    for (const area of areas) {
      const cpuMs = await measured(area, spaces[0] as Workspace);
      const reached = area.words === null ? null : await reachedBy(spaces[0] as Workspace, area.timeoutMs);
      const all = mutantsIn(ROOT, area).filter(
        (mutant) => reached === null || scenariosOf(reached, mutant).length > 0,
      );
      if (all.length === 0) throw new Error(`there is nothing to change in ${area.name}`);
      results[area.name] = await judgeAll(
        area,
        sampled(all, sample ?? area.sample ?? SAMPLE, seed),
        spaces,
        cpuMs,
        reached,
      );
      enough = report(area, all.length, results[area.name] as readonly Judged[]) && enough;
      if (json !== undefined) writeFileSync(json, JSON.stringify(results, null, 1));
    }
  } finally {
    for (const space of spaces) space.close();
  }
  return enough ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${String(error instanceof Error ? error.message : error)}\n`);
  process.exitCode = 2;
}
