import type { Block, Instruction, ProcessCode, Variable } from '../ir.ts';
import { expressionsOf, predecessors, readsOf, reversePostorder, terminatorExpression } from './graph.ts';

/**
 * Strong liveness of locals: a local is live where its value can still reach an effect. An assignment to one that is
 * not is removed, so that a counter that only counts itself is not in the state.
 */
export function liveness(entry: Block): Map<Block, Set<Variable>> {
  const blocks = reversePostorder(entry);
  const from = predecessors(blocks);
  const liveIn = new Map<Block, Set<Variable>>(blocks.map((block) => [block, new Set()]));
  const definitions = new Map<Block, Definitions>(blocks.map((block) => [block, definitionsIn(block)]));
  const needed = new Set<Instruction>();
  const work: { block: Block; before: number; variable: Variable }[] = [];
  const need =
    (block: Block, before: number) =>
    (variable: Variable): void => {
      if (variable.kind === 'local') work.push({ block, before, variable });
    };
  for (const block of blocks) {
    for (const [i, instruction] of block.code.entries()) {
      if (isAssignmentToLocal(instruction)) continue;
      needed.add(instruction);
      expressionsOf(instruction, (expr) => readsOf(expr, need(block, i)));
    }
    const expr = terminatorExpression(block.end);
    if (expr !== null) readsOf(expr, need(block, block.code.length));
  }
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    const { block, variable } = item;
    const i = definition(definitions.get(block) as Definitions, item.before, variable);
    if (i >= 0) {
      const instruction = block.code[i] as Instruction;
      if (needed.has(instruction)) continue;
      needed.add(instruction);
      expressionsOf(instruction, (expr) => readsOf(expr, need(block, i)));
      continue;
    }
    const live = liveIn.get(block) as Set<Variable>;
    if (live.has(variable)) continue;
    live.add(variable);
    for (const before of from.get(block) ?? [])
      work.push({ block: before, before: before.code.length, variable });
  }
  for (const { code } of blocks) {
    const kept = code.filter((instruction) => needed.has(instruction));
    code.splice(0, code.length, ...kept);
  }
  return liveIn;
}

function isAssignmentToLocal(instruction: Instruction): boolean {
  return instruction.kind === 'set' && instruction.variable.kind === 'local';
}

/** Positions at which the code of a block assigns a local, in order. */
type Definitions = ReadonlyMap<Variable, readonly number[]>;

function definitionsIn({ code }: Block): Definitions {
  const found = new Map<Variable, number[]>();
  for (let i = 0; i < code.length; i++) {
    const instruction = code[i] as Instruction;
    if (instruction.kind !== 'set' && instruction.kind !== 'choose') continue;
    const { variable } = instruction;
    if (variable.kind !== 'local') continue;
    const positions = found.get(variable);
    if (positions === undefined) found.set(variable, [i]);
    else positions.push(i);
  }
  return found;
}

/** The last position before `before` that assigns `variable`; -1: none. */
function definition(definitions: Definitions, before: number, variable: Variable): number {
  const positions = definitions.get(variable);
  if (positions === undefined) return -1;
  for (let p = positions.length - 1; p >= 0; p--) {
    const i = positions[p] as number;
    if (i < before) return i;
  }
  return -1;
}

/** Numbers the locations of a process and finds the locals that are live at each. */
export function locate(process: ProcessCode): void {
  const liveIn = liveness(process.entry);
  process.locations = [];
  process.live = [];
  for (const block of reversePostorder(process.entry)) {
    if (block.cut === null) continue;
    block.location = process.locations.length + 1;
    process.locations.push(block);
    process.live.push([...(liveIn.get(block) ?? [])].sort((a, b) => a.id - b.id));
  }
}
