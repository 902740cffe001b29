import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { promelaOf } from './promela.ts';

function built(build: string, spec = ''): BuiltVariant {
  const text = `
import { always, alwaysPossible, idle, scenario, sometimes, within } from 'upy-check';
import { check, choose, clock, process, until } from 'upy-check/model';
export default scenario('lamp', { about: 'test', ${spec} variants: { only: { holds: true } }, parameters: { size: 2 }, build() {
${build}
} });`;
  return buildVariant(inlineScenario(text, 'lamp.ts'), 'only');
}

const LAMP = `
const s = { on: false, level: 0 };
process('switch', () => { s.level = choose(3); until(() => s.level < 2); s.on = true; });
process('pin 4', () => { check(!s.on, 'dark "\\\\{'); }, { outside: true });
return [always('low', () => s.level < 2), sometimes('on', () => s.on), alwaysPossible('off', () => !s.on)];`;

const processesOf = (text: string): string => text.slice(text.indexOf('active proctype'));

test('a location is an option of its process, a choice an atomic one; time and properties are processes', () => {
  expect(processesOf(promelaOf(built(LAMP)).text)).toMatchInlineSnapshot(`
    "active proctype switch_0() {
    end:
      do
      :: atomic { pc_switch_0 == 1 && c_expr { can_step_0 } -> do :: c_expr { more_outcomes } -> outcome++ :: break od; c_code { take_step(0); } } /* choose: s.level = choose(3); (lamp.ts:7) */
      :: d_step { pc_switch_0 == 2 && c_expr { can_step_0 } -> c_code { take_step(0); } } /* write: s.level = choose(3); (lamp.ts:7) */
      :: d_step { pc_switch_0 == 3 && c_expr { can_step_0 } -> c_code { take_step(0); } } /* until: until(() => s.level < 2); (lamp.ts:7) */
      :: d_step { pc_switch_0 == 4 && c_expr { can_step_0 } -> c_code { take_step(0); } } /* write: s.on = true; (lamp.ts:7) */
      :: d_step { c_expr { can_fail_0 } -> c_code { report_failures(0); }; assert(false) }
      od
    }

    active proctype pin_4_1() {
    end:
      do
      :: d_step { pc_pin_4_5 == 1 && c_expr { can_step_1 } -> c_code { take_step(1); } } /* check: check(!s.on,  dark    { ); (lamp.ts:8) */
      :: d_step { c_expr { can_fail_1 } -> c_code { report_failures(1); }; assert(false) }
      od
    }

    active proctype time() {
    end:
      do
      :: d_step { c_expr { time_passes } -> c_code { pass_time(); } }
      od
    }

    active proctype properties() {
    end:
      do
      :: d_step { c_expr { concerns_0 } -> c_code { report("violated", 0); }; assert(false) } /* always low */
      :: d_step { c_expr { concerns_1 } -> c_code { report("reached", 1); } } /* sometimes on */
      :: d_step { c_expr { deadlock } -> c_code { report("violated", 2); }; assert(false) }
      od
    }

    "
  `);
});

test('cells are variables of the smallest type that holds their values', () => {
  const { text } = promelaOf(built(LAMP));
  expect(text.match(/^(bool|byte|short|int|c_state) .*$/gm)).toMatchInlineSnapshot(`
    [
      "byte pc_switch_0 = 1;",
      "byte s_level_2 = 0;",
      "bool s_on_4 = 0;",
      "byte pc_pin_4_5 = 1;",
      "byte switch_choice_1 = 0;",
      "short outcome = 0; /* of a choice; 0 between steps */",
    ]
  `);
});

test('the beginning says how to run it and what it does not ask', () => {
  const model = promelaOf(built(LAMP, "timing: 'prompt',"));
  expect(model.text.slice(0, model.text.indexOf('*/') + 2)).toMatchInlineSnapshot(`
    "/* lamp, variant only size=2, exported by upy-check
     *
     * spin -a -o1 -o2 -o3 FILE
     * gcc -O2 -w -DSAFETY -DNOREDUCE -DVECTORSZ=1024 -o pan pan.c
     * ./pan -c0 -m1000000        all states and all verdicts; -m: at least the longest path
     * ./pan -m1000000; ./pan -r  the first violation, step by step
     *
     * One transition is one step of upy-check, so the states stored are equal. Verdicts are the
     * lines that begin with upy-check: as each is seen for the first time.
     * Not asked, because SPIN has no branching time:
     * alwaysPossible off
     * timelock timelock
     */"
  `);
  expect(model.decides).toEqual([
    'always low',
    'sometimes on',
    'deadlock deadlock',
    'check dark "\\{',
    'model error a loop that does not end',
  ]);
  expect(model.leavesOut).toEqual(['alwaysPossible off', 'timelock timelock']);
});

test('what a scenario does without is not asked', () => {
  const { decides } = promelaOf(built(LAMP, "without: ['deadlock', 'timelock'],"));
  expect(decides).not.toContain('deadlock deadlock');
});

/** SPIN reads at most 64 KB of C in one piece, and at most 255 processes. */
test('the pieces of every scenario are small enough for SPIN', { timeout: 120_000 }, async () => {
  const folder = join(root, 'scenarios/freertos');
  const sizes: number[] = [];
  for (const file of readdirSync(folder).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
    for (const loaded of await loadScenarios(join(folder, file))) {
      const variant = Object.keys(loaded.scenario.spec.variants)[0] as string;
      const { text } = promelaOf(buildVariant(loaded, variant));
      // The first has the declarations, the last the processes after it.
      sizes.push(
        ...text
          .split('\nc_code {\n')
          .slice(1, -1)
          .map(({ length }) => length),
      );
      expect(text.match(/^active proctype/gm)?.length).toBeLessThan(255);
    }
  }
  expect(Math.max(...sizes)).toBeLessThan(60_000);
});
