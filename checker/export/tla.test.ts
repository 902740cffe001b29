import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { loadScenarios } from '../language/loader.ts';
import { root } from '../language/own.ts';
import { randomScenario } from '../machine/random_program.ts';
import { UserError } from '../options.ts';
import { tlaOf } from './tla.ts';

function built(build: string, spec = ''): BuiltVariant {
  const text = `
import { always, alwaysPossible, idle, scenario, sometimes, within } from 'upy-check';
import { atomic, busy, check, choose, clock, process, until } from 'upy-check/model';
export default scenario('lamp', { about: 'test', ${spec} variants: { only: { holds: true } }, parameters: { size: 2 }, build() {
${build}
} });`;
  return buildVariant(inlineScenario(text, 'lamp.ts'), 'only');
}

const LAMP = `
const s = { on: false, level: 0, mode: 'idle' };
process('switch', () => { s.level = choose(3); until(() => s.level < 2); s.on = true; });
process('pin 4', () => { check(!s.on, 'dark'); s.mode = 'run'; }, { outside: true, runs: () => s.on || s.level > 0 });
return [always('low', () => s.level < 2), sometimes('on', () => s.on), alwaysPossible('off', () => !s.on),
  idle('runs', () => s.mode === 'run')];`;

/** Without the comments at the beginning of lines. */
const formulas = (module: string): string => module.replaceAll(/^\\\*.*\n/gm, '');
const sectionOf = (module: string, title: string): string =>
  module.slice(module.indexOf(`\\* ---- ${title}`)).split('\n\\* ---- ')[0] as string;

test('a step is an action, named after its process and line', () => {
  expect(sectionOf(tlaOf(built(LAMP)).module, 'switch')).toMatchInlineSnapshot(`
    "\\* ---- switch ----

    \\* choose: s.level = choose(3); (lamp.ts:7, switch)
    switch_L7_choose ==
      /\\ pc_switch = "L7_choose"
      /\\ \\E switch_choice_1 \\in 0..2 :
           /\\ pc_switch' = "L7_write_s_level"
           /\\ switch_choice' = switch_choice_1
      /\\ UNCHANGED <<s_level, s_on, pc_pin_4, s_mode>>

    \\* write: s.level = choose(3); (lamp.ts:7, switch)
    switch_L7_write_s_level ==
      /\\ pc_switch = "L7_write_s_level"
      /\\ pc_switch' = "L7_until"
      /\\ s_level' = switch_choice
      /\\ switch_choice' = 0
      /\\ UNCHANGED <<s_on, pc_pin_4, s_mode>>

    \\* until: until(() => s.level < 2); (lamp.ts:7, switch)
    switch_L7_until ==
      /\\ pc_switch = "L7_until"
      /\\ s_level < 2
      /\\ pc_switch' = "L7_write_s_on"
      /\\ UNCHANGED <<s_level, s_on, pc_pin_4, s_mode, switch_choice>>

    switch_L7_until_can == s_level < 2

    \\* write: s.on = true; (lamp.ts:7, switch)
    switch_L7_write_s_on ==
      /\\ pc_switch = "L7_write_s_on"
      /\\ pc_switch' = "not alive"
      /\\ s_on' = TRUE
      /\\ UNCHANGED <<s_level, pc_pin_4, s_mode, switch_choice>>

    switch_can_step ==
      /\\ pc_switch # "not alive"
      /\\ pc_switch = "L7_until" => switch_L7_until_can

    switch_is_blocked ==
      /\\ pc_switch \\in {"L7_until"}
      /\\ ~switch_can_step

    switch_fails == {}

    switch ==
      \\/ switch_L7_choose
      \\/ switch_L7_write_s_level
      \\/ switch_L7_until
      \\/ switch_L7_write_s_on
    "
  `);
});

