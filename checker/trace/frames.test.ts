import { expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';

/** Who has called whom in the last step of a counterexample: function, line of its place, and `hook` where it is one. */
async function calls(build: string): Promise<string[]> {
  const text = `import { scenario } from 'upy-check';
import { check, choose, process } from 'upy-check/model';
export default scenario('s', { about: 'x', variants: { only: { holds: true } }, build() {
${build}
} });`;
  for await (const { properties } of check(inlineScenario(text, 's.ts'))) {
    const trace = properties.find((each) => each.trace !== null)?.trace;
    const stack = trace?.steps.at(-1)?.stack ?? [];
    return stack.map(({ function: name, place, hook }) => `${name}:${place?.line}${hook ? ' hook' : ''}`);
  }
  return [];
}

test('functions within functions, each by its name', async () => {
  expect(
    await calls(`const x = { v: 0 };
const inner = () => { check(x.v > 1, 'v'); };
const outer = () => {
  inner();
};
process('p', () => {
  outer();
});
process('q', () => { x.v = 1; });`),
  ).toEqual(['p:10', 'outer:7', 'inner:5']);
});

test('a function that has one copy names the place from which it is called this time', async () => {
  expect(
    await calls(`const x = { v: 0, k: 1 };
function long(k: number) {
  x.v = k; if (x.v > 2) x.v = 3; else if (x.v > 1) x.v = 7; else x.v = 1;
  for (let i = 0; i < 2; i++) { if (x.v > 5) x.v--; else x.v++; }
  check(x.v !== 5, 'v');
}
process('p', () => {
  long(x.k);
  x.k = 4;
  long(x.k);
});
process('q', () => { x.v = 0; });`),
  ).toEqual(['p:13', 'long:8']);
});

test('callbacks of a table are hooks, and those without a name are anonymous', async () => {
  expect(
    await calls(`const x = { v: 0 };
const fs = [[() => { x.v = 1; check(x.v > 2, 'v'); }][0]!, [() => { x.v = 2; }][0]!];
process('p', () => {
  fs[choose(2)]!();
});
process('q', () => { x.v = 0; });`),
  ).toEqual(['p:7', '(anonymous):5 hook']);
});
