import type { Drawing } from '../intrinsics/drawing.ts';
import { Exception } from './exception.ts';
import type { Mutex } from './gil.ts';

/** mp_thread_mutex_t of a port. */
export interface ThreadMutex {
  /** mp_thread_mutex_lock: false if it is taken and `wait` is false. */
  lock(wait: boolean): boolean;
  /** mp_thread_mutex_unlock */
  unlock(): void;
}

/** What `release()` of a lock that nobody has acquired raises. */
export const RuntimeError = new Exception('RuntimeError');

/**
 * `_thread.lock` (py/modthread.c, mp_obj_thread_lock_t; the same in both eras): the port's mutex, waited for without the GIL, and
 * a flag of its own. While a thread waits here it runs no callback and takes no Ctrl-C.
 */
export class PyLock {
  static readonly drawing: Drawing = { kind: 'fields', also: ['locked'] };

  /** `locked()`: raised after the mutex was taken and the GIL is back, lowered before the mutex is given. */
  locked: boolean;

  constructor(
    readonly name: string,
    private readonly mutex: ThreadMutex,
    private readonly gil: Mutex,
    taken = false,
  ) {
    this.locked = taken;
  }

  /** thread_lock_acquire. There is no timeout: the argument is accepted and ignored. */
  acquire(wait = true): boolean {
    this.gil.release();
    const taken = this.mutex.lock(wait);
    this.gil.acquire();
    if (taken) this.locked = true;
    return taken;
  }

  /** thread_lock_release: by any thread, if the port's mutex can do that. */
  release(): void {
    if (!this.locked) throw RuntimeError;
    this.locked = false;
    this.gil.release();
    this.mutex.unlock();
    this.gil.acquire();
  }
}
