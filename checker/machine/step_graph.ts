import type { Block, Instruction, ProcessCode, Program, Terminator } from '../language/ir.ts';

/** What a node of a step does last. `arrive`: the step ends at a location of the process; 0: the process has ended. */
export type NodeEnd =
  | Exclude<Terminator, { kind: 'goto' | 'branch' | 'switch' | 'end' }>
  | { readonly kind: 'goto'; readonly to: StepNode }
  | {
      readonly kind: 'branch';
      readonly test: (Terminator & { kind: 'branch' })['test'];
      readonly yes: StepNode;
      readonly no: StepNode;
    }
  | {
      readonly kind: 'switch';
      readonly on: (Terminator & { kind: 'switch' })['on'];
      readonly targets: readonly StepNode[];
    }
  | { readonly kind: 'arrive'; readonly location: number };

/** An instruction of a step; `place` sets another process to a location (after `start`, 0 after `kill`). */
export type StepInstruction =
  | Exclude<Instruction, { kind: 'start' | 'kill' }>
  | { readonly kind: 'place'; readonly process: number; readonly location: number };

/** A node of the control-flow graph of one step. */
export interface StepNode {
  readonly id: number;
  readonly code: StepInstruction[];
  end: NodeEnd;
}

export function nodeSuccessors(end: NodeEnd): readonly StepNode[] {
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

/**
 * The graph of the step that begins at `from`: up to the next locations, with the invisible prefixes of the processes
 * that it starts. A process stands at its first visible operation as soon as it is created or started.
 */
export function stepGraph(program: Program, from: Block): StepNode {
  return new Builder(program).node(from, true, null);
}

/** What follows the prefix of a started process. */
interface Continuation {
  readonly id: number;
  readonly process: ProcessCode;
  readonly resume: () => StepNode;
}

class Builder {
  private readonly known = new Map<string, StepNode>();
  private next = 0;
  private nextContinuation = 1;

  constructor(private readonly program: Program) {}

  /** The node for `block`; `first`: the step begins here, so its cut does not end the step. */
  node(block: Block, first: boolean, then: Continuation | null): StepNode {
    const key = `${block.id}|${first ? 1 : 0}|${then?.id ?? 0}|${then?.process.index ?? ''}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const node: StepNode = { id: this.next++, code: [], end: { kind: 'abort' } };
    this.known.set(key, node);
    if (block.cut !== null && !first) this.stop(node, block.location, then);
    else this.fill(node, block, 0, then);
    return node;
  }

  private stop(node: StepNode, location: number, then: Continuation | null): void {
    if (then === null) {
      node.end = { kind: 'arrive', location };
      return;
    }
    node.code.push({ kind: 'place', process: then.process.index, location });
    node.end = { kind: 'goto', to: then.resume() };
  }

  private fill(node: StepNode, block: Block, begin: number, then: Continuation | null): void {
    for (let i = begin; i < block.code.length; i++) {
      const instruction = block.code[i] as Instruction;
      if (instruction.kind === 'kill')
        node.code.push({ kind: 'place', process: instruction.process, location: 0 });
      else if (instruction.kind === 'start') {
        this.start(node, instruction.process, () => this.rest(block, i + 1, then));
        return;
      } else node.code.push(instruction);
    }
    this.finish(node, block.end, then);
  }

  /** The remainder of a block after a `start` in it. */
  private rest(block: Block, begin: number, then: Continuation | null): StepNode {
    const key = `${block.id}+${begin}|${then?.id ?? 0}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const node: StepNode = { id: this.next++, code: [], end: { kind: 'abort' } };
    this.known.set(key, node);
    this.fill(node, block, begin, then);
    return node;
  }

  private start(node: StepNode, index: number, resume: () => StepNode): void {
    const process = this.program.processes[index] as ProcessCode;
    node.code.push({ kind: 'place', process: index, location: 0 });
    node.end = {
      kind: 'goto',
      to: this.node(process.entry, false, { id: this.nextContinuation++, process, resume }),
    };
  }

  private finish(node: StepNode, end: Terminator, then: Continuation | null): void {
    const to = (block: Block): StepNode => this.node(block, false, then);
    switch (end.kind) {
      case 'goto':
        node.end = { kind: 'goto', to: to(end.to) };
        return;
      case 'branch':
        node.end = { kind: 'branch', test: end.test, yes: to(end.yes), no: to(end.no) };
        return;
      case 'switch':
        node.end = { kind: 'switch', on: end.on, targets: end.targets.map(to) };
        return;
      case 'end':
        this.stop(node, 0, then);
        return;
      default:
        node.end = end;
    }
  }
}

/** Nodes reachable from `entry`, in reverse postorder. */
export function nodesOf(entry: StepNode): StepNode[] {
  const seen = new Set<StepNode>([entry]);
  const order: StepNode[] = [];
  const stack: { node: StepNode; next: number }[] = [{ node: entry, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1) as { node: StepNode; next: number };
    const to = nodeSuccessors(top.node.end)[top.next++];
    if (to === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ node: to, next: 0 });
    }
  }
  return order.reverse();
}

export function stepHasChoice(entry: StepNode): boolean {
  return nodesOf(entry).some(({ code }) => code.some(({ kind }) => kind === 'choose'));
}
