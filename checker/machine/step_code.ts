import { writesOf } from '../language/analysis/graph.ts';
import type { Compiled } from '../language/compile.ts';
import {
  type Expr,
  type Family,
  type Instruction,
  MIXED,
  type ProcessCode,
  type Variable,
} from '../language/ir.ts';
import { decode, encode, extract, maskOf } from './cell_code.ts';
import type { Tables } from './codegen.ts';
import { numberText, type Reader, truthText } from './expression_code.ts';
import { type Cell, type Chunk, type Layout, rawOf } from './layout.ts';
import { hasMarks, markText } from './mark_code.ts';
import { markedText } from './reach_code.ts';
import { type NodeEnd, nodeSuccessors, nodesOf, type StepInstruction, type StepNode } from './step_graph.ts';
import { structured } from './structure.ts';
import { Touched } from './touched.ts';
import { TURNS_MAX } from './turns.ts';

/** What is written into a step to watch it, instead of what it leaves behind. */
export interface Probe {
  /** Text before an instruction. */
  instruction(instruction: StepInstruction, reader: Reader): string;
  /** Text before a branch. */
  end(end: NodeEnd, reader: Reader): string;
  /** Text where the step ends. */
  leave(end: NodeEnd): string;
}

/** Generates the text of one step, or of one predicate. */
export class StepCode implements Reader {
  private readonly touched: Touched;
  private readonly nodes: readonly StepNode[];
  private readonly mayWrite = new Map<StepNode, Set<Variable | Chunk | number>>();
  private loops = false;

  constructor(
    private readonly compiled: Compiled,
    private readonly layout: Layout,
    private readonly tables: Tables,
    private readonly entry: StepNode,
    /** `null`: a predicate. */
    private readonly process: ProcessCode | null,
    private readonly location: number,
  ) {
    this.nodes = nodesOf(entry);
    this.touched = new Touched(this.nodes, layout);
    this.flowWrites();
  }

  /** The statements of the step; they return 0 (not enabled) or 1, or what `probe` says. */
  text(probe: Probe | null = null): string {
    const own = (instruction: StepInstruction): string => this.instruction(instruction);
    const body = structured(this.entry, {
      code: ({ code, end }) =>
        probe === null
          ? markedText(code, this.tables.marks, own)
          : code.map((each) => probe.instruction(each, this) + own(each)).join('') + probe.end(end, this),
      leave: (end, node) => probe?.leave(end) ?? this.leave(end, node),
      test: ({ test }) => truthText(test, this),
      on: ({ on }) => numberText(on, this),
      loop: () => {
        this.loops = true;
        return `if (++turns > ${TURNS_MAX}) return tooLong(${this.process?.index ?? -1}, ${this.location});`;
      },
    });
    return `${this.declarations()}${hasMarks(this.nodes) ? 'let n = LN;\n' : ''}${this.loops ? 'let turns = 0;\n' : ''}${body}`;
  }

  // ---- variables ----

  private name(variable: Variable): string {
    return `v${variable.id}`;
  }

  /** The chunk that a variable stands in, if this step keeps that as its bits. */
  private inChunk(variable: Variable): { chunk: Chunk; index: number } | undefined {
    const where = this.layout.chunkOf.get(variable);
    return where !== undefined && this.touched.chunks.has(where.chunk) ? where : undefined;
  }

  private declarations(): string {
    let text = '';
    const live = new Set(this.process?.live[this.location - 1]);
    for (const chunk of this.touched.chunks) {
      text += `let c${chunk.family.id} = ${extract(`A[b + ${chunk.word}]`, chunk.shift, chunk.width * chunk.family.elements.length)};\n`;
    }
    for (const variable of this.touched.variables) {
      if (this.inChunk(variable) !== undefined) continue;
      if (variable.kind === 'local' && !live.has(variable)) text += `let ${this.name(variable)} = 0;\n`;
      else text += `let ${this.name(variable)} = ${this.load(variable)};\n`;
    }
    for (const index of this.touched.processes) text += this.declareOther(index);
    return text;
  }

  private load(variable: Variable): string {
    const cell = this.layout.cells.get(variable) as Cell;
    return decode(cell, extract(`A[b + ${cell.word}]`, cell.shift, cell.width), 'unmix');
  }

  /** Raw cells of a process that this step starts or kills. */
  private declareOther(index: number): string {
    const process = this.compiled.program.processes[index] as ProcessCode;
    let text = '';
    for (const variable of [process.location, process.busy, process.timeout]) {
      if (variable !== null && !this.touched.variables.has(variable))
        text += `let ${this.name(variable)} = ${this.load(variable)};\n`;
    }
    for (const [s, cell] of (this.layout.slotCells[index] ?? []).entries()) {
      text += `let r${index}_${s} = ${extract(`A[b + ${cell.word}]`, cell.shift, cell.width)};\n`;
    }
    return text;
  }

