import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { metadataOf } from '../../model/intrinsics/metadata.ts';
import { scenario } from '../index.ts';
import { UserError } from '../options.ts';
import { loadScenarios } from './loader.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'upy-check-')));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function refusal(file: string): Promise<string> {
  const error = await loadScenarios(file).then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message.replaceAll(folder, '<folder>').replaceAll(process.cwd(), '<cwd>');
}

const spec = "{ about: 'why', variants: { a: { holds: true } }, build() { return help(Kind.Soft); } }";

test('a scenario outside of the project, with a sibling, and one instance of the library', async () => {
  write('help.ts', 'export enum Kind { Hard, Soft }\nexport function help(kind: Kind): [] { return []; }\n');
  const file = write(
    'one.ts',
    `import * as library from 'upy-check';\nimport { help, Kind } from './help.js';\n` +
      `export default library.scenario('one', ${spec});\nexport { library };\n`,
  );
  const [loaded, ...others] = await loadScenarios(file);
  expect(others).toEqual([]);
  expect(loaded?.file).toBe(file);
  expect(loaded?.scenario.name).toBe('one');
  const build = metadataOf(loaded?.scenario.spec.build as object);
  expect(build?.source.file).toBe(file);
  expect(build?.environment('Kind')).toEqual({ 0: 'Hard', 1: 'Soft', Hard: 0, Soft: 1 });
  expect(metadataOf(build?.environment('help') as object)?.source.file).toBe(join(folder, 'help.ts'));
  const { library } = await import(/* @vite-ignore */ file);
  expect(library.scenario).toBe(scenario);
});

test('several scenarios come in source order, each once', async () => {
  const file = write(
    'several.mts',
    `import { scenario } from 'upy-check';\nconst make = (name: string) => scenario(name, ` +
      `{ about: '', variants: { a: { holds: true } }, build() {} });\n` +
      "export const zeta = make('zeta');\nexport default make('default');\nconst last = make('last');\n" +
      "export const alpha = make('alpha'), other = 1;\nexport { last as beta, zeta as again };\n",
  );
  const names = (await loadScenarios(file)).map(({ scenario }) => scenario.name);
  expect(names).toEqual(['zeta', 'default', 'alpha', 'last']);
});

test('UPY300: no such file', async () => {
  expect(await refusal('scenarios/no_such.ts')).toBe(
    'UPY300: there is no file scenarios/no_such.ts\n' +
      '  likely: a typing mistake, or another working directory than the path is meant for\n' +
      '  do:     give the path of a scenario file, relative to <cwd>',
  );
});

test('UPY301: no scenario', async () => {
  expect(await refusal(write('none.js', 'export const x = 1;\nexport default {};\n'))).toBe(
    'UPY301: <folder>/none.js exports no scenario\n' +
      '  likely: what it exports (default, x) is not made by scenario()\n' +
      "  do:     write `export default scenario('name', { … })`, with `scenario` from 'upy-check'",
  );
  expect(await refusal(write('empty.ts', 'export {};\n'))).toContain('\n  likely: it exports nothing\n');
});

test('UPY302: throws while loading', async () => {
  const text = 'interface A {\n  x: number;\n}\nconst a: A | null = null;\nexport default a!.x;\n';
  expect(await refusal(write('throws.ts', text))).toBe(
    "UPY302: <folder>/throws.ts throws while it is loaded: TypeError: Cannot read properties of null (reading 'x')\n" +
      '  at <folder>/throws.ts:5:19\n' +
      '    export default a!.x;\n' +
      '  likely: its top level, or that of a file it imports, fails as ordinary JavaScript\n' +
      '  do:     mend it there; it must load before anything can be checked',
  );
});

test('UPY303: not a module', async () => {
  expect(await refusal(write('data.json', '{}'))).toBe(
    'UPY303: <folder>/data.json cannot be a scenario\n' +
      "  likely: files that end in '.json' are not ECMAScript modules\n" +
      '  do:     give a .ts, .mts, .js or .mjs file that exports a scenario',
  );
  expect(await refusal(write('old.cjs', ''))).toContain("files that end in '.cjs'");
  expect(await refusal(folder)).toContain('likely: it is a folder\n');
});

test('UPY100: a syntax error, here or in an imported file', async () => {
  write('broken.ts', 'let a = 1;\nlet µ = ;\n');
  const expected =
    'UPY100: syntax error: Unexpected token\n  at <folder>/broken.ts:2:9\n    let µ = ;\n' +
    '  likely: a typing mistake at or shortly before this place\n' +
    '  do:     correct it; `npx tsc --noEmit` lists all errors of the file';
  expect(await refusal(join(folder, 'broken.ts'))).toBe(expected);
  expect(await refusal(write('imports.ts', "import './broken.ts';\n"))).toBe(expected);
});

test('UPY201: the vocabulary at the top level keeps its own code', async () => {
  const file = write('early.ts', "import { process } from 'upy-check/model';\n\nprocess('p', () => {});\n");
  expect(await refusal(file)).toBe(
    "UPY201: process('p') is called outside of a scenario's build()\n" +
      '  at <folder>/early.ts:3:1\n' +
      "    process('p', () => {});\n" +
      '  likely: it stands at the top level of a module, or model code is run as ordinary JavaScript\n' +
      '  do:     call it in build() or in what build() calls; run the scenario with `upy-check <file>`',
  );
});
