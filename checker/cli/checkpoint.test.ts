import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonReport } from '../../reports/json.ts';
import { Tape } from '../machine/tape.ts';
import { CheckpointFile } from './checkpoint.ts';
import { BINARY } from './program/testing.ts';
import { isUserError } from './testing.ts';

/** Three counters of three cells: some hundred thousand states, in two words. */
const model = (last: number): string => `
import { always, scenario, sometimes } from 'upy-check';
import { process } from 'upy-check/model';
export default scenario('counters', {
  about: 'many states',
  variants: { small: { violates: 'never all' }, wide: { violates: 'never all' } },
  build({ variant }) {
    const s = { a: 0, b: 0, c: 0 };
    const pad = Array.from({ length: variant === 'wide' ? 2 : 0 }, () => ({ v: 0 }));
    process('a', () => { for (;;) s.a = (s.a + 1) % 26; });
    process('b', () => { for (;;) s.b = (s.b + 1) % 26; });
    process('c', () => { for (;;) { s.c = (s.c + 1) % 26; for (const p of pad) p.v = 1000003 * (s.c & 1); } });
    return [
      always('never all', () => s.a < 25 || s.b < 25 || s.c < ${last}),
      always('pad', () => pad.every((p) => p.v >= 0)),
      sometimes('two', () => s.a === 2 && s.b === 2),
    ];
  },
});`;

let folder = '';
beforeAll(() => {
  if (!existsSync(BINARY)) throw new Error('the program is not built: npm run build');
  folder = mkdtempSync(join(tmpdir(), 'upy-check-checkpoint-'));
  writeFileSync(join(folder, 'model.ts'), model(25));
  writeFileSync(join(folder, 'other.ts'), model(24));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  spawnSync(process.execPath, [BINARY, ...args], { cwd: folder, encoding: 'utf8' });

/** All of a result but how long it took and how memory was divided. */
function resultOf(file: string): unknown {
  const { results } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as JsonReport;
  return results.map(({ wallMs: _, figures: { storeBytes: __, ...figures }, ...rest }) => ({
    ...rest,
    figures,
  }));
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    child.on('exit', () => resolve());
  });

/** Begins a search and kills it when its second checkpoint is there. */
async function killed(variant: string, checkpoint: string): Promise<void> {
  const path = join(folder, checkpoint);
  const args = ['model.ts', '--variant', variant, '--checkpoint', checkpoint, '--checkpoint-every', '1ms'];
  const child = spawn(process.execPath, [BINARY, ...args], { cwd: folder, stdio: 'ignore' });
  const over = ended(child);
  let first = 0;
  while (child.exitCode === null) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
    const written = existsSync(path) ? statSync(path).mtimeMs : 0;
    if (first === 0) first = written;
    else if (written > first) break;
  }
  expect(child.exitCode).toBeNull();
  child.kill('SIGKILL');
  await over;
}

describe('a search that is killed', { timeout: 240_000 }, () => {
  test.each(['small', 'wide'])('goes on from its last checkpoint: %s', async (variant) => {
    const checkpoint = `${variant}.checkpoint`;
    expect(
      run('model.ts', '--variant', variant, '--reduce', 'none', '--reporter', `json=whole-${variant}.json`)
        .status,
    ).toBe(0);
    await killed(variant, checkpoint);
    copyFileSync(join(folder, checkpoint), join(folder, `kept-${checkpoint}`));
    const again = ['model.ts', '--variant', variant, '--checkpoint', checkpoint];
    expect(run(...again, '--reporter', 'json=resumed.json').status).toBe(0);
    expect(resultOf('resumed.json')).toEqual(resultOf(`whole-${variant}.json`));
    expect(existsSync(join(folder, checkpoint))).toBe(false);
  });

  test('not with another scenario, variant or option', () => {
    const file = ['--checkpoint', 'kept-small.checkpoint'];
    for (const args of [
      ['other.ts', '--variant', 'small'],
      ['model.ts', '--variant', 'wide'],
      ['model.ts', '--variant', 'small', '--max-depth', '9'],
    ]) {
      const { status, stdout, stderr } = run(...args, ...file);
      expect(stdout + stderr).toContain('UPY341');
      expect(status).toBe(2);
    }
    expect(run('model.ts', ...file).stderr).toContain('UPY310');
    for (const args of [
      ['--search', 'depth-first'],
      ['--store', 'fingerprint'],
      ['--preemptions', '2'],
    ])
      expect(run('model.ts', '--variant', 'small', ...file, ...args).stdout).toContain('UPY340');
  });

  test('cut off or changed: never read', () => {
    const bytes = readFileSync(join(folder, 'kept-small.checkpoint'));
    for (const at of [0, 30, 500, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ 1;
      for (const damaged of [changed, bytes.subarray(0, at)]) {
        writeFileSync(join(folder, 'damaged'), damaged);
        const file = new CheckpointFile(join(folder, 'damaged'), 'damaged', '0.0.0', 1, () => 0);
        expect(() => file.load('x')).toThrow(isUserError('UPY342'));
      }
    }
    const { status, stdout } = run('model.ts', '--variant', 'small', '--checkpoint', 'damaged');
    expect(stdout).toContain('UPY342');
    expect(status).toBe(2);
  });
});

test('what is written is read; another version and another search are refused', () => {
  const path = join(folder, 'plain');
  const of = (version: string) => new CheckpointFile(path, 'plain', version, 10, () => 0);
  const tape = new Tape([[1, -2], []], [new Int32Array([3, -4]), new Uint8Array([5])]);
  of('1').save('model', tape);
  expect(of('1').load('model')).toEqual(tape);
  expect(existsSync(`${path}.part`)).toBe(false);
  expect(() => of('2').load('model')).toThrow(isUserError('UPY341'));
  expect(() => of('1').load('another')).toThrow(isUserError('UPY341'));
  of('1').remove();
  expect(of('1').load('model')).toBeNull();
});
