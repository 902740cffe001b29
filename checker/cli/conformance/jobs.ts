import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a case, and where it stands: the file, with the line if it is one of many. */
export interface Job {
  readonly place: string;
  readonly text: string;
}

/** Something was asked for that is no file with cases. */
export interface BadFile {
  readonly place: string;
  readonly problem: string;
}

/** The cases in these files and folders, in order. */
export function jobsIn(paths: readonly string[]): (Job | BadFile)[] {
  return paths.flatMap((path) => {
    try {
      return statSync(path).isDirectory() ? folder(path) : file(path);
    } catch (error) {
      return [{ place: path, problem: reason(error) }];
    }
  });
}

function folder(path: string): (Job | BadFile)[] {
  const names = readdirSync(path)
    .filter((name) => /\.jsonl?$/.test(name))
    .sort();
  if (names.length === 0) return [{ place: path, problem: 'no .json or .jsonl file is in this folder' }];
  return jobsIn(names.map((name) => join(path, name)));
}

/** One case, or one in each line. A file of several lines that is one JSON value as a whole is one case. */
function file(path: string): (Job | BadFile)[] {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') return [{ place: path, problem: 'the file is empty' }];
  if (!path.endsWith('.jsonl') && isJson(text)) return [{ place: path, text }];
  const lines = text.split(/\r?\n/).map((line, i) => ({ place: `${path}:${i + 1}`, text: line }));
  const cases = lines.filter((line) => line.text.trim() !== '');
  const areLines = path.endsWith('.jsonl') || cases.slice(0, 2).every((line) => isJson(line.text));
  return areLines ? cases : [{ place: path, text }];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  return `it cannot be read: ${message}`;
}
