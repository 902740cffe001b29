import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Packing, PageFiles } from '../../reports/html/document.ts';
import { root } from '../language/own.ts';

/** The code of the page that the package brings; an error here is a broken installation. */
export function readPageFiles(): PageFiles {
  const read = (name: string): string => readFileSync(join(root, 'dist/reports/html', name), 'utf8');
  return { script: read('page.js'), style: read('page.css') };
}

export const packing: Packing = {
  gzip: (text) => gzipSync(text, { level: 9 }).toString('base64'),
  sha256: (text) => createHash('sha256').update(text).digest('base64'),
};
