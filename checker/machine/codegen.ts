import type { Compiled } from '../language/compile.ts';
import type { Block, Point, ProcessCode, PropertyCode, Variable } from '../language/ir.ts';
import { UserError } from '../options.ts';
import type { Attributed, Generated, Marked, StepParts } from './generated.ts';
import { Status } from './generated.ts';
import { type Instance, instantiate, type MachineSource } from './instantiate.ts';
import type { Cell, Layout } from './layout.ts';
import { type LivenessCode, livenessCode, livenessText } from './liveness_code.ts';
import { raceText } from './race_code.ts';
import { Marks } from './reach_code.ts';
import { BLOCKED_MAX, Standstill } from './standstill.ts';
import { StepCode } from './step_code.ts';
import { stepGraph, stepHasChoice } from './step_graph.ts';
import { hasMonitors, timeCode } from './time_code.ts';

/** Failure numbers from here on say that an integer left the range of its cell: add widen(variable). */
export interface Ranges {
  /** Number of the first range failure. */
  readonly first: number;
  /** The variables, by failure number minus `first`. */
  readonly variables: readonly Variable[];
}

/** Constant tables and range numbers of the generated text. */
export class Tables {
  readonly values: (readonly number[])[] = [];
  readonly rangeVariables: Variable[] = [];
  readonly marks = new Marks();
  private readonly names = new Map<string, string>();
  constructor(private readonly firstRange: number) {}

  name(values: readonly number[]): string {
    const key = values.join();
    let name = this.names.get(key);
    if (name === undefined) {
      name = `T${this.values.length}`;
      this.values.push(values);
      this.names.set(key, name);
    }
    return name;
  }

  rangeOf(variable: Variable): number {
    let index = this.rangeVariables.indexOf(variable);
    if (index < 0) index = this.rangeVariables.push(variable) - 1;
    return this.firstRange + index;
  }
}

export interface Machine {
  readonly generated: Generated;
  /** The same steps, with who takes them. */
  readonly attributed: Attributed;
  readonly parts: StepParts;
  /** The marks of the last expansion. */
  readonly marked: Marked;
  readonly ranges: Ranges;
  readonly layout: Layout;
  /** What coverage counts, in groups that are reached together; by the same number 1 for what a step has reached. */
  readonly marks: readonly (readonly Point[])[];
  readonly reached: Uint8Array;
  /** What `source` makes; `generated` may be a reduction of it. */
  readonly plain: Generated;
  /** The same as plain data, with the generated JavaScript. */
  readonly source: MachineSource;
  /** Properties behind the bits of `generated.properties` and `generated.quiescent`. */
  readonly stateProperties: readonly PropertyCode[];
  readonly quiescentProperties: readonly PropertyCode[];
  /** The bit of `generated.quiescent` for processes that wait for each other for ever. */
  readonly standstillBit: number;
  /** The predicates of the `alwaysPossible` properties. */
  readonly possible: readonly {
    readonly property: PropertyCode;
    readonly holds: (states: Int32Array, at: number) => boolean;
  }[];
  /** For `eventually` and `leadsTo`. */
  readonly liveness: LivenessCode;
}

/** A system as text, with what belongs to its numbers. */
interface MachineText {
  readonly compiled: Compiled;
  readonly text: string;
  readonly tables: Tables;
  readonly firstRange: number;
  readonly stateProperties: readonly PropertyCode[];
  readonly quiescentProperties: readonly PropertyCode[];
  readonly possible: readonly PropertyCode[];
  readonly standstill: MachineSource['standstill'];
}

/** Each search of a system makes a machine of its own, mostly of the same text. */
const written = new WeakMap<Layout, MachineText>();

