import { Worker } from 'node:worker_threads';
import type { Question, Ran } from '../../conformance/run_case.ts';
import type { Message } from './worker.ts';

/** Compiling leaves behind much that is short-lived: with more room for it, up to a tenth less processor time goes by. */
const YOUNG = { maxYoungGenerationSizeMb: 200 };

/** Calls `done` for every text, in their order, with what came of it; the work is shared among threads. */
export function runAll(
  texts: readonly string[],
  question: Question,
  threads: number,
  done: (ran: Ran, index: number) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const pool = new Pool(texts, question, done, resolve);
    for (let i = 0; i < Math.min(threads, texts.length); i++) pool.addThread();
    if (texts.length === 0) resolve();
  });
}

class Pool {
  private next = 0;
  private told = 0;
  /** Results that wait for earlier ones. */
  private readonly early = new Map<number, Ran>();

  constructor(
    private readonly texts: readonly string[],
    private readonly question: Question,
    private readonly done: (ran: Ran, index: number) => void,
    private readonly finished: () => void,
  ) {}

  addThread(): void {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { resourceLimits: YOUNG });
    let index = -1;
    const give = (): void => {
      index = this.next++;
      if (index < this.texts.length)
        worker.postMessage({ text: this.texts[index] as string, question: this.question } satisfies Message);
      else void worker.terminate();
    };
    worker.on('message', (ran: Ran) => {
      this.came(ran, index);
      give();
    });
    // Out of memory, say: that program has failed, and another thread takes over.
    worker.on('error', (error: Error) => {
      this.came(
        {
          name: null,
          failure: { kind: 'problem', what: `it breaks the run: ${error.message}` },
          lines: null,
        },
        index,
      );
      if (this.next < this.texts.length) this.addThread();
    });
    give();
  }

  private came(ran: Ran, index: number): void {
    this.early.set(index, ran);
    for (let next = this.early.get(this.told); next !== undefined; next = this.early.get(this.told)) {
      this.early.delete(this.told);
      this.done(next, this.told++);
    }
    if (this.told === this.texts.length) this.finished();
  }
}
