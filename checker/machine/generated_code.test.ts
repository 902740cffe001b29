import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { readCases, writeResults } from '../language/golden.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { MIXED, type Variable } from '../language/ir.ts';
import { root } from '../language/own.ts';
import { disagreement, reference } from './agreement.ts';
import { FUNCTION_MAX, generate, type Machine } from './codegen.ts';
import { Interpreter } from './interpreter.ts';
import { type Cell, type Layout, layOut, type Range } from './layout.ts';
import { pack } from './packed.ts';

/** The text that is generated for small models, and where their variables stand. */
const file = join(root, 'checker/machine/generated_code.golden.md');
const cases = readCases(file);
const results = new Map<string, string>();
const update = process.env.UPDATE_GOLDEN === '1';
afterAll(() => {
  if (update) writeResults(file, results);
});

function built(body: string, declarations = '', options = ''): BuiltVariant {
  const text = `import { always, alwaysPossible, idle, leadsTo, linearizable, lostWakeup, overtaking, scenario, sometimes, stuck, within } from 'upy-check';
import { assume, atomic, busy, check, choose, clock, idiv, int, note, pause, process, sequence, until } from 'upy-check/model';
${declarations}
export default scenario('model', { about: 'a test', ${options} variants: { only: { holds: true } }, build() {
${body}
} });
`;
  return buildVariant(inlineScenario(text, 'model.ts'), 'only');
}

/** Of numbers that may be null nothing is known beforehand: they get the range that they are seen to need. */
const MAY_BE_NULL: readonly string[] = ['mixed'];
/** A model that begins with this comment has all integers in cells for the values of its first states. */
const NARROW = '// narrow\n';
const NARROW_FROM = 12;

function seenRanges(variant: BuiltVariant, narrow: boolean): Map<Variable, Range> {
  const ranges = new Map<Variable, Range>();
  const { interpreter, states } = reference(variant, narrow ? NARROW_FROM : 500);
  const kinds = narrow ? [...MAY_BE_NULL, 'int'] : MAY_BE_NULL;
  for (const variable of interpreter.variables.filter(({ domain }) => kinds.includes(domain.kind)))
    for (const value of states
      .map((state) => interpreter.get(state, variable))
      .filter((each) => each < MIXED)) {
      const [lo, hi] = ranges.get(variable) ?? [value, value];
      ranges.set(variable, [Math.min(lo, value), Math.max(hi, value)]);
    }
  return ranges;
}

function machineOf(variant: BuiltVariant, narrow = false): Machine {
  const layout = layOut(variant.compiled, seenRanges(variant, narrow));
  return generate(variant.compiled, layout, new Int32Array(layout.words));
}

/** The last of the constant functions at its beginning. */
const PRELUDE_END = 'value - lo + symbols; }\n';

