import { existsSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';
import { compileFile } from './hooks.ts';
import { isModelCode, ownFile, runtime, userError } from './own.ts';

/** A module that was loaded as a `data:` URL. */
export interface DirectModule {
  readonly url: string;
  readonly hasDefault: boolean;
}

/** The modules loaded so far, by the real path of their file: one instance each. */
export const directModules = new Map<string, DirectModule>();

/** URLs nest in each other; beyond this, hooks are cheaper. */
const LONGEST_URL = 4_000_000;

/**
 * Imports a scenario file as a `data:` URL, with its imports rewritten to URLs: without module hooks, for which Node
 * before 22.15 starts a thread that takes longer to come up than most scenarios to check. `null` where this is not
 * exactly what an import with hooks would do: cycles, `import.meta`, `import()`, packages, CommonJS. What throws is to be
 * imported again with hooks, which know the places.
 *
 * @param path absolute, without symbolic links
 */
export async function importDirectly(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  const found = new Map<string, DirectModule | 'begun'>();
  const url = urlOf(path, found);
  if (url === null) return null;
  const exported = await import(/* @vite-ignore */ url);
  for (const [file, module] of found) if (module !== 'begun') directModules.set(file, module);
  return exported;
}

/** From where a file is imported; `null` if it cannot be done directly. */
function urlOf(path: string, found: Map<string, DirectModule | 'begun'>): string | null {
  const known = directModules.get(path) ?? found.get(path);
  if (known !== undefined) return known === 'begun' ? null : known.url;
  const native = pathToFileURL(path).href;
  if (/\.(?:json|cjs)$/.test(path)) return native;
  const code = isModelCode(path) ? compileFile(path, null) : null;
  if (code === null) return null;
  found.set(path, 'begun');
  const { staticImports, staticExports, dynamicImports, importMetas } = parseSync('module.js', code, {
    lang: 'js',
    sourceType: 'module',
  }).module;
  if (dynamicImports.length > 0 || importMetas.length > 0) return null;
  const exports = staticExports.flatMap(({ entries }) => entries);
  const requests = new Map<
    number,
    { readonly value: string; readonly start: number; readonly end: number }
  >();
  for (const { moduleRequest } of [...staticImports, ...exports]) {
    if (moduleRequest !== null) requests.set(moduleRequest.start, moduleRequest);
  }
  let rewritten = '';
  let done = 0;
  for (const { value, start, end } of [...requests.values()].sort((a, b) => a.start - b.start)) {
    const url = imported(value, native, found);
    if (url === null) return null;
    rewritten += code.slice(done, start) + JSON.stringify(url);
    done = end;
  }
  rewritten += `${code.slice(done)}\n//# sourceURL=${native}\n`;
  const url = `data:text/javascript;base64,${Buffer.from(rewritten).toString('base64')}`;
  if (url.length > LONGEST_URL) return null;
  found.set(path, {
    url,
    hasDefault: exports.some(
      ({ exportName }) => exportName.name === 'default' || exportName.kind === 'Default',
    ),
  });
  return url;
}

/** What a file imports under this name; as `resolve` of the hooks, for what needs no search. */
function imported(
  specifier: string,
  parent: string,
  found: Map<string, DirectModule | 'begun'>,
): string | null {
  const own = ownFile(specifier);
  if (own !== null) return pathToFileURL(own).href;
  if (isBuiltin(specifier) || specifier === runtime.href || specifier === userError.href) return specifier;
  if (!/^\.\.?\//.test(specifier) || /[?#%]/.test(specifier)) return null;
  let path = fileURLToPath(new URL(specifier, parent));
  if (/\.m?js$/.test(path) && !existsSync(path)) path = path.replace(/js$/, 'ts');
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  return urlOf(realpathSync(path), found);
}
