import type { Mutant } from './mutants.ts';

/** By scenario file and model file: where the statements begin that are reached, as `line:column`. */
export type Reached = Record<string, Record<string, readonly string[]>>;

/**
 * The scenarios that execute what the mutant changes: the statement around it. A function that is handed over where no scenario
 * executes anything, when the model is built, may be called by any that has the file.
 */
export function scenariosOf(reached: Reached, { file, within }: Pick<Mutant, 'file' | 'within'>): string[] {
  const scenarios = Object.keys(reached);
  const found = scenarios.filter((name) => within.some((place) => reached[name]?.[file]?.includes(place)));
  if (found.length > 0 || within.length < 2) return found;
  return scenarios.filter((name) => reached[name]?.[file] !== undefined);
}

/** The path from the root of a file that coverage names: models as those who install the package see them. */
export const pathOf = (file: string): string => file.replace(/^upy-check\//u, '');
