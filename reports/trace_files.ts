import type { Trace } from '../checker/trace.ts';
import type { Reporter, VariantFinished } from './events.ts';
import { FileNames } from './file_names.ts';

/** A format with one trace in a file. */
export interface TraceFormat {
  readonly name: string;
  /** Of its files, without the dot. */
  readonly extension: string;
  readonly text: (trace: Trace) => string;
}

/** One file of a report that has several. */
export interface TraceFile {
  /** For a folder of them: scenario, variant and property, in letters that every file system takes. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly text: string;
}

/** Takes the files of a report, and what is to be said about those that it cannot have. */
export interface Files {
  readonly save: (file: TraceFile) => void;
  readonly warn: (text: string) => void;
}

/** Hands out a file for each trace of a run: counterexamples, expected ones too, and witnesses that were asked for. */
export class TraceFilesReporter implements Reporter {
  readonly #format: TraceFormat;
  readonly #files: Files;
  readonly #names = new FileNames();

  constructor(format: TraceFormat, files: Files) {
    this.#format = format;
    this.#files = files;
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
      const name = this.#names.nameOf([scenario, variant, property], this.#format.extension);
      this.#files.save({ name, title, text: this.#format.text(trace) });
    }
  }
}