  variable(variable: Variable): string {
    const where = this.inChunk(variable);
    if (where === undefined) return this.name(variable);
    return this.chunkElement(where.chunk, String(where.index));
  }

  private chunkElement({ family, width, cell }: Chunk, index: string): string {
    const shift = /^\d+$/.test(index) ? String(Number(index) * width) : `(${index}) * ${width}`;
    return decode(cell, `((c${family.id} >>> ${shift}) & ${maskOf(width)})`, 'unmix');
  }

  element({ family }: Expr & { kind: 'element' }, index: string): string {
    const chunk = this.layout.chunks.get(family);
    if (chunk !== undefined) return this.chunkElement(chunk, index);
    if (/^\d+$/.test(index)) {
      const variable = family.elements[Number(index)];
      return variable === null || variable === undefined ? '0' : this.variable(variable);
    }
    let text = '0';
    for (const [i, variable] of [...family.elements.entries()].reverse()) {
      if (variable !== null)
        text =
          text === '0'
            ? this.variable(variable)
            : `(${index} === ${i} ? ${this.variable(variable)} : ${text})`;
    }
    return text;
  }

  runs(process: number): string {
    return `(R${process}(A, b) ? 1 : 0)`;
  }

  table(values: readonly number[]): string {
    return this.tables.name(values);
  }

  // ---- instructions ----

  private instruction(instruction: StepInstruction): string {
    switch (instruction.kind) {
      case 'set':
        return this.assign(instruction.variable, numberText(instruction.expr, this));
      case 'store':
        return this.store(instruction);
      case 'remove':
      case 'insert':
        return this.move(instruction);
      case 'assert':
        return this.assertion(instruction);
      case 'choose':
        return this.assign(instruction.variable, `pick(${numberText(instruction.count, this)})`);
      case 'place':
        return this.place(instruction.process, instruction.location);
      case 'note':
      case 'reach':
        return '';
      case 'mark':
        return markText(instruction, this);
    }
  }

  private assertion({ condition, failure }: Instruction & { kind: 'assert' }): string {
    return `if (!(${truthText(condition, this)})) return fail(${failure.number});\n`;
  }

  private assign(variable: Variable, value: string): string {
    const where = this.inChunk(variable);
    if (where === undefined) return `${this.name(variable)} = ${value};\n`;
    return this.storeChunk(where.chunk, String(where.index * where.chunk.width), value);
  }

  private storeChunk({ family, width, cell }: Chunk, shift: string, value: string): string {
    const c = `c${family.id}`;
    const raw = encode(cell, value, 'mix');
    const first = family.elements.find((v) => v !== null) as Variable;
    const tooHigh =
      cell.symbols > 0 ? `(${value} > ${cell.hi} && ${value} < ${MIXED})` : `${value} > ${cell.hi}`;
    const fits = cell.symbols === 0 && this.fits(first, cell);
    const range = fits
      ? ''
      : `if (${value} < ${cell.lo} || ${tooHigh}) return over(${this.tables.rangeOf(first)}, ${value});\n`;
    return `${range}${c} = (${c} & ~(${maskOf(width)} << ${shift})) | (${raw} << ${shift});\n`;
  }

  private store({ family, index, expr }: Instruction & { kind: 'store' }): string {
    const value = numberText(expr, this);
    const at = numberText(index, this);
    const chunk = this.layout.chunks.get(family);
    if (chunk !== undefined)
      return `{ const x = ${value}, s = (${at}) * ${chunk.width};\n${this.storeChunk(chunk, 's', 'x')}}\n`;
    let text = `{ const x = ${value}; switch (${at}) {\n`;
    for (const [i, variable] of family.elements.entries()) {
      if (variable !== null) text += `case ${i}: ${this.assign(variable, 'x')} break;\n`;
    }
    return `${text}} }\n`;
  }

  private move(instruction: Instruction & { kind: 'remove' | 'insert' }): string {
    const { family } = instruction;
    const chunk = this.layout.chunks.get(family);
    const at = numberText(instruction.index, this);
    const value = instruction.kind === 'insert' ? numberText(instruction.expr, this) : '';
    if (chunk !== undefined) return this.moveChunk(chunk, at, value);
    return this.moveElements(family, at, value);
  }

  private moveChunk(chunk: Chunk, at: string, value: string): string {
    const { family, width, cell } = chunk;
    const c = `c${family.id}`;
    const last = (family.elements.length - 1) * width;
    const all = maskOf(family.elements.length * width);
    // A cleared element is the value 0, which need not be the raw number 0.
    const zero = cell.symbols - cell.lo;
    const head = `{ const s = (${at}) * ${width}, low = (1 << s) - 1;\n`;
    if (value === '') {
      return `${head}${c} = ((${c} & low) | ((${c} >>> ${width}) & ~low))${zero === 0 ? '' : ` | (${zero} << ${last})`};\n}\n`;
    }
    return `${head}const x = ${value};\n${c} = ((${c} & low) | ((${c} & ~low) << ${width})) & ${all};\n${this.storeChunk(chunk, 's', 'x')}}\n`;
  }

