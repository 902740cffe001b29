import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { check } from '../check.ts';
import { inlineModule } from '../language/inline_scenario.ts';
import type { SpecifiedObject } from '../language/ir.ts';
import { Interpreter, type Observer, type State } from '../machine/interpreter.ts';
import type { Scenario } from '../scenario.ts';
import { showResult } from '../trace/operations.ts';

/**
 * The second opinion about linearizability: every complete run of small random models, step by step on the reference
 * interpreter, and for each history a search through all orders (J. M. Wing and C. Gong, Testing and verifying concurrent
 * objects, JPDC 17, 1993) in which the specification runs as ordinary JavaScript. Nothing of this is shared with the subset
 * construction or with the generated code.
 */

// ---- random models ----

const statement = fc.constantFrom(
  'this.x = (this.y + a) & 3;',
  'this.x = (this.x + 1) & 3;',
  'this.y = this.x;',
  'if (this.x > this.y) this.x = 0;',
  'until(() => this.x !== 2);',
  'until(() => this.x !== 0);',
  'atomic(() => { this.x = (this.x + a) & 3; this.y = this.x; });',
  "if (this.y === 3) throw 'E';",
  'pause();',
);
const result = fc.constantFrom('', 'return a;', 'return this.x;', 'return (this.x + 4 * this.y) & 7;');
const body = fc
  .tuple(fc.array(statement, { minLength: 1, maxLength: 2 }), result)
  .map(([statements, last]) => `${statements.join(' ')} ${last}`);
const call = fc
  .tuple(fc.constantFrom('m0', 'm1', 'm2'), fc.integer({ min: 0, max: 2 }))
  .map(([method, a]) => `try { o.${method}(${a}); } catch (e) {}`);
const calls = (most: number) => fc.array(call, { minLength: 1, maxLength: most });

interface Model {
  readonly bodies: readonly string[];
  readonly specified: readonly (string | null)[];
  readonly atomic: readonly boolean[];
  readonly processes: readonly (readonly string[])[];
  readonly kills: boolean;
}

const model: fc.Arbitrary<Model> = fc.record({
  bodies: fc.tuple(body, body, fc.constantFrom('this.m1(a); return this.x;', 'return this.m1(a);')),
  // Mostly the specification is the object itself, at one instant.
  specified: fc.tuple(fc.option(body, { nil: null, freq: 8 }), fc.constant(null), fc.constant(null)),
  atomic: fc.tuple(fc.boolean(), fc.boolean(), fc.constant(false)),
  processes: fc.oneof(fc.tuple(calls(2), calls(2)), fc.tuple(calls(1), calls(1), calls(1))),
  kills: fc.boolean(),
});

function textOf({ bodies, specified, atomic, processes, kills }: Model): string {
  const methods = (texts: readonly string[]): string =>
    texts.map((text, i) => `m${i}(a) { ${text} }`).join('\n');
  const once = (text: string): string => text.replaceAll('pause();', '');
  const object = bodies.map((text, i) => (atomic[i] ? `return atomic(() => { ${once(text)} });` : text));
  const spec = bodies.map((text, i) => once(specified[i] ?? text));
  const body = (list: readonly string[], i: number): string =>
    `const p${i} = process('p${i}', () => { ${list.join(' ')} });`;
  return `
import { linearizable, scenario } from 'upy-check';
import { atomic, pause, process, until } from 'upy-check/model';
export class Spec { x = 0; y = 0;
${methods(spec)}
}
class Impl { x = 0; y = 0;
${methods(object)}
}
export default scenario('random', { about: 'random', variants: { only: { holds: true } }, build() {
const o = linearizable('o', new Impl(), new Spec());
${processes.map(body).join('\n')}
${kills ? "process('k', () => { p0.kill(); });" : ''}
} });`;
}

// ---- histories ----

interface Call {
  readonly method: string;
  readonly argument: number;
  readonly begins: number;
  /** Infinity: it has not returned. */
  ends: number;
  result: string | null;
}

interface Event {
  readonly process: number;
  readonly kind: 'step' | 'invoke' | 'return' | 'throw' | 'kill';
  readonly method: string;
  readonly text: string;
}

/** The operations of a list of events, of which the last `steps` are left out. */
function callsOf(events: readonly Event[]): Call[] {
  const calls: Call[] = [];
  const open = new Map<number, Call>();
  const called = new Map<number, Event>();
  for (const [i, { process, kind, method, text }] of events.entries()) {
    const waiting = called.get(process);
    if (kind === 'invoke') called.set(process, { process, kind, method, text });
    else if (kind === 'kill') {
      open.delete(process);
      called.delete(process);
    } else {
      // Its first step, or its return in the same step: now it has begun.
      if (waiting !== undefined) {
        const begun = {
          method: waiting.method,
          argument: Number(waiting.text),
          begins: i,
          ends: Number.POSITIVE_INFINITY,
          result: null,
        };
        open.set(process, begun);
        calls.push(begun);
        called.delete(process);
      }
      const current = open.get(process);
      if (kind !== 'step' && current !== undefined) {
        current.ends = i;
        current.result = kind === 'throw' ? text : text === '' ? 'undefined' : text;
        open.delete(process);
      }
    }
  }
  return calls;
}

