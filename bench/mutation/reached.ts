import type { Mutant } from './mutants.ts';

/** By scenario file and model file: the lines where statements begin, and whether they are reached. */
export type Reached = Record<string, Record<string, readonly (readonly [line: number, reached: boolean])[]>>;

/**
 * The scenarios that execute what the mutant changes: the statement around it. If no scenario has that statement, nobody can notice,
 * unless it hands over a function when the model is built: then any scenario that has the file may call it.
 */
export function scenariosOf(
  reached: Reached,
  { file, statement, isInArrow }: Pick<Mutant, 'file' | 'statement' | 'isInArrow'>,
): string[] {
  const having = Object.entries(reached).filter(([, files]) => files[file] !== undefined);
  const lines = having.map(([, files]) => (files[file] ?? []).filter(([line]) => line === statement));
  if (isInArrow && lines.every(({ length }) => length === 0)) return having.map(([scenario]) => scenario);
  return having.flatMap(([scenario], i) => (lines[i]?.some(([, isReached]) => isReached) ? [scenario] : []));
}

/** The path from the root of a file that coverage names: models as those who install the package see them. */
export const pathOf = (file: string): string => file.replace(/^upy-check\//u, '');