test('steps that may fail say how; a run condition with an alternative is one truth value', () => {
  expect(sectionOf(tlaOf(built(LAMP)).module, 'pin 4')).toMatchInlineSnapshot(`
    "\\* ---- pin 4 (outside) ----

    \\* check: check(!s.on, 'dark'); (lamp.ts:8, pin 4)
    pin_4_L8_check_s_on ==
      /\\ pc_pin_4 = "L8_check_s_on"
      /\\ Holds(pin_4_runs)
      /\\ ~s_on
      /\\ pc_pin_4' = "L8_write_s_mode"
      /\\ UNCHANGED <<pc_switch, s_level, s_on, s_mode, switch_choice>>

    pin_4_L8_check_s_on_fails ==
      IF ~s_on
        THEN {}
        ELSE {"check dark"}

    \\* write: s.mode = 'run'; (lamp.ts:8, pin 4)
    pin_4_L8_write_s_mode ==
      /\\ pc_pin_4 = "L8_write_s_mode"
      /\\ Holds(pin_4_runs)
      /\\ pc_pin_4' = "not alive"
      /\\ s_mode' = 0 (* 'run' *)
      /\\ UNCHANGED <<pc_switch, s_level, s_on, switch_choice>>

    pin_4_can_step ==
      /\\ pc_pin_4 # "not alive"
      /\\ Holds(pin_4_runs)

    pin_4_fails ==
      IF Holds(pin_4_runs)
        THEN CASE pc_pin_4 = "L8_check_s_on" -> pin_4_L8_check_s_on_fails
               [] OTHER -> {}
        ELSE {}

    pin_4 ==
      \\/ pin_4_L8_check_s_on
      \\/ pin_4_L8_write_s_mode
    "
  `);
});

test('variables have their names of the source, and the words that their numbers stand for', () => {
  const { module } = tlaOf(built(LAMP));
  expect(module.slice(module.indexOf('VARIABLES'), module.indexOf('\\* ---- '))).toMatchInlineSnapshot(`
    "VARIABLES
      pc_switch,
      s_level,  \\* s.level
      s_on,  \\* s.on
      pc_pin_4,
      s_mode,  \\* 0 'run', 1 'idle'
      switch_choice

    vars == <<pc_switch, s_level, s_on, pc_pin_4, s_mode, switch_choice>>

    Init ==
      /\\ pc_switch = "L7_choose"
      /\\ s_level = 0
      /\\ s_on = FALSE
      /\\ pc_pin_4 = "L8_check_s_on"
      /\\ s_mode = 1 (* 'idle' *)
      /\\ switch_choice = 0

    "
  `);
});

test('properties are invariants; what shall be possible stands apart, and what is about paths is named', () => {
  const model = tlaOf(built(LAMP, "timing: 'prompt',"));
  expect(model.cfg).toMatchInlineSnapshot(`
    "SPECIFICATION Spec
    \\* Our deadlock is an invariant: processes may end, and servers may rest.
    CHECK_DEADLOCK FALSE
    INVARIANT always_low
    INVARIANT idle_runs
    INVARIANT no_check_dark
    INVARIANT no_deadlock
    \\* To see that something is possible, ask for the contrary: TLC then shows how it comes about.
    \\* INVARIANT never_on
    "
  `);
  expect([...model.invariants]).toEqual([
    ['always_low', 'always low'],
    ['idle_runs', 'idle runs'],
    ['no_check_dark', 'check dark'],
    ['no_deadlock', 'deadlock deadlock'],
  ]);
  expect([...model.reachable]).toEqual([['never_on', 'sometimes on']]);
  expect(model.leavesOut).toEqual(['alwaysPossible off', 'timelock timelock']);
  expect(model.module.split('\n---- MODULE')[0]).toMatchInlineSnapshot(`
    "\\* lamp, variant only size=2, exported by upy-check
    \\*
    \\* java -XX:+UseParallelGC -Xss64m -cp tla2tools.jar tlc2.TLC -workers 1 -noGenerateSpecTE lamp
    \\*
    \\* One action is one step of upy-check, named after its process and line, so states and successors are equal.
    \\* An operator that ends in _can says whether a step that may wait can be taken, one in _fails how it goes wrong.
    \\* Not asked, because they are no invariants:
    \\* alwaysPossible off
    \\* timelock timelock"
  `);
});

