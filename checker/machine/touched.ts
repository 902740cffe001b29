import { expressionsOf, readsOf, terminatorExpression } from '../language/analysis/graph.ts';
import type { Expr, Family, Variable } from '../language/ir.ts';
import type { Chunk, Layout } from './layout.ts';
import type { StepInstruction, StepNode } from './step_graph.ts';

/** What a step touches: in which cells, and in which form it is kept in JavaScript variables. */
export class Touched {
  readonly variables = new Set<Variable>();
  readonly chunks = new Set<Chunk>();
  readonly processes = new Set<number>();

  constructor(
    nodes: readonly StepNode[],
    private readonly layout: Layout,
  ) {
    for (const { code, end } of nodes) {
      for (const instruction of code) this.instruction(instruction);
      const expr = terminatorExpression(end as never);
      if (expr !== null) this.expr(expr);
    }
  }

  private instruction(instruction: StepInstruction): void {
    if (instruction.kind === 'place') {
      this.processes.add(instruction.process);
      return;
    }
    if (instruction.kind === 'note') return;
    expressionsOf(instruction, (expr) => this.expr(expr));
    if (instruction.kind === 'set' || instruction.kind === 'choose') this.variable(instruction.variable);
    if (instruction.kind === 'store' || instruction.kind === 'remove' || instruction.kind === 'insert')
      this.family(instruction.family);
  }

  private expr(expr: Expr): void {
    readsOf(expr, (variable) => this.variable(variable));
    walk(expr, (part) => {
      if (part.kind === 'element') this.family(part.family);
    });
  }

  private variable(variable: Variable): void {
    this.variables.add(variable);
  }

  /** A family selected by an index: its chunk as a whole, or each of its elements. */
  private family(family: Family): void {
    const chunk = this.layout.chunks.get(family);
    if (chunk !== undefined) this.chunks.add(chunk);
    else for (const variable of family.elements) if (variable !== null) this.variables.add(variable);
  }
}

function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  switch (expr.kind) {
    case 'element':
    case 'table':
      walk(expr.index, visit);
      return;
    case 'unary':
      walk(expr.a, visit);
      return;
    case 'binary':
      walk(expr.a, visit);
      walk(expr.b, visit);
      return;
    case 'cond':
      walk(expr.test, visit);
      walk(expr.yes, visit);
      walk(expr.no, visit);
      return;
    default:
  }
}
