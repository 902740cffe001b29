import type { Mutant } from './mutants.ts';

/** By scenario file and model file: the lines where statements begin, and whether they are reached. */
export type Reached = Record<string, Record<string, readonly (readonly [line: number, reached: boolean])[]>>;

/** The scenarios that execute what the mutant changes: the statement that begins on its line, or last before it. */
export function scenariosOf(reached: Reached, { file, line }: Pick<Mutant, 'file' | 'line'>): string[] {
  return Object.entries(reached).flatMap(([scenario, files]) => {
    let [last, isReached] = [0, false];
    for (const [at, here] of files[file] ?? []) if (at <= line && at >= last) [last, isReached] = [at, here];
    return isReached ? [scenario] : [];
  });
}

/** The path from the root of a file that coverage names: models as those who install the package see them. */
export const pathOf = (file: string): string => file.replace(/^upy-check\//u, '');
