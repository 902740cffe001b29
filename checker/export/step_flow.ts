import { expressionsOf, readsOf, writesOf } from '../language/analysis/graph.ts';
import type { Block, Expr, Instruction, Program, Terminator, Variable } from '../language/ir.ts';

/** An instruction of a step; `place`: another process comes to stand at a location, 0 where it is not alive. */
export type FlowInstruction =
  | Exclude<Instruction, { kind: 'start' | 'kill' | 'note' | 'reach' }>
  | { readonly kind: 'place'; readonly process: number; readonly location: number };

export type FlowEnd =
  | Extract<Terminator, { kind: 'result' | 'abort' | 'cutoff' | 'fail' }>
  | { readonly kind: 'goto'; readonly to: FlowNode }
  | { readonly kind: 'branch'; readonly test: Expr; readonly yes: FlowNode; readonly no: FlowNode }
  | { readonly kind: 'switch'; readonly on: Expr; readonly targets: readonly FlowNode[] }
  | { readonly kind: 'arrive'; readonly location: number };

/** A piece of a step without a branch. */
export interface FlowNode {
  readonly id: number;
  readonly code: FlowInstruction[];
  end: FlowEnd;
}

/** What comes after the first steps of a process that is started. */
interface Continuation {
  readonly id: number;
  readonly process: number;
  readonly block: Block;
  readonly index: number;
  readonly then: Continuation | null;
}

/**
 * One step as a graph: from where it begins to where it ends, with the invisible beginnings of the processes that it
 * starts. Made from the blocks, as the interpreter reads them; the generated code has its own.
 */
export class StepFlow {
  readonly root: FlowNode;
  /** Each after all from which it is reached, except round loops. */
  readonly nodes: readonly FlowNode[];
  private readonly known = new Map<string, FlowNode>();
  private readonly continuations = new Map<string, Continuation>();
  private count = 0;

  constructor(
    private readonly program: Program,
    from: Block,
  ) {
    const begin = this.make(`begin|${from.id}`, (node) => this.fill(node, from, 0, null));
    this.root = skip(begin);
    this.nodes = this.ordered();
  }

  private make(key: string, fill: (node: FlowNode) => void): FlowNode {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const node: FlowNode = { id: this.count++, code: [], end: { kind: 'abort' } };
    this.known.set(key, node);
    fill(node);
    return node;
  }

  private at(block: Block, then: Continuation | null): FlowNode {
    return this.make(`${block.id}|0|${then?.id ?? ''}`, (node) => {
      if (block.cut !== null) this.stop(node, block.location, then);
      else this.fill(node, block, 0, then);
    });
  }

  private fill(node: FlowNode, block: Block, begin: number, then: Continuation | null): void {
    for (let i = begin; i < block.code.length; i++) {
      const instruction = block.code[i] as Instruction;
      if (instruction.kind === 'note' || instruction.kind === 'reach') continue;
      if (instruction.kind === 'kill')
        node.code.push({ kind: 'place', process: instruction.process, location: 0 });
      else if (instruction.kind === 'start') {
        const { process } = instruction;
        node.code.push({ kind: 'place', process, location: 0 });
        const after = this.continuation(process, block, i + 1, then);
        const { entry } = this.program.processes[process] as Program['processes'][number];
        node.end = { kind: 'goto', to: this.at(entry, after) };
        return;
      } else node.code.push(instruction);
    }
    node.end = this.ending(node, block.end, then);
  }

  private continuation(
    process: number,
    block: Block,
    index: number,
    then: Continuation | null,
  ): Continuation {
    const key = `${process}|${block.id}|${index}|${then?.id ?? ''}`;
    const known = this.continuations.get(key);
    if (known !== undefined) return known;
    const made = { id: this.continuations.size, process, block, index, then };
    this.continuations.set(key, made);
    return made;
  }

  private ending(node: FlowNode, end: Terminator, then: Continuation | null): FlowEnd {
    switch (end.kind) {
      case 'goto':
        return { kind: 'goto', to: this.at(end.to, then) };
      case 'branch':
        return { kind: 'branch', test: end.test, yes: this.at(end.yes, then), no: this.at(end.no, then) };
      case 'switch':
        return { kind: 'switch', on: end.on, targets: end.targets.map((to) => this.at(to, then)) };
      case 'end':
        this.stop(node, 0, then);
        return node.end;
      default:
        return end;
    }
  }

  /** Somebody stands at a location: the step ends, or goes on behind the `start`. */
  private stop(node: FlowNode, location: number, then: Continuation | null): void {
    if (then === null) {
      node.end = { kind: 'arrive', location };
      return;
    }
    const { process, block, index } = then;
    node.code.push({ kind: 'place', process, location });
    const key = `${block.id}|${index}|${then.then?.id ?? ''}`;
    node.end = { kind: 'goto', to: this.make(key, (rest) => this.fill(rest, block, index, then.then)) };
  }

  private ordered(): FlowNode[] {
    const seen = new Set<FlowNode>();
    const order: FlowNode[] = [];
    const visit = (node: FlowNode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      node.end = direct(node.end);
      for (const to of successors(node)) visit(to);
      order.push(node);
    };
    visit(this.root);
    return order.reverse();
  }
}

/** Past nodes that do nothing. */
function skip(node: FlowNode): FlowNode {
  const seen = new Set<FlowNode>();
  let at = node;
  while (at.code.length === 0 && at.end.kind === 'goto' && !seen.has(at)) {
    seen.add(at);
    at = at.end.to;
  }
  return at;
}

function direct(end: FlowEnd): FlowEnd {
  switch (end.kind) {
    case 'goto':
      return { kind: 'goto', to: skip(end.to) };
    case 'branch': {
      const [yes, no] = [skip(end.yes), skip(end.no)];
      return yes === no ? { kind: 'goto', to: yes } : { ...end, yes, no };
    }
    case 'switch':
      return { ...end, targets: end.targets.map(skip) };
    default:
      return end;
  }
}

export function successors({ end }: FlowNode): readonly FlowNode[] {
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

/** What an instruction of a step reads, itself included where it changes only a part. */
export function flowReads(instruction: FlowInstruction, visit: (variable: Variable) => void): void {
  if (instruction.kind === 'place') return;
  expressionsOf(instruction, (expr) => readsOf(expr, visit));
}

/** What it may write; `placed`: the variables of a process that comes to stand somewhere. */
export function flowWrites(
  instruction: FlowInstruction,
  placed: (process: number) => readonly Variable[],
  visit: (variable: Variable) => void,
): void {
  if (instruction.kind === 'place') placed(instruction.process).forEach(visit);
  else writesOf(instruction, visit);
}
