import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** A child process from its start to its end. */
export interface Measured {
  readonly stdout: string;
  /** Whole process, start-up included. */
  readonly wallS: number;
  /** Largest resident set; 0 when the system does not tell. */
  readonly peakBytes: number;
}

/** Milliseconds between two looks at /proc, where GNU time is not installed. */
const POLL_MS = 10;
const TIME = '/usr/bin/time';
const MARK = 'peak-rss-kb=';

/** Whether a program can be run at all. */
export async function installed(command: string, ...args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args, process.cwd());
    return true;
  } catch {
    return false;
  }
}

/** Runs a program and measures it with GNU time if that is installed, else through /proc. */
export function measure(
  command: string,
  args: readonly string[],
  cwd: string,
  gnuTime: boolean,
): Promise<Measured> {
  return gnuTime ? run(TIME, ['-f', `${MARK}%M`, command, ...args], cwd) : run(command, args, cwd);
}

export async function hasGnuTime(): Promise<boolean> {
  return existsSync(TIME) && (await installed(TIME, '-f', `${MARK}%M`, process.execPath, '--version'));
}

/** Runs a program to its end. Throws, with what it said, if it fails. */
export function run(command: string, args: readonly string[], cwd: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let peakBytes = 0;
    const watch = setInterval(() => {
      peakBytes = Math.max(peakBytes, highWater(child.pid));
    }, POLL_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on('close', (code) => {
      clearInterval(watch);
      const wallS = (performance.now() - begin) / 1000;
      const said = new RegExp(`${MARK}(\\d+)`).exec(stderr)?.[1];
      if (said !== undefined) peakBytes = Number(said) * 1024;
      if (code === 0) resolve({ stdout, wallS, peakBytes });
      else reject(new Error(`${[command, ...args].join(' ')} ends with ${code}\n${stdout}${stderr}`));
    });
  });
}

/** Linux: the peak so far of a running process. */
function highWater(pid: number | undefined): number {
  try {
    const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
