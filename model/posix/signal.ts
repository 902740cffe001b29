/**
 * Signals as bits, so that a set of them is a number. Ordinary signals do not queue: equal ones merge. A real-time
 * signal does; here it merges too, which is exact for a sender that waits for each to be handled.
 */
export const SIGINT = 1;
export const SIGUSR1 = 2;
export const SIGUSR2 = 4;
export const SIGALRM = 8;
/** Any one real-time signal. */
export const SIGRT = 16;
/** For pthread_sigmask: nothing is blocked, everything is. */
export const NO_SIGNALS = 0;
export const ALL_SIGNALS = 31;

const NAMES: Readonly<Record<number, string>> = {
  [SIGINT]: 'SIGINT',
  [SIGUSR1]: 'SIGUSR1',
  [SIGUSR2]: 'SIGUSR2',
  [SIGALRM]: 'SIGALRM',
  [SIGRT]: 'SIGRT',
};

/** For traces. While the scenario is built. */
export function signalName(signal: number): string {
  return NAMES[signal] ?? `signal ${signal}`;
}

/** `struct sigaction`: a handler, and whether calls that it interrupts go on. */
export interface SigAction {
  readonly signal: number;
  readonly handler: () => void;
  /** SA_RESTART: a restartable system call goes on after the handler. */
  readonly restart: boolean;
  /** `sa_mask`: blocked while the handler runs, besides the signal itself. */
  readonly mask: number;
}
