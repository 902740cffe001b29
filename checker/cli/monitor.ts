import type { ProgressMade } from '../../reports/events.ts';
import type { Monitor, Progress, Stop } from '../options.ts';
import type { World } from './world.ts';

export interface Watched {
  readonly maxTimeMs: number | null;
  readonly maxMemory: number;
  readonly world: World;
  readonly onProgress: (event: ProgressMade) => void;
}

const REWRITE_MS = 100;
const LINE_MS = 10_000;

/** Time limits, memory, Ctrl-C and progress lines: what the checker itself has no eyes for. */
export class Watch {
  readonly #watched: Watched;
  readonly #stopListening: () => void;
  #began = 0;
  #lastProgress = 0;
  interrupted = false;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#stopListening = watched.world.onInterrupt(() => {
      this.interrupted = true;
    });
  }

  /** A variant begins: its time runs from here. */
  begin(): void {
    this.#began = this.#lastProgress = this.#watched.world.now();
  }

  elapsedMs(): number {
    return this.#watched.world.now() - this.#began;
  }

  readonly monitor: Monitor = async (progress: Progress): Promise<Stop | null> => {
    const { world, maxTimeMs, maxMemory, onProgress } = this.#watched;
    const now = world.now();
    if (now - this.#lastProgress >= (world.stderr.isTerminal ? REWRITE_MS : LINE_MS)) {
      this.#lastProgress = now;
      onProgress({ type: 'progress', progress, elapsedMs: now - this.#began });
    }
    await world.breathe();
    if (this.interrupted) return { kind: 'interrupted', value: 'Ctrl-C' };
    if (maxTimeMs !== null && now - this.#began >= maxTimeMs)
      return { kind: 'max-time', value: durationText(maxTimeMs) };
    if (progress.storeBytes > maxMemory) return { kind: 'max-memory', value: String(maxMemory) };
    return null;
  };

  end(): void {
    this.#stopListening();
  }
}

/** As `--max-time` reads it. */
export function durationText(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
