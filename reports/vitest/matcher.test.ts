import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { process } from '../../model/intrinsics/process.ts';
import { always } from '../../model/intrinsics/property.ts';
import { atomic } from '../../model/intrinsics/step.ts';
import { cut, surprise } from '../fake.ts';
import { failureText } from './matcher.ts';

const counting = scenario('counting', {
  about: 'count++ is two steps',
  variants: { racy: { violates: 'no count is lost' }, fixed: { holds: true } },
  build({ variant }) {
    const seen = { count: 0, done: 0 };
    for (const name of ['left', 'right'])
      process(name, () => {
        if (variant === 'racy') seen.count++;
        else
          atomic(() => {
            seen.count++;
          });
        atomic(() => {
          seen.done++;
        });
      });
    return [always('no count is lost', () => seen.done < 2 || seen.count === 2)];
  },
});

test('the failure text is the console report with the trace, without figures of time', () => {
  const text = failureText({ scenario: counting, file: 'counting.ts' }, [surprise, cut]);
  expect(text).toMatch(/✗ check-then-sleep +violated +2,001 states, 6,404 transitions, depth 10\n/u);
  expect(text).toContain('⇄ SWITCH from pin 4');
  expect(text).toContain('stopped by --max-states 1,000,000');
});

test('what is no scenario is refused', async () => {
  await expect(async () => expect({ name: 'x' }).toMeetItsVerdicts()).rejects.toThrow(TypeError);
});

describe('with the engine', () => {
  test('a scenario, and a loaded one', async () => {
    await expect(counting).toMeetItsVerdicts();
    await expect({ scenario: counting, file: 'counting.ts' }).toMeetItsVerdicts({ variants: ['racy'] });
  });

  test('what does not meet its verdicts fails with the trace', async () => {
    const wrong = scenario('wrong', { ...counting.spec, variants: { racy: { holds: true } } });
    await expect(async () => expect(wrong).toMeetItsVerdicts()).rejects.toThrow(
      /✗ racy +violated[\s\S]*What went wrong/u,
    );
    await expect(counting).not.toMeetItsVerdicts({ maxStates: 2 });
  });
});
