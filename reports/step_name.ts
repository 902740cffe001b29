import type { TraceStep } from '../checker/trace.ts';

/** What a step is called where there is little room: the innermost function that has a name of its own, or the statement. */
export function stepName({
  process,
  stack,
  place,
  operation,
}: Pick<TraceStep, 'process' | 'stack' | 'place' | 'operation'>): string {
  const named = stack.findLast(({ function: name }) => name !== '' && name !== '(anonymous)');
  if (named !== undefined && named.function !== process) return named.function;
  return place?.text ?? operation;
}
