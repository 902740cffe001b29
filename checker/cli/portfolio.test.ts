import { expect, test } from 'vitest';
import { sampleText } from '../../reports/limit.ts';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { parseCommandLine } from './arguments.ts';
import type { CheckCommand } from './commands.ts';
import { drawnBy, joined } from './portfolio.ts';

const scenario = inlineScenario(`
import { always, scenario, sometimes } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('lost count', { about: 'test', variants: { 'no lock': { violates: 'no count is lost' }, right: { holds: true } }, build({ variant }) {
  const seen = { count: 0, done: 0, x: 0 };
  for (const name of ['left', 'right']) process(name, () => { if (variant === 'right') seen.x = 1; else seen.count++; seen.done++; });
  return [always('no count is lost', () => variant === 'right' || seen.done < 2 || seen.count === 2), sometimes('done', () => seen.done === 2)];
} });`);

const command = async (args: string): Promise<CheckCommand> =>
  (await parseCommandLine(args.split(' '), '0.1.0')) as CheckCommand;

async function shards(variant: string, runs: number, of: number) {
  const whole = await command(`x.ts --search random --runs ${runs} --seed 5`);
  const parts = [];
  for (let index = 1; index <= of; index++) {
    const { runs: share, seed } = drawnBy(whole, { index, of });
    const options = {
      search: 'random',
      variants: [variant],
      runs: share ?? 0,
      seed: seed ?? 0,
      maxDepth: 8,
    } as const;
    for await (const result of check(scenario, options)) parts.push(result);
  }
  return parts;
}

test('runs and seeds are dealt out', async () => {
  const drawn = async (runs: string, of: number) => {
    const whole = await command(`x.ts --search random${runs} --seed 5`);
    return Array.from({ length: of }, (_, i) => drawnBy(whole, { index: i + 1, of })).map((each) => [
      each.runs,
      each.seed,
    ]);
  };
  expect(await drawn(' --runs 10', 3)).toEqual([
    [4, 5],
    [3, 6],
    [3, 7],
  ]);
  expect(await drawn('', 1)).toEqual([[1000, 5]]);
  expect(await drawn(' --runs 1', 2)).toEqual([
    [1, 5],
    [1, 6],
  ]);
});

test('what one shard has found is found', async () => {
  const parts = await shards('no lock', 12, 6);
  const statuses = parts.map(({ properties }) => properties[0]?.status);
  expect(new Set(statuses)).toEqual(new Set(['violated', 'undecided']));
  const { verdict, asExpected, properties, limit, figures } = joined(parts);
  expect([verdict, asExpected, limit?.value, limit?.sample?.seeds]).toEqual(['violated', true, '12', 6]);
  expect(properties.map(({ name, status }) => [name, status])).toEqual([
    ['no count is lost', 'violated'],
    ['done', 'holds'],
    ['deadlock', 'undecided'],
  ]);
  expect(figures.states).toBe(parts.reduce((sum, part) => sum + part.figures.states, 0));
  expect(parts.filter(({ asExpected: fine }) => !fine).length).toBeGreaterThan(0);
});

test('nothing found by all of them is incomplete, and worth as much as as many runs of one', async () => {
  const result = joined(await shards('right', 10, 3));
  const [one] = await shards('right', 10, 1);
  expect([result.verdict, result.asExpected]).toEqual(['incomplete', false]);
  expect(result.limit?.sample?.probability).toBeCloseTo(one?.limit?.sample?.probability ?? 0, 12);
  expect(sampleText(result.limit?.sample as never)).toMatch(
    /^10 random runs among 3, seeds 5 to 7: a bug that shows within 8 steps and needs /,
  );
});

test('a shard that was cut short says so for the whole', async () => {
  const parts = await shards('right', 10, 3);
  const cut = {
    ...parts[1],
    limit: { kind: 'max-time', value: '1 s', growing: [] },
  } as (typeof parts)[number];
  expect(joined([parts[0] as typeof cut, cut]).limit?.kind).toBe('max-time');
});
