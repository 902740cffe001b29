import type { TraceStep } from '../checker/trace.ts';

type Named = Pick<TraceStep, 'process' | 'stack' | 'place' | 'operation'>;

/** The innermost function that has a name, and not that of its process. */
export function functionOf({ process, stack }: Pick<Named, 'process' | 'stack'>): string | null {
  const named = stack.findLast(({ function: name }) => name !== '' && name !== '(anonymous)');
  return named === undefined || named.function === process ? null : named.function;
}

/** What a step is called where there is little room: that function, or the statement. */
export function stepName(step: Named): string {
  return functionOf(step) ?? step.place?.text ?? step.operation;
}
