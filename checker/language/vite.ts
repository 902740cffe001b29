import { fileURLToPath } from 'node:url';
import { UserError } from '../options.ts';
import { displayPath, isModelCode, ownFile, runtime, userError } from './own.ts';
import { throwing, transform } from './transform.ts';

/** The part of Vite's `Plugin` that this one is, so that Vite need not be installed. */
export interface UpyCheckPlugin {
  readonly name: 'upy-check';
  readonly enforce: 'pre';
  resolveId(specifier: string): string | null;
  transform(code: string, id: string): { code: string; map: string } | null;
}

/** `upy-check/vite`: lets tests that Vite loads (Vitest) contain models and import scenarios. */
export default function upyCheck(): UpyCheckPlugin {
  return {
    name: 'upy-check',
    enforce: 'pre',
    resolveId: ownFile,
    transform(code, id) {
      const [file = '', query = ''] = id.split('?', 2);
      if (/^(?:raw|url|inline|worker)\b/.test(query) || !isModelCode(file)) return null;
      try {
        const result = transform(code, displayPath(file), { runtime: fileURLToPath(runtime), map: true });
        return result.map === null ? null : { code: result.code, map: result.map.toString() };
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { code: throwing(error, fileURLToPath(userError)), map: '' };
      }
    },
  };
}
