import { readsOf } from '../language/analysis/graph.ts';
import type { Expr, Program, Variable } from '../language/ir.ts';
import {
  type FlowInstruction,
  type FlowNode,
  flowReads,
  flowWrites,
  type StepFlow,
  successors,
} from './step_flow.ts';
import { localsOf, type TlaNames } from './tla_names.ts';

/** What is asked of a step: to take it, whether it can be taken, how it fails; or of a predicate, its value. */
export type Question = 'action' | 'can' | 'fails' | 'value';

/** What changes when a process is started or killed. */
export class Placed {
  private readonly known = new Map<number, readonly Variable[]>();

  constructor(private readonly program: Program) {}

  of(index: number): readonly Variable[] {
    let found = this.known.get(index);
    if (found === undefined) {
      const process = this.program.processes[index] as Program['processes'][number];
      found = [process.location, process.busy, process.timeout, ...localsOf(process)].filter(
        (v) => v !== null,
      );
      this.known.set(index, found);
    }
    return found;
  }
}

/** What a question depends on, at each place of a step: the analyses before it is written. */
export class FlowFacts {
  /** The nodes from which the answer still depends on something. */
  readonly relevant: ReadonlySet<FlowNode>;
  /** What may have been assigned on the way to a node. */
  readonly changedBefore = new Map<FlowNode, Set<Variable>>();
  /** What is still read from a node on. */
  readonly live = new Map<FlowNode, ReadonlySet<Variable>>();

  constructor(
    private readonly program: Program,
    private readonly names: TlaNames,
    private readonly placed: Placed,
    private readonly flow: StepFlow,
    private readonly question: Question,
    private readonly process: number,
  ) {
    this.relevant = this.reaching();
    this.spreadChanges();
    this.spreadLiveness();
  }

  /** What an instruction may write. */
  writes(instruction: FlowInstruction): Variable[] {
    const all: Variable[] = [];
    flowWrites(
      instruction,
      (process) => this.placed.of(process),
      (v) => all.push(v),
    );
    return all;
  }

  /** The locals of the process that are kept where it comes to stand. */
  liveAt(location: number): ReadonlySet<Variable> {
    const live = this.program.processes[this.process]?.live ?? [];
    return new Set(location === 0 ? [] : live[location - 1]);
  }

  /** What is read after each instruction of a node. */
  liveAfterEach(node: FlowNode): ReadonlySet<Variable>[] {
    const live = this.liveAfter(node);
    const after: ReadonlySet<Variable>[] = [];
    for (let i = node.code.length - 1; i >= 0; i--) {
      after[i] = new Set(live);
      this.backward(node.code[i] as FlowInstruction, live);
    }
    return after;
  }

  private reaching(): Set<FlowNode> {
    const { question } = this;
    const found = new Set<FlowNode>();
    for (const node of this.flow.nodes) {
      const { kind } = node.end;
      const fails = kind === 'fail' || node.code.some((i) => i.kind === 'assert');
      if (
        question === 'action' ||
        question === 'value' ||
        (question === 'can' && kind === 'abort') ||
        (question === 'fails' && fails)
      )
        found.add(node);
    }
    for (let before = -1; before !== found.size; ) {
      before = found.size;
      for (const node of this.flow.nodes) if (successors(node).some((to) => found.has(to))) found.add(node);
    }
    return found;
  }

  private spreadChanges(): void {
    const { nodes } = this.flow;
    const own = new Map(nodes.map((node) => [node, node.code.flatMap((i) => this.writes(i))]));
    for (const node of nodes) this.changedBefore.set(node, new Set());
    for (let changes = true; changes; ) {
      changes = false;
      for (const node of nodes) {
        const out = [...(this.changedBefore.get(node) ?? []), ...(own.get(node) ?? [])];
        for (const to of successors(node)) {
          const before = this.changedBefore.get(to) as Set<Variable>;
          const size = before.size;
          for (const variable of out) before.add(variable);
          if (before.size !== size) changes = true;
        }
      }
    }
  }

  private spreadLiveness(): void {
    for (const node of this.flow.nodes) this.live.set(node, new Set());
    const backwards = [...this.flow.nodes].reverse();
    for (let changes = true; changes; ) {
      changes = false;
      for (const node of backwards) {
        const found = this.liveAfter(node);
        for (const instruction of [...node.code].reverse()) this.backward(instruction, found);
        if (found.size !== this.live.get(node)?.size) changes = true;
        this.live.set(node, found);
      }
    }
  }

  /** What is still read after the code of a node. */
  private liveAfter(node: FlowNode): Set<Variable> {
    const { end } = node;
    const next = successors(node).filter((to) => this.relevant.has(to));
    const found = new Set<Variable>(next.flatMap((to) => [...(this.live.get(to) ?? [])]));
    const read = (expr: Expr): void => readsOf(expr, (v) => found.add(v));
    if (next.length > 0 && end.kind === 'branch') read(end.test);
    if (next.length > 0 && end.kind === 'switch') read(end.on);
    if (end.kind === 'result' && this.question === 'value') read(end.expr);
    if (end.kind === 'arrive' && this.question === 'action') {
      const own = this.liveAt(end.location);
      for (const variable of this.names.cells)
        if (variable.kind !== 'local' || variable.process !== this.process || own.has(variable))
          found.add(variable);
    }
    return found;
  }

  private backward(instruction: FlowInstruction, live: Set<Variable>): void {
    const { kind } = instruction;
    const needed =
      kind === 'assert' || kind === 'choose' || this.writes(instruction).some((v) => live.has(v));
    if (kind === 'set' || kind === 'choose') live.delete(instruction.variable);
    if (needed) flowReads(instruction, (v) => live.add(v));
  }
}
