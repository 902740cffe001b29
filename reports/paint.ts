import { Chalk } from 'chalk';

/** The few colours that reports use. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly accent: (text: string) => string;
}

export type ColorLevel = 0 | 1 | 2 | 3;

export function paint(level: ColorLevel): Paint {
  const chalk = new Chalk({ level });
  return {
    good: (text) => chalk.green(text),
    bad: (text) => chalk.bold.red(text),
    unsure: (text) => chalk.yellow(text),
    strong: (text) => chalk.bold(text),
    faint: (text) => chalk.dim(text),
    accent: (text) => chalk.cyan(text),
  };
}

export interface ColorEnvironment {
  readonly FORCE_COLOR?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** FORCE_COLOR wins, then NO_COLOR, then whether it is a terminal. (Chalk itself ignores NO_COLOR.) */
export function colorLevel(environment: ColorEnvironment, isTerminal: boolean): ColorLevel {
  const forced = environment.FORCE_COLOR;
  if (forced !== undefined) {
    if (forced === '0' || forced === 'false') return 0;
    return forced === '2' ? 2 : forced === '3' ? 3 : 1;
  }
  if (environment.NO_COLOR !== undefined && environment.NO_COLOR !== '') return 0;
  return isTerminal && environment.TERM !== 'dumb' ? 1 : 0;
}
