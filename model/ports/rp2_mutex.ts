import { type Core, Mutex } from '../hardware/index.ts';
import type { ThreadMutex } from '../micropython/index.ts';

/** mp_thread_mutex_t of the rp2 (ports/rp2/mpthreadport.h at 1c3c201149): a `mutex_t`, waited for with WFE, given with SEV. */
export class Rp2Mutex implements ThreadMutex {
  private readonly mutex: Mutex;

  /** @param owner the core that has it before the program begins. */
  constructor(name: string, owner: Core | null = null) {
    this.mutex = new Mutex(name);
    this.mutex.owner = owner;
  }

  lock(wait: boolean): boolean {
    if (!wait) return this.mutex.try_enter();
    this.mutex.enter_blocking();
    return true;
  }

  unlock(): void {
    this.mutex.exit();
  }
}
