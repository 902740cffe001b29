import { check } from '../../checker/check.ts';
import type { Scenario } from '../../checker/scenario.ts';

/**
 * Test helper: each variant of a scenario in a line: its verdict, what is violated with the length of the shortest
 * trace, and the size of the state graph. Throws if a variant is not as the scenario expects.
 */
export async function outline(scenario: Scenario): Promise<string> {
  const lines: string[] = [];
  for await (const result of check({ scenario, file: 'test' })) {
    const { variant, verdict, because, properties, figures, limit } = result;
    const violated = properties.filter(({ status }) => status === 'violated');
    lines.push(
      [
        variant,
        verdict,
        ...violated.map(
          ({ name, detail, trace }) => `${name}${detail ? ` (${detail})` : ''} in ${trace?.steps.length}`,
        ),
        `${figures.states} states, ${figures.transitions} transitions`,
        ...(limit === null ? [] : [JSON.stringify(limit)]),
        ...because,
      ].join(' | '),
    );
  }
  return lines.join('\n');
}
