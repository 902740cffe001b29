import { relative } from 'node:path';
import { expect } from 'vitest';
import { check, type LoadedScenario } from '../../checker/check.ts';
import type { CheckOptions } from '../../checker/options.ts';
import { isScenario, type Scenario } from '../../checker/scenario.ts';
import { metadataOf } from '../../model/intrinsics/metadata.ts';
import { ConsoleReporter } from '../console.ts';
import { type CheckedVariant, publish } from '../events.ts';
import { paint } from '../paint.ts';

declare module 'vitest' {
  interface Matchers<T> {
    /** Checks every variant (or those in `options`): each must have the verdict that it states. */
    toMeetItsVerdicts(options?: CheckOptions): Promise<T>;
  }
}

const WIDTH = 110;

/** Where a scenario is written, as `replay` needs it: not the test that imports it. */
function fileOf({ name, spec }: Scenario, testPath: string | undefined): string {
  const written = metadataOf(spec.build)?.source.file;
  return written ?? (testPath === undefined ? name : relative(process.cwd(), testPath));
}

function loadedOf(received: unknown, testPath: string | undefined): LoadedScenario {
  if (isScenario(received)) return { scenario: received, file: fileOf(received, testPath) };
  const { scenario, file } = (received ?? {}) as Partial<LoadedScenario>;
  if (isScenario(scenario) && typeof file === 'string') return { scenario, file };
  throw new TypeError('expect(…).toMeetItsVerdicts() takes what scenario() returns, or a LoadedScenario');
}

/** The console report of these variants without colours: the trace in the words of the source. */
export function failureText(loaded: LoadedScenario, results: readonly CheckedVariant[]): string {
  let text = '';
  const write = (part: string) => {
    text += part;
  };
  const reporter = new ConsoleReporter(write, { paint: paint(0), width: WIDTH, traces: 'unexpected' });
  const { scenario, file } = loaded;
  const variants = results.map((result) => result.variant);
  publish([reporter], {
    type: 'scenario-started',
    scenario: scenario.name,
    about: scenario.spec.about,
    file,
    variants,
    alone: true,
  });
  for (const result of results) publish([reporter], { type: 'variant-finished', result, wallMs: null });
  return text.trimEnd();
}

expect.extend({
  async toMeetItsVerdicts(received: unknown, options: CheckOptions = {}) {
    const loaded = loadedOf(received, this.testPath);
    const results: CheckedVariant[] = [];
    for await (const result of check(loaded, options)) results.push(result);
    const wrong = results.filter((result) => !result.asExpected || result.verdict === 'incomplete');
    return {
      pass: wrong.length === 0,
      message: () =>
        wrong.length === 0
          ? `scenario '${loaded.scenario.name}' meets its verdicts, and was expected not to`
          : failureText(loaded, wrong),
    };
  },
});
