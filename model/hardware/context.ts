import { demand, int, meOrNull } from '../index.ts';
import { Irq } from './irq.ts';

/**
 * Rules of context: a function of a model says who may call it, and when. A broken rule is a violation of kind `context`,
 * with the trace to the call, whatever the call would have done. Who executes folds: each process has its own version.
 */

/** Whether an interrupt handler executes this: its process has the role {@link Irq}. */
export const inIsr = (): boolean => meOrNull(Irq) !== null;

/** `api` is for threads. */
export function demandThread(api: string): void {
  demand(!inIsr(), `${api} is called by an interrupt handler`);
}

/** `api` is for interrupt handlers. */
export function demandIsr(api: string): void {
  demand(inIsr(), `${api} is called by a thread: it is for interrupt handlers`);
}

/** `api` may wait, which an interrupt handler cannot, nor anybody while one of `bans` lasts. */
export function demandMayBlock(api: string, bans: readonly Ban[] = []): void {
  demand(!inIsr(), `${api} may block, and is called by an interrupt handler`);
  for (const ban of bans) ban.demandNone(api);
}

/**
 * Something that must not be done for a while, counted because it nests: allocation between `gc_lock()` and `gc_unlock()` of
 * MicroPython (`gc_lock_depth`, which the dispatcher of a hard interrupt raises), blocking while a scheduler is suspended.
 */
export class Ban {
  depth = int(0, 7);

  /** @param why ends a sentence: `the heap is locked` */
  constructor(readonly why: string) {}

  begin(): void {
    this.depth++;
  }

  end(): void {
    demand(this.depth > 0, `${this.why}: ended more often than begun`);
    this.depth--;
  }

  /** `api` must not be called while the ban lasts. */
  demandNone(api: string): void {
    demand(this.depth === 0, `${api} is called while ${this.why}`);
  }
}
