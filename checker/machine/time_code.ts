import type { Compiled } from '../language/compile.ts';
import type { Program, Variable } from '../language/ir.ts';
import { loadText, predicateText, type Tables } from './codegen.ts';
import { Status } from './generated.ts';
import type { Cell, Layout } from './layout.ts';

/** Whether there are hidden variables to keep up to date in every new state. */
export function hasMonitors({ properties, races }: Program): boolean {
  return (
    properties.some(({ monitor, counter }) => monitor !== null || counter !== null) ||
    races?.stood.some((variable) => variable !== null) === true
  );
}

/** Larger than every time that a 32-bit clock can hold. */
const NEVER = 2 ** 40;

/**
 * The text of `time(A, b, allowed, st)`: all clocks go on to the next expiry, in one step. A `busy` counts only while its
 * process runs; with a time unit, time goes on by at most that while an outside process could act. Also `monitors(out)`,
 * which keeps the hidden clocks of `within` up to date in every new state.
 */
export function timeCode(compiled: Compiled, layout: Layout, tables: Tables): string {
  const { program } = compiled;
  let text = `function time(A, b, allowed, st) {\nlet d = ${NEVER};\n`;
  const clocks = program.clocks.filter(({ left }) => typeof left === 'object');
  const nearest = (value: string): string => `if (${value} > 0 && ${value} < d) d = ${value};\n`;
  for (const [i, clock] of clocks.entries())
    text += `const k${i} = ${loadText(layout, clock.left as Variable)}; ${nearest(`k${i}`)}`;
  for (const p of program.processes) {
    if (p.timeout !== null)
      text += `const t${p.index} = ${loadText(layout, p.timeout)}; ${nearest(`t${p.index}`)}`;
    if (p.busy === null) continue;
    text += `let u${p.index} = ${loadText(layout, p.busy)}; const w${p.index} = u${p.index} > 0 && R${p.index}(A, b); if (w${p.index} && u${p.index} < d) d = u${p.index};\n`;
  }
  const monitors = program.properties.filter(({ monitor }) => monitor !== null);
  text += `const real = d < ${NEVER};\n`;
  for (const [i, { monitor }] of monitors.entries())
    text += `const m${i} = ${loadText(layout, monitor as Variable)}; ${nearest(`m${i}`)}`;
  const expired = monitors.map((_, i) => `m${i} === 0`).join(' || ') || 'false';
  text += `if (d === ${NEVER} && !(${expired})) return 0;\nif (allowed === 0) return real ? ${Status.ClockRunning} : 0;\n`;
  for (const [i, property] of monitors.entries()) {
    const failure = program.failures.find((f) => f.kind === 'within' && f.name === property.name);
    text += `if (m${i} === 0) fail(${failure?.number ?? -1});\n`;
  }
  text += `if (d === ${NEVER}) return 0;\n`;
  if (program.timeUnit > 0)
    text += `if ((st & ${Status.Outside}) !== 0 && d > ${program.timeUnit}) d = ${program.timeUnit};\n`;
  let patches = '';
  for (const [i, clock] of clocks.entries()) {
    const left = clock.left as Variable;
    text += nextOfClock(layout, clock, i) + check(layout, tables, left, `n${i}`);
    patches += patch(layout, left, `n${i}`) + latch(layout, clock, i);
  }
  for (const p of program.processes) {
    const advance = (variable: Variable, name: string, value: string): void => {
      text += `const ${name} = ${value};\n${check(layout, tables, variable, name)}`;
      patches += patch(layout, variable, name);
    };
    if (p.timeout !== null)
      advance(p.timeout, `nt${p.index}`, `t${p.index} > 0 ? t${p.index} - d : t${p.index}`);
    if (p.busy !== null) advance(p.busy, `nu${p.index}`, `w${p.index} ? u${p.index} - d : u${p.index}`);
  }
  text += copy(layout) + patches;
  for (const [i, { monitor }] of monitors.entries())
    text += patch(layout, monitor as Variable, `m${i} > 0 ? m${i} - d : m${i}`);
  text += `return ${Status.Time} | (real ? ${Status.ClockRunning} : 0);\n}\n`;
  return text + monitorText(compiled, layout, tables);
}

function copy(layout: Layout): string {
  let text = 'const q = o; o += ';
  text += `${layout.words};\n`;
  for (let w = 0; w < layout.words; w++) text += `O[q + ${w}] = A[b + ${w}];\n`;
  return text;
}