  private moveElements({ elements }: Family, at: string, value: string): string {
    const present = elements as readonly Variable[];
    let text = `{ const i = ${at}${value === '' ? '' : `, x = ${value}`};\n`;
    if (value === '') {
      for (let k = 0; k < present.length - 1; k++) {
        text += `if (i <= ${k}) { ${this.assign(present[k] as Variable, this.variable(present[k + 1] as Variable))}}\n`;
      }
      return `${text}${this.assign(present.at(-1) as Variable, '0')}}\n`;
    }
    for (let k = present.length - 1; k > 0; k--) {
      text += `if (i < ${k}) { ${this.assign(present[k] as Variable, this.variable(present[k - 1] as Variable))}} `;
      text += `else if (i === ${k}) { ${this.assign(present[k] as Variable, 'x')}}\n`;
    }
    return `${text}if (i === 0) { ${this.assign(present[0] as Variable, 'x')}} }\n`;
  }

  /** Another process comes to stand at `location`. */
  private place(index: number, location: number): string {
    const process = this.compiled.program.processes[index] as ProcessCode;
    let text = `${this.name(process.location)} = ${location};\n`;
    if (process.busy !== null && location === 0) text += `${this.name(process.busy)} = 0;\n`;
    if (process.timeout !== null && location === 0) text += `${this.name(process.timeout)} = -1;\n`;
    const live = new Set(process.live[location - 1]);
    for (const [s, slot] of (this.layout.slots[index] ?? []).entries()) {
      const variable = slot.variables.find((v) => live.has(v));
      if (variable !== undefined && this.touched.variables.has(variable))
        text += this.rangeCheck(variable, this.layout.cells.get(variable) as Cell);
      text += `r${index}_${s} = ${variable === undefined ? '0' : this.rawFresh(variable)};\n`;
    }
    return text;
  }

  /** A local of a process that has just begun: one that it has not assigned is 0, whether or not its cell can hold that. */
  private rawFresh(variable: Variable): string {
    const cell = this.layout.cells.get(variable) as Cell;
    const zero = rawOf(cell, 0);
    if (!this.touched.variables.has(variable)) return String(Number.isNaN(zero) ? 0 : zero);
    const raw = encode(cell, this.name(variable), 'mix');
    return Number.isNaN(zero) ? `(${this.name(variable)} === 0 ? 0 : ${raw})` : raw;
  }

  private rawLocal(variable: Variable): string {
    const cell = this.layout.cells.get(variable) as Cell;
    return encode(
      cell,
      this.touched.variables.has(variable) ? this.name(variable) : this.load(variable),
      'mix',
    );
  }

  // ---- the end of the step ----

  private leave(end: NodeEnd, node: StepNode): string {
    switch (end.kind) {
      case 'result':
        return `return ${truthText(end.expr, this)};\n`;
      case 'abort':
        return 'return 0;\n';
      case 'cutoff':
        return 'return 1;\n';
      case 'fail':
        return `return fail(${end.failure.number});\n`;
      case 'arrive':
        return this.arrive(end.location, node);
      default:
        return '';
    }
  }

  private arrive(location: number, node: StepNode): string {
    const process = this.process as ProcessCode;
    const words = new Map<number, { mask: number; parts: string[]; constant: number }>();
    const put = (cell: { word: number; shift: number; width: number }, raw: string | number): void => {
      if (cell.width === 0) return;
      const word = words.get(cell.word) ?? { mask: 0, parts: [], constant: 0 };
      words.set(cell.word, word);
      word.mask |= maskOf(cell.width) << cell.shift;
      if (typeof raw === 'number') word.constant |= raw << cell.shift;
      else word.parts.push(cell.shift === 0 ? raw : `(${raw} << ${cell.shift})`);
    };
    let checks = '';
    const putVariable = (variable: Variable): void => {
      const cell = this.layout.cells.get(variable) as Cell;
      checks += this.rangeCheck(variable, cell);
      put(cell, encode(cell, this.name(variable), 'mix'));
    };
    for (const what of this.mayWrite.get(node) ?? []) {
      if (typeof what === 'number') this.putProcess(what, put, putVariable);
      else if ('family' in what)
        put({ ...what, width: what.width * what.family.elements.length }, `c${what.family.id}`);
      else if (
        what !== process.location &&
        (location !== 0 || (what !== process.busy && what !== process.timeout))
      )
        putVariable(what);
    }
    // A process that has ended has one representation.
    if (location === 0)
      for (const [variable, value] of [
        [process.busy, 0],
        [process.timeout, -1],
      ] as const) {
        if (variable !== null) checks += this.putConstant(variable, value, put);
      }
    put(this.layout.cells.get(process.location) as Cell, location);
    const live = new Set(process.live[location - 1]);
    for (const [s, slot] of (this.layout.slots[process.index] ?? []).entries()) {
      const variable = slot.variables.find((v) => live.has(v));
      const cell = this.layout.slotCells[process.index]?.[s] as Cell;
      if (variable === undefined) put(cell, 0);
      else {
        const own = this.layout.cells.get(variable) as Cell;
        if (this.touched.variables.has(variable)) checks += this.rangeCheck(variable, own);
        put(cell, this.rawLocal(variable));
      }
    }
    return checks + this.emitWords(words);
  }

