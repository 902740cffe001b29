import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { promelaOf } from './promela.ts';
import { needSpin, Tally } from './testing.ts';

/** The second opinion of SPIN on scenarios and benchmarks: as many states and the same verdicts. */

const STATES_MAX = 200_000;
beforeAll(needSpin);

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
    .sort();
}

/** The first variant that is small enough; every scenario must have one. */
async function oneVariant(file: string, tally: Tally): Promise<void> {
  for (const loaded of await loadScenarios(join(root, file))) {
    let small = false;
    for (const variant of Object.keys(loaded.scenario.spec.variants))
      small ||= await tally.agrees(buildVariant(loaded, variant), STATES_MAX);
    expect(small, `a variant of ${loaded.scenario.name} with at most ${STATES_MAX} states`).toBe(true);
  }
}

describe.each(['scenarios', 'bench/models'])('%s', (folder) => {
  test.for(filesIn(folder))('%s', async (file, { task }) => {
    const tally = new Tally(`SPIN, exported ${folder}`);
    try {
      await oneVariant(file, tally);
    } finally {
      task.meta.compared = [tally.compared];
    }
  });
});

test('bounded overtaking, and data races left out', async ({ task }) => {
  const tally = new Tally('SPIN, bounded overtaking');
  const ticketLock = `
import { overtaking, scenario } from 'upy-check';
import { atomic, ghost, pause, process } from 'upy-check/model';
export default scenario('ticket lock', { about: 'test', races: true, variants: { only: { holds: true } }, build() {
const lock = { next: 0, serving: 0 };
const seen = { waits: [false, false, false], inside: [false, false, false] };
for (const me of [0, 1, 2]) process('t' + me, () => {
  while (true) {
    const mine = atomic(() => { const t = lock.next; lock.next = (t + 1) & 3; ghost(() => { seen.waits[me] = true; }); return t; });
    while (lock.serving !== mine);
    ghost(() => { seen.waits[me] = false; seen.inside[me] = true; });
    pause();
    atomic(() => { lock.serving = (lock.serving + 1) & 3; ghost(() => { seen.inside[me] = false; }); });
  }
}, { runs: () => lock.next < 4 });
const others = () => { for (const i of [1, 2]) if (seen.inside[i]) return true; return false; };
overtaking('by both, once', 1, () => seen.waits[0], others);
overtaking('by both, twice', 2, () => seen.waits[0], others);
overtaking('by one, once', 1, () => seen.waits[0], () => seen.inside[1]);
} });`;
  const built = buildVariant(inlineScenario(ticketLock), 'only');
  expect(promelaOf(built).leavesOut).toEqual(['data race data race']);
  try {
    expect(await tally.agrees(built, STATES_MAX)).toBe(true);
  } finally {
    task.meta.compared = [tally.compared];
  }
});
