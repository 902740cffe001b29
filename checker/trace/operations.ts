import type { Mark, OperationCode, Shape, SpecifiedObject } from '../language/ir.ts';
import type { Names } from '../language/lower/names.ts';
import { showValue } from './show.ts';

/** `ring.push(1)`. */
export function showCall(
  { object, operations }: SpecifiedObject,
  operation: number,
  values: readonly number[],
  names: Names,
): string {
  const { name, parameters } = operations[operation] as OperationCode;
  return `${object}.${name}(${showAll(parameters, values, names)})`;
}

/** `1`, or `throws Full`; `null` when nothing is returned. */
export function showResult(
  { operations }: SpecifiedObject,
  event: 'return' | 'throw',
  operation: number,
  values: readonly number[],
  names: Names,
): string | null {
  const { result, exception } = operations[operation] as OperationCode;
  if (event === 'throw') return `throws ${showAll([exception], values, names)}`;
  const text = showAll([result], values, names);
  return text === 'undefined' ? null : text;
}

export type MarkWithValues = readonly [mark: Mark, values: readonly number[]];

/** The operations that begin and end in a step, for people. */
export function operationNotes(
  marks: readonly MarkWithValues[],
  specified: readonly SpecifiedObject[],
  names: Names,
): { now: string[]; next: { process: number; text: string }[] } {
  const now: string[] = [];
  let next: { process: number; depth: number; text: string }[] = [];
  for (const [{ event, object, operation, process, depth }, values] of marks) {
    const code = specified[object];
    if (event === 'kill' || code === undefined) continue;
    if (event === 'invoke') {
      next.push({ process, depth, text: `${showCall(code, operation, values, names)} is called` });
      continue;
    }
    const result = showResult(code, event, operation, values, names);
    const name = `${code.object}.${code.operations[operation]?.name}()`;
    now.push(
      event === 'throw' ? `${name} ${result}` : `${name} returns${result === null ? '' : ` ${result}`}`,
    );
    next = next.filter((other) => other.process !== process || other.depth !== depth);
  }
  return { now, next };
}

function showAll(shapes: readonly Shape[], values: readonly number[], names: Names): string {
  let next = 0;
  const show = ({ domain, items }: Shape): string => {
    const scalar = domain === null ? null : showValue({ domain }, values[next++] ?? 0, names);
    const tuple = items === null ? null : `[${items.map(show).join(', ')}]`;
    if (tuple === null) return scalar ?? 'undefined';
    return scalar === null || scalar === 'tuple' ? tuple : scalar;
  };
  return shapes.map(show).join(', ');
}