/** Text that sets a variable in the state at `q`. */
function patch(layout: Layout, variable: Variable, value: string): string {
  const cell = layout.cells.get(variable) as Cell;
  if (cell.width === 0) return '';
  const mask = (2 ** cell.width - 1) << cell.shift;
  const raw = cell.lo === 0 ? `(${value})` : `((${value}) - ${cell.lo})`;
  return `O[q + ${cell.word}] = (O[q + ${cell.word}] & ${~mask}) | ((${raw} << ${cell.shift}) & ${mask});\n`;
}

/** Text that ends the step of time when `value` does not fit in the cell. */
function check(layout: Layout, tables: Tables, variable: Variable, value: string): string {
  const { lo, hi } = layout.cells.get(variable) as Cell;
  return lo <= -1 && hi >= 2 ** 31 - 1
    ? ''
    : `if (${value} < ${lo} || ${value} > ${hi}) { over(${tables.rangeOf(variable)}, ${value}); return ${Status.Time}; }\n`;
}

type ClockCode = Compiled['program']['clocks'][number];

const isPeriodic = ({ period }: ClockCode): boolean => typeof period === 'object' || period > 0;

function nextOfClock(layout: Layout, clock: ClockCode, i: number): string {
  if (!isPeriodic(clock)) return `const n${i} = k${i} > 0 ? k${i} - d : k${i};\n`;
  const period = typeof clock.period === 'object' ? loadText(layout, clock.period) : String(clock.period);
  return `const p${i} = ${period}, n${i} = k${i} > 0 ? (k${i} === d && p${i} > 0 ? p${i} : k${i} - d) : k${i};\n`;
}

function latch(layout: Layout, clock: ClockCode, i: number): string {
  if (!isPeriodic(clock) || typeof clock.latched !== 'object') return '';
  return patch(
    layout,
    clock.latched,
    `k${i} > 0 && k${i} === d && p${i} > 0 ? 1 : ${loadText(layout, clock.latched)}`,
  );
}

function monitorText(compiled: Compiled, layout: Layout, tables: Tables): string {
  const monitors = compiled.program.properties.filter(({ monitor }) => monitor !== null);
  let text = '';
  for (const [i, { predicate }] of monitors.entries()) {
    text += `function pending_${i}(A, b) {\n${predicateText(compiled, layout, tables, predicate.entry)}return false;\n}\n`;
  }
  text += `function monitors(out) {\nconst A = O; for (let q = out, b = out; q < o; q += ${layout.words}, b = q) {\n`;
  for (const [i, { monitor, limitUs }] of monitors.entries()) {
    text += `{ const m = ${loadText(layout, monitor as Variable)}; ${patch(layout, monitor as Variable, `pending_${i}(O, q) ? (m < 0 ? ${limitUs} : m) : -1`)}}\n`;
  }
  const counts = overtakingText(compiled, layout, tables);
  return `${counts.functions}${text}${counts.update}${stoodText(compiled, layout, tables)}}\n}\n`;
}

/** How often was passed while one waits: counted where it becomes true, and no further than what is too often. */
function overtakingText(
  compiled: Compiled,
  layout: Layout,
  tables: Tables,
): { functions: string; update: string } {
  let [functions, update] = ['', ''];
  for (const [i, { predicate, goal, counter, bound }] of compiled.program.properties.entries()) {
    if (counter === null || goal === null) continue;
    for (const [name, { entry }] of [
      ['waits', predicate],
      ['passes', goal],
    ] as const)
      functions += `function ${name}_${i}(A, b) {\n${predicateText(compiled, layout, tables, entry)}return false;\n}\n`;
    update += `{ let n = -1; if (waits_${i}(O, q)) { const m = ${loadText(layout, counter)}, p = passes_${i}(O, q) ? 1 : 0;\nconst times = m < 0 ? 0 : Math.min((m >> 1) + (p === 1 && (m & 1) === 0 ? 1 : 0), ${bound + 1}); n = 2 * times + p; }\n${patch(layout, counter, 'n')}}\n`;
  }
  return { functions, update };
}

/** Who runs while it stands before an access that may race could have made it: it is interrupted if it cannot any more. */
function stoodText({ program: { processes, races } }: Compiled, layout: Layout, tables: Tables): string {
  let text = '';
  for (const { index, location } of processes) {
    const stood = races?.stood[index] ?? null;
    if (stood === null) continue;
    const plain = tables.name((races?.sites[index] ?? []).map((site) => (site?.plain === true ? 1 : 0)));
    text += `if (${plain}[${loadText(layout, location)}] === 1 && R${index}(O, q)) {\n${patch(layout, stood, '1')}}\n`;
  }
  return text;
}
