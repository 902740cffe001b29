import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseCommandLine } from './arguments.ts';
import { runExport } from './export.ts';
import { fakeWorld, isUserError, loaded } from './testing.ts';

async function exported(line: string, cwd = tmpdir()): Promise<string> {
  const command = await parseCommandLine(line.split(' '), '0.1.0');
  if (command.command !== 'export') throw new Error('another command');
  const { world, text } = fakeWorld(cwd, {
    loadScenarios: async () => [loaded('lamp', ['on', 'off'], { size: 2 })],
    exportPromela: (of, variant, parameters) =>
      `${of.scenario.name} ${variant} ${parameters?.size ?? 'as it is'}\n`,
    exportTla: (of, variant, parameters, name = 'lamp') => ({
      module: `${of.scenario.name} ${variant} ${parameters?.size ?? 'as it is'}, module ${name}\n`,
      cfg: 'the configuration\n',
    }),
  });
  expect(await runExport(command, world)).toBe(0);
  expect(text.err).toBe('');
  return text.out;
}

test('one variant goes to standard output: the first, or the one that is named', async () => {
  expect(await exported('export lamp.ts')).toBe('lamp on as it is\n');
  expect(await exported('export lamp.ts --to promela --variant off --set size=5')).toBe('lamp off 5\n');
});

test('or into a file, and nothing else is said', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await exported('export lamp.ts --out deep/model.pml', folder)).toBe('');
  expect(readFileSync(join(folder, 'deep/model.pml'), 'utf8')).toBe('lamp on as it is\n');
});

test('a module of TLA+ has a configuration: behind it on standard output, beside it as a file', async () => {
  expect(await exported('export lamp.ts --to tla --variant off')).toBe(
    'lamp off as it is, module lamp\n\n(* The configuration:\n\nthe configuration\n*)\n',
  );
  const folder = mkdtempSync(join(tmpdir(), 'upy-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await exported('export lamp.ts --to tla --out deep/Wake.tla', folder)).toBe('');
  expect(readFileSync(join(folder, 'deep/Wake.tla'), 'utf8')).toBe('lamp on as it is, module Wake\n');
  expect(readFileSync(join(folder, 'deep/Wake.cfg'), 'utf8')).toBe('the configuration\n');
});

test.each([
  ['export lamp.ts --to tla --out wake.pml', 'UPY310'],
  ['export lamp.ts --to tla --out 2-wakes.tla', 'UPY310'],
  ['export lamp.ts --to smv', 'UPY310'],
  ['export lamp.ts --variant of', 'UPY304'],
  ['export', 'UPY310'],
])('%s is refused', async (line, code) => {
  await expect(exported(line)).rejects.toThrow(isUserError(code));
});