/** Generates JavaScript for a compiled variant with the given layout. */
export function generate(compiled: Compiled, layout: Layout, initial: Int32Array): Machine {
  const before = written.get(layout);
  const code = before?.compiled === compiled ? before : write(compiled, layout);
  written.set(layout, code);
  const { text, tables, firstRange, stateProperties, quiescentProperties } = code;
  const source: MachineSource = {
    text,
    words: layout.words,
    bits: reportedBits(layout),
    initial,
    fanOut: compiled.program.processes.length + 2,
    processes: compiled.program.processes.length,
    failureKinds: firstRange + tables.rangeVariables.length,
    standstill: code.standstill,
    standstillBit: quiescentProperties.length,
    reached: new Uint8Array(new SharedArrayBuffer(tables.marks.groups.length)),
  };
  const { generated, attributed, marked, parts, possible, standing, live } = instantiate(source);
  return {
    generated,
    plain: generated,
    attributed,
    parts,
    marked,
    ranges: { first: firstRange, variables: tables.rangeVariables },
    layout,
    marks: tables.marks.groups,
    reached: source.reached,
    source,
    stateProperties,
    quiescentProperties,
    standstillBit: source.standstillBit,
    possible: code.possible.map((property, i) => ({
      property,
      holds: possible[i] as Instance['possible'][number],
    })),
    liveness: livenessCode(compiled, standing, live),
  };
}

function write(compiled: Compiled, layout: Layout): MachineText {
  const { program } = compiled;
  const firstRange = program.failures.length + TOO_LONG;
  const tables = new Tables(firstRange);
  const stateProperties = program.properties.filter(
    ({ kind }) => kind === 'always' || kind === 'sometimes' || kind === 'overtaking',
  );
  const quiescentProperties = program.properties.filter(
    ({ kind }) => kind === 'idle' || kind === 'stuck' || kind === 'lost wakeup',
  );
  if (stateProperties.length > MASK_BITS || quiescentProperties.length >= MASK_BITS)
    throw tooMany(Math.max(stateProperties.length, quiescentProperties.length));
  const possible = program.properties.filter(({ kind }) => kind === 'alwaysPossible');
  const body = [
    ...program.processes.map((process) => processText(compiled, layout, tables, process)),
    timeCode(compiled, layout, tables),
    raceText(compiled, layout, tables),
    expandText(compiled, layout, false),
    expandText(compiled, layout, true),
    maskText('properties', compiled, layout, tables, stateProperties, (p) => p.kind === 'sometimes'),
    quiescentText(compiled, layout, tables, quiescentProperties),
    ...possible.map(
      (p, i) =>
        `function possible_${i}(A, b) {\n${predicateText(compiled, layout, tables, p.predicate.entry)}return false;\n}\n`,
    ),
    livenessText(compiled, layout, tables),
  ].join('\n');
  const text = `'use strict';\n${preludeText(tables, program.failures.length)}\n${body}\n${partsText(program.processes)}return { expand, attributed, properties, quiescent, buffer: () => O, reserve, parts, marked: { log: L, length: () => LN }, standing, live, possible: [${possible.map((_, i) => `possible_${i}`).join()}] };`;
  const standstill = new Standstill(compiled, layout).table;
  return { compiled, text, tables, firstRange, stateProperties, quiescentProperties, possible, standstill };
}

/** What a state says of the properties is one number; of those that are asked when all is quiet, with the deadlock of some processes. */
const MASK_BITS = 31;

function tooMany(count: number): UserError {
  return new UserError(
    'UPY219',
    `${count} questions are asked of each state`,
    null,
    `more than ${MASK_BITS} of always, sometimes and overtaking, or more than ${MASK_BITS - 1} of idle, stuck and lostWakeup`,
    'join some with && where it does not matter which of them is violated, or ask them in variants of their own',
  );
}

/** A loop that does not end within a step: one failure number after those of the program. */
export const TOO_LONG = 1;

/** Up to 63 bits a state may be its own key, but only if it fits in two words. */
function reportedBits(layout: Layout): number {
  return layout.words <= 2 ? layout.bits : Math.max(64, layout.bits);
}

