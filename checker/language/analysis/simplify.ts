import type { Block, Instruction, Terminator } from '../ir.ts';
import { predecessors, reversePostorder } from './graph.ts';

/** Jumps over empty blocks and joins straight lines. Keeps every block with a cut. Returns the new entry. */
export function simplify(entry: Block): Block {
  const start = skip(entry);
  for (const block of reversePostorder(start)) block.end = redirect(block);
  const blocks = reversePostorder(start);
  const from = predecessors(blocks);
  for (const block of blocks) {
    while (block.end.kind === 'goto') {
      const next: Block = block.end.to;
      if (next.cut !== null || next === block || next === start || from.get(next)?.length !== 1) break;
      block.code.push(...next.code);
      block.end = next.end;
    }
  }
  return start;
}

/** Where a jump to `block` really leads. */
function skip(block: Block): Block {
  const seen = new Set<Block>();
  let at = block;
  while (at.cut === null && at.code.length === 0 && at.end.kind === 'goto' && !seen.has(at)) {
    seen.add(at);
    at = at.end.to;
  }
  return at;
}

function redirect({ code, end }: Block): Terminator {
  switch (end.kind) {
    case 'goto':
      return { kind: 'goto', to: skip(end.to) };
    case 'branch': {
      if (end.test.kind === 'const') return { kind: 'goto', to: skip(end.test.value ? end.yes : end.no) };
      const [yes, no] = [skip(end.yes), skip(end.no)];
      if (yes === no) return { kind: 'goto', to: yes };
      const [ways, to] = alike(yes, no);
      if (to === null) return { kind: 'branch', test: end.test, yes, no };
      code.push(...ways);
      return { kind: 'goto', to };
    }
    case 'switch':
      return { kind: 'switch', on: end.on, targets: end.targets.map(skip) };
    default:
      return end;
  }
}

/** Two ways that do nothing but be counted by coverage are one, and count both. Otherwise `null`. */
function alike(yes: Block, no: Block): [ways: Instruction[], to: Block | null] {
  const ways: Instruction[] = [];
  const through = (block: Block): Block => {
    let at = block;
    const seen = new Set<Block>();
    while (isMark(at) && at.end.kind === 'goto' && !seen.has(at)) {
      seen.add(at);
      ways.push(...at.code);
      at = at.end.to;
    }
    return at;
  };
  const to = through(yes);
  return [ways, through(no) === to ? to : null];
}

const isMark = ({ cut, code }: Block): boolean => cut === null && code.every(({ kind }) => kind === 'reach');
