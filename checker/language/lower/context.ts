import type { SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { Block, Cut, Expr, FrameInfo, Instruction, Point, Site, Terminator, Variable } from '../ir.ts';
import type { Facts } from './facts.ts';
import type { OperationCall } from './operation.ts';
import type { Registry } from './registry.ts';
import type { Slot } from './slot.ts';
import {
  type Callable,
  isFixed,
  labelsOf,
  type Scalar,
  type Scope,
  type Value,
  variableExpr,
} from './value.ts';

/** How accesses become steps: each its own, all one step, or a predicate that may not write. */
export type Mode = 'steps' | 'atomic' | 'pure';

/** One activation of a function that is being lowered. */
export interface Activation {
  readonly node: Callable;
  readonly source: SourceFile;
  readonly self: Value | null;
  readonly frame: FrameInfo;
  /** The hidden counter of a `'use python'` function. */
  readonly python: Slot | null;
  /** Entered through a hook or a callback table. */
  readonly entry: boolean;
  /** Called through a field, an element or a local that holds a function. */
  readonly indirect: boolean;
  /** The operations of specified objects that it is. */
  readonly operations: readonly OperationCall[];
  /** Names that are assigned after their declaration somewhere in the function. */
  readonly assigned: ReadonlySet<string>;
  readonly caller: Activation | null;
  /** What constant `this` and arguments it was called with: part of its identity for recursion. */
  readonly key: string;
  /** The prototype on which the method was found: where `super` begins. */
  readonly home: object | null;
}

/** What surrounds the code being lowered, innermost last. */
export type Control =
  | {
      readonly kind: 'loop';
      readonly labels: readonly string[];
      readonly breakTo: Block;
      readonly continueTo: Block | null;
      readonly activation: Activation;
    }
  | {
      readonly kind: 'return';
      readonly activation: Activation;
      readonly exits: { block: Block; value: Value }[];
      readonly exit: Block;
    }
  | { readonly kind: 'catch'; readonly handler: Block; readonly slot: Slot }
  | { readonly kind: 'finally'; readonly lower: () => void }
  | { readonly kind: 'shared'; readonly onThrow: (value: Value, site: Site) => void };

/** A function of a process that is compiled once, with static frames, and called from several places. */
export interface Instance {
  readonly entry: Block;
  readonly parameters: readonly (Slot | null)[];
  readonly returnTo: Variable;
  readonly callers: Site[];
  readonly returns: Block[];
  readonly throws: Block[];
  result: Slot | null;
  resultConstant: Value | null;
  readonly exception: Slot;
  canThrow: boolean;
  /** A call in it that may block. */
  blocks: string | null;
}

export function successorsOf(end: Terminator): readonly Block[] {
  switch (end.kind) {
    case 'goto':
      return [end.to];
    case 'branch':
      return [end.yes, end.no];
    case 'switch':
      return end.targets;
    default:
      return [];
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The state of the lowering of one process or predicate. */
export class Context {
  mode: Mode;
  block: Block;
  scope!: Scope;
  activation!: Activation;
  readonly control: Control[] = [];
  readonly blocks: Block[] = [];
  /** Granularity 'statement': on some path to here the statement has had no access, so the next one begins a step. */
  statementCut = false;
  /** Ends of the optional chain that is being lowered, where an object is null. */
  nullExits: Block[] = [];
  /** Inside `ghost`. */
  ghost = false;
  /** Inside `relaxed`, or of what only asks (`ghost`, `check`): what is accessed here does not race. */
  exempt = false;
  /** Identifies this activation, unrolled iteration and branch over repeated lowerings. */
  path = 0;
  /** The `check`, `demand` or `assume` whose condition is being lowered: it is read at one instant. */
  instant: string | null = null;
  /** The outermost section or attempt being lowered, within which nobody blocks: `atomic`, `critical`, `until` … */
  locked: string | null = null;
  /** A call that may block, seen in the shared function that is being lowered. */
  blocking: string | null = null;
  /** Collects the variables that are read at one instant. */
  collected: Variable[] | null = null;
  private lastCut: Cut | null = null;
  /** The next function is entered through a callback table. */
  viaTable = false;
  /** On the left of `??`: an element that is not there is `undefined`. */
  mayBeMissing = false;
  /** The next function is a value: a field, an element, a local. */
  viaValue = false;
  /** Functions compiled once for several callers. */
  readonly instances = new Map<string, Instance>();
  readonly callCounts = new Map<string, number>();
  private readonly reached = new Set<Block>();
  /** What coverage counts here, in front of the next operation. */
  private pending = new Set<Point>();
  /** Whether coverage counts: not in predicates, which are no steps. */
  private readonly counted: boolean;
  private nextBlock = 0;

  constructor(
    readonly registry: Registry,
    readonly facts: Facts,
    /** Index of the process; -1: a property. */
    readonly process: number,
    readonly handle: ProcessHandle | null,
    mode: Mode,
  ) {
    this.mode = mode;
    this.counted = mode === 'steps';
    this.block = this.newBlock();
    this.reached.add(this.block);
    this.path = registry.identities.path(`process ${process}`);
  }

  /** Lowers the left side of `??`. */
  optionally<T>(body: () => T): T {
    const before = this.mayBeMissing;
    this.mayBeMissing = true;
    try {
      return body();
    } finally {
      this.mayBeMissing = before;
    }
  }

  /** Functions called in `body` are entered through a callback table. */
  tableCall<T>(body: () => T): T {
    this.viaTable = true;
    try {
      return body();
    } finally {
      this.viaTable = false;
    }
  }

  /** The function called in `body` is a value: a cycle through it is a re-entry, not recursion. */
  valueCall<T>(body: () => T): T {
    this.viaValue = true;
    try {
      return body();
    } finally {
      this.viaValue = false;
    }
  }

  // ---- blocks ----

  newBlock(): Block {
    const block: Block = { id: this.nextBlock++, cut: null, code: [], end: { kind: 'abort' }, location: 0 };
    this.blocks.push(block);
    return block;
  }

  /** Whether anything leads to the current block. */
  get reachable(): boolean {
    return this.reached.has(this.block);
  }

  reach(block: Block): void {
    this.reached.add(block);
  }

  /** A function is lowered, and coverage counts what is in it. */
  enterCounted(source: SourceFile, node: Callable): void {
    if (this.counted && this.registry.options.counts?.(source) === true)
      this.registry.enterCounted(source, node);
  }

  /** Control has come to a statement (`way`: and goes this way): it counts as reached with what it does first. */
  count(node: Span, way: number | null = null): void {
    const { source } = this.activation;
    if (this.counted && this.registry.options.counts?.(source) === true)
      this.pending.add(this.registry.coverage.point(source, node.start, way));
  }

  /** The body of a process is counted like a statement where it is an expression. */
  countBody(node: Callable): void {
    if (node.type !== 'ArrowFunctionExpression' || !node.expression || !this.counted) return;
    this.registry.countBody(node.body);
    this.count(node.body);
  }

  private mark(): void {
    if (this.pending.size === 0) return;
    for (const point of this.pending) {
      const { source, start } = point;
      const site = { source, start, end: start, frame: this.activation.frame };
      this.block.code.push({ kind: 'reach', point, site });
    }
    this.pending.clear();
  }

  /** Ends `from`, by default the current block. */
  link(end: Terminator, from: Block = this.block): void {
    if (from === this.block) this.mark();
    from.end = this.exempt ? this.exemptEnd(end, from) : end;
    if (!this.reached.has(from)) return;
    for (const block of successorsOf(end)) this.reached.add(block);
  }

  /** Reads what `end` depends on in an instruction, which can be told apart. */
  private exemptEnd(end: Terminator, from: Block): Terminator {
    const expr = end.kind === 'branch' ? end.test : end.kind === 'switch' ? end.on : null;
    if (expr === null || isFixed(expr)) return end;
    const type = { int: true, bool: false, group: null };
    const local = this.registry.local(this.process, 'relaxed', type, true);
    const set: Instruction = { kind: 'set', variable: local, expr, site: this.site(this.activation.node) };
    from.code.push(set);
    this.registry.exemptFromRaces(set);
    return end.kind === 'branch'
      ? { ...end, test: variableExpr(local) }
      : { ...(end as Terminator & { kind: 'switch' }), on: variableExpr(local) };
  }

  emit(instruction: Instruction): void {
    this.mark();
    this.block.code.push(instruction);
    if (this.exempt) this.registry.exemptFromRaces(instruction);
  }

  /** What is accessed in `body` does not race. */
  exempted<T>(body: () => T): T {
    const before = this.exempt;
    this.exempt = this.registry.options.races;
    try {
      return body();
    } finally {
      this.exempt = before;
    }
  }

  /** Ends the current block; what follows is unreachable until `moveTo`. */
  terminate(end: Terminator): void {
    this.link(end);
    this.block = this.newBlock();
  }

  /** Ends the current block with a jump and goes on there. */
  continueIn(block: Block): void {
    this.link({ kind: 'goto', to: block });
    this.block = block;
  }

  /** The same for a block that nothing else leads to but what follows: the statement has done nothing yet. */
  beginIn(block: Block): void {
    const { pending } = this;
    this.pending = new Set();
    this.continueIn(block);
    this.pending = pending;
  }

  moveTo(block: Block): void {
    this.mark();
    this.block = block;
  }

  branch(test: Expr, yes: Block, no: Block): void {
    this.link({ kind: 'branch', test, yes, no });
  }

  /** Begins a step here. */
  cut(cut: Cut): void {
    const fresh = this.newBlock();
    fresh.cut = cut;
    this.lastCut = cut;
    this.beginIn(fresh);
  }

  /** An `until` inside the atomic section that began last. */
  waitInAtomic(wait: Cut['wait']): void {
    if (this.lastCut !== null && this.lastCut.wait !== 'until') this.lastCut.wait = wait;
  }

  /** Runs `body` as iteration `i` of an unrolled loop. */
  iteration<T>(node: Span, i: number, body: () => T): T {
    const outer = this.path;
    this.path = this.registry.identities.pathBelow(outer, 'iteration', node.start, i);
    try {
      return body();
    } finally {
      this.path = outer;
    }
  }

  /** Before an access to state variables: a step boundary, if somebody else can see it. */
  access(operation: 'read' | 'write' | 'access', variables: readonly Variable[], site: Site): void {
    this.collected?.push(...variables);
    this.registry.noteAccess(operation, variables, site, this.ghost, this.process);
    if (this.mode !== 'steps' || this.ghost) return;
    if (this.registry.options.granularity === 'statement') {
      if (!this.statementCut) return;
      this.statementCut = false;
    }
    this.cut({ operation, site, access: variables, wait: null });
  }

  /** Runs `body` in another mode. */
  within<T>(mode: Mode, body: () => T): T {
    const before = this.mode;
    this.mode = mode;
    try {
      return body();
    } finally {
      this.mode = before;
    }
  }

  /** Runs `body` as one atomic step. */
  atomically(node: Span, body: () => Value, operation = 'atomic', site: Site = this.site(node)): Value {
    this.cut({ operation, site, access: null, wait: null });
    return this.within('atomic', () => this.settle(body(), operation, node));
  }

  /** Runs `body` where nothing may block. */
  lockedIn<T>(section: string, body: () => T): T {
    const before = this.locked;
    this.locked = before ?? section;
    try {
      return body();
    } finally {
      this.locked = before;
    }
  }

  /** What an arrow returns must not change after the step that computed it. */
  settleInSteps(value: Value, node: Span): Value {
    return this.mode === 'steps' ? this.settle(value, 'result', node) : value;
  }

  /**
   * Tries to lower something that must be constant. `null`: it is not, and whatever it emitted is taken back.
   */
  attempt<T>(body: () => T | null): T | null {
    const { block, control } = this;
    const [end, code, blocks, depth] = [block.end, block.code.length, this.blocks.length, control.length];
    const pending = new Set(this.pending);
    const result = body();
    if (result !== null && this.block === block && block.code.length === code) return result;
    block.code.length = code;
    block.end = end;
    this.blocks.length = blocks;
    control.length = depth;
    this.block = block;
    this.pending = pending;
    return null;
  }

  // ---- places ----

  site(node: Span): Site {
    return { source: this.activation.source, start: node.start, end: node.end, frame: this.activation.frame };
  }

  /**
   * The place of a step whose code is `body`: that of `body` itself when it was passed in from elsewhere, so that a trace
   * names the kernel call and not the wrapper that makes it atomic.
   */
  sectionSite(body: Value, node: Span): Site {
    if (body.kind !== 'closure' || body.frame === this.activation.frame) return this.site(node);
    return { source: body.source, start: body.node.start, end: body.node.end, frame: body.frame };
  }

  // ---- locals ----

  /** A name for facts about `node` in this activation. */
  key(node: Span, what = ''): string {
    return `${this.path}|${node.start}|${what}`;
  }

  /** A value that later assignments cannot change: kept in a local if need be. */
  settle(value: Value, name: string, node: Span): Value {
    switch (value.kind) {
      case 'const':
      case 'closure':
        return value;
      case 'scalar':
        return this.settleScalar(value, name, node);
      case 'tuple':
        return { ...value, items: value.items.map((item, i) => this.settle(item, `${name}.${i}`, node)) };
      case 'union':
        return {
          kind: 'union',
          tag: this.settleScalar(value.tag, name, node),
          tuple: {
            ...value.tuple,
            items: value.tuple.items.map((item, i) => this.settle(item, `${name}.${i}`, node)),
          },
        };
    }
  }

  settleScalar(value: Scalar, name: string, node: Span): Scalar {
    if (isFixed(value.expr)) return value;
    const local = this.registry.local(this.process, name, value.type, true, labelsOf(value.expr));
    this.emit({ kind: 'set', variable: local, expr: value.expr, site: this.site(node) });
    return { kind: 'scalar', expr: variableExpr(local), type: value.type };
  }
}
