import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomScenario } from '../machine/random_program.ts';
import { randomModel } from '../oracles/random_model.ts';
import { againstPlain } from './against_plain.ts';
import { randomConcurrent } from './random_concurrent.ts';
import { randomSuspended } from './random_suspended.ts';

/** More for a longer run: UPY_CHECK_RANDOM_PROGRAMS=10000, with another UPY_CHECK_RANDOM_SEED. */
const PROGRAMS = Number(process.env.UPY_CHECK_RANDOM_PROGRAMS ?? 500);
const SEED = Number(process.env.UPY_CHECK_RANDOM_SEED ?? 31);
const STATES = 4000;

const withoutDeadlines = (text: string): string => text.replaceAll(/^within\(.*$/gm, '');

/** Runs of the plain search and of the reduced one; how many were compared, and how many became smaller. */
function compareAll(scenarios: fc.Arbitrary<string>, numRuns: number): { compared: number; smaller: number } {
  let compared = 0;
  let smaller = 0;
  const agree = (text: string): void => {
    const built = randomModel(withoutDeadlines(text));
    if (built === null) return;
    const comparison = againstPlain(built, STATES);
    if (comparison === null) return;
    compared++;
    if (comparison.states[1] < comparison.states[0]) smaller++;
    if (comparison.difference !== null) throw new Error(`${comparison.difference}\n${text}`);
  };
  fc.assert(fc.property(scenarios, agree), { numRuns, seed: SEED });
  return { compared, smaller };
}

test('small concurrent programs: the verdicts and quiescent states of plain search', () => {
  const { compared, smaller } = compareAll(randomConcurrent, 3 * PROGRAMS);
  expect(compared).toBeGreaterThan(2 * PROGRAMS);
  expect(smaller).toBeGreaterThan(PROGRAMS);
}, 900_000);

test('tasks that an interrupt suspends, for ever perhaps', () => {
  const { compared, smaller } = compareAll(randomSuspended, 3 * PROGRAMS);
  expect(compared).toBeGreaterThan(2.5 * PROGRAMS);
  expect(smaller).toBeGreaterThan(PROGRAMS);
}, 900_000);

test('programs over everything that a process can do', () => {
  const { compared } = compareAll(randomScenario, PROGRAMS / 5);
  expect(compared).toBeGreaterThan(0.1 * PROGRAMS);
}, 900_000);
