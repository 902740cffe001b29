import type { SourceMap } from 'magic-string';
import { transformSync } from 'oxc-transform';
import { source as sourceFile } from '../../model/intrinsics/metadata.ts';
import { UserError } from '../options.ts';
import { isJavaScript, parseText, placeIn } from './ast.ts';
import { Attacher } from './attach.ts';

/**
 * Attaches metadata (model/intrinsics/metadata.ts) to every function, arrow, method and class of a file. Nothing else
 * changes: names, `this`, hoisting, dead zones and line numbers stay as they are.
 *
 * `start` of a function, arrow or class is that of its ESTree node. For methods and accessors it is the `start` of
 * `value`, the FunctionExpression: at the `(` or `<` behind the name. `functionAt` finds them all again.
 *
 * @param file the path as shown to people
 * @param options.runtime from where the result imports model/intrinsics/metadata
 */
export function transform(
  code: string,
  file: string,
  options: { readonly runtime: string; readonly map?: boolean },
): { code: string; map: SourceMap | null } {
  const text = code.startsWith('\uFEFF') ? code.slice(1) : code;
  const attacher = new Attacher(file, text);
  attacher.program(parseText(sourceFile(file, text)), options.runtime);
  const edited = attacher.edited;
  const name = file.replace(/^.*[\\/]/, '');
  const map = options.map
    ? edited.generateMap({ source: name, hires: 'boundary', includeContent: true })
    : null;
  return { code: edited.toString(), map };
}

export interface StripOptions {
  /** The text before `transform`, which keeps lines. With a URL, the result ends with a source map into it. */
  readonly original?: { readonly text: string; readonly url: string | null };
  /** Imports of `./x.ts` become imports of `./x.js`. */
  readonly rewriteImports?: boolean;
}

/** Removes the types: ES2022, fields by definition. */
export function strip(code: string, file: string, { original, rewriteImports }: StripOptions = {}): string {
  const result = transformSync(file, code, {
    lang: isJavaScript(file) ? 'js' : 'ts',
    sourceType: 'module',
    target: 'es2022',
    sourcemap: (original?.url ?? null) !== null,
    assumptions: { setPublicClassFields: false },
    typescript: {
      removeClassFieldsWithoutInitializer: false,
      rewriteImportExtensions: rewriteImports ? 'rewrite' : false,
    },
  });
  const error = result.errors.find(({ severity }) => severity === 'Error');
  if (error !== undefined) {
    const row = code.slice(0, error.labels[0]?.start ?? 0).split('\n').length - 1;
    const text = original?.text ?? code;
    const lineStart = text
      .split('\n')
      .slice(0, row)
      .reduce((sum, line) => sum + line.length + 1, 0);
    throw new UserError(
      'UPY100',
      `syntax error: ${error.message}`,
      placeIn(sourceFile(file, text), lineStart),
      error.helpMessage ?? 'TypeScript that has no meaning at run time',
      'correct it; `npx tsc --noEmit` lists all errors of the file',
    );
  }
  if (original === undefined || original.url === null || result.map === undefined) return result.code;
  const map = { ...result.map, sources: [original.url], sourcesContent: [original.text] };
  const base64 = Buffer.from(JSON.stringify(map)).toString('base64');
  return `${result.code}\n//# sourceMappingURL=data:application/json;base64,${base64}\n`;
}

/** Whether a text has `import` or `export`; otherwise it may be CommonJS. */
export function isModule(text: string, file: string): boolean {
  return parseText(sourceFile(file, text)).body.some(({ type }) => /^(?:Import|Export)/.test(type));
}

/**
 * A module that throws `error` when it runs. Node and Vite transform files in another thread than they run in, and an
 * error thrown there arrives as a copy without its fields.
 *
 * @param options from where the module imports `UserError`
 */
export function throwing({ code, what, place, likely, remedy }: UserError, options: string): string {
  const values = [code, what, place, likely, remedy].map((value) => JSON.stringify(value)).join(', ');
  return `import { UserError } from ${JSON.stringify(options)};\nthrow new UserError(${values});\n`;
}
