import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import module from 'node:module';
import { extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ElaborationError } from '../../model/intrinsics/elaboration.ts';
import { source } from '../../model/intrinsics/metadata.ts';
import type { LoadedScenario } from '../check.ts';
import { UserError } from '../options.ts';
import { isScenario } from '../scenario.ts';
import type { Place } from '../trace.ts';
import { directModules, importDirectly } from './direct.ts';
import { displayPath, fromSources, root } from './own.ts';

/** Imports a TypeScript or JavaScript module that users wrote. Throws UPY300, UPY302, UPY303. */
export async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const absolute = resolve(path);
  const file = displayPath(absolute);
  refuseUnloadable(absolute, file);
  return (await withoutHooks(absolute)) ?? (await withHooks(absolute, file));
}

/** Imports a file and returns the scenarios that it exports, in the order of its `export`s. */
export async function loadScenarios(path: string): Promise<LoadedScenario[]> {
  const absolute = resolve(path);
  const file = displayPath(absolute);
  const exported = await importFile(path);
  const names = Object.keys(exported).filter((name) => isScenario(exported[name]));
  if (names.length > 1) {
    const order = await exportOrder(absolute, file);
    const rank = (name: string) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
    names.sort((a, b) => rank(a) - rank(b));
  }
  const scenarios = new Set(names.map((name) => exported[name]).filter(isScenario));
  if (scenarios.size > 0) return [...scenarios].map((scenario) => ({ scenario, file }));
  const others = Object.keys(exported).sort();
  throw new UserError(
    'UPY301',
    `${file} exports no scenario`,
    null,
    others.length === 0
      ? 'it exports nothing'
      : `what it exports (${others.join(', ')}) is not made by scenario()`,
    "write `export default scenario('name', { … })`, with `scenario` from 'upy-check'",
  );
}

function refuseUnloadable(absolute: string, file: string): void {
  if (!existsSync(absolute)) {
    throw new UserError(
      'UPY300',
      `there is no file ${file}`,
      null,
      'a typing mistake, or another working directory than the path is meant for',
      `give the path of a scenario file, relative to ${process.cwd()}`,
    );
  }
  const isFolder = statSync(absolute).isDirectory();
  const extension = extname(absolute);
  if (!isFolder && /^\.m?[tj]s$/.test(extension)) return;
  throw new UserError(
    'UPY303',
    `${file} cannot be a scenario`,
    null,
    isFolder ? 'it is a folder' : `files that end in '${extension}' are not ECMAScript modules`,
    'give a .ts, .mts, .js or .mjs file that exports a scenario',
  );
}

let hooked = false;

/** Stacks show other lines than the file has; whoever wants to look at them gets source maps. */
const isDebugged =
  !/^0?$/.test(process.env.UPY_CHECK_DEBUG ?? '') ||
  /--(?:inspect|enable-source-maps)/.test([...process.execArgv, process.env.NODE_OPTIONS].join(' '));

/** `null` where hooks have to do it. */
async function withoutHooks(absolute: string): Promise<Readonly<Record<string, unknown>> | null> {
  if (hooked || fromSources || isDebugged || 'registerHooks' in module) return null;
  try {
    return await importDirectly(realpathSync(absolute));
  } catch (error) {
    if (error instanceof UserError) throw error;
    // Again, with source maps: slower, and so only for what fails.
    return null;
  }
}

/** From sources, whoever runs TypeScript for us (Vite) has the transform already. */
async function useHooks(): Promise<void> {
  if (hooked || fromSources) return;
  hooked = true;
  process.setSourceMapsEnabled(true);
  const hooks = new URL('../language/hooks.js', import.meta.url).href;
  // In this thread where Node can (22.15): no second thread to start, oxc-parser loaded once.
  if ('registerHooks' in module && typeof module.registerHooks === 'function') {
    module.registerHooks(await import(hooks));
  } else {
    module.register(hooks, { data: directModules });
  }
}

async function withHooks(absolute: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  await useHooks();
  try {
    return await import(/* @vite-ignore */ pathToFileURL(absolute).href);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const place = error instanceof Error ? placeOf(error) : null;
    if (error instanceof ElaborationError) {
      const what = error.message.slice(error.code.length + 2).split('\n', 1)[0] as string;
      throw new UserError(error.code, what, place, error.likely, error.remedy);
    }
    throw new UserError(
      'UPY302',
      `${file} throws while it is loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : error}`,
      place,
      'its top level, or that of a file it imports, fails as ordinary JavaScript',
      'mend it there; it must load before anything can be checked',
    );
  }
}

/** The innermost frame of an error's stack that is not in this package, a dependency or Node. */
function placeOf(error: Error): Place | null {
  for (const line of error.stack?.split('\n') ?? []) {
    const [, where, row, column] =
      /((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+)(?::(\d+))?\)?$/.exec(line) ?? [];
    if (where === undefined) continue;
    const path = where.startsWith('file:') ? fileURLToPath(where) : where;
    if (!existsSync(path) || /[\\/]node_modules[\\/]/.test(path) || isOwn(path)) continue;
    const text = readFileSync(path, 'utf8').split('\n')[Number(row) - 1] ?? '';
    return { file: displayPath(path), line: Number(row), column: Number(column ?? 1), text: text.trim() };
  }
  return null;
}

function isOwn(path: string): boolean {
  return path.startsWith(root) && /^(?:dist|checker|reports|model)[\\/]/.test(path.slice(root.length));
}

/** Names in the order in which a file exports them; a module's namespace has them sorted. */
async function exportOrder(absolute: string, file: string): Promise<string[]> {
  const { parse } = await import('./ast.ts');
  const names: string[] = [];
  for (const node of parse(source(file, readFileSync(absolute, 'utf8'))).body) {
    if (node.type === 'ExportDefaultDeclaration') names.push('default');
    if (node.type !== 'ExportNamedDeclaration') continue;
    for (const { exported } of node.specifiers) {
      names.push(exported.type === 'Literal' ? exported.value : exported.name);
    }
    if (node.declaration?.type !== 'VariableDeclaration') continue;
    for (const { id } of node.declaration.declarations) if (id.type === 'Identifier') names.push(id.name);
  }
  return names;
}
