import type { Block, Predicate, Program, Variable } from '../ir.ts';
import {
  expressionsOf,
  readsOf,
  reversePostorder,
  successorsOf,
  terminatorExpression,
  writesOf,
} from './graph.ts';

/** Contexts that can touch a variable: processes by index, and two more. */
const PROPERTY = -1;
const TIME = -2;

/**
 * The variables that are shared: written by somebody after elaboration, and touched by at least two of processes
 * (with their run conditions), properties and time. Only their accesses are steps.
 */
export function sharedVariables(program: Program): Set<Variable> {
  const touched = new Map<Variable, Set<number>>();
  const written = new Set<Variable>();
  const touch = (variable: Variable, who: number): void => {
    if (variable.kind === 'local') return;
    const by = touched.get(variable);
    if (by === undefined) touched.set(variable, new Set([who]));
    else by.add(who);
  };
  for (const process of program.processes) {
    touchBlocks(reversePostorder(process.entry), process.index, touch, written);
    if (process.runs !== null) {
      touchPredicate(process.runs, process.index, touch);
      // Whether the time of a `busy` passes depends on it: what comes after must not change that before.
      if (process.busy !== null) touchPredicate(process.runs, TIME, touch);
    }
    touch(process.location, process.index);
    written.add(process.location);
  }
  for (const { predicate, goal } of program.properties) {
    touchPredicate(predicate, PROPERTY, touch);
    if (goal !== null) touchPredicate(goal, PROPERTY, touch);
  }
  for (const { left, latched } of program.clocks) {
    for (const part of [left, latched]) {
      if (typeof part !== 'object') continue;
      touch(part, TIME);
      written.add(part);
    }
  }
  const shared = new Set<Variable>();
  for (const [variable, by] of touched) if (by.size >= 2 && written.has(variable)) shared.add(variable);
  return shared;
}

function touchBlocks(
  blocks: readonly Block[],
  who: number,
  touch: (variable: Variable, who: number) => void,
  written: Set<Variable>,
): void {
  const read = (variable: Variable): void => touch(variable, who);
  for (const { code, end } of blocks) {
    for (const instruction of code) {
      expressionsOf(instruction, (expr) => readsOf(expr, read));
      writesOf(instruction, (variable) => {
        touch(variable, who);
        written.add(variable);
      });
    }
    const expr = terminatorExpression(end);
    if (expr !== null) readsOf(expr, read);
  }
}

function touchPredicate(
  { entry }: Predicate,
  who: number,
  touch: (variable: Variable, who: number) => void,
): void {
  touchBlocks(reversePostorder(entry), who, touch, new Set());
}

/** Takes away the step boundaries before accesses that nobody else can see. */
export function dropInvisibleCuts(program: Program, shared: ReadonlySet<Variable>): void {
  for (const { entry } of program.processes) {
    const blocks = reversePostorder(entry);
    for (const block of blocks) {
      if (block.cut?.access && !block.cut.access.some((variable) => shared.has(variable))) block.cut = null;
    }
    dropBookkeepingCuts(blocks);
  }
}

/**
 * Bookkeeping belongs to the step before it. A `busy` is the exception: its step is where it begins, and what
 * is kept after it must not be seen before its time has passed.
 */
function dropBookkeepingCuts(blocks: readonly Block[]): void {
  const late = new Set<Block>();
  const open = blocks.filter(({ cut }) => cut?.operation === 'busy');
  const seen = new Set(open);
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    for (const next of successorsOf(block.end)) {
      if (next.cut?.afterBusy === true) late.add(next);
      if (seen.has(next) || next.cut !== null) continue;
      seen.add(next);
      open.push(next);
    }
  }
  for (const block of blocks) if (block.cut?.afterBusy === true && !late.has(block)) block.cut = null;
}