  private putConstant(variable: Variable, value: number, put: (cell: Cell, raw: number) => void): string {
    const cell = this.layout.cells.get(variable) as Cell;
    const raw = rawOf(cell, value);
    if (Number.isNaN(raw)) return `return over(${this.tables.rangeOf(variable)}, ${value});\n`;
    put(cell, raw);
    return '';
  }

  private putProcess(
    index: number,
    put: (cell: Cell, raw: string) => void,
    putVariable: (variable: Variable) => void,
  ): void {
    const process = this.compiled.program.processes[index] as ProcessCode;
    for (const variable of [process.location, process.busy, process.timeout])
      if (variable !== null) putVariable(variable);
    for (const [s, cell] of (this.layout.slotCells[index] ?? []).entries()) put(cell, `r${index}_${s}`);
  }

  private emitWords(words: ReadonlyMap<number, { mask: number; parts: string[]; constant: number }>): string {
    let text = 'const q = o;\n';
    for (let w = 0; w < this.layout.words; w++) {
      const change = words.get(w);
      if (change === undefined) text += `O[q + ${w}] = A[b + ${w}];\n`;
      else {
        const keep = change.mask === -1 ? [] : [`(A[b + ${w}] & ${~change.mask})`];
        const constant = change.constant === 0 ? [] : [String(change.constant)];
        const all = [...keep, ...change.parts, ...constant];
        text += `O[q + ${w}] = ${all.length === 0 ? '0' : all.join(' | ')};\n`;
      }
    }
    return `${text}${hasMarks(this.nodes) ? 'LN = n;\n' : ''}o = q + ${this.layout.words};\nreturn 1;\n`;
  }

  private rangeCheck(variable: Variable, cell: Cell): string {
    const name = this.name(variable);
    if (variable.domain.kind === 'mixed')
      return `if (${name} < ${cell.lo} || (${name} > ${cell.hi} && ${name} < 8589934592)) return over(${this.tables.rangeOf(variable)}, ${name});\n`;
    if (variable.domain.kind !== 'int' || this.fits(variable, cell)) return '';
    return `if (${name} < ${cell.lo} || ${name} > ${cell.hi}) return over(${this.tables.rangeOf(variable)}, ${name});\n`;
  }

  /** Whether what is known statically about a variable keeps it inside of its cell. */
  private fits(variable: Variable | null, cell: Cell): boolean {
    if (variable === null || variable.domain.kind !== 'int') return true;
    const chunk = this.inChunk(variable)?.chunk;
    const all = chunk === undefined ? [variable] : chunk.family.elements;
    return all.every((v) => {
      if (v === null) return true;
      const known = this.compiled.intervals.of(v);
      return known !== null && known[0] >= cell.lo && known[1] <= cell.hi;
    });
  }

  // ---- what may have been written when a node is left ----

  private flowWrites(): void {
    for (const node of this.nodes) this.mayWrite.set(node, new Set());
    for (let changed = true; changed; ) {
      changed = false;
      for (const node of this.nodes) {
        const written = this.mayWrite.get(node) as Set<Variable | Chunk | number>;
        for (const instruction of node.code) changed = this.addWrites(instruction, written) || changed;
        for (const to of nodeSuccessors(node.end)) {
          const there = this.mayWrite.get(to) as Set<Variable | Chunk | number>;
          for (const what of written) {
            if (there.has(what)) continue;
            there.add(what);
            changed = true;
          }
        }
      }
    }
  }

  private addWrites(instruction: StepInstruction, written: Set<Variable | Chunk | number>): boolean {
    const before = written.size;
    if (instruction.kind === 'place') written.add(instruction.process);
    else {
      writesOf(instruction, (variable) => {
        if (variable.kind === 'local') return;
        const where = this.inChunk(variable);
        written.add(where === undefined ? variable : where.chunk);
      });
    }
    return written.size > before;
  }
}
