import type { ProgressMade, Reporter, Write } from './events.ts';
import { bytes, count, seconds, truncate, visible } from './text.ts';

export interface ProgressStyle {
  /** One line that is rewritten, or one line now and then. */
  readonly rewrite: boolean;
  readonly width: number;
}

/** The progress of a search, on stderr. Comes first among the reporters, so that its line is gone before they write. */
export class ProgressReporter implements Reporter {
  readonly #write: Write;
  readonly #style: ProgressStyle;
  #shown = false;

  constructor(write: Write, style: ProgressStyle) {
    this.#write = write;
    this.#style = style;
  }

  progress(event: ProgressMade): void {
    const text = truncate(progressText(event), this.#style.width - 1);
    this.#write(this.#style.rewrite ? `\r\u001b[2K${text}` : `${text}\n`);
    this.#shown = true;
  }

  scenarioStarted(): void {
    this.#clear();
  }

  variantFinished(): void {
    this.#clear();
  }

  error(): void {
    this.#clear();
  }

  runFinished(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#shown && this.#style.rewrite) this.#write('\r\u001b[2K');
    this.#shown = false;
  }
}

export function progressText({ progress, elapsedMs }: ProgressMade): string {
  const rate = elapsedMs > 0 ? (progress.states / elapsedMs) * 1000 : 0;
  return (
    `${visible(progress.scenario)} / ${visible(progress.variant)}  ${count(progress.states)} states, ` +
    `${count(rate)} states/s, depth ${count(progress.depth)}, frontier ${count(progress.frontier)}, ` +
    `${bytes(progress.storeBytes)}, ${seconds(elapsedMs)}`
  );
}
