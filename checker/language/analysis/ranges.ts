import type { Expr, Failure, Instruction, Program, Variable } from '../ir.ts';
import { reversePostorder } from './graph.ts';
import type { Intervals } from './intervals.ts';

const INT_MIN = -(2 ** 31);
const UINT_MAX = 2 ** 32 - 1;

/**
 * Adds the checks that integers stay in their declared range, or in 32 bits: leaving it is a model error, never a wrap.
 */
export function addRangeChecks(program: Program, intervals: Intervals, failures: Failure[]): void {
  for (const { entry } of program.processes) {
    for (const { code } of reversePostorder(entry)) {
      for (let i = 0; i < code.length; i++) {
        const checked = checkOf(code[i] as Instruction, intervals, failures);
        if (checked === null) continue;
        code.splice(i, 0, checked);
        i++;
      }
    }
  }
}

function checkOf(instruction: Instruction, intervals: Intervals, failures: Failure[]): Instruction | null {
  if (instruction.kind !== 'set' && instruction.kind !== 'store' && instruction.kind !== 'insert') return null;
  const variable = instruction.kind === 'set' ? instruction.variable : firstOf(instruction.family.elements);
  if (variable === null || variable.domain.kind !== 'int' || (variable.kind === 'local' && variable.fixed)) return null;
  const declared = variable.domain.declared;
  const [lo, hi] = declared ?? [INT_MIN, UINT_MAX];
  const value = intervals.eval(instruction.expr);
  if (value !== null && value[0] >= lo && value[1] <= hi) return null;
  if (declared === null && instruction.expr.kind === 'var') return null;
  const condition: Expr = {
    kind: 'binary', op: '&&',
    a: { kind: 'binary', op: '>=', a: instruction.expr, b: { kind: 'const', value: lo } },
    b: { kind: 'binary', op: '<=', a: instruction.expr, b: { kind: 'const', value: hi } },
  };
  const name = declared === null ? 'integer overflow' : 'range error';
  const detail = declared === null
    ? `${variable.name} leaves 32 bits; write the wrap (| 0, u32(…)) if it is meant`
    : `${variable.name} leaves its declared range ${lo} … ${hi}; write the wrap if it is meant, or declare a larger range`;
  const known = failures.find((f) => f.name === name && f.site === instruction.site && f.detail === detail);
  const failure = known ?? { number: failures.length, kind: 'model error' as const, name, site: instruction.site, detail };
  if (known === undefined) failures.push(failure);
  return { kind: 'assert', condition, failure, site: instruction.site };
}

function firstOf(elements: readonly (Variable | null)[]): Variable | null {
  return elements.find((v) => v !== null) ?? null;
}
