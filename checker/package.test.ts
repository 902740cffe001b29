/** The package as users get it: packed, installed in an empty folder, and run by Node itself. Slow. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './language/own.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-package-')));
const scenarios = join(folder, 'elsewhere');

function npm(...args: string[]): string {
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Runs a module in the folder where the package is installed; returns what it prints as JSON. */
function run(code: string): unknown {
  writeFileSync(join(folder, 'run.mjs'), code);
  return JSON.parse(execFileSync(process.execPath, ['run.mjs'], { cwd: folder, encoding: 'utf8' }));
}

beforeAll(() => {
  npm('run', 'build');
  const [packed] = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(
    'install',
    '--prefix',
    folder,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    join(folder, packed.filename),
  );
  mkdirSync(scenarios);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

test('model code of the package has metadata, with its TypeScript source', () => {
  expect(
    run(`
      import { readdirSync } from 'node:fs';
      import 'upy-check/model';
      import { metadataOf } from './node_modules/upy-check/dist/model/intrinsics/metadata.js';
      const folder = './node_modules/upy-check/dist/model/';
      const missing = [], places = [];
      for (const file of readdirSync(folder, { recursive: true })) {
        if (!file.endsWith('.js') || file.startsWith('intrinsics')) continue;
        for (const [name, value] of Object.entries(await import(folder + file))) {
          if (typeof value !== 'function' || Object.getOwnPropertySymbols(value).length > 0) continue;
          const found = metadataOf(value);
          if (found === undefined) missing.push(file + ' ' + name);
          else if (name === 'xTaskNotifyGive') places.push(found.source.file, found.source.text.slice(found.start, found.start + 25));
        }
      }
      console.log(JSON.stringify({ missing, places: places.slice(0, 2) }));
    `),
  ).toEqual({
    missing: [],
    places: ['upy-check/model/freertos/notify.ts', 'function xTaskNotifyGive('],
  });
});

test('every export of the package can be imported', () => {
  expect(
    run(`
      const names = ['', '/model', '/hardware', '/freertos', '/micropython', '/ports/esp32', '/vite'];
      const failed = [];
      for (const name of names) await import('upy-check' + name).catch((error) => failed.push(name + ': ' + error.message));
      console.log(JSON.stringify(failed));
    `),
  ).toEqual([]);
});

test('the loader takes a scenario from anywhere, with one instance of the library', () => {
  writeFileSync(join(scenarios, 'sibling.ts'), 'export enum Kind { Hard, Soft }\n');
  writeFileSync(
    join(scenarios, 'one.ts'),
    `import { scenario } from 'upy-check';
import { Kind } from './sibling.js';
const k: Kind = Kind.Soft;
export default scenario('µ-one', { about: '', variants: { a: { holds: true } }, build() { return k && []; } });
export { scenario };
`,
  );
  expect(
    run(`
      import { scenario } from 'upy-check';
      import { loadScenarios } from './node_modules/upy-check/dist/checker/language/loader.js';
      import { metadataOf } from './node_modules/upy-check/dist/model/intrinsics/metadata.js';
      const [{ scenario: loaded, file }] = await loadScenarios('elsewhere/one.ts');
      const build = metadataOf(loaded.spec.build);
      console.log(JSON.stringify([
        loaded.name, file, build.source.file, build.environment('k'), build.source.text.slice(build.start, build.start + 4),
        (await import('./elsewhere/one.ts')).scenario === scenario,
      ]));
    `),
  ).toEqual(['µ-one', 'elsewhere/one.ts', 'elsewhere/one.ts', 1, '() {', true]);
});

test('errors while loading have the place in the TypeScript source', () => {
  writeFileSync(
    join(scenarios, 'throws.ts'),
    'interface A {\n  x: number;\n}\nexport const µ = (null as A | null)!.x;\n',
  );
  writeFileSync(join(scenarios, 'broken.ts'), 'let µ = ;\n');
  writeFileSync(join(scenarios, 'imports.ts'), "import './broken.ts';\n");
  expect(
    run(`
      import { UserError } from 'upy-check';
      import { loadScenarios } from './node_modules/upy-check/dist/checker/language/loader.js';
      const refusals = [];
      for (const name of ['throws', 'imports']) {
        await loadScenarios('elsewhere/' + name + '.ts').catch((error) => {
          refusals.push([error instanceof UserError, error.code, error.what, error.place]);
        });
      }
      console.log(JSON.stringify(refusals));
    `),
  ).toEqual([
    [
      true,
      'UPY302',
      "elsewhere/throws.ts throws while it is loaded: TypeError: Cannot read properties of null (reading 'x')",
      { file: 'elsewhere/throws.ts', line: 4, column: 38, text: 'export const µ = (null as A | null)!.x;' },
    ],
    [
      true,
      'UPY100',
      'syntax error: Unexpected token',
      { file: 'elsewhere/broken.ts', line: 1, column: 9, text: 'let µ = ;' },
    ],
  ]);
});
