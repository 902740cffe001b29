import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Mutant, mutated } from './mutants.ts';

/** What became of a mutant. `timeout` counts as noticed: the tests do not end. */
export type Fate = 'killed' | 'timeout' | 'survived';

/** What became of a mutant, and the stage of tests that noticed: the first is 1. 0: none. */
export interface Judgement {
  readonly fate: Fate;
  readonly stage: number;
}

/** What is said to the tests. */
export type Environment = Readonly<Record<string, string>>;

/** Enough for what random programs notice at all; with more, tests on a loaded machine reach their limits and look like noticing. */
const UPY_CHECK_RANDOM_PROGRAMS = '250';

const COPIED = ['model', 'checker', 'reports', 'scenarios', 'bench', 'docs', 'package.json', 'tsconfig.json'];

/** A copy of the repository in which one file at a time is changed. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'upy-check-mutation-'));
  readonly #root: string;
  #child: ChildProcess | null = null;

  constructor(root: string) {
    this.#root = root;
    for (const name of COPIED) cpSync(join(root, name), join(this.#folder, name), { recursive: true });
    for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(this.#folder, name));
  }

  /** Runs the stages one after the other until one fails. */
  async judge(
    mutant: Mutant,
    stages: readonly (readonly string[])[],
    timeoutMs: number,
    environment: Environment = {},
  ): Promise<Judgement> {
    const file = join(this.#folder, mutant.file);
    const original = readFileSync(join(this.#root, mutant.file), 'utf8');
    writeFileSync(file, mutated(original, mutant));
    try {
      for (const [i, tests] of stages.entries()) {
        const fate = await this.test(tests, timeoutMs, environment);
        if (fate !== 'survived') return { fate, stage: i + 1 };
      }
      return { fate: 'survived', stage: 0 };
    } finally {
      writeFileSync(file, original);
    }
  }

  /** Runs these test files on the copy as it is. */
  test(tests: readonly string[], timeoutMs: number, environment: Environment = {}): Promise<Fate> {
    const vitest = join(this.#root, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--config', 'bench/mutation/vitest.config.ts', ...tests];
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, {
        cwd: this.#folder,
        stdio: 'ignore',
        env: { ...process.env, CI: 'true', UPY_CHECK_RANDOM_PROGRAMS, ...environment },
      });
      this.#child = child;
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        child.kill('SIGKILL');
      }, timeoutMs);
      child.on('error', reject);
      child.on('exit', (code) => {
        clearTimeout(timer);
        resolve(late ? 'timeout' : code === 0 ? 'survived' : 'killed');
      });
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
