import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from './build_variant.ts';
import { check } from './check.ts';
import { coverageOf } from './coverage.ts';
import { explore } from './explore.ts';
import { inlineScenario } from './language/inline_scenario.ts';
import type { Point } from './language/ir.ts';
import { reference } from './machine/agreement.ts';
import type { Observer } from './machine/interpreter.ts';
import { randomScenario } from './machine/random_program.ts';
import { UserError } from './options.ts';

const file = (body: string, variants = 'only: { holds: true }'): string => `
import { always, scenario } from 'upy-check';
import { atomic, choose, pause, process, rest, sequence, until } from 'upy-check/model';
export default scenario('s', { about: 'x', without: ['deadlock'], variants: { ${variants} }, build({ variant }) {
${body}
} });`;

/** What was not reached: `text`, and `text: way` of branches. */
async function unreached(text: string, variant = 'only'): Promise<string[]> {
  for await (const { coverage } of check(inlineScenario(text, 's.ts'), { variants: [variant] })) {
    return coverage.flatMap(({ statements, branches }) => [
      ...statements.filter(({ reached }) => !reached).map(({ text: line }) => line),
      ...branches.flatMap(({ kind, ways }) =>
        ways.flatMap((taken, i) => (taken ? [] : [`${kind}: way ${i}`])),
      ),
    ]);
  }
  return [];
}

describe('what no state reaches', () => {
  const one = "const s = { v: 0, w: 0 }; const other = process('q', () => { s.w = 1; s.v = s.w; });\n";

  test('everything is reached', async () => {
    expect(
      await unreached(file(`${one}process('p', () => { s.v = 1; if (s.w === 0) s.w = 2; else s.v = 3; });`)),
    ).toEqual([]);
  });

  test('a condition that is never true', async () => {
    expect(
      await unreached(file(`${one}process('p', () => {\nif (s.v > 1)\ns.w = 2;\nelse s.w = 0;\n});`)),
    ).toEqual(['s.w = 2;', 'if: way 0']);
  });

  test('a branch that does nothing on either way is counted, and keeps nothing in the state', async () => {
    const text = file(
      `${one}process('p', () => { const k = choose(2); pause(); if (k === 0) {} pause(); });`,
    );
    expect(await unreached(text)).toEqual([]);
    for await (const { figures } of check(inlineScenario(text, 's.ts')))
      expect([figures.states, figures.transitions]).toEqual([4, 4]);
  });

  test('a process waits for ever: where it waits is reached, what follows is not', async () => {
    expect(
      await unreached(file(`${one}process('p', () => {\nuntil(() => s.v === 7);\ns.w = 3;\nreturn;\n});`)),
    ).toEqual(['s.w = 3;', 'return;']);
  });

  test('a process that never runs has reached nothing, though it stands at its first statement', async () => {
    expect(
      await unreached(file(`${one}process('p', () => {\ns.w = 3;\n}, { runs: () => s.v > 7 });`)),
    ).toEqual(['s.w = 3;']);
    expect(await unreached(file(`${one}process('p', () => (s.w = 3), { runs: () => s.v > 7 });`))).toEqual([
      's.w = 3',
    ]);
  });

  test('what was folded away is not reached, in this variant', async () => {
    const text = file(
      `${one}process('p', () => {\nif (variant === 'a')\ns.w = 3;\nelse s.w = 4;\n});`,
      'a: { holds: true }, b: { holds: true }',
    );
    expect(await unreached(text, 'a')).toEqual(['s.w = 4;', 'if: way 1']);
    expect(await unreached(text, 'b')).toEqual(['s.w = 3;', 'if: way 0']);
  });

  test('within one step: a branch of an atomic section', async () => {
    expect(
      await unreached(
        file(
          `${one}process('p', () => { atomic(() => {\ns.w = 5;\nif (s.w === 5)\ns.v = 1;\nelse\ns.v = 2;\ns.w = 0;\n}); });`,
        ),
      ),
    ).toEqual(['s.v = 2;', 'if: way 1']);
  });

  test('a falsy try of until counts: it was run', async () => {
    expect(
      await unreached(
        file(
          `${one}process('p', () => { until(() => {\nif (s.v === 9)\nreturn true;\nreturn false;\n}); });`,
        ),
      ),
    ).toEqual(['return true;', 'if: way 0']);
  });

  test('of several copies of a function one is enough', async () => {
    expect(
      await unreached(
        file(
          `${one}const f = (n: number) => {\nif (n > 1)\ns.w = n;\nelse\ns.v = n;\n};\nprocess('p', () => { f(0); f(2); });`,
        ),
      ),
    ).toEqual([]);
    expect(
      await unreached(
        file(
          `${one}const f = (n: number) => {\nif (n > 1)\ns.w = n;\nelse\ns.v = n;\n};\nprocess('p', () => { f(0); f(1); });`,
        ),
      ),
    ).toEqual(['s.w = n;', 'if: way 0']);
  });

  test('cases of a switch, handlers and loops', async () => {
    expect(
      await unreached(
        file(`${one}process('p', () => {
switch (choose(3)) {
case 0: s.w = 0; break;
case 2: s.w = 2; break;
case 3: s.w = 3; break;
default: s.w = 9; }
try { if (s.v > 50) throw 'late'; } catch (e) {
s.w = 4; }
while (s.v > 50)
pause();
for (let i = 0; i < 2; i++) { if (i === 2) pause(); }
});`),
      ),
    ).toEqual([
      's.w = 3;',
      'break;',
      "throw 'late';",
      's.w = 4;',
      'pause();',
      'pause();',
      'switch: way 2',
      'if: way 0',
      'if: way 0',
    ]);
  });

  test('what stands before the first operation happens when a process is made', async () => {
    expect(
      await unreached(
        file(`${one}process('p', () => {\nlet n = 3;\nif (variant === 'only') n = 4;\ns.w = n;\n});`),
      ),
    ).toEqual(['if: way 1']);
  });

  test('both ways of a condition that does nothing count as one', async () => {
    expect(await unreached(file(`${one}process('p', () => {\nif (s.v) {}\ns.w = 1;\n});`))).toEqual([]);
  });
});

