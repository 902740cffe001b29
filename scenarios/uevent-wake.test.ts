import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { check, type LoadedScenario } from '../checker/check.ts';
import { loadScenarios } from '../checker/language/loader.ts';

const file = fileURLToPath(new URL('./uevent-wake.ts', import.meta.url));

/** Verdict, violated properties with the lengths of their shortest traces, and the size of the state graph. */
async function outline(): Promise<string[]> {
  const lines: string[] = [];
  for (const loaded of await loadScenarios(file)) {
    for await (const { variant, verdict, because, properties, figures } of check(loaded)) {
      expect(because).toEqual([]);
      const violated = properties.filter(({ status }) => status === 'violated');
      const traces = violated.map(({ name, trace }) => `${name} in ${trace?.steps.length}`);
      lines.push(
        [
          `${loaded.scenario.name}/${variant}`,
          verdict,
          ...traces,
          `${figures.states} states`,
          `${figures.transitions} transitions`,
        ].join(' | '),
      );
    }
  }
  return lines;
}

/** The same scenario with every `critical` opened into lock, steps and unlock. */
function opened({ scenario, file: shown }: LoadedScenario): LoadedScenario {
  return { scenario: { ...scenario, spec: { ...scenario.spec, criticals: 'open' } }, file: shown };
}

describe('uevent-wake (#6125)', () => {
  test('every variant has its verdict for the stated reason', { timeout: 120_000 }, async () => {
    expect((await outline()).join('\n')).toMatchSnapshot();
  });

  test('the trace of the check-then-sleep window, step by step', { timeout: 60_000 }, async () => {
    const [loaded] = await loadScenarios(file);
    if (loaded === undefined) throw new Error('no scenario');
    for await (const { properties } of check(loaded, { variants: ['check-then-suspend'] })) {
      const trace = properties.find(
        ({ name }) => name === 'lost wakeup: what poll waits for is there',
      )?.trace;
      const steps = trace?.steps.map(
        (s) =>
          `${s.process ?? 'time'}: ${s.stack.at(-1)?.function ?? ''} ${s.changes.map((c) => `${c.variable} ${c.before}→${c.after}`).join(', ')}`,
      );
      expect(steps?.join('\n')).toMatchSnapshot();
      expect(trace?.explanation.replaceAll(/\.ts:\d+/gu, '.ts')).toBe(
        "what poll waits for is there, and nothing will ever run again: event 1 of 'pin 4 interrupt edge' arrived between " +
          '`poll` (pin.ts) and `vTaskSuspend` (tasks.ts) of main; nothing will wake main. The `xTaskResumeFromISR` (tasks.ts) of ' +
          'pin 4 interrupt finds main awake, changes nothing and is lost; only then main goes to sleep, in `vTaskSuspend` (tasks.ts).',
      );
    }
  });

  test('critical sections as one step claim nothing that their steps do not keep', {
    timeout: 300_000,
  }, async () => {
    const states: string[] = [];
    for (const loaded of await loadScenarios(file)) {
      for await (const { variant, because, figures } of check(opened(loaded))) {
        expect([variant, ...because]).toEqual([variant]);
        states.push(`${variant} ${figures.states}`);
      }
    }
    expect(states.join('\n')).toMatchSnapshot();
  });
});
