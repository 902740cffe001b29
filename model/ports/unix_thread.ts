import { type Clock, clock, critical, demand, ghost, me, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { type AtomicSection, type Era, type Mutex, PyThread } from '../micropython/index.ts';
import {
  ALL_SIGNALS,
  EINTR,
  NO_SIGNALS,
  type PosixProcess,
  PthreadMutex,
  pthread_create,
  pthread_kill,
  pthread_sigmask,
  Semaphore,
  SIGRT,
  Thread,
} from '../posix/index.ts';

/** SIGRTMIN + 5: stops a thread so that it scans its own stack. */
export const MP_THREAD_GC_SIGNAL = SIGRT;

/** A Python thread is a pthread (mp_thread_t of ports/unix/mpthreadport.c). */
export class UnixThread extends PyThread {
  thread: Thread | null = null;
  /** In the linked list of threads. */
  listed: boolean;
  /** Past mp_thread_start. A collection passes by a thread that is not. */
  ready: boolean;
  /** For properties: its handler has scanned its stack since the collection began. */
  scanned = false;
  /** What is left of a `time.sleep` or `select.poll` of this thread. */
  readonly left: Clock = clock();

  constructor(name: string, isMain: boolean, started: boolean) {
    super(name, isMain);
    this.listed = started;
    this.ready = started;
  }

  /** Nothing: no system call of the port ends for it, but for a signal's EINTR. */
  override wakeFromIsr(): void {}
}

/** The thread that executes this, or whose stack the signal handler borrows. */
export function self(): UnixThread {
  return me(UnixThread);
}

/** A pthread mutex as the runtime knows it: the GIL, the mutex in a `_thread.lock`, that of the collector. */
export class UnixMutex implements Mutex {
  readonly mutex: PthreadMutex;

  constructor(name: string, recursive = false) {
    this.mutex = new PthreadMutex(name, recursive ? 'recursive' : 'normal');
  }

  acquire(): void {
    this.mutex.lock();
  }

  release(): void {
    this.mutex.unlock();
  }
}

/**
 * `_thread.lock` (py/modthread.c). Neither pending callbacks nor KeyboardInterrupt are looked at while it waits, and
 * a signal does not end the wait. The timeout argument is ignored.
 */
export class Lock {
  static readonly drawing: Drawing = { kind: 'fields', also: ['locked'] };

  locked = false;
  private readonly mutex: UnixMutex;

  constructor(
    name: string,
    private readonly gil: Mutex,
  ) {
    this.mutex = new UnixMutex(name);
  }

  acquire(): void {
    this.gil.release();
    this.mutex.acquire();
    this.gil.acquire();
    this.locked = true;
  }

  release(): void {
    demand(this.locked, 'release() of a lock that is not locked: RuntimeError');
    this.locked = false;
    this.gil.release();
    this.mutex.release();
    this.gil.acquire();
  }
}

export interface ThreadsOptions {
  readonly era: Era;
  readonly hasGil: boolean;
  readonly gcSignal: boolean;
  readonly gcSignalRestarts: boolean;
  readonly openSections: boolean;
  readonly sectionsBlockSignals: boolean;
  readonly gcWaitsAgain: boolean;
}

/** The thread list with its mutex, which is MICROPY_BEGIN_ATOMIC_SECTION as well; and the collector's part. */
export class Threads {
  readonly list: UnixThread[] = [];
  /** `thread_mutex`. Recursive since 5d0be97bd9 (2020-07-18). */
  readonly mutex: PthreadMutex;
  /** `thread_signal_done` */
  private readonly signalDone = new Semaphore('thread_signal_done');
  /** `gc_mutex` of builds without a GIL; recursive since 4bcbe88e74 (v1.25). */
  private readonly gcMutex: UnixMutex | null;
  private readonly gcWaitsAgain: boolean;

  constructor(process: PosixProcess, options: ThreadsOptions) {
    this.mutex = new PthreadMutex('thread_mutex', options.era === 'E1' ? 'normal' : 'recursive');
    this.atomicSection = options.openSections
      ? openSection(this.mutex, options.sectionsBlockSignals)
      : section(this.mutex);
    this.gcWaitsAgain = options.gcWaitsAgain;
    this.gcMutex = options.hasGil ? null : new UnixMutex('gc_mutex', options.era === 'E2');
    if (options.gcSignal)
      process.sigaction(MP_THREAD_GC_SIGNAL, () => this.mp_thread_gc(), {
        restart: options.gcSignalRestarts,
      });
  }

  /** MICROPY_BEGIN_ATOMIC_SECTION … MICROPY_END_ATOMIC_SECTION */
  readonly atomicSection: AtomicSection;

  /** mp_thread_create */
  mp_thread_create(thread: UnixThread): void {
    this.atomicSection(() => {
      pthread_create(thread.thread!);
      thread.ready = false;
      thread.listed = true;
    });
  }

  /** mp_thread_start: by the new thread. */
  mp_thread_start(): void {
    this.atomicSection(() => {
      self().ready = true;
    });
  }

  /** mp_thread_finish: by the thread that ends. */
  mp_thread_finish(): void {
    this.atomicSection(() => {
      self().listed = false;
    });
  }

  /** gc_collect (ports/unix/gccollect.c), without the marking. */
  gc_collect(): void {
    this.gcMutex?.acquire();
    ghost(() => {
      for (const thread of this.list) thread.scanned = thread === self();
    });
    this.mp_thread_gc_others();
    this.gcMutex?.release();
  }

  /** Has each other thread scan its stack, one by one. What sem_wait returns is not looked at. */
  private mp_thread_gc_others(): void {
    this.mutex.lock();
    for (const thread of this.list) {
      if (thread === self() || !thread.listed || !thread.ready) continue;
      pthread_kill(thread.thread!, MP_THREAD_GC_SIGNAL);
      while (this.signalDone.wait() === EINTR && this.gcWaitsAgain);
    }
    this.mutex.unlock();
  }

  /** The handler of MP_THREAD_GC_SIGNAL. */
  private mp_thread_gc(): void {
    ghost(() => {
      self().scanned = true;
    });
    this.signalDone.post();
  }
}

/** One step, which begins when nobody else has the mutex, such as a collection. */
function section(mutex: PthreadMutex): AtomicSection {
  return (body) =>
    critical(mutex, () => {
      until(() => mutex.owner === null || mutex.owner === me(Thread));
      return body();
    });
}

/** The mutex, the steps, and the mutex, where a signal handler wants it too. */
function openSection(mutex: PthreadMutex, blocksSignals: boolean): AtomicSection {
  return (body) => {
    const before = blocksSignals ? pthread_sigmask(ALL_SIGNALS) : NO_SIGNALS;
    mutex.lock();
    const result = body();
    mutex.unlock();
    if (blocksSignals) pthread_sigmask(before);
    return result;
  };
}
