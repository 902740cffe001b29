import { accessSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../options.ts';

/** Opens a file for writing, with its folders. Throws UPY309. */
export function openFile(path: string, shown: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w');
  } catch (error) {
    throw unwritable(
      shown,
      error,
      'it is a folder, or a place where nothing may be written',
      'give another file',
    );
  }
}

/** Makes a folder, where it is not there, for files to be written into. Throws UPY309. */
export function openFolder(path: string, shown: string): void {
  try {
    mkdirSync(path, { recursive: true });
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw unwritable(
      shown,
      error,
      'a file is in its way, or nothing may be written there',
      'give another folder',
    );
  }
}

/** With a slash at its end, or there already. */
export function isFolder(shown: string, cwd: string): boolean {
  const path = resolve(cwd, shown);
  return /[\\/]$/u.test(shown) || (existsSync(path) && statSync(path).isDirectory());
}

function unwritable(shown: string, error: unknown, likely: string, remedy: string): UserError {
  const why = error instanceof Error ? error.message : error;
  return new UserError('UPY309', `${shown} cannot be written: ${why}`, null, likely, remedy);
}
