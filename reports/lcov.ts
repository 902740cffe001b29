import type { FileCoverage } from '../checker/verdict.ts';
import type { CoverageCollected, Reporter, Write } from './events.ts';

/**
 * Coverage as lcov's tracefile (geninfo(1)), for genhtml and editors. A line counts if one of its statements was reached; how
 * often is not known, so counts are 0 and 1. Files that are not there to be shown (those of the library) are left out.
 */
export class LcovReporter implements Reporter {
  readonly #write: Write;

  readonly #exists: (file: string) => boolean;

  constructor(write: Write, exists: (file: string) => boolean) {
    this.#write = write;
    this.#exists = exists;
  }

  coverageCollected({ files }: CoverageCollected): void {
    this.#write(
      files
        .filter(({ file }) => this.#exists(file))
        .map(record)
        .join(''),
    );
  }
}

function record({ file, statements, branches }: FileCoverage): string {
  const lines = new Map<number, boolean>();
  for (const { line, reached } of statements) lines.set(line, reached || lines.get(line) === true);
  const ways = branches.flatMap(({ line, column, ways: all }, block) => {
    const run = statements.some((each) => each.line === line && each.column === column && each.reached);
    return all.map((taken, way) => `BRDA:${line},${block},${way},${run ? Number(taken) : '-'}`);
  });
  return [
    'TN:',
    `SF:${file}`,
    ...ways,
    `BRF:${ways.length}`,
    `BRH:${ways.filter((way) => way.endsWith(',1')).length}`,
    ...[...lines].map(([line, reached]) => `DA:${line},${Number(reached)}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((reached) => reached).length}`,
    'end_of_record',
    '',
  ].join('\n');
}