function preludeText(tables: Tables, tooLong: number): string {
  return `${tables.values.map((values, i) => `const T${i} = [${values.join()}];`).join('\n')}
let O = new Int32Array(4096), o = 0;
const L = []; let LN = 0;
let CI = 0, CN = 0; const CV = [], CB = [];
function reserve(words) { if (O.length < words) { const next = new Int32Array(Math.max(words, 2 * O.length)); next.set(O); O = next; } }
function fail(n) { F.push(n, 0); return 1; }
function over(n, value) { F.push(n, value); return 1; }
function tooLong(process, location) { F.push(${tooLong}, process * 65536 + location); return 1; }
function pick(n) { if (CI === CN) { CV[CN] = 0; CB[CN] = n; CN++; } return CV[CI++]; }
function another() { CI = 0; while (CN > 0) { if (++CV[CN - 1] < CB[CN - 1]) return true; CN--; } return false; }
function unmix(raw, symbols, lo) { return raw < symbols ? raw + MIXED : raw - symbols + lo; }
function mix(value, symbols, lo) { return value >= MIXED ? value - MIXED : value - lo + symbols; }`;
}

function partsText(processes: readonly ProcessCode[]): string {
  const list = (letter: string): string => processes.map(({ index }) => `${letter}${index}`).join();
  return `const parts = { steps: [${list('P')}], runs: [${list('R')}], seek(out) { o = out; }, end: () => o };\n`;
}

/** Functions above this many characters are split, one a step: V8 does not optimise very large ones. */
export const FUNCTION_MAX = 24_000;

function processText(compiled: Compiled, layout: Layout, tables: Tables, process: ProcessCode): string {
  const { index } = process;
  const steps = process.locations.map((block, i) =>
    stepText(compiled, layout, tables, process, block, i + 1),
  );
  const size = steps.reduce((sum, { text }) => sum + text.length, 0);
  const split = size > FUNCTION_MAX;
  let text = '';
  let cases = '';
  for (const [i, { text: body, choice }] of steps.entries()) {
    if (split || choice) {
      text += `function S${index}_${i + 1}(A, b) {\n${body}}\n`;
      const call = `S${index}_${i + 1}(A, b)`;
      cases += choice
        ? `case ${i + 1}: { let any = 0; CI = 0; CN = 0; do { reserve(o + MORE); any |= ${call}; } while (another()); return any; }\n`
        : `case ${i + 1}: return ${call};\n`;
    } else cases += `case ${i + 1}: {\n${body}}\n`;
  }
  text += `function P${index}(A, b) {\nswitch (${loadText(layout, process.location)}) {\n${cases}}\nreturn 0;\n}\n`;
  if (process.runs !== null) {
    text += `function R${index}(A, b) {\n${predicateText(compiled, layout, tables, process.runs.entry)}return false;\n}\n`;
  } else text += `function R${index}() { return true; }\n`;
  return text;
}

function stepText(
  compiled: Compiled,
  layout: Layout,
  tables: Tables,
  process: ProcessCode,
  block: Block,
  location: number,
) {
  const graph = stepGraph(compiled.program, block);
  const code = new StepCode(compiled, layout, tables, graph, process, location);
  return { text: code.text(), choice: stepHasChoice(graph) };
}

export function predicateText(compiled: Compiled, layout: Layout, tables: Tables, entry: Block): string {
  return new StepCode(compiled, layout, tables, stepGraph(compiled.program, entry), null, 0).text();
}

function statusOf(process: ProcessCode): number {
  return process.outside ? Status.Outside : process.background ? Status.Background : Status.System;
}

/** Text that reads a variable's value from the packed state. */
export function loadText(layout: Layout, variable: Variable): string {
  const cell = layout.cells.get(variable) as Cell;
  if (cell.width === 0) return String(cell.lo);
  const raw =
    cell.width === 32
      ? `(A[b + ${cell.word}] >>> 0)`
      : `((A[b + ${cell.word}] >>> ${cell.shift}) & ${2 ** cell.width - 1})`;
  return cell.lo === 0 ? raw : `(${raw} + ${cell.lo})`;
}

