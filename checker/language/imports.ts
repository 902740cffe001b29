import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * The files that a module is made of: itself and what it imports by path, directly or not. A file that is not there (yet)
 * is among them. Packages are not.
 */
export function importedFiles(path: string): Set<string> {
  const found = new Set<string>();
  visit(path, found);
  return found;
}

function visit(path: string, found: Set<string>): void {
  if (found.has(path)) return;
  found.add(path);
  if (!/\.m?[tj]s$/u.test(path) || !existsSync(path)) return;
  for (const specifier of specifiersIn(path, readFileSync(path, 'utf8')))
    if (/^\.\.?\//u.test(specifier)) visit(resolved(specifier, path), found);
}

function specifiersIn(path: string, text: string): string[] {
  const { staticImports, staticExports, dynamicImports } = parseSync(path, text).module;
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const [, literal] = /^(?:'([^']*)'|"[^"]*")$/u.exec(text.slice(start, end)) ?? [];
      return literal ?? [];
    }),
  ];
}

/** As the loader does it: `./x.js` may be `./x.ts`. */
function resolved(specifier: string, from: string): string {
  const path = resolve(dirname(from), specifier);
  const typescript = path.replace(/js$/u, 'ts');
  return existsSync(path) || !existsSync(typescript) ? path : typescript;
}