/** What steps of the interpreter execute in these states, and what beginning does. */
function reachedByInterpreter(built: BuiltVariant): Set<Point> {
  const { interpreter, states } = reference(built, 1000);
  const seen = new Set<Point>();
  const observer: Observer = {
    entered: () => {},
    executed: (instruction) => {
      if (instruction.kind === 'reach') seen.add(instruction.point);
    },
  };
  interpreter.initial(observer);
  for (const state of states)
    for (const process of built.compiled.program.processes)
      if (interpreter.readiness(process, state) === 'ready') interpreter.stepsOf(process, state, observer);
  return seen;
}

test('random programs: the generated code reaches what the interpreter reaches, and counting changes no count', async () => {
  let compared = 0;
  const same = async (text: string): Promise<void> => {
    const loaded = inlineScenario(text, 'random.ts');
    let built: BuiltVariant;
    try {
      built = buildVariant(loaded, 'only');
    } catch (error) {
      if (error instanceof UserError) return;
      throw error;
    }
    const explored = await explore(built, { maxStates: 150 });
    const uncounted = await explore(buildVariant({ ...loaded, file: 'other.ts' }, 'only'), {
      maxStates: 150,
    });
    const figures = ({ search, machine }: typeof explored) => [
      search.states,
      search.transitions,
      search.depth,
      machine.layout.bits,
    ];
    expect(figures(explored), text).toEqual(figures(uncounted));
    expect(uncounted.machine.marks).toEqual([]);
    if (explored.search.outcome !== 'finished') return;
    compared++;
    const { coverage } = built.compiled.memory;
    const seen = reachedByInterpreter(built);
    const expected = coverageOf(explored).flatMap(({ statements, branches }) => [
      ...statements.map(({ reached }) => reached),
      ...branches.flatMap(({ ways }) => ways),
    ]);
    const again = coverageOf({
      ...explored,
      reached: explored.machine.reached.map((_, i) =>
        explored.machine.marks[i]?.every((point) => seen.has(point)) ? 1 : 0,
      ),
    }).flatMap(({ statements, branches }) => [
      ...statements.map(({ reached }) => reached),
      ...branches.flatMap(({ ways }) => ways),
    ]);
    expect(expected, text).toEqual(again);
    expect(coverage.functions.size).toBeLessThan(2);
  };
  await fc.assert(fc.asyncProperty(randomScenario, same), { numRuns: 40, seed: 7 });
  expect(compared).toBeGreaterThan(8);
}, 120_000);
