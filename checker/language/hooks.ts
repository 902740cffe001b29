import { existsSync, readFileSync } from 'node:fs';
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UserError } from '../options.ts';
import type { DirectModule } from './direct.ts';
import { displayPath, isModelCode, ownFile, runtime, userError } from './own.ts';
import { isModule, strip, throwing, transform } from './transform.ts';

let direct: ReadonlyMap<string, DirectModule> = new Map();

/** @param modules what was loaded without hooks before; stays one instance */
export function initialize(modules: ReadonlyMap<string, DirectModule>): void {
  direct = modules;
}

/**
 * Node's module hooks for scenario files. They do not wait for anything themselves, so that they serve
 * `module.registerHooks` (synchronous) as well as `module.register` (asynchronous).
 */
export function resolve<Output extends ResolveFnOutput | Promise<ResolveFnOutput>>(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context?: ResolveHookContext) => Output,
): Output | ResolveFnOutput {
  const own = ownFile(specifier);
  if (own !== null) return { url: pathToFileURL(own).href, shortCircuit: true };
  const parent = context.parentURL;
  if (/^\.\.?\/.*\.m?js$/.test(specifier) && parent?.startsWith('file:')) {
    const url = new URL(specifier, parent);
    const typescript = new URL(url.href.replace(/js$/, 'ts'));
    if (!existsSync(url) && existsSync(typescript)) return next(typescript.href, context);
  }
  return next(specifier, context);
}

export function load<Output extends LoadFnOutput | Promise<LoadFnOutput>>(
  url: string,
  context: LoadHookContext,
  next: (url: string, context?: LoadHookContext) => Output,
): Output | LoadFnOutput {
  if (!url.startsWith('file:')) return next(url, context);
  const path = fileURLToPath(url);
  if (!isModelCode(path)) return next(url, context);
  const loaded = direct.get(path);
  const source = loaded === undefined ? compileFile(path, url) : again(loaded);
  return source === null ? next(url, context) : { format: 'module', source, shortCircuit: true };
}

function again({ url, hasDefault }: DirectModule): string {
  const from = JSON.stringify(url);
  return `export * from ${from};${hasDefault ? ` export { default } from ${from};` : ''}\n`;
}

/**
 * The JavaScript of a file; `null` for CommonJS, which stays native. A refusal is thrown when the module runs.
 *
 * @param url for a source map, if one is wanted
 */
export function compileFile(path: string, url: string | null): string | null {
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  const file = displayPath(path);
  try {
    if (path.endsWith('.js') && !isModule(text, file)) return null;
    const { code } = transform(text, file, { runtime: runtime.href });
    return strip(code, file, { original: { text, url } });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return throwing(error, userError.href);
  }
}