/** `attributed`: the same function, which notes in E where the successors and failures of each process end. */
function expandText(compiled: Compiled, layout: Layout, attributed: boolean): string {
  const { program } = compiled;
  let text = `function ${attributed ? 'attributed' : 'expand'}(A, b, out) {\no = out; ${program.specified.length > 0 ? 'LN = 0; ' : ''}let st = 0, prompt = 0, blocked = 0;\n`;
  for (const process of program.processes) {
    const { index, runs, busy } = process;
    const untils = process.locations.flatMap((block, i) => (block.cut?.wait === 'until' ? [i + 1] : []));
    const location = loadText(layout, process.location);
    const enabled = `st |= ${statusOf(process)};${process.prompt ? ' prompt = 1;' : ''}`;
    const blocked =
      untils.length === 0
        ? ''
        : ` else if (${untils.map((u) => `pc === ${u}`).join(' || ')}) { st |= ${Status.Blocked}; blocked |= ${index < BLOCKED_MAX ? 1 << index : 0}; }`;
    let step = `if (P${index}(A, b) !== 0) { ${enabled} }${blocked}`;
    if (busy !== null) step = `if (${loadText(layout, busy)} !== 0) st |= ${Status.Busy}; else { ${step} }`;
    const guard = runs === null ? 'pc !== 0' : `pc !== 0 && R${index}(A, b)`;
    text += `{ const pc = ${location}; if (${guard}) { ${step} } }\n`;
    if (attributed) text += `E[${2 * index}] = o; E[${2 * index + 1}] = F.length;\n`;
  }
  const allowed =
    program.timing === 'prompt' ? `(st & ${Status.System | Status.Background}) === 0` : 'prompt === 0';
  text += `st |= time(A, b, ${allowed} ? 1 : 0, st);\n`;
  if (hasMonitors(program)) text += `monitors(out);\n`;
  if (program.races !== null) text += 'races(A, b);\n';
  return `${text}if (F.length > 0) st |= ${Status.Failed};\nstatus[0] = st;\nstatus[1] = blocked;\nreturn o;\n}\n`;
}

function maskText(
  name: string,
  compiled: Compiled,
  layout: Layout,
  tables: Tables,
  properties: readonly PropertyCode[],
  remarkable: (p: PropertyCode) => boolean,
): string {
  let text = '';
  let mask = '';
  for (const [i, property] of properties.entries()) {
    const { counter, bound, predicate } = property;
    const body =
      counter === null
        ? `${predicateText(compiled, layout, tables, predicate.entry)}return false;`
        : `return ${loadText(layout, counter)} <= ${2 * bound + 1};`;
    text += `function ${name}_${i}(A, b) {\n${body}\n}\n`;
    mask += `if (${remarkable(property) ? '' : '!'}${name}_${i}(A, b)) mask |= ${1 << i};\n`;
  }
  return `${text}function ${name}(A, b) { let mask = 0;\n${mask}return mask; }\n`;
}

function quiescentText(
  compiled: Compiled,
  layout: Layout,
  tables: Tables,
  properties: readonly PropertyCode[],
): string {
  let text = '';
  let mask = '';
  for (const [i, property] of properties.entries()) {
    text += `function quiescent_${i}(A, b) {\n${predicateText(compiled, layout, tables, property.predicate.entry)}return false;\n}\n`;
    const violated = property.kind === 'lost wakeup' ? `quiescent_${i}(A, b)` : `!quiescent_${i}(A, b)`;
    const when = property.kind === 'idle' ? '' : 'still && ';
    mask += `if (${when}${violated}) mask |= ${1 << i};\n`;
  }
  const busy = `(status[0] & ${Status.Busy}) === 0`;
  return `${text}function quiescent(A, b) { if (!(${busy})) return 0; let mask = 0; const still = (status[0] & ${Status.ClockRunning}) === 0;\n${mask}return mask; }\n`;
}
