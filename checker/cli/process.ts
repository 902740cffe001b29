import { existsSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadEngine } from './engine.ts';
import { EXIT_CODES } from './exit.ts';
import type { Order, Round } from './round_channel.ts';
import type { Stream, World } from './world.ts';

/** The world as this process sees it. */
export function realWorld(version: string): World {
  endQuietlyWithoutReader();
  return {
    version,
    cwd: process.cwd(),
    environment: process.env,
    stdout: streamOf(process.stdout),
    stderr: streamOf(process.stderr),
    engine: loadEngine,
    now: () => performance.now(),
    breathe: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
    defaultMemory: Math.floor(0.6 * availableMemory()),
    onInterrupt,
  };
}

function streamOf(stream: NodeJS.WriteStream): Stream {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
  };
}

/** `upy-check … | head`: the reader has seen enough. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

/** The machine's memory, or what a container leaves of it. */
function availableMemory(): number {
  const total = totalmem();
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 && constrained < total ? constrained : total;
}

/** The first Ctrl-C is told to the listener; after it the default is back: the second one ends the process at once. */
function onInterrupt(listener: () => void): () => void {
  const once = () => {
    process.off('SIGINT', once);
    process.stderr.write('\nstopping; Ctrl-C again to end at once\n');
    listener();
  };
  process.on('SIGINT', once);
  return () => {
    process.off('SIGINT', once);
  };
}

/** What the process that watches wants of this one, which ends with it. */
export function openRound(): Promise<Round> {
  const orphaned = () => process.exit(EXIT_CODES.interrupted);
  const close = () => {
    process.off('disconnect', orphaned);
    if (process.connected) process.disconnect();
  };
  process.on('disconnect', orphaned);
  return new Promise((resolve) => {
    process.once('message', (order: Order) =>
      resolve({ order, tell: (told) => process.send?.(told), close }),
    );
  });
}

/** The version in this package's package.json, above the sources or above dist/. */
export function packageVersion(): string {
  for (
    let folder = dirname(fileURLToPath(import.meta.url));
    dirname(folder) !== folder;
    folder = dirname(folder)
  ) {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'upy-check') return version ?? '0.0.0';
  }
  return '0.0.0';
}