/** What a specification returns for these calls, one after the other; `null`: one of them waits. */
function run(Spec: new () => object, order: readonly Call[]): string[] | null {
  const specification = new Spec() as Record<string, (a: number) => unknown>;
  const results: string[] = [];
  for (const { method, argument } of order) {
    try {
      results.push(String(specification[method]?.(argument)));
    } catch (error) {
      if (typeof error !== 'string') return null;
      results.push(`throws '${error}'`);
    }
  }
  return results;
}

function linearizable(Spec: new () => object, calls: readonly Call[]): boolean {
  const search = (order: readonly Call[]): boolean => {
    const results = run(Spec, order);
    if (results === null || order.some(({ result }, i) => result !== null && result !== results[i]))
      return false;
    const rest = calls.filter((each) => !order.includes(each));
    if (rest.every(({ result }) => result === null)) return true;
    return rest.some(
      (next) =>
        rest.every(({ ends }) => ends > next.begins || ends === next.ends) && search([...order, next]),
    );
  };
  return search([]);
}

const RUNS_MAX = 4_000;

/** Steps of the shortest run without an order; `null`: all have one. */
function judge(
  scenario: Scenario,
  Spec: new () => object,
): { shortest: number | null; returned: boolean } | null {
  const { compiled } = buildVariant({ scenario, file: 'random.ts' }, 'only');
  const interpreter = new Interpreter(compiled);
  const object = compiled.program.specified[0] as SpecifiedObject;
  const events: Event[] = [];
  const observer: Observer = {
    entered: () => {},
    executed: (instruction, value) => {
      if (instruction.kind !== 'mark') return;
      const { event: kind, operation, process } = instruction.mark;
      const values = instruction.values.map(value);
      const method = object.operations[operation]?.name ?? '';
      const text =
        kind === 'invoke'
          ? String(values[0])
          : kind === 'kill'
            ? ''
            : (showResult(object, kind, operation, values, compiled.names) ?? '');
      events.push({ process, kind, method, text });
    },
  };
  const known = new Map<string, boolean>();
  let runs = 0;
  let shortest: number | null = null;
  let returned = false;
  const fine = (upTo: readonly Event[]): boolean => {
    const calls = callsOf(upTo);
    if (calls.some(({ result }) => result !== null)) returned = true;
    const key = JSON.stringify(calls);
    let answer = known.get(key);
    if (answer === undefined) {
      answer = linearizable(Spec, calls);
      known.set(key, answer);
    }
    return answer;
  };
  const explore = (state: State, depth: number): void => {
    if (shortest !== null && depth >= shortest) return;
    if (!fine(events)) {
      shortest = depth;
      return;
    }
    const attempts = interpreter.attempts(state).filter(({ outcome }) => outcome.kind === 'state');
    if (attempts.length === 0) runs++;
    for (const { process, choices, outcome } of attempts) {
      if (outcome.kind !== 'state' || runs > RUNS_MAX) continue;
      const before = events.length;
      events.push({ process, kind: 'step', method: '', text: '' });
      const code = compiled.program.processes[process];
      if (code !== undefined) interpreter.stepsOf(code, state, observer, choices);
      explore(outcome.state, depth + 1);
      events.length = before;
    }
  };
  explore(interpreter.initial(observer), 0);
  return runs > RUNS_MAX ? null : { shortest, returned };
}

test('random models: every run of each, and all orders of every history', { timeout: 300_000 }, async () => {
  const seen = { holds: 0, violated: 0, 'too large': 0 };
  await fc.assert(
    fc.asyncProperty(model, async (random) => {
      const { default: scenario, Spec } = inlineModule(textOf(random), 'random.ts');
      const expected = judge(scenario as Scenario, Spec as new () => object);
      if (expected === null) {
        seen['too large']++;
        return;
      }
      for await (const { properties } of check({ scenario: scenario as Scenario, file: 'random.ts' })) {
        const found = properties.find(({ kind }) => kind === 'linearizability');
        const violated = expected.shortest !== null || !expected.returned;
        expect(found?.status).toBe(violated ? 'violated' : 'holds');
        expect(found?.trace?.steps.length ?? null).toBe(expected.shortest);
        seen[violated ? 'violated' : 'holds']++;
      }
    }),
    { numRuns: 120, seed: 1990 },
  );
  expect(seen.holds).toBeGreaterThan(30);
  expect(seen.violated).toBeGreaterThan(30);
});
