import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { explore } from '../explore.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { PropertyCode } from '../language/ir.ts';
import { UserError } from '../options.ts';
import { offersOf } from '../oracles/fair_runs.ts';
import { livenessVerdicts } from '../property/liveness.ts';
import { toEnd } from '../property/product.ts';
import { statesOfLoop } from '../trace/repeats.ts';
import { Walk } from '../trace/walk.ts';
import { reference } from './agreement.ts';
import { generate } from './codegen.ts';
import type { Interpreter, State } from './interpreter.ts';
import { layOut } from './layout.ts';
import { Offer } from './liveness_code.ts';
import { pack, unpack } from './packed.ts';
import { randomScenario } from './random_program.ts';

const PROPERTIES = `eventually('flag', () => s.flag); leadsTo('order', () => s.n > 0, () => s.i > 1);`;

/** A task that an interrupt suspends, wherever it is, before what it could do and before what it could not. */
const INTERRUPTED = `import { scenario } from 'upy-check';
import { busy, process, until } from 'upy-check/model';
export default scenario('random', { about: 'random', variants: { only: { holds: true } }, build() {
const s = { flag: false, n: 0, i: 0, level: 0 };
process('isr', () => { while (true) { s.level = 1; s.i = (s.i + 1) % 3; s.level = 0; } });
process('task', () => { while (true) { s.n = 1 - s.n; busy(3); until(() => s.i === 1); } }, { runs: () => s.level === 0 });
} });
`;

/** A random program with liveness properties; `null`: it is refused. */
function built(text: string, fairness: string): BuiltVariant | null {
  const asked = text
    .replace(
      "import { scenario } from 'upy-check';",
      "import { eventually, leadsTo, scenario } from 'upy-check';",
    )
    .replace("about: 'random',", `about: 'random', fairness: '${fairness}',`)
    .replace(/\} \}\);\n$/, `${PROPERTIES}\n} });\n`);
  try {
    return buildVariant(inlineScenario(asked, 'random.ts'), 'only');
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

const isOpen = (interpreter: Interpreter, { goal, predicate }: PropertyCode, state: State): boolean =>
  !interpreter.predicate(goal ?? predicate, state);

test('how processes stand, and what is asked, as the interpreter has it', () => {
  const counts = [0, 0, 0];
  const agree = (text: string): void => {
    const variant = built(text, 'weak');
    if (variant === null) return;
    const { interpreter, states } = reference(variant, 40);
    const layout = layOut(variant.compiled, new Map());
    const { liveness, generated } = generate(
      variant.compiled,
      layout,
      pack(interpreter, layout, interpreter.initial()),
    );
    const offers = new Uint8Array(variant.compiled.program.processes.length);
    for (const state of states) {
      const words = pack(interpreter, layout, state);
      if (unpack(interpreter, layout, words, 0).some((value, i) => value !== state[i])) continue;
      generated.reserve(generated.fanOut * generated.words);
      liveness.standing(words, 0, offers);
      expect([...offers]).toEqual(offersOf(interpreter, state));
      for (const offer of offers) counts[offer] = (counts[offer] as number) + 1;
      for (const { property, from, goal } of liveness.properties) {
        expect(!goal(words, 0)).toBe(isOpen(interpreter, property, state));
        if (from !== null) expect(from(words, 0)).toBe(interpreter.predicate(property.predicate, state));
      }
    }
  };
  agree(INTERRUPTED);
  fc.assert(fc.property(randomScenario, agree), { numRuns: 40, seed: 7 });
  expect(Math.min(...counts)).toBeGreaterThan(0);
}, 300_000);

test('every lasso of a random program is a fair run on the interpreter on which what is asked for never comes', async () => {
  const found = { weak: 0, strong: 0, loops: 0 };
  const verify = async (text: string): Promise<void> => {
    for (const fairness of ['weak', 'strong'] as const) {
      const variant = built(text, fairness);
      if (variant === null) return;
      const explored = await explore(variant, { maxStates: 2000 });
      const { interpreter } = explored;
      for (const { name, kind, trace } of toEnd(livenessVerdicts(explored, {}))) {
        if (trace === null) continue;
        const property = variant.compiled.program.properties.find((p) => p.name === name) as PropertyCode;
        const path = trace.steps.map(({ ordinal }) => ordinal);
        const loop = (trace.loop as number) - 1;
        const finding = { kind, name, path, loop, failure: -1, victim: -1, detail: null };
        const states = statesOfLoop(new Walk(interpreter, variant.compiled.names), finding);
        expect(states.every((state) => isOpen(interpreter, property, state))).toBe(true);
        const moved = new Set(trace.steps.slice(loop).map(({ process }) => process));
        const offers = states.map((state) => offersOf(interpreter, state));
        for (const process of variant.compiled.program.processes) {
          const own = offers.map((all) => all[process.index] as number);
          if (!own.includes(Offer.Enabled) || moved.has(process.name)) continue;
          expect([fairness, own.includes(Offer.None)]).toEqual(['weak', true]);
        }
        const couldPass = states.some((state) =>
          interpreter.attempts(state).some((each) => each.process < 0 && each.outcome.kind === 'state'),
        );
        if (couldPass) expect(moved.has(null)).toBe(true);
        found[fairness]++;
        if (moved.size > 0) found.loops++;
      }
    }
  };
  await fc.assert(fc.asyncProperty(randomScenario, verify), { numRuns: 25, seed: 11 });
  expect(Math.min(found.weak, found.strong, found.loops)).toBeGreaterThan(10);
}, 300_000);
