import type { Expr, Family, SequenceCode, Variable } from '../language/ir.ts';
import { evaluate } from '../language/lower/operators.ts';
import type { StepInstruction, StepNode } from '../machine/step_graph.ts';

/**
 * How a step uses a sequence. `push`: it waits until there is room, then puts one element at the end. `pop`: it waits until
 * there is one, then takes the first. Such a push and such a pop commute wherever both are enabled, and neither can
 * disable the other, so they do not conflict. Everything else is an `access`.
 */
export type ChannelUse = 'push' | 'pop' | 'access';

/** Paths through a step that are looked at before it counts as an `access`. */
const PATHS_MAX = 200;

type OfLength = (length: number) => number;

/** What has been done to the sequence on a path. */
interface Phase {
  /** Before the test, after it, and after the change. */
  readonly at: 'begin' | 'tested' | 'done';
  readonly use: ChannelUse | null;
  /** Lengths that passed the test. */
  readonly lengths: readonly number[];
  /** Parts that have been changed. */
  readonly parts: ReadonlySet<Family>;
  /** Temporaries that hold something computed from the length alone, as it was before the change. */
  readonly known: ReadonlyMap<Variable, OfLength>;
}

/** @param live the locals that are live at each location of the process, by location number less 1 */
export function channelUse(
  entry: StepNode,
  sequence: SequenceCode,
  live: readonly (readonly Variable[])[],
): ChannelUse {
  return new Walk(sequence, live).use(entry);
}

class Walk {
  readonly #elements: ReadonlySet<Variable>;
  readonly #capacity: number;
  #paths = 0;
  #found: ChannelUse | null = null;

  constructor(
    readonly sequence: SequenceCode,
    readonly live: readonly (readonly Variable[])[],
  ) {
    const { parts } = sequence;
    this.#elements = new Set(parts.flatMap(({ elements }) => elements.filter((v) => v !== null)));
    this.#capacity = parts[0]?.elements.length ?? 0;
  }

