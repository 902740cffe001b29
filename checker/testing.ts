/**
 * Documents are programs: `ts name` writes a file, `diff name` changes it, `console` runs what stands behind each `$` and
 * compares the output; a line `…` stands for any lines, and at the end of a line for its rest. Behind `; echo $?` the last
 * line is the exit code. With UPDATE_DOCUMENTS=1 outputs without `…` are written anew.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { root } from './language/own.ts';

/** A fenced block of a document: its language, the rest of the opening line, its text. */
export interface Block {
  readonly language: string;
  readonly about: string;
  readonly text: string;
}

/** Runs a command line in a folder, as a shell would; what it prints on standard output, and how it ends. */
export type Shell = (
  command: string,
  folder: string,
) => { readonly stdout: string; readonly status: number | null };

export function blocksOf(document: string): Block[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gmu)].map(
    ([, language = '', about = '', body = '']) => ({ language, about, text: body }),
  );
}

/** The file that a document shows under this name, as it is shown first. */
export function fileIn(document: string, name: string): string {
  const found = blocksOf(document).find(({ about }) => about === name);
  if (found === undefined) throw new Error(`${document} shows no file ${name}`);
  return found.text;
}

/** Puts what a command prints now in the place of what the document shows. */
type Mend = (shown: string, now: string) => void;

/** Languages of blocks that are files, if a name stands behind them. */
const FILES: ReadonlySet<string> = new Set(['ts', 'yaml', 'json', 'groovy', 'c', 'python']);

/** Does in `folder` what all blocks of a document say, in order. */
export function perform(document: string, folder: string, shell: Shell): void {
  const path = join(root, document);
  const before = readFileSync(path, 'utf8');
  let after = before;
  let position = 0;
  for (const block of blocksOf(document)) {
    position = after.indexOf(block.text, position);
    performBlock(block, folder, shell, (shown, now) => {
      after = after.slice(0, position) + after.slice(position).replace(shown, () => now);
    });
  }
  if (after !== before) writeFileSync(path, after);
}

function performBlock({ language, about, text }: Block, folder: string, shell: Shell, mend: Mend): void {
  const path = join(folder, about);
  if (FILES.has(language) && about !== '') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (language === 'diff') writeFileSync(path, changed(readFileSync(path, 'utf8'), text));
  if (language === 'console')
    for (const command of text.trimEnd().split(/^(?=\$ )/mu)) expectOutput(command, folder, shell, mend);
}

/** Each run of `-` lines becomes the run of `+` lines that follows it; other lines must be there. */
function changed(text: string, diff: string): string {
  let result = text;
  for (const hunk of hunksOf(diff)) {
    const lines = (sign: string) =>
      hunk
        .filter((line) => line.startsWith(sign) || line.startsWith(' '))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    expect(result).toContain(lines('-'));
    result = result.replace(lines('-'), () => lines('+'));
  }
  return result;
}

/** A diff in parts that stand apart in the file: `…` is between two of them. */
function hunksOf(diff: string): string[][] {
  const hunks: string[][] = [[]];
  for (const line of diff.trimEnd().split('\n'))
    if (line === '…') hunks.push([]);
    else hunks.at(-1)?.push(line);
  return hunks;
}

/** Figures of time differ from run to run. */
function timeless(text: string): string {
  return text.replaceAll(/\d+\.\d s\b/gu, '0.0 s').replaceAll(/, [\d,]+ states\/s/gu, '');
}

/** Places in the library move when somebody edits it; those in the files of the document are compared exactly. */
function placeless(text: string, folder: string): string {
  const own = new Set(namesBelow(folder));
  return text.replaceAll(/\b([\w-]+\.ts):\d+\s*/gu, (place, name) =>
    LIBRARY.has(name) && !own.has(name) ? `${name}:0 ` : place,
  );
}

function namesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((each) => {
    if (!each.isDirectory()) return [each.name];
    return each.name === 'node_modules' ? [] : namesBelow(join(folder, each.name));
  });
}

const LIBRARY: ReadonlySet<string> = new Set(namesBelow(join(root, 'model')));

function expectOutput(text: string, folder: string, shell: Shell, mend: Mend): void {
  const [command = '', ...expected] = text.trimEnd().split('\n');
  expect(command).toMatch(/^\$ /u);
  const [line = '', echo] = command.slice(2).split('; echo $?');
  const { stdout, status } = shell(line, folder);
  const shown = timeless(echo === undefined ? stdout : `${stdout}${status}\n`).trimEnd();
  const wanted = timeless(expected.join('\n').trimEnd());
  const [now, then] = [placeless(shown, folder), placeless(wanted, folder)];
  if (now === then || (/…$/mu.test(then) && patternOf(then).test(`${now}\n`))) return;
  // `handl…` is how a report cuts a long text; ` …` and `…` are what the document leaves out.
  const whole = !/(?:^| )…$/mu.test(wanted);
  if (process.env.UPDATE_DOCUMENTS !== '1' || !whole) return expect(shown).toBe(wanted);
  mend(text.trimEnd(), `${command}\n${shown}`);
}

function patternOf(wanted: string): RegExp {
  const lines = wanted.split('\n').map((line) => {
    if (line === '…') return '(?:.*\\n)*?';
    const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, '\\$&');
    return line.endsWith('…') ? `${literal(line.slice(0, -1))}.*\\n` : `${literal(line)}\\n`;
  });
  return new RegExp(`^${lines.join('')}$`, 'u');
}
