import type { Engine } from './engine.ts';

/** A standard stream, as far as the commands know it. */
export interface Stream {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Characters in a line of the terminal. */
  readonly columns: number | undefined;
}

/** Everything outside of the program that the commands touch. */
export interface World {
  readonly version: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly engine: () => Promise<Engine>;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Lets signals and timers in. */
  readonly breathe: () => Promise<void>;
  /** Bytes for states, unless the command line says. */
  readonly defaultMemory: number;
  /** Calls the listener at the first Ctrl-C (the second one ends the process); returns how to stop listening. */
  readonly onInterrupt: (listener: () => void) => () => void;
}

/** Width of text: that of the terminal within reason. */
export function widthOf(stream: Stream): number {
  if (!stream.isTerminal || stream.columns === undefined) return 110;
  return Math.min(140, Math.max(80, stream.columns));
}
