import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runInit } from './init.ts';
import { initFiles } from './init_files.ts';
import { fakeWorld, isUserError } from './testing.ts';

/** That what it makes runs is tested with the package: checker/package.test.ts. */
const folder = mkdtempSync(join(tmpdir(), 'upy-check-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function init(name: string | null, cwd = folder): Promise<string> {
  const { world, text } = fakeWorld(cwd, {});
  expect(await runInit({ command: 'init', folder: name }, world)).toBe(0);
  return text.out;
}

test('a new folder, and what to do next', async () => {
  expect(await init('designs/wake')).toMatchInlineSnapshot(`
    "✓ made in designs/wake:
      package.json
      tsconfig.json
      vitest.config.ts
      upy-check.config.ts
      scenarios/sleep-until-pin.ts
      scenarios/sleep-until-pin.test.ts
      .github/workflows/design.yml

    Next
      cd designs/wake
      npm install
      npx upy-check            # what the scenario says, and whether it is so
      npx upy-check --watch    # again whenever a file is saved
      npx vitest run           # the same as a test
    "
  `);
  const needed = { upyCheck: '', vitest: '', typescript: '' };
  for (const { path } of initFiles('wake', needed))
    expect(existsSync(join(folder, 'designs/wake', path))).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, 'designs/wake/package.json'), 'utf8'))).toMatchObject({
    name: 'wake',
    type: 'module',
    devDependencies: {
      'upy-check': expect.stringMatching(/^\^\d/u),
      vitest: expect.stringMatching(/^\^\d/u),
    },
  });
});

test('a project keeps what it has', async () => {
  const own = join(folder, 'own');
  mkdirSync(join(own, 'node_modules/upy-check'), { recursive: true });
  writeFileSync(join(own, 'node_modules/upy-check/package.json'), '{}');
  writeFileSync(join(own, 'package.json'), '{ "mine": true }');
  expect(await init(null, own)).toMatchInlineSnapshot(`
    "✓ made in this folder:
      tsconfig.json
      vitest.config.ts
      upy-check.config.ts
      scenarios/sleep-until-pin.ts
      scenarios/sleep-until-pin.test.ts
      .github/workflows/design.yml
    kept as it was: package.json
      package.json needs "type": "module", and vitest and typescript for the test

    Next
      npx upy-check            # what the scenario says, and whether it is so
      npx upy-check --watch    # again whenever a file is saved
      npx vitest run           # the same as a test
    "
  `);
  expect(readFileSync(join(own, 'package.json'), 'utf8')).toBe('{ "mine": true }');
});

test('nothing is overwritten, and then nothing is written', async () => {
  const taken = join(folder, 'taken');
  mkdirSync(join(taken, 'scenarios'), { recursive: true });
  writeFileSync(join(taken, 'scenarios/sleep-until-pin.ts'), 'mine');
  const refused = init('taken');
  await expect(refused).rejects.toThrow(isUserError('UPY363'));
  await expect(refused).rejects.toMatchObject({
    what: 'taken/scenarios/sleep-until-pin.ts is there already',
  });
  expect(readdirSync(taken)).toEqual(['scenarios']);
  expect(readFileSync(join(taken, 'scenarios/sleep-until-pin.ts'), 'utf8')).toBe('mine');
  writeFileSync(join(folder, 'file'), '');
  await expect(init('file')).rejects.toThrow(isUserError('UPY363'));
});

test.each([
  ['Wake Up', 'wake-up'],
  ['_private', 'private'],
  ['upy-check', 'design'],
  ['___', 'design'],
])('the project in %s is called %s', async (name, called) => {
  await init(`named/${name}`);
  expect(JSON.parse(readFileSync(join(folder, 'named', name, 'package.json'), 'utf8')).name).toBe(called);
});

test('a package that is installed in a folder above needs no installation', async () => {
  const above = join(folder, 'above');
  mkdirSync(join(above, 'node_modules/upy-check'), { recursive: true });
  expect(await init('above/a/b')).toContain('npm install');
  writeFileSync(join(above, 'node_modules/upy-check/package.json'), '{}');
  expect(await init('above/c/d')).not.toContain('npm install');
});
