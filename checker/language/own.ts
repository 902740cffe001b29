import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Whether this very code runs from its TypeScript sources (under Vitest) and not from `dist/`. */
export const fromSources = import.meta.url.endsWith('.ts');

/** The folder of this package's package.json. */
export const root = fileURLToPath(new URL(fromSources ? '../../' : '../../../', import.meta.url));

const extension = fromSources ? 'ts' : 'js';

/** From where transformed code imports the functions that attach metadata. */
export const runtime = new URL(`../../model/intrinsics/metadata.${extension}`, import.meta.url);

/** From where a file that was refused imports its error. */
export const userError = new URL(`../options.${extension}`, import.meta.url);

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

let manifest: Manifest | null = null;

/**
 * The file that `upy-check` or `upy-check/…` is, whoever imports it: one instance of the library. `null` for other
 * names and for what package.json does not export.
 */
export function ownFile(specifier: string): string | null {
  if (specifier !== 'upy-check' && !specifier.startsWith('upy-check/')) return null;
  manifest ??= JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest;
  const wanted = `.${specifier.slice('upy-check'.length)}`;
  for (const [name, entry] of Object.entries(manifest.exports)) {
    const [before = '', after] = name.split('*');
    const fits = after === undefined ? wanted === name : wanted.startsWith(before) && wanted.endsWith(after);
    if (!fits) continue;
    const target = (typeof entry === 'string' ? entry : entry.default).replace(
      '*',
      wanted.slice(before.length),
    );
    return root + (fromSources ? target.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts') : target.slice('./'.length));
  }
  return null;
}

/**
 * Whether a file is code whose functions can become a model: TypeScript or JavaScript outside of node_modules, and
 * of this package only model code (its vocabulary in model/intrinsics is native).
 */
export function isModelCode(file: string): boolean {
  if (!/\.m?[tj]s$/.test(file) || /\.d\.m?ts$/.test(file) || /[\\/]node_modules[\\/]/.test(file))
    return false;
  const own = file.startsWith(root) ? file.slice(root.length).replaceAll('\\', '/') : '';
  if (own.endsWith('.test.ts') || own.startsWith('checker/language/corpus/')) return true;
  return !/^(?:dist|checker|reports|model\/intrinsics)\//.test(own);
}

/** A path as shown to people: relative when below the working directory, `upy-check/model/…` for this package's. */
export function displayPath(file: string): string {
  if (file.startsWith(`${root}model${sep}`))
    return `upy-check/${file.slice(root.length).replaceAll(sep, '/')}`;
  const path = relative(process.cwd(), file);
  return path.startsWith('..') || path === '' ? file : path.replaceAll(sep, '/');
}