test('time is an action: clocks, a busy that only counts while its process runs, the hidden clock of a deadline', () => {
  const { module } = tlaOf(
    built(
      `
const s = { n: 0, go: true };
const k = clock();
process('p', () => { k.every(4); until(() => k.expired); k.clear(); busy(3); s.n = 1; }, { runs: () => s.go });
process('q', () => { until(() => s.n === 1, 9); s.go = !s.go; }, { outside: true });
return [within('soon', 5, () => s.n === 0)];`,
      'timeUnit: 2,',
    ),
  );
  expect(sectionOf(module, 'Who can step')).toMatchInlineSnapshot(`
    "\\* ---- Who can step, and the passing of time ----

    SystemCanStep == p_can_step

    BackgroundCanStep == FALSE

    OutsideCanStep == q_can_step

    PromptCanStep == FALSE

    SomebodyIsBusy == p_is_busy

    TimeMayPass == ~PromptCanStep

    Running == {t \\in {k_left, IF p_runs THEN p_busy ELSE 0, q_timeout} : t > 0}

    Deadlines == {t \\in {within_soon} : t > 0}

    ClockRuns == Running # {}

    TimeCanPass ==
      /\\ TimeMayPass
      /\\ (Running \\cup Deadlines) # {}

    Least(times) == CHOOSE t \\in times : \\A u \\in times : t <= u

    Time ==
      /\\ TimeCanPass
      /\\ LET d ==
               IF OutsideCanStep /\\ Least(Running \\cup Deadlines) > 2 THEN 2 ELSE Least(Running \\cup Deadlines)
         IN  /\\ k_left' = IF k_left > 0 THEN (IF k_left = d /\\ k_period > 0 THEN k_period ELSE k_left - d) ELSE k_left
             /\\ k_latched' = (k_latched \\/ (k_left = d /\\ k_period > 0))
             /\\ p_busy' = IF p_busy > 0 /\\ p_runs THEN p_busy - d ELSE p_busy
             /\\ q_timeout' = IF q_timeout > 0 THEN q_timeout - d ELSE q_timeout
             /\\ UNCHANGED <<pc_p, k_period, s_n, s_go, pc_q, q_go>>
             /\\ within_soon' = (IF soon' THEN (IF within_soon < 0 THEN 5 ELSE (IF within_soon > 0 THEN within_soon - d ELSE within_soon)) ELSE -1)
    "
  `);
});

test('where paths meet again is an operator, and a loop one that calls itself', () => {
  const { module } = tlaOf(
    built(`
const s = { sum: 0 }; const values = [3, 1, 2];
process('p', () => { atomic(() => { let n = 0; for (let i = 0; i < values.length && s.sum < 9; i++) { if (values[i] > s.sum) n++; } s.sum = n; values[0] = 1; }); });
process('q', () => { values[1] = s.sum & 3; });
return [always('small', () => s.sum < 4)];`),
  );
  expect(sectionOf(module, 'p')).toMatchInlineSnapshot(`
    "\\* ---- p ----

    \\* atomic: atomic(() => { let n = 0; for (let i = 0; i < values.length && s.sum < 9; i++) { if (values[i] > s.sum) n++; } s.sum = n; values[0] = 1; }); (lamp.ts:7, p)
    p_L7_atomic ==
      /\\ pc_p = "L7_atomic"
      /\\ LET RECURSIVE Then_1(_, _)
             Then_3(n_2, i_2) ==
               /\\ Fits32(i_2 + 1)
               /\\ Then_1(n_2, i_2 + 1)
             Then_2(n_3) ==
               /\\ pc_p' = "not alive"
               /\\ s_sum' = n_3
               /\\ values_0' = 1
             Then_1(n_1, i_1) ==
               IF i_1 < 3
                 THEN IF s_sum < 9
                        THEN /\\ i_1 >= 0 /\\ i_1 < 3
                             /\\ IF At(<<values_0, values_1, values_2>>, i_1, 0) > s_sum
                                  THEN /\\ Fits32(n_1 + 1)
                                       /\\ Then_3(n_1 + 1, i_1)
                                  ELSE Then_3(n_1, i_1)
                        ELSE Then_2(n_1)
                 ELSE Then_2(n_1)
         IN  Then_1(0, 0)
      /\\ UNCHANGED <<values_1, pc_q, q_sum>>

    p_L7_atomic_fails ==
      LET RECURSIVE Then_1(_, _)
          Then_2(n_2, i_2) ==
            IF Fits32(i_2 + 1)
              THEN Then_1(n_2, i_2 + 1)
              ELSE {"model error integer overflow"}
          Then_1(n_1, i_1) ==
            IF i_1 < 3
              THEN IF s_sum < 9
                     THEN IF i_1 >= 0 /\\ i_1 < 3
                            THEN IF At(<<values_0, values_1, values_2>>, i_1, 0) > s_sum
                                   THEN IF Fits32(n_1 + 1)
                                          THEN Then_2(n_1 + 1, i_1)
                                          ELSE {"model error integer overflow"}
                                   ELSE Then_2(n_1, i_1)
                            ELSE {"model error index out of range"}
                     ELSE {}
              ELSE {}
      IN  Then_1(0, 0)

    p_can_step == pc_p # "not alive"

    p_fails ==
      CASE pc_p = "L7_atomic" -> p_L7_atomic_fails
        [] OTHER -> {}

    p == p_L7_atomic
    "
  `);
});

