import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';

test('a variant that fails as stated says where the run shows the reason, and what else was stated', async () => {
  const scenario = inlineScenario(`import { idle, scenario, sometimes } from 'upy-check';
import { process, rest } from 'upy-check/model';
export default scenario('counter', { about: 'x', variants: {
  lost: { violates: 'all are counted', through: ['add', 'load'], also: ['never one'] },
  plain: { violates: 'all are counted', also: ['never one'] },
  other: { violates: 'all are counted', through: ['subtract'], also: ['never one'] },
  fine: { holds: true },
}, build({ variant }) {
  const s = { n: 0, done: 0 };
  const load = () => s.n;
  const add = () => { const seen = load(); s.n = seen + 1; };
  process('a', () => { if (variant !== 'fine') add(); else s.n = 2; });
  process('b', () => { if (variant !== 'fine') add(); });
  return [idle('all are counted', () => s.n === 2), idle('never one', () => s.n !== 1), sometimes('two', () => s.n === 2)];
} });`);
  const results: [string, unknown, number | undefined][] = [];
  for await (const { variant, reason, properties } of check(scenario))
    results.push([variant, reason, properties.find(({ name }) => name === 'two')?.steps]);
  const reason = { property: 'all are counted', through: [], also: ['never one'] };
  const through = [
    { function: 'add', step: 1 },
    { function: 'load', step: 1 },
  ];
  expect(results).toEqual([
    ['lost', { ...reason, through }, 4],
    ['plain', reason, 4],
    ['other', undefined, 4],
    ['fine', undefined, 1],
  ]);
});
