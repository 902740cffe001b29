import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';

/** What the explanation of a trace says about another order, for findings about how a run ends. */
async function decisiveIn(body: string): Promise<string | null | undefined> {
  const loaded = inlineScenario(`
import { scenario, idle } from 'upy-check';
import { process, until } from 'upy-check/model';
export default scenario('t', { about: 't', variants: { only: { holds: true } }, build() {
const s = { go: false, ok: false, stop: false, n: 0 };
${body}
process('early', () => { s.go = true; });
return [idle('all is well', () => s.ok && s.n >= 0)];
} });`);
  for await (const { properties } of check(loaded, {})) {
    const found = properties.find(({ name }) => name === 'all is well');
    expect(found?.status).toBe('violated');
    const decisive = found?.trace?.decisive;
    return decisive == null ? decisive : decisive.text;
  }
  return undefined;
}

const spins = (period: number): string =>
  `process('spins', () => { if (!s.go) return; s.ok = true; while (!s.stop) s.n = (s.n + 1) % ${period}; });`;

test('a run that comes back to where it was goes on for ever without the finding', async () => {
  expect(await decisiveIn(spins(3))).toMatch(
    /^Step 1 \(spins, .*\) comes before step 2 \(early, .*it does not happen\.$/u,
  );
});

test('a run that was only left off is no answer', async () => {
  expect(await decisiveIn(spins(1000))).toBeNull();
});

test('nor one that goes on for ever because somebody who could end it never comes to', async () => {
  const ends = "process('ends', () => { until(() => s.ok); s.ok = false; s.stop = true; });";
  expect(await decisiveIn(spins(3) + ends)).toBeNull();
});
