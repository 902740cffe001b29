import { type NodeEnd, nodeSuccessors, nodesOf, type StepNode } from './step_graph.ts';

/** What the text of a node's parts is. */
export interface Emitter {
  code(node: StepNode): string;
  /** The text of an end that leaves the step. */
  leave(end: NodeEnd, node: StepNode): string;
  test(end: NodeEnd & { kind: 'branch' }): string;
  on(end: NodeEnd & { kind: 'switch' }): string;
  /** Text that must stand where a loop goes round. */
  loop(): string;
}

/**
 * JavaScript with structured control flow for a reducible graph: a node with several predecessors follows a labelled
 * block, a loop header begins a `for (;;)`. Ramsey, "Beyond Relooper" (ICFP 2022). A graph that is not reducible
 * becomes a dispatch loop.
 */
export function structured(entry: StepNode, emitter: Emitter): string {
  const graph = new Graph(entry);
  return graph.reducible ? new Structurer(graph, emitter).tree(entry) : dispatch(graph, emitter);
}

class Graph {
  readonly order: readonly StepNode[];
  readonly number = new Map<StepNode, number>();
  readonly dominator = new Map<StepNode, StepNode>();
  readonly merges = new Set<StepNode>();
  readonly headers = new Set<StepNode>();
  readonly children = new Map<StepNode, StepNode[]>();
  readonly reducible: boolean;

  constructor(readonly entry: StepNode) {
    this.order = nodesOf(entry);
    for (const [i, node] of this.order.entries()) this.number.set(node, i);
    const predecessors = this.predecessors();
    this.dominators(predecessors);
    this.reducible = this.classify(predecessors);
    for (const node of this.order) {
      if (node === entry) continue;
      const parent = this.dominator.get(node) as StepNode;
      const list = this.children.get(parent) ?? [];
      list.push(node);
      this.children.set(parent, list);
    }
  }

  private predecessors(): Map<StepNode, StepNode[]> {
    const found = new Map<StepNode, StepNode[]>(this.order.map((node) => [node, []]));
    for (const node of this.order) for (const to of nodeSuccessors(node.end)) found.get(to)?.push(node);
    return found;
  }

  /** Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm". */
  private dominators(predecessors: ReadonlyMap<StepNode, readonly StepNode[]>): void {
    this.dominator.set(this.entry, this.entry);
    for (let changed = true; changed; ) {
      changed = false;
      for (const node of this.order) {
        if (node === this.entry) continue;
        let best: StepNode | null = null;
        for (const from of predecessors.get(node) ?? []) {
          if (this.dominator.has(from)) best = best === null ? from : this.common(best, from);
        }
        if (best !== null && this.dominator.get(node) !== best) {
          this.dominator.set(node, best);
          changed = true;
        }
      }
    }
  }

  private common(a: StepNode, b: StepNode): StepNode {
    let [x, y] = [a, b];
    while (x !== y) {
      while (this.at(x) > this.at(y)) x = this.dominator.get(x) as StepNode;
      while (this.at(y) > this.at(x)) y = this.dominator.get(y) as StepNode;
    }
    return x;
  }

  at(node: StepNode): number {
    return this.number.get(node) as number;
  }

  private dominates(a: StepNode, b: StepNode): boolean {
    let node = b;
    while (this.at(node) > this.at(a)) node = this.dominator.get(node) as StepNode;
    return node === a;
  }

  /** Finds merge nodes and loop headers; whether every backward edge leads to a dominator. */
  private classify(predecessors: ReadonlyMap<StepNode, readonly StepNode[]>): boolean {
    let reducible = true;
    for (const node of this.order) {
      let forward = 0;
      for (const from of predecessors.get(node) ?? []) {
        if (this.at(from) < this.at(node)) forward++;
        else {
          this.headers.add(node);
          reducible &&= this.dominates(node, from);
        }
      }
      if (forward > 1) this.merges.add(node);
    }
    return reducible;
  }
}

class Structurer {
  constructor(
    private readonly graph: Graph,
    private readonly emitter: Emitter,
  ) {}

  tree(node: StepNode): string {
    const merges = (this.graph.children.get(node) ?? [])
      .filter((child) => this.graph.merges.has(child))
      .sort((a, b) => this.graph.at(b) - this.graph.at(a));
    if (!this.graph.headers.has(node)) return this.within(node, merges);
    return `L${node.id}: for (;;) { ${this.emitter.loop()}\n${this.within(node, merges)} }\n`;
  }

  private within(node: StepNode, merges: readonly StepNode[]): string {
    const [last, ...others] = merges;
    if (last !== undefined) return `B${last.id}: {\n${this.within(node, others)}}\n${this.tree(last)}`;
    return this.emitter.code(node) + this.end(node);
  }

  private end(node: StepNode): string {
    const { end } = node;
    switch (end.kind) {
      case 'goto':
        return this.jump(node, end.to);
      case 'branch':
        return `if (${this.emitter.test(end)}) {\n${this.jump(node, end.yes)}} else {\n${this.jump(node, end.no)}}\n`;
      case 'switch':
        return this.switch(node, end);
      default:
        return this.emitter.leave(end, node);
    }
  }

  private switch(node: StepNode, end: NodeEnd & { kind: 'switch' }): string {
    const seen = new Set<StepNode>();
    let text = `switch (${this.emitter.on(end)}) {\n`;
    for (const target of end.targets) {
      if (seen.has(target)) continue;
      seen.add(target);
      for (const [i, other] of end.targets.entries()) if (other === target) text += `case ${i}: `;
      text += `{\n${this.jump(node, target)}}\n`;
    }
    return `${text}default: return 0;\n}\n`;
  }

  private jump(from: StepNode, to: StepNode): string {
    if (this.graph.at(to) <= this.graph.at(from)) return `continue L${to.id};\n`;
    if (this.graph.merges.has(to)) return `break B${to.id};\n`;
    return this.tree(to);
  }
}

function dispatch(graph: Graph, emitter: Emitter): string {
  const jump = (to: StepNode): string => `$ = ${graph.at(to)}; continue $L;\n`;
  let text = `let $ = 0; $L: for (;;) { ${emitter.loop()}\nswitch ($) {\n`;
  for (const node of graph.order) {
    const { end } = node;
    text += `case ${graph.at(node)}: {\n${emitter.code(node)}`;
    if (end.kind === 'goto') text += jump(end.to);
    else if (end.kind === 'branch')
      text += `if (${emitter.test(end)}) { ${jump(end.yes)}} else { ${jump(end.no)}}\n`;
    else if (end.kind === 'switch') {
      text += `switch (${emitter.on(end)}) {\n${end.targets.map((to, i) => `case ${i}: ${jump(to)}`).join('')}default: return 0;\n}\n`;
    } else text += emitter.leave(end, node);
    text += '}\n';
  }
  return `${text}}}\n`;
}
