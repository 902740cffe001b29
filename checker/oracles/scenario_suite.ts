import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check, type LoadedScenario } from '../check.ts';
import { loadScenarios } from '../language/loader.ts';

/** Verdict, violated properties with the lengths of their shortest traces, and the size of the state graph. */
async function outline(loaded: LoadedScenario): Promise<string[]> {
  const lines: string[] = [];
  for await (const { variant, because, properties, figures } of check(loaded)) {
    expect([variant, ...because]).toEqual([variant]);
    const violated = properties.filter(({ status }) => status === 'violated');
    const traces = violated.map(({ name, trace }) => `${name} in ${trace?.steps.length}`);
    lines.push(
      [variant, ...traces, `${figures.states} states`, `${figures.transitions} transitions`].join(' | '),
    );
  }
  return lines;
}

/**
 * Which verdict the variants that hold have when every `critical` is opened into lock, steps and unlock. The others stay violated:
 * their traces are runs of the opened model, too.
 */
async function openedVerdicts({ scenario, file }: LoadedScenario): Promise<string[]> {
  const opened = { ...scenario, spec: { ...scenario.spec, criticals: 'open' as const } };
  const variants = Object.entries(scenario.spec.variants).flatMap(([name, stated]) =>
    'holds' in stated ? [name] : [],
  );
  const problems: string[] = [];
  for await (const { variant, because } of check({ scenario: opened, file }, { variants }))
    problems.push(...because.map((why) => `${variant}: ${why}`));
  return problems;
}

/** What is asked of every scenario in the folder of the test that calls this. @param url its `import.meta.url`. */
export function testScenarios(url: string): void {
  const folder = fileURLToPath(new URL('./', url));
  const shown = folder.slice(folder.lastIndexOf('/scenarios/') + 1);
  const files = readdirSync(folder).filter((name) => /(?<!\.test)\.ts$/.test(name));

  describe.each(files)(`${shown}%s`, (name) => {
    test('every variant has its verdict for the stated reason', { timeout: 120_000 }, async () => {
      for (const loaded of await loadScenarios(`${folder}${name}`))
        expect((await outline(loaded)).join('\n')).toMatchSnapshot(loaded.scenario.name);
    });

    test('one variant holds, one fails, and each has something that must happen', async () => {
      for (const { scenario } of await loadScenarios(`${folder}${name}`)) {
        const expectations = Object.values(scenario.spec.variants);
        expect(expectations.some((each) => 'holds' in each)).toBe(true);
        expect(expectations.some((each) => 'violates' in each)).toBe(true);
      }
    });

    test('kernel calls as one step claim nothing that their steps do not keep', {
      timeout: 300_000,
    }, async () => {
      for (const loaded of await loadScenarios(`${folder}${name}`))
        expect(await openedVerdicts(loaded)).toEqual([]);
    });
  });
}
