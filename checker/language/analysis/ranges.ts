import type { Expr, Failure, Instruction, Program, Variable } from '../ir.ts';
import { reversePostorder } from './graph.ts';
import type { Intervals } from './intervals.ts';

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
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
  if (instruction.kind !== 'set' && instruction.kind !== 'store' && instruction.kind !== 'insert')
    return null;
  const variables = instruction.kind === 'set' ? [instruction.variable] : instruction.family.elements;
  const bounds = boundsOf(variables, intervals);
  const at = variables.findIndex((v) => v !== null);
  const variable = variables[at] ?? null;
  if (bounds === null || variable === null || (variable.kind === 'local' && variable.fixed)) return null;
  const value = intervals.eval(instruction.expr);
  const { lo, hi, declared } = bounds;
  if (value !== null && value[0] >= Math.max(...lo) && value[1] <= Math.min(...hi)) return null;
  if (!declared && instruction.expr.kind === 'var') return null;
  const index = instruction.kind === 'set' ? null : instruction.index;
  const condition: Expr = {
    kind: 'binary',
    op: '&&',
    a: { kind: 'binary', op: '>=', a: instruction.expr, b: selected(lo, index) },
    b: { kind: 'binary', op: '<=', a: instruction.expr, b: selected(hi, index) },
  };
  const detail = declared
    ? `${variable.name} leaves its declared range ${lo[at]} … ${hi[at]}; write the wrap if it is meant, or declare a larger range`
    : `${variable.name} leaves 32 bits; write the wrap (| 0, u32(…)) if it is meant`;
  const failure = failureOf(
    failures,
    declared ? 'range error' : 'integer overflow',
    instruction.site,
    detail,
  );
  return { kind: 'assert', condition, failure, site: instruction.site };
}

/** The bounds of each variable: declared, unsigned where nothing negative is ever assigned, or 32 bits signed. */
function boundsOf(
  variables: readonly (Variable | null)[],
  intervals: Intervals,
): { lo: number[]; hi: number[]; declared: boolean } | null {
  const lo: number[] = [];
  const hi: number[] = [];
  let declared = false;
  for (const variable of variables) {
    if (variable !== null && variable.domain.kind !== 'int') return null;
    const own = variable?.domain.kind === 'int' ? variable.domain.declared : null;
    declared ||= own !== null;
    const known = variable === null ? null : intervals.of(variable);
    const [low, high] = own ?? (known !== null && known[0] >= 0 ? [0, UINT_MAX] : [INT_MIN, INT_MAX]);
    lo.push(variable === null ? (lo[0] ?? INT_MIN) : low);
    hi.push(variable === null ? (hi[0] ?? INT_MAX) : high);
  }
  return { lo, hi, declared };
}

/** The bound of the element at `index`. */
function selected(values: readonly number[], index: Expr | null): Expr {
  const [first] = values as [number];
  if (index === null || values.every((value) => value === first)) return { kind: 'const', value: first };
  return { kind: 'table', values, index };
}

function failureOf(failures: Failure[], name: string, site: Instruction['site'], detail: string): Failure {
  const known = failures.find((f) => f.name === name && f.site === site && f.detail === detail);
  const failure: Failure = known ?? { number: failures.length, kind: 'model error', name, site, detail };
  if (known === undefined) failures.push(failure);
  return failure;
}
