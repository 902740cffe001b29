import type { Mutant } from './mutants.ts';

/** By scenario file and model file: where the statements begin that are reached, as `line:column`. */
export type Reached = Record<string, Record<string, readonly string[]>>;

/** The scenarios that execute what the mutant changes: the statement around it. */
export function scenariosOf(
  reached: Reached,
  { file, statement }: Pick<Mutant, 'file' | 'statement'>,
): string[] {
  return Object.keys(reached).filter((scenario) => reached[scenario]?.[file]?.includes(statement));
}

/** The path from the root of a file that coverage names: models as those who install the package see them. */
export const pathOf = (file: string): string => file.replace(/^upy-check\//u, '');
