/** The package as users get it: packed, installed in an empty folder, and run by Node itself. Slow. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import module from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './language/own.ts';
import { fileIn } from './testing.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-package-')));
const scenarios = join(folder, 'elsewhere');
/** Where the package is built: not in the repository, whose dist/ other tests run meanwhile. */
const stage = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-stage-')));
const PARTS = [
  'model',
  'checker',
  'reports',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
];
let packed: { readonly filename: string; readonly files: readonly { readonly path: string }[] };

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** A program that is installed in the folder, as users start it. */
const npx = (...args: string[]) => npxIn(folder, ...args);

function npxIn(cwd: string, ...args: string[]): { readonly code: number | null; readonly out: string } {
  const { FORCE_COLOR: _, NODE_OPTIONS: __, VITEST: ___, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...environment, NO_COLOR: '1' },
  });
  return { code: status, out: stdout + stderr };
}

/** Runs a module in the folder where the package is installed; returns what it prints as JSON. */
function run(code: string): unknown {
  writeFileSync(join(folder, 'run.mjs'), code);
  return JSON.parse(execFileSync(process.execPath, ['run.mjs'], { cwd: folder, encoding: 'utf8' }));
}

beforeAll(() => {
  for (const part of PARTS) cpSync(join(root, part), join(stage, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(stage, 'node_modules'));
  npm(stage, 'run', 'build');
  [packed] = JSON.parse(npm(stage, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder));
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  const wanted = [join(folder, packed.filename), `vitest@${devDependencies.vitest}`];
  npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted);
  mkdirSync(scenarios);
}, 300_000);
afterAll(() => {
  for (const each of [folder, stage]) rmSync(each, { recursive: true });
});

test('the package holds what users need, and no tests', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['README.md', 'LICENSE', 'dist/checker/cli/main.js', 'dist/checker/index.d.ts']),
  );
  expect(
    paths.filter((path) =>
      /\.test\.|\/testing\.|fixture|fake|random_|corpus|\/(?:build|bundle)\./.test(path),
    ),
  ).toEqual([]);
});

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

test('the package brings the page of the HTML report', () => {
  writeFileSync(join(folder, 'page.ts'), fileIn('README.md', 'first.ts'));
  const { code, out } = npx('upy-check', 'page.ts', '--reporter', 'html=report.html', '--trace', 'none');
  expect(out).toContain('2 variants in 1 scenario: 1 as expected, 1 NOT AS EXPECTED');
  expect(code).toBe(1);
  const html = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(html).toMatch(/^<!doctype html>.*<script type="text\/plain" id="report-data">H4sI/su);
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
export default scenario('µ-one', { about: '', variants: { a: { holds: true } }, build() { return k && scenario && []; } });
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
        build.environment('scenario') === scenario,
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

/** What the README shows: the scenario, the configuration and the test. */
function writeReadme(): void {
  for (const name of ['first.ts', 'vitest.config.ts', 'first.test.ts'])
    writeFileSync(join(folder, name), fileIn('README.md', name));
}

test('npx upy-check runs the scenario of the README', () => {
  writeReadme();
  const { code, out } = npx('upy-check', 'first.ts');
  expect(out).toContain('✗ clear-late   violated ');
  expect(out).toContain('✓ clear-first  holds ');
  expect(code).toBe(1);
  expect(npx('upy-check', '--version').out).toMatch(/^\d+\.\d+\.\d+\n/);
}, 60_000);

test('the test of the README fails with the trace under vitest, and passes with the right verdicts', () => {
  writeReadme();
  const failed = npx('vitest', 'run');
  expect(failed.out).toContain('violated: no event is left behind  first.ts:27');
  expect(failed.out).toContain('npx upy-check replay first.ts --variant clear-late');
  expect(failed.code).toBe(1);
  const stated = "{ violates: 'no event is left behind' }";
  writeFileSync(join(folder, 'first.ts'), fileIn('README.md', 'first.ts').replace('{ holds: true }', stated));
  const { code, out } = npx('vitest', 'run');
  expect(out).toMatch(/Tests +1 passed/);
  expect(code).toBe(0);
}, 60_000);

test('the types of the package are what the README needs', () => {
  writeReadme();
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'],
      ...['--module', 'nodenext', '--target', 'es2022'],
      ...['first.ts', 'first.test.ts', 'vitest.config.ts'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 60_000);

test('what upy-check init makes runs, is a test, has types, and is not overwritten', () => {
  const { code, out } = npx('upy-check', 'init', 'My design');
  expect(out).toContain('made in My design:\n  package.json\n');
  expect(out).not.toContain('npm install');
  expect(code).toBe(0);
  const made = join(folder, 'My design');
  expect(JSON.parse(readFileSync(join(made, 'package.json'), 'utf8'))).toMatchObject({ name: 'my-design' });
  expect(npxIn(made, 'upy-check')).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 variants in 1 scenario: 2 as expected'),
  });
  expect(npxIn(made, 'vitest', 'run')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/Tests +1 passed/),
  });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  expect(spawnSync(process.execPath, [tsc], { cwd: made, encoding: 'utf8' })).toMatchObject({
    stdout: '',
    status: 0,
  });
  const workflow = readFileSync(join(made, '.github/workflows/design.yml'), 'utf8');
  const [, step = ''] = /run: npx (upy-check .*)/.exec(workflow) ?? [];
  expect(npxIn(made, ...step.split(' '))).toMatchObject({ code: 0 });
  expect(readFileSync(join(made, 'design.xml'), 'utf8')).toContain('<testsuite name="sleep-until-pin"');
  expect(npx('upy-check', 'init', 'My design')).toMatchObject({
    code: 2,
    out: expect.stringContaining('UPY363: My design/upy-check.config.ts, '),
  });
}, 120_000);

