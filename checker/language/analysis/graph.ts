import type { Block, Expr, Instruction, Terminator, Variable } from '../ir.ts';
import { successorsOf } from '../lower/context.ts';
import { readsOf } from '../lower/value.ts';

export { readsOf, successorsOf };

/** Blocks that can be reached from `entry`, each once, in reverse postorder. */
export function reversePostorder(entry: Block): Block[] {
  const seen = new Set<Block>([entry]);
  const order: Block[] = [];
  const stack: { block: Block; next: number }[] = [{ block: entry, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1) as { block: Block; next: number };
    const to = successorsOf(top.block.end)[top.next++];
    if (to === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      stack.push({ block: to, next: 0 });
    }
  }
  return order.reverse();
}

export function predecessors(blocks: readonly Block[]): Map<Block, Block[]> {
  const found = new Map<Block, Block[]>(blocks.map((block) => [block, []]));
  for (const block of blocks) for (const to of successorsOf(block.end)) found.get(to)?.push(block);
  return found;
}

/** Calls `visit` for each expression of an instruction. */
export function expressionsOf(instruction: Instruction, visit: (expr: Expr) => void): void {
  switch (instruction.kind) {
    case 'set':
      visit(instruction.expr);
      return;
    case 'store':
    case 'insert':
      visit(instruction.index);
      visit(instruction.expr);
      return;
    case 'remove':
      visit(instruction.index);
      return;
    case 'assert':
      visit(instruction.condition);
      return;
    case 'choose':
      visit(instruction.count);
      return;
    case 'note':
      for (const word of instruction.words) visitWord(word, visit);
      return;
    case 'mark':
      for (const value of instruction.values) visit(value);
      return;
    default:
  }
}

function visitWord(
  word: (Instruction & { kind: 'note' })['words'][number],
  visit: (expr: Expr) => void,
): void {
  if ('expr' in word) visit(word.expr);
  if ('tuple' in word) for (const item of word.tuple ?? []) visitWord(item, visit);
}

export function terminatorExpression(end: Terminator): Expr | null {
  switch (end.kind) {
    case 'branch':
      return end.test;
    case 'switch':
      return end.on;
    case 'result':
      return end.expr;
    default:
      return null;
  }
}

/** The variables that an instruction may change. */
export function writesOf(instruction: Instruction, visit: (variable: Variable) => void): void {
  switch (instruction.kind) {
    case 'set':
    case 'choose':
      visit(instruction.variable);
      return;
    case 'store':
    case 'insert':
    case 'remove':
      for (const variable of instruction.family.elements) if (variable !== null) visit(variable);
      return;
    default:
  }
}
