import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../options.ts';
import { COMMAND_NAMES } from './command_table.ts';
import { nearest } from './suggest.ts';
import { usage } from './values.ts';

/** A file that may hold scenarios. */
export interface Candidate {
  readonly file: string;
  /** Named on the command line: it must hold one. Otherwise found in a folder or by a glob. */
  readonly named: boolean;
}

const SKIPPED = new Set(['node_modules', 'dist', 'coverage']);

/** The files that paths, folders and globs stand for, each once, in the order given. */
export function discover(paths: readonly string[], cwd: string): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const path of paths) {
    for (const candidate of candidates(path, cwd)) {
      const before = found.get(candidate.file);
      if (before === undefined || !before.named) found.set(candidate.file, candidate);
    }
  }
  return [...found.values()];
}

function candidates(path: string, cwd: string): Candidate[] {
  const absolute = resolve(cwd, path);
  if (existsSync(absolute)) {
    if (!statSync(absolute).isDirectory()) return [{ file: absolute, named: true }];
    return some(path, walk(absolute).filter(mayHoldScenario));
  }
  if (/[*?{[]/u.test(path)) {
    const pattern = globPattern(resolve(cwd, path).replaceAll('\\', '/'));
    const files = walk(resolve(cwd, globRoot(path))).filter((file) =>
      pattern.test(file.replaceAll('\\', '/')),
    );
    return some(path, files.filter(mayHoldScenario));
  }
  throw missing(path, absolute);
}

function some(path: string, files: readonly string[]): Candidate[] {
  if (files.length > 0) return files.map((file) => ({ file, named: false }));
  throw nothingIn(path);
}

/** A folder or glob without a single scenario. */
export function nothingIn(path: string): UserError {
  return new UserError(
    'UPY311',
    `there is no scenario in ${path}`,
    null,
    'no .ts file there (tests left out) exports what scenario() returns',
    'name the file or the folder that holds the scenarios',
  );
}

function missing(path: string, absolute: string): UserError {
  const command = /^[a-z]+$/u.test(path) ? nearest(path, COMMAND_NAMES) : null;
  if (command !== null) {
    return usage(
      `there is neither a file nor a command '${path}'`,
      `did you mean '${command}'?`,
      `upy-check ${command} <file>`,
    );
  }
  const folder = dirname(absolute);
  const near = existsSync(folder) ? nearest(basename(absolute), readdirSync(folder)) : null;
  return new UserError(
    'UPY300',
    `there is no file ${path}`,
    null,
    near === null
      ? 'a typing mistake, or another working directory than the path is meant for'
      : `did you mean '${join(dirname(path), near)}'?`,
    'give the path of a scenario file or folder',
  );
}

/** All *.ts below a folder that are not tests or declarations, sorted. */
function walk(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.') || SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(path);
    return /\.m?ts$/u.test(entry.name) && !/\.(test|d|config)\.m?ts$/u.test(entry.name) ? [path] : [];
  });
}

/** Loading a file runs it, so files of a folder that cannot hold a scenario are left alone. */
function mayHoldScenario(file: string): boolean {
  return readFileSync(file, 'utf8').includes('scenario');
}

/** The part of a glob before its first wildcard, as a folder. */
function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const first = parts.findIndex((part) => /[*?{[]/u.test(part));
  return parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

/** `*`, `**`, `?`, `[…]` and `{a,b}`. */
export function globPattern(glob: string): RegExp {
  let source = '';
  let depth = 0;
  for (let i = 0; i < glob.length; i++) {
    const character = glob[i] ?? '';
    if (glob.startsWith('**/', i)) {
      source += '(?:.*/)?';
      i += 2;
    } else if (glob.startsWith('**', i)) {
      source += '.*';
      i += 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '{') {
      depth++;
      source += '(?:';
    } else if (character === '}' && depth > 0) {
      depth--;
      source += ')';
    } else if (character === ',' && depth > 0) source += '|';
    else if (character === '[' && glob.indexOf(']', i + 2) > 0) {
      const end = glob.indexOf(']', i + 2);
      source += `[${glob
        .slice(i + 1, end)
        .replace(/^!/u, '^')
        .replaceAll('\\', '\\\\')}]`;
      i = end;
    } else source += character.replace(/[\\^$.*+?()[\]{}|]/u, '\\$&');
  }
  return new RegExp(`^${source}${')'.repeat(depth)}$`, 'u');
}