/** Loads these files, in this order; returns what the expression makes of the scenarios (by file), and whether hooks were used. */
function load(
  files: Readonly<Record<string, string>>,
  names: readonly string[],
  expression: string,
): unknown {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(scenarios, name), text);
  return run(`
    import module from 'node:module';
    let hooks = 'registerHooks' in module;
    const register = module.register;
    module.register = (...args) => { hooks = true; return register(...args); };
    const { loadScenarios } = await import('./node_modules/upy-check/dist/checker/language/loader.js');
    const { metadataOf } = await import('./node_modules/upy-check/dist/model/intrinsics/metadata.js');
    const see = {};
    for (const name of ${JSON.stringify(names)}) {
      const [{ scenario }] = await loadScenarios('elsewhere/' + name + '.ts');
      see[name] = (variable) => metadataOf(scenario.spec.build).environment(variable);
    }
    console.log(JSON.stringify([${expression}, hooks]));
  `);
}

const viaHooks = 'registerHooks' in module;
const using = (first: string, used = 'shared', more = '') =>
  `import { scenario } from 'upy-check';\n${first}\n` +
  `export default scenario('s', { about: '', variants: { a: { holds: true } }, build() { return ${used} && []; } });\n${more}`;

test('scenario files share one instance of what they import, without hooks', () => {
  const shared = 'export const shared = { count: 0 };\nexport default class { static µ = 1 }\n';
  const middle =
    "export { shared } from './shared.js';\nimport './data.cjs';\nimport { sep } from 'path';\nvoid sep;\n";
  const files = {
    'shared.ts': shared,
    'middle.ts': middle,
    'data.cjs': '',
    'first.ts': using("import { shared } from './middle.ts';\nshared.count++;"),
    'second.ts': using("import * as all from './shared.ts';\nconst { shared } = all;\nshared.count++;"),
  };
  const same = "see.first('shared') === see.second('shared'), see.first('shared').count";
  expect(load(files, ['first', 'second'], same)).toEqual([true, 2, viaHooks]);
});

test('what needs hooks gets them, and shares what was loaded before', () => {
  const files = {
    'shared.ts': 'export const shared = {};\nexport default class Late {}\n',
    'one.ts': using("import Late, { shared } from './shared.ts';", '[shared, Late]'),
    'meta.ts': using(
      "import Late, { shared } from './shared.ts';\nconst url = import.meta.url;",
      '[url, shared, Late]',
    ),
  };
  const same = "['shared', 'Late'].map((name) => see.one(name) === see.meta(name))";
  expect(load(files, ['one', 'meta'], `${same}, see.meta('url').slice(-17)`)).toEqual(
    [[true, true], '/elsewhere/meta.ts', true].map((each) =>
      typeof each === 'string' ? each.slice(-17) : each,
    ),
  );
});

test.each([
  [
    'a cycle',
    { 'other.ts': "import './it.ts';\nexport const shared = 1;\n" },
    "import { shared } from './other.ts';",
  ],
  ['import()', {}, "const { shared } = await import('./other.ts');"],
  ['a package', {}, "import chalk from 'chalk';\nconst shared = typeof chalk && 1;"],
])('hooks for %s', (_, others, first) => {
  const files = { 'other.ts': 'export const shared = 1;\n', ...others, 'it.ts': using(first) };
  expect(load(files, ['it'], "see.it('shared')")).toEqual([1, true]);
});

test('a name that is not exported is told as Node tells it', () => {
  writeFileSync(join(scenarios, 'other.ts'), 'export const shared = 1;\n');
  writeFileSync(join(scenarios, 'wrong.ts'), using("import { shred } from './other.ts';", 'shred'));
  expect(
    run(`
      import { loadScenarios } from './node_modules/upy-check/dist/checker/language/loader.js';
      await loadScenarios('elsewhere/wrong.ts').catch(({ code, what }) => console.log(JSON.stringify([code, what])));
    `),
  ).toEqual([
    'UPY302',
    expect.stringContaining("module './other.ts' does not provide an export named 'shred'"),
  ]);
});
