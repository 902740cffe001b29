import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../options.ts';

/** Opens a file for writing, with its folders. Throws UPY309. */
export function openFile(path: string, shown: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'w');
  } catch (error) {
    throw new UserError(
      'UPY309',
      `${shown} cannot be written: ${error instanceof Error ? error.message : error}`,
      null,
      'it is a folder, or a place where nothing may be written',
      'give another file',
    );
  }
}
