import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { at, Command, order, type SpaceMap, Word } from '../machine/shared_space.ts';
import type { Crew, Job, Workers } from '../search/crew.ts';
import type { Begin } from './search_worker.ts';

/** How long the leader sleeps at most before it looks at the world. */
const PAUSE_MS = 20;

/** Workers as threads of this process; the thread that calls `check` leads, and is one of them. */
export function threads(count: number): Workers {
  return { count, hire: (job) => new ThreadCrew(job, count - 1) };
}

class ThreadCrew implements Crew {
  failure: string | null = null;
  readonly #control: Int32Array;
  readonly #threads: Worker[] = [];
  readonly #ports: MessagePort[] = [];
  #ended = false;

  constructor(job: Job, count: number) {
    this.#control = job.shared.control;
    for (let i = 0; i < count; i++) this.#add(job);
  }

  #add(job: Job): void {
    const { port1, port2 } = new MessageChannel();
    const begin: Begin = { job, maps: port2 };
    const thread = new Worker(new URL('./search_worker.js', import.meta.url), {
      workerData: begin,
      transferList: [port2],
    });
    thread.on('error', (error: Error) => this.#failed(error.message));
    thread.on('exit', (code) => this.#failed(`exit code ${code}`));
    thread.unref();
    port1.unref();
    this.#threads.push(thread);
    this.#ports.push(port1);
  }

  #failed(why: string): void {
    if (!this.#ended) this.failure ??= why;
  }

  share(map: SpaceMap): void {
    for (const port of this.#ports) port.postMessage(map);
  }

  wake(): void {
    Atomics.notify(this.#control, at(Word.Order));
  }

  pause(): void {
    const arrived = Atomics.load(this.#control, at(Word.Arrived));
    Atomics.wait(this.#control, at(Word.Arrived), arrived, PAUSE_MS);
  }

  breathe(): Promise<void> {
    return new Promise((resolve) => {
      setImmediate(resolve);
    });
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    Atomics.store(this.#control, at(Word.Order), order(0, 127, Command.End));
    this.wake();
    for (const port of this.#ports) port.close();
    for (const thread of this.#threads) void thread.terminate();
  }
}
