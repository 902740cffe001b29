import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { ended, type Outcome, startProgram } from './program/testing.ts';

const root = mkdtempSync(join(tmpdir(), 'upy-check-watch-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const RACY = readFileSync(join(import.meta.dirname, 'fixtures/violated.ts'), 'utf8');
const IMPORTING = `import { idle, scenario } from 'upy-check';
import { process } from 'upy-check/model';
import { limit } from './lib/limit.js';
export default scenario('imports', { about: 'a count stays below a limit', variants: { only: { holds: true } }, build() {
  const s = { n: 0 };
  process('p', () => { s.n = 3; });
  return [idle('below the limit', () => s.n < limit)];
} });
`;

/** The program watches a folder of its own; rounds are told apart by what stands below each. */
class Session {
  readonly folder = mkdtempSync(join(root, 'session-'));
  child!: ChildProcess;
  end!: Promise<Outcome>;
  text = '';
  #rounds = 0;

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** As editors do it: another file takes the place. */
  replace(name: string, text: string): void {
    this.write(`${name}~`, text);
    renameSync(join(this.folder, `${name}~`), join(this.folder, name));
  }

  start(...args: string[]): void {
    const asks = args.some((arg) => arg.startsWith('--watch'));
    this.child = startProgram(this.folder, asks ? args : [...args, '--watch']);
    children.push(this.child);
    this.end = ended(this.child);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: string) => {
        this.text += text;
      });
  }

  /** What the next round prints, once it is over. */
  async round(): Promise<string> {
    const marks = () => this.text.split(/^watching \d+ files? · .*$/mu);
    await vi.waitUntil(() => marks().length > this.#rounds + 1, { timeout: 30_000, interval: 50 });
    // Both streams come to rest.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return marks()[this.#rounds++] ?? '';
  }

  press(keys: string): void {
    this.child.stdin?.write(keys);
  }
}

describe('--watch', { timeout: 60_000 }, () => {
  test('checks what has changed, however it is written, and what imports it', async () => {
    const session = new Session();
    mkdirSync(join(session.folder, 'lib'));
    session.write('lib/limit.ts', 'export const limit = 4;\n');
    session.write('imports.ts', IMPORTING);
    session.write('racy.ts', RACY);
    session.start('.');
    const first = await session.round();
    expect(first).toContain('── checks 2 files ─');
    expect(first).toContain('✓ all 3 variants are as expected');

    session.replace('lib/limit.ts', 'export const limit = 2;\n');
    const second = await session.round();
    expect(second).toContain('── changed: lib/limit.ts   checks 1 file ─');
    expect(second).toContain('✗ only');
    expect(second).not.toContain('racy');
    expect(second).toContain('✗ NOT as expected: imports / only  imports.ts');

    session.write('racy.ts', `${RACY}// one more line\n`);
    const third = await session.round();
    expect(third).toContain('── changed: racy.ts   checks 1 file ─');
    expect(third).toContain('✓ racy');
    expect(third).toContain('✗ NOT as expected: imports / only  imports.ts');

    session.press('\n');
    const all = await session.round();
    expect(all).toContain('── checks 2 files ─');
    expect(all).toMatch(
      /↻ only: the last counterexample of 'below the limit': the model still does its 1 step; /u,
    );

    session.replace('lib/limit.ts', 'export const limit = 4;\n');
    expect(await session.round()).toContain('✓ all 3 variants are as expected');
    session.press('q');
    expect(await session.end).toMatchObject({ code: 0, signal: null });
  });

  test.each([[['--watch=true']], [['--watch', 'true']]])('a round does not watch: %j', async (option) => {
    const session = new Session();
    session.write('racy.ts', RACY);
    session.start('.', ...option);
    const first = await session.round();
    expect(first.match(/── checks 1 file ─/gu)).toHaveLength(1);
    expect(first).toContain('✓ all 2 variants are as expected');
    session.press('q');
    expect(await session.end).toMatchObject({ code: 0 });
  });

  test('a round that ends early, or can check nothing, is not as expected', async () => {
    const session = new Session();
    const other = RACY.replace("scenario('violated'", "scenario('other'");
    session.write('a.ts', RACY);
    session.write('b.ts', other);
    session.start('.', '--trace', 'none', '--variant', 'racy');
    expect(await session.round()).toContain('✓ all 2 variants are as expected');
    session.replace('b.ts', `globalThis.process.exit(0);\n${other}`);
    const early = await session.round();
    expect(early).toContain('✗ not everything could be checked');
    expect(early).not.toContain('✓');
    session.replace('b.ts', other);
    const mended = await session.round();
    expect(mended).toContain('checks 2 files');
    expect(mended).toContain('✓ all 2 variants are as expected');
    session.press('q');
    expect(await session.end).toMatchObject({ code: 0 });
  });

  test('a file that comes, breaks, is mended and goes; Ctrl-C', async () => {
    const session = new Session();
    session.write('racy.ts', RACY);
    session.start('.', '--trace', 'none');
    await session.round();
    session.write('new.ts', RACY.replace("scenario('violated'", "scenario('new'"));
    const came = await session.round();
    expect(came).toContain('── changed: new.ts   checks 1 file ─');
    expect(came).toContain('✓ all 4 variants are as expected');
    session.write('new.ts', 'export const scenario = ;\n');
    const broke = await session.round();
    expect(broke).toContain('error UPY100');
    expect(broke).toContain('✗ cannot be checked: new.ts');
    session.replace('new.ts', RACY.replace("scenario('violated'", "scenario('new'"));
    expect(await session.round()).toContain('✓ all 4 variants are as expected');
    rmSync(join(session.folder, 'new.ts'));
    expect(await session.round()).toContain('✓ all 2 variants are as expected');
    session.child.kill('SIGINT');
    expect(await session.end).toMatchObject({ code: 130, signal: null });
  });

  test('the last counterexample comes first, and one that is gone is said to be', async () => {
    const session = new Session();
    const stated = (name: string) => RACY.replace("scenario('violated'", `scenario('${name}'`);
    session.write('a.ts', stated('a'));
    session.write('b.ts', stated('b').replace(/violates: '[^']*'/u, 'holds: true'));
    session.start('.', '--trace', 'none');
    const first = await session.round();
    expect(first.indexOf('\na  a.ts')).toBeLessThan(first.indexOf('\nb  b.ts'));
    session.press('\n');
    const second = await session.round();
    expect(second.indexOf('\nb  b.ts')).toBeLessThan(second.indexOf('\na  a.ts'));
    session.write(
      'b.ts',
      stated('b')
        .replace(/violates: '[^']*'/u, 'holds: true')
        .replace("variant === 'racy'", 'false'),
    );
    const mended = await session.round();
    expect(mended).toMatch(
      /↻ racy: the last counterexample of '.*': the model no longer does it, step \d+ does not fit/u,
    );
    expect(mended).toContain('✓ all 4 variants are as expected');
    session.press('\u0003');
    expect(await session.end).toMatchObject({ code: 130 });
  });

  test('the configuration is read again; a change ends a round that has become pointless', async () => {
    const session = new Session();
    session.write('endless.ts', readFileSync(join(import.meta.dirname, 'fixtures/incomplete.ts'), 'utf8'));
    session.write('racy.ts', RACY);
    session.write('upy-check.config.ts', "export default { scenarios: 'endless.ts' };\n");
    session.start();
    await vi.waitUntil(() => session.text.includes('endless.ts'), { timeout: 30_000 });
    session.replace('upy-check.config.ts', "export default { scenarios: 'racy.ts', variant: 'fixed' };\n");
    const text = await session.round();
    expect(text).toContain('── changed: upy-check.config.ts   checks 1 file ─');
    expect(text).toContain('✓ the one variant is as expected');
    session.replace('upy-check.config.ts', "export default { scenarios: 'racy.ts', varient: 'fixed' };\n");
    expect(await session.round()).toContain(
      "error UPY360: upy-check.config.ts: there is no option 'varient'",
    );
    session.write('which.ts', "export const variant = 'fixed';\n");
    session.replace(
      'upy-check.config.ts',
      "import { variant } from './which.js';\nexport default { scenarios: 'racy.ts', variant };\n",
    );
    expect(await session.round()).toContain('✓ the one variant is as expected');
    session.replace('which.ts', "export const variant = ['fixed', 'racy'];\n");
    const imported = await session.round();
    expect(imported).toContain('── changed: which.ts   checks 1 file ─');
    expect(imported).toContain('✓ all 2 variants are as expected');
    session.press('q');
    expect(await session.end).toMatchObject({ code: 0 });
  });
});
