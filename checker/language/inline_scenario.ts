import * as model from '../../model/index.ts';
import * as metadata from '../../model/intrinsics/metadata.ts';
import * as micropython from '../../model/micropython/index.ts';
import type { LoadedScenario } from '../check.ts';
import * as library from '../index.ts';
import { isScenario } from '../scenario.ts';
import { strip, transform } from './transform.ts';

/** Test helper: modules made from text, in this process and without files. */

const MODULES: Readonly<Record<string, object>> = {
  'upy-check': library,
  'upy-check/model': model,
  'upy-check/micropython': micropython,
  metadata,
};

/**
 * Runs the TypeScript text of a module as a scenario file would be run, and returns its exports. It may import from
 * `upy-check`, `upy-check/model` and `upy-check/micropython`; an import or export stands alone on its lines.
 */
export function inlineModule(text: string, file = 'inline.ts'): Readonly<Record<string, unknown>> {
  return evaluate(strip(transform(text, file, { runtime: 'metadata' }).code, file));
}

/** The same as ordinary JavaScript: no function has a source. */
export function nativeModule(text: string, file = 'inline.ts'): Readonly<Record<string, unknown>> {
  return evaluate(strip(text, file));
}

/** The scenario that a text exports as default. */
export function inlineScenario(text: string, file = 'inline.ts'): LoadedScenario {
  const { default: scenario } = inlineModule(text, file);
  if (!isScenario(scenario)) throw new Error(`${file} exports no scenario as default`);
  return { scenario, file };
}

function evaluate(javascript: string): Readonly<Record<string, unknown>> {
  const names: string[] = [];
  const body = javascript
    .replace(
      /^import \{([^}]*)\} from ["'](.*?)["'];?/gm,
      (_, list: string, from: string) =>
        `const {${list.replaceAll(' as ', ': ')}} = __modules[${JSON.stringify(from)}];`,
    )
    .replace(/^import ["'].*?["'];?$/gm, '')
    .replace(/^export default /gm, '__exports.default = ')
    .replace(/^export \{\s*\};?$/gm, '')
    .replace(/^export ((?:const|let|class|function)\s+)(\w+)/gm, (_, kind: string, name: string) => {
      names.push(name);
      return kind + name;
    });
  const exported = names.map((name) => `__exports.${name} = ${name};\n`).join('');
  const run = new Function('__modules', '__exports', `'use strict';\n${body}\n${exported}`) as (
    modules: object,
    exports: object,
  ) => void;
  const exports: Record<string, unknown> = {};
  run(MODULES, exports);
  return exports;
}
