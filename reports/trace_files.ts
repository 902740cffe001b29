import type { Trace } from '../checker/trace.ts';
import type { Reporter, VariantFinished } from './events.ts';

/** A format with one trace in a file. */
export interface TraceFormat {
  readonly name: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  readonly text: (trace: Trace) => string;
}

/** One file of such a format. */
export interface TraceFile {
  /** For a folder of them: scenario, variant and property, in letters that every file system takes. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly text: string;
}

const WORD_MAX = 60;

/** Hands out a file for each trace of a run: counterexamples, expected ones too, and witnesses that were asked for. */
export class TraceFilesReporter implements Reporter {
  readonly #format: TraceFormat;
  readonly #save: (file: TraceFile) => void;
  readonly #names = new Set<string>();

  constructor(format: TraceFormat, save: (file: TraceFile) => void) {
    this.#format = format;
    this.#save = save;
  }

  variantFinished({ result }: VariantFinished): void {
    const told = new Set<string>();
    for (const { trace } of result.properties) {
      if (trace === null) continue;
      // One run may violate several properties.
      const key = JSON.stringify(trace.steps);
      if (told.has(key)) continue;
      told.add(key);
      const { scenario, variant, property } = trace;
      const title = `${scenario} / ${variant}: ${property}`;
      this.#save({ name: this.#nameOf(trace), title, text: this.#format.text(trace) });
    }
  }

  #nameOf({ scenario, variant, property }: Trace): string {
    const stem = [scenario, variant, property].map(word).join('.');
    const { extension } = this.#format;
    let name = `${stem}.${extension}`;
    for (let i = 2; this.#names.has(name.toLowerCase()); i++) name = `${stem}-${i}.${extension}`;
    this.#names.add(name.toLowerCase());
    return name;
  }
}

function word(text: string): string {
  const plain = text
    .replace(/[^A-Za-z0-9_-]+/gu, '-')
    .slice(0, WORD_MAX)
    .replace(/^-+|-+$/gu, '');
  return plain === '' ? '_' : plain;
}