test('what a scenario does without is not asked', () => {
  const model = tlaOf(built(LAMP, "without: ['deadlock', 'timelock'],"));
  expect([...model.invariants.values()]).not.toContain('deadlock deadlock');
  expect(model.leavesOut).toEqual(['alwaysPossible off']);
});

/** Words of TLA+ and of the standard modules in what is exported. */
const KNOWN = new Set(
  `CASE CHOOSE CONSTRAINT ELSE EXTENDS FALSE IF IN LET MODULE OTHER RECURSIVE THEN TRUE UNCHANGED UNION VARIABLES A E Integers
Len Sequences b cap cup div in notin`.split(/\s+/),
);

/** What SANY would say: unknown names, names defined twice, brackets that do not match. */
function mistakes(module: string): string[] {
  const text = formulas(module).replaceAll(/\(\*.*?\*\)|\\\*.*$|"[^"]*"/gm, ' ');
  const top = [...text.matchAll(/^(\w+)(?:\([^)]*\))? ==/gm)].map(([, name]) => name as string);
  const declared = [...text.matchAll(/^ {2}(\w+),?\s*$/gm)].map(([, name]) => name as string);
  const inner = [
    ...text.matchAll(/(\w+)(?:\(([^()]*)\))? ==(?!.*MODULE)|\\[AE] (\w+)|(\w+) \\in|: (\w+) \\in/g),
  ].flatMap(([, name, list = '', ...bound]) => [name, ...list.split(', '), ...bound]);
  const known = new Set([...KNOWN, ...top, ...declared, ...inner]);
  const heads = /^---- MODULE (\w+) ----$/m.exec(module)?.[1] ?? '';
  const unknown = [...text.matchAll(/(?<![\w'])[A-Za-z]\w*/g)]
    .map(([name]) => name)
    .filter((name) => !known.has(name) && name !== heads);
  const twice = top.filter((name, i) => top.indexOf(name) !== i);
  const depth = (open: string, close: string): string[] =>
    text.split(open).length === text.split(close).length ? [] : [`${open} without ${close}`];
  return [
    ...new Set(unknown.map((name) => `unknown: ${name}`)),
    ...twice.map((name) => `twice: ${name}`),
    ...depth('(', ')'),
    ...depth('<<', '>>'),
    ...depth('{', '}'),
  ];
}

test('scenarios and benchmarks name only what they define, and everything once', {
  timeout: 120_000,
}, async () => {
  const found: string[] = [];
  const models = readdirSync(join(root, 'bench/models')).map((name) => `bench/models/${name}`);
  const scenarios = ['uevent-wake', 'freertos/priority-inversion'].map((name) => `scenarios/${name}.ts`);
  for (const file of [...scenarios, ...models.filter((name) => name.endsWith('.ts'))]) {
    for (const loaded of await loadScenarios(join(root, file))) {
      const variant = Object.keys(loaded.scenario.spec.variants)[0] as string;
      found.push(...mistakes(tlaOf(buildVariant(loaded, variant)).module).map((each) => `${file} ${each}`));
    }
  }
  expect(found).toEqual([]);
});

test('and every random model', { timeout: 120_000 }, () => {
  const found: string[] = [];
  for (const text of fc.sample(randomScenario, { numRuns: 25, seed: 8 })) {
    let model: BuiltVariant;
    try {
      model = buildVariant(inlineScenario(text, 'random.ts'), 'only');
    } catch (error) {
      if (error instanceof UserError) continue;
      throw error;
    }
    found.push(...mistakes(tlaOf(model).module));
  }
  expect(found).toEqual([]);
});
