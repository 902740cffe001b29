import type { CheckedVariant } from '../../reports/events.ts';
import type { BranchCoverage, FileCoverage, StatementCoverage } from '../verdict.ts';

/** What any of these runs has reached: the places of all, each reached if one run did. */
export function unionOf(parts: readonly (readonly FileCoverage[])[]): FileCoverage[] {
  const files = new Map<string, FileCoverage[]>();
  for (const file of parts.flat()) files.set(file.file, [...(files.get(file.file) ?? []), file]);
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, all]) => ({
      file,
      statements: union<StatementCoverage>(
        all.flatMap(({ statements }) => statements),
        (a, b) => ({ ...a, reached: a.reached || b.reached }),
      ),
      branches: union<BranchCoverage>(
        all.flatMap(({ branches }) => branches),
        (a, b) => ({ ...a, ways: a.ways.map((way, i) => way || b.ways[i] === true) }),
      ),
    }));
}

function union<T extends { readonly line: number; readonly column: number }>(
  all: readonly T[],
  join: (a: T, b: T) => T,
): T[] {
  const known = new Map<string, T>();
  for (const each of all) {
    const key = `${each.line}:${each.column}`;
    const before = known.get(key);
    known.set(key, before === undefined ? each : join(before, each));
  }
  return [...known.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** A search with partial order reduction may leave out a statement that some run reaches. */
function seesAll({ limit, figures: { reduction } }: CheckedVariant): boolean {
  return limit === null && (reduction === 'none' || reduction === 'symmetry');
}

/**
 * The statements of a scenario's own file that none of its variants reaches. `null`: not known, because not all of them
 * were searched to the end, and plainly.
 */
export function unreachedIn(
  file: string,
  variants: readonly string[],
  results: readonly CheckedVariant[],
): StatementCoverage[] | null {
  const searched = variants.every((name) =>
    results.some((result) => result.variant === name && seesAll(result)),
  );
  if (!searched) return null;
  const own = unionOf(results.map(({ coverage }) => coverage)).find((each) => each.file === file);
  return own?.statements.filter(({ reached }) => !reached) ?? [];
}