/** What every text has, or a text without clocks. */
const USUAL =
  /^(?:function (?:attributed|R\d+\(\) \{ return true)|function time\(.*\nlet d = \d+;\nconst real|function monitors\(.*\n.*\n\}\n\}|const standing = null|const parts|return \{ expand)/;

/** Tables and functions of the generated text; `whole`: with those that every text has. */
function textOf({ source: { text } }: Machine, whole: boolean): string {
  const tables = text.match(/^const T\d+ = .*\n/gm) ?? [];
  const functions = text
    .slice(text.indexOf(PRELUDE_END) + PRELUDE_END.length)
    .split(/^(?=function |const (?:standing|parts)|return \{ expand)/m);
  const shown = functions.filter((each) => whole || !USUAL.test(each));
  return [...tables, ...shown].join('').trim().replaceAll(/\n\n+/g, '\n');
}

function cellText(name: string, { word, shift, width, lo, hi, symbols }: Cell): string {
  if (width === 0) return `${name} is always ${lo}`;
  return `${name} in word ${word}, bits ${shift} … ${shift + width - 1}: ${lo} … ${hi}${symbols > 0 ? `, ${symbols} symbols` : ''}`;
}

function layoutText({ compiled: { program } }: BuiltVariant, layout: Layout): string[] {
  const nameOf = ({ kind, name, process }: Variable): string => {
    const owner = program.processes[process]?.name;
    return kind === 'state' || owner === undefined || name.startsWith(owner) ? name : `${owner} ${name}`;
  };
  const cells = [...layout.cells].map(([variable, cell]) => cellText(nameOf(variable), cell));
  const slots = layout.slots.flat().map(({ process, index, variables }) => {
    const cell = layout.slotCells[process]?.[index] as Cell;
    return cellText(`r${process}_${index} (${variables.map(nameOf).join()})`, cell);
  });
  return [`${layout.words} words, ${layout.bits} bits`, ...cells, ...slots];
}

test.each(cases)('$title', { timeout: 60_000 }, ({ title, body, declarations, options, expected }) => {
  const variant = built(body, declarations, options);
  const machine = machineOf(variant, body.startsWith(NARROW));
  const result = [
    ...layoutText(variant, machine.layout),
    ...machine.ranges.variables.map(({ name }, i) => `failure ${machine.ranges.first + i}: ${name}`),
    `${machine.source.failureKinds} failures, fan-out ${machine.source.fanOut}`,
    '',
    textOf(machine, title === cases[0]?.title),
  ].join('\n');
  results.set(title, result);
  if (!update) expect(result).toBe(expected);
  expect(disagreement(variant, 500)).toBeNull();
});

/** Two steps of one process with so many assignments each. */
const long = (count: number): BuiltVariant => {
  const step = `atomic(() => { ${'s.i = (s.i * 5 + 1) & 7; '.repeat(count)} });`;
  return built(
    `const s = { i: int(0, 7) }; process('p', () => { ${step} pause(); ${step} }); sometimes('s', () => s.i === 3);`,
  );
};

test.each([
  [120, ['case 1: {', 'case 2: {', 'case 3: {']],
  [320, ['case 1: return S0_1(A, b);', 'case 2: return S0_2(A, b);', 'case 3: return S0_3(A, b);']],
])(
  'a function that is too large is split into its steps: %i assignments',
  { timeout: 60_000 },
  (count, cases) => {
    const variant = long(count);
    const { text } = machineOf(variant).source;
    const functions = text.split(/^(?=function )/m);
    const process = functions.find((each) => each.startsWith('function P0('));
    expect(process?.match(/^case \d+:.*/gm)).toEqual(cases);
    expect(Math.max(...functions.map(({ length }) => length))).toBeLessThan(FUNCTION_MAX);
    expect(disagreement(variant, 20)).toBeNull();
  },
);

test('who waits is told of the first 31 processes', { timeout: 60_000 }, () => {
  const waits = "process('p', () => { until(() => s.n === 1); });";
  const { text } = machineOf(built(`const s = { n: int(0, 1) }; ${waits.repeat(33)}`)).source;
  const bits = [...text.slice(0, text.indexOf('function attributed')).matchAll(/blocked \|= (-?\d+)/g)];
  expect(bits.map(([, bit]) => Number(bit))).toEqual([
    ...Array.from({ length: 31 }, (_, i) => 2 ** i),
    ...[0, 0],
  ]);
});

test('machines of one system have their text in common, and nothing that changes', () => {
  const variant = built(
    "const s = { n: int(0, 3) }; process('p', () => { while (true) s.n = (s.n + 1) & 3; }); process('q', () => until(() => s.n === 3));",
  );
  const [one, other, narrow] = [machineOf(variant), machineOf(variant), machineOf(variant, true)];
  expect(other.layout).toBe(one.layout);
  expect(other.marks).toBe(one.marks);
  expect(narrow.layout).not.toBe(one.layout);
  const interpreter = new Interpreter(variant.compiled);
  const initial = pack(interpreter, one.layout, interpreter.initial());
  one.generated.expand(initial, 0, 0);
  expect(one.reached).toContain(1);
  expect(other.reached).not.toContain(1);
  expect(one.generated.buffer().some((word) => word !== 0)).toBe(true);
  expect(other.generated.buffer().some((word) => word !== 0)).toBe(false);
  expect(other.generated.failures).not.toBe(one.generated.failures);
});
