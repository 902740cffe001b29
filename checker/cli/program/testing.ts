import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The built program, as users run it. `npm run build` first. */
export const BINARY =
  process.env.UPY_CHECK_BINARY ?? resolve(import.meta.dirname, '../../../dist/checker/cli/main.js');

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export function startProgram(
  cwd: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  const {
    FORCE_COLOR: _,
    NO_COLOR: __,
    UPY_CHECK_DEBUG: ___,
    NODE_OPTIONS: ____,
    ...inherited
  } = process.env;
  return spawn(process.execPath, [BINARY, ...args], { cwd, env: { ...inherited, ...environment } });
}

export function ended(child: ChildProcess): Promise<Outcome> {
  let out = '';
  let err = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((done) => child.on('close', (code, signal) => done({ code, signal, out, err })));
}

/** Runs the program to its end. */
export const runProgram = (cwd: string, ...args: string[]): Promise<Outcome> =>
  ended(startProgram(cwd, args));