  use(entry: StepNode): ChannelUse {
    const lengths = Array.from({ length: this.#capacity + 1 }, (_, i) => i);
    const phase: Phase = { at: 'begin', use: null, lengths, parts: new Set(), known: new Map() };
    return this.#node(entry, phase) && this.#found !== null ? this.#found : 'access';
  }

  #node(node: StepNode, before: Phase): boolean {
    if (++this.#paths > PATHS_MAX) return false;
    let phase: Phase | null = before;
    for (const instruction of node.code) {
      phase = this.#instruction(instruction, phase);
      if (phase === null) return false;
    }
    const { end } = node;
    switch (end.kind) {
      case 'goto':
        return this.#node(end.to, phase);
      case 'branch':
        return this.#branch(end, phase);
      case 'switch':
        return !this.#touches(end.on, phase) && end.targets.every((to) => this.#node(to, phase));
      case 'abort':
        return phase.at === 'begin';
      case 'arrive':
        // A length that is still remembered would tell in which order they came.
        return phase.at === 'done' && !this.live[end.location - 1]?.some((v) => phase.known.has(v));
      default:
        return false;
    }
  }

  #branch(
    { test, yes, no }: { readonly test: Expr; readonly yes: StepNode; readonly no: StepNode },
    phase: Phase,
  ): boolean {
    if (!this.#touches(test, phase)) return this.#node(yes, phase) && this.#node(no, phase);
    const value = this.#ofLength(test, phase);
    if (value === null || phase.at !== 'begin' || !aborts(no)) return false;
    const lengths = phase.lengths.filter((length) => value(length) !== 0);
    const highest = lengths.at(-1);
    const contiguous = highest !== undefined && highest - (lengths[0] as number) === lengths.length - 1;
    if (!contiguous) return false;
    if (lengths[0] === 0 && highest < this.#capacity)
      return this.#node(yes, { ...phase, at: 'tested', use: 'push', lengths });
    if (lengths[0] !== 0 && highest === this.#capacity)
      return this.#node(yes, { ...phase, at: 'tested', use: 'pop', lengths });
    return false;
  }

  #instruction(instruction: StepInstruction, phase: Phase): Phase | null {
    switch (instruction.kind) {
      case 'set':
        return this.#set(instruction.variable, instruction.expr, phase);
      case 'store':
        return this.#store(instruction, phase);
      case 'remove':
        return this.#remove(instruction, phase);
      case 'insert':
        return this.#isPart(instruction.family) ||
          this.#touches(instruction.index, phase) ||
          this.#touches(instruction.expr, phase)
          ? null
          : phase;
      case 'assert': {
        if (!this.#touches(instruction.condition, phase)) return phase;
        const value = this.#ofLength(instruction.condition, phase);
        const holds = value !== null && phase.at !== 'done' && phase.lengths.every((n) => value(n) !== 0);
        return holds ? phase : null;
      }
      case 'choose':
        return this.#touches(instruction.count, phase) ? null : forget(phase, instruction.variable);
      default:
        return phase;
    }
  }

  #set(variable: Variable, expr: Expr, phase: Phase): Phase | null {
    if (this.#elements.has(variable)) return null;
    if (variable === this.sequence.length) return this.#setLength(expr, phase);
    if (!this.#touches(expr, phase)) return forget(phase, variable);
    if (phase.at === 'tested' && phase.use === 'pop' && phase.parts.size === 0 && this.#isFirst(expr))
      return forget(phase, variable);
    const value = this.#ofLength(expr, phase);
    if (value === null || variable.kind !== 'local' || phase.at !== 'begin') return null;
    return { ...phase, known: new Map([...phase.known, [variable, value]]) };
  }

  #setLength(expr: Expr, phase: Phase): Phase | null {
    if (phase.at !== 'tested' || phase.parts.size !== this.sequence.parts.length) return null;
    const by = phase.use === 'push' ? 1 : -1;
    const value = this.#ofLength(expr, phase);
    if (value === null || phase.lengths.some((length) => value(length) !== length + by)) return null;
    if (this.#found !== null && this.#found !== phase.use) return null;
    this.#found = phase.use;
    return { ...phase, at: 'done' };
  }

  #store(instruction: StepInstruction & { kind: 'store' }, phase: Phase): Phase | null {
    const { family, index, expr } = instruction;
    if (this.#touches(expr, phase)) return null;
    if (!this.#isPart(family)) return this.#touches(index, phase) ? null : phase;
    const atEnd = index.kind === 'var' && index.variable === this.sequence.length;
    return atEnd && phase.use === 'push' ? this.#changed(family, phase) : null;
  }

  #remove(instruction: StepInstruction & { kind: 'remove' }, phase: Phase): Phase | null {
    const { family, index } = instruction;
    if (!this.#isPart(family)) return this.#touches(index, phase) ? null : phase;
    const first = index.kind === 'const' && index.value === 0;
    return first && phase.use === 'pop' ? this.#changed(family, phase) : null;
  }

  #changed(family: Family, phase: Phase): Phase | null {
    if (phase.at !== 'tested' || phase.parts.has(family)) return null;
    return { ...phase, parts: new Set([...phase.parts, family]) };
  }

  /** A sequence's families share no variable with other families. */
  #isPart(family: Family): boolean {
    return family.elements.some((variable) => variable !== null && this.#elements.has(variable));
  }

  #isFirst(expr: Expr): boolean {
    return (
      expr.kind === 'element' &&
      this.sequence.parts.includes(expr.family) &&
      expr.index.kind === 'const' &&
      expr.index.value === 0
    );
  }

  #touches(expr: Expr, phase: Phase): boolean {
    switch (expr.kind) {
      case 'const':
        return false;
      case 'runs':
        return true;
      case 'var':
        return (
          expr.variable === this.sequence.length ||
          this.#elements.has(expr.variable) ||
          phase.known.has(expr.variable)
        );
      case 'element':
        return this.#isPart(expr.family) || this.#touches(expr.index, phase);
      case 'unary':
        return this.#touches(expr.a, phase);
      case 'binary':
        return this.#touches(expr.a, phase) || this.#touches(expr.b, phase);
      case 'cond':
        return [expr.test, expr.yes, expr.no].some((part) => this.#touches(part, phase));
      case 'table':
        return this.#touches(expr.index, phase);
    }
  }

  /** An expression as a function of the length; `null`: it depends on more. */
  #ofLength(expr: Expr, phase: Phase): OfLength | null {
    switch (expr.kind) {
      case 'const':
        return () => expr.value;
      case 'var':
        if (expr.variable === this.sequence.length) return (length) => length;
        return phase.known.get(expr.variable) ?? null;
      case 'unary': {
        const a = this.#ofLength(expr.a, phase);
        return a !== null && expr.op === '!' ? (length) => (a(length) === 0 ? 1 : 0) : null;
      }
      case 'binary': {
        const [a, b] = [this.#ofLength(expr.a, phase), this.#ofLength(expr.b, phase)];
        if (a === null || b === null) return null;
        if (expr.op === '&&') return (length) => (a(length) !== 0 && b(length) !== 0 ? 1 : 0);
        if (expr.op === '||') return (length) => (a(length) !== 0 || b(length) !== 0 ? 1 : 0);
        return (length) => evaluate(expr.op, a(length), b(length));
      }
      default:
        return null;
    }
  }
}

function forget(phase: Phase, variable: Variable): Phase {
  if (!phase.known.has(variable)) return phase;
  const known = new Map(phase.known);
  known.delete(variable);
  return { ...phase, known };
}

/** Whether a node does nothing but end the attempt. */
function aborts(node: StepNode): boolean {
  if (node.code.length > 0) return false;
  return node.end.kind === 'abort' || (node.end.kind === 'goto' && aborts(node.end.to));
}
