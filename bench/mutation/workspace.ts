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

/** What tests may take, in milliseconds: who takes more does not end. */
export interface Effort {
  readonly timeoutMs: number;
  /** Processor time; the machine may be as loaded as it likes. Only Linux tells it. */
  readonly cpuMs: number;
}

/** Between two looks at the processor time. */
const LOOK_MS = 500;

/** Processor time that a process has taken, without those that it has started; 0 when nobody tells. */
function cpuMsOf(pid: number | undefined): number {
  try {
    // proc(5): the 14th and 15th field, in ticks of 10 ms; the name, the 2nd, may have spaces and parentheses.
    const [user = '0', system = '0'] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /su, '')
      .split(' ')
      .slice(11, 13);
    return 10 * (Number(user) + Number(system));
  } catch {
    return 0;
  }
}

const COPIED = ['model', 'checker', 'reports', 'scenarios', 'bench', 'docs', 'package.json', 'tsconfig.json'];

/** A copy of the repository in which one file at a time is changed. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'upy-check-mutation-'));
  readonly #root: string;
  #child: ChildProcess | null = null;
  /** Processor time of the last tests, as far as it was looked at. */
  cpuMs = 0;

  constructor(root: string) {
    this.#root = root;
    for (const name of COPIED) cpSync(join(root, name), join(this.#folder, name), { recursive: true });
    for (const name of ['node_modules', 'dist']) symlinkSync(join(root, name), join(this.#folder, name));
  }

  /** Runs the stages one after the other until one fails. */
  async judge(
    mutant: Mutant,
    stages: readonly (readonly string[])[],
    effortOf: (stage: readonly string[]) => Effort,
    environment: Environment = {},
  ): Promise<Judgement> {
    const file = join(this.#folder, mutant.file);
    const original = readFileSync(join(this.#root, mutant.file), 'utf8');
    writeFileSync(file, mutated(original, mutant));
    try {
      for (const [i, tests] of stages.entries()) {
        const fate = await this.test(tests, effortOf(tests), environment);
        if (fate !== 'survived') return { fate, stage: i + 1 };
      }
      return { fate: 'survived', stage: 0 };
    } finally {
      writeFileSync(file, original);
    }
  }

  /** Runs these test files on the copy as it is. */
  test(tests: readonly string[], { timeoutMs, cpuMs }: Effort, environment: Environment = {}): Promise<Fate> {
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
      const giveUp = (): void => {
        late = true;
        child.kill('SIGKILL');
      };
      const timer = setTimeout(giveUp, timeoutMs);
      this.cpuMs = 0;
      const looks = setInterval(() => {
        this.cpuMs = Math.max(this.cpuMs, cpuMsOf(child.pid));
        if (this.cpuMs > cpuMs) giveUp();
      }, LOOK_MS);
      child.on('error', reject);
      child.on('exit', (code) => {
        clearTimeout(timer);
        clearInterval(looks);
        resolve(late ? 'timeout' : code === 0 ? 'survived' : 'killed');
      });
    });
  }

  close(): void {
    this.#child?.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
