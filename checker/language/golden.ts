import { readFileSync, writeFileSync } from 'node:fs';

/** Test helper: cases in a Markdown file, each with its source and the text that must come out. */
export interface Case {
  /** The heading above, or the empty text. */
  readonly group: string;
  readonly title: string;
  /** Of `build()`. */
  readonly body: string;
  /** Outside of `build()`. */
  readonly declarations: string;
  /** Further fields of the scenario. */
  readonly options: string;
  readonly expected: string;
}

/** The cases of a file, in order. */
export function readCases(file: string): Case[] {
  const cases: Case[] = [];
  let group = '';
  for (const section of readFileSync(file, 'utf8').split(/^(?=###? )/m)) {
    const [, hashes, title = ''] = /^(##?#?) (.*)/.exec(section) ?? [];
    if (hashes === '##') group = title;
    if (hashes !== '###') continue;
    const blocks = [...section.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)].map(([, text = '']) => text);
    const options = /^With `(.*)`\.$/m.exec(section)?.[1];
    cases.push({
      group,
      title,
      body: blocks.find((text) => !text.startsWith('// file')) ?? '',
      declarations: blocks.find((text) => text.startsWith('// file'))?.slice('// file\n'.length) ?? '',
      options: options === undefined ? '' : `${options},`,
      expected: expectedIn(section),
    });
  }
  return cases;
}

const EXPECTED = /^```text\n([\s\S]*?)\n```$/m;

const expectedIn = (section: string): string => EXPECTED.exec(section)?.[1] ?? '';

/** Writes what came out into the file, by title. */
export function writeResults(file: string, results: ReadonlyMap<string, string>): void {
  const sections = readFileSync(file, 'utf8').split(/^(?=###? )/m);
  const written = sections.map((section) => {
    const result = results.get(/^### (.*)/.exec(section)?.[1] ?? '');
    return result === undefined ? section : section.replace(EXPECTED, () => `\`\`\`text\n${result}\n\`\`\``);
  });
  writeFileSync(file, written.join(''));
}
