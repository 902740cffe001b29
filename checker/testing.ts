import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './language/own.ts';

/** A fenced block of a document: its language, the rest of the opening line, its text. */
export interface Block {
  readonly language: string;
  readonly about: string;
  readonly text: string;
}

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
