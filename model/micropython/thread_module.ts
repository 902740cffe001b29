import { Exception, OSError } from './exception.ts';
import type { Mutex } from './gil.ts';
import { PyLock, type ThreadMutex } from './lock.ts';
import type { Callback } from './ring.ts';

/** What `_thread.exit()` raises; the thread ends, and nothing is printed. */
export const SystemExit = new Exception('SystemExit');
/** No memory for another stack, no slot, or ("core1 in use") no core. */
export const CantCreateThread = new OSError(-1, "can't create thread");

/** What `_thread` needs of a port (mpthreadport.c). */
export interface ThreadPort {
  /** mp_thread_mutex_init. While the scenario is built. `taken`: and mp_thread_mutex_lock, by whichever thread. */
  newMutex(name: string, taken: boolean): ThreadMutex;
  /** mp_thread_create: false if it cannot. The new thread calls {@link ThreadModule.thread_entry}. */
  mp_thread_create(entry: Callback, arg: number): boolean;
  /** mp_thread_start: the calling thread is set up, its stack may be scanned. */
  mp_thread_start(): void;
  /** mp_thread_finish: its stack need not be scanned any more. */
  mp_thread_finish(): void;
  /** mp_thread_deinit: ends all threads but the caller, wherever they are. */
  mp_thread_deinit(): void;
}

/** The module `_thread` (py/modthread.c). */
export class ThreadModule {
  constructor(
    private readonly port: ThreadPort,
    private readonly gil: Mutex,
  ) {}

  /** `_thread.allocate_lock()`. While the scenario is built. `taken`: some thread has acquired it before the program begins. */
  allocate_lock(name: string, taken = false): PyLock {
    return new PyLock(name, this.port.newMutex(name, taken), this.gil, taken);
  }

  /** `_thread.start_new_thread(entry, (arg,))`. Raises {@link CantCreateThread}. */
  start_new_thread(entry: Callback, arg = 0): void {
    if (!this.port.mp_thread_create(entry, arg)) throw CantCreateThread;
  }

  /** `_thread.exit()` */
  exit(): never {
    throw SystemExit;
  }

  /**
   * A *proposal*, part of no release: `_thread.cleanup()` would end every thread but the caller. It is what a soft reset does,
   * without the new heap, scheduler and GIL that follow there.
   */
  cleanup(): void {
    this.port.mp_thread_deinit();
  }

  /** thread_entry: what a new thread does. It begins without the GIL. An exception is printed, or silent (SystemExit). */
  thread_entry(entry: Callback, arg: number): void {
    this.gil.acquire();
    this.port.mp_thread_start();
    try {
      entry.run(arg);
    } catch {
      // printed, unless it is SystemExit
    }
    this.port.mp_thread_finish();
    this.gil.release();
  }
}
