import { Ban, Core, inIsr } from '../hardware/index.ts';
import { atomic, check, me, note, pause, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Exception, MemoryError } from './exception.ts';
import { type Mutex, noMutex } from './gil.ts';
import { PyThread } from './thread.ts';

/** Model bound: cores that can be in a hard interrupt at the same time. */
const CORES_MAX = 2;

/** `gc_mutex` of cores that share one heap: not recursive, as before 4bcbe88e74 (v1.25), and owned by whatever the core executes. */
export class GcMutex implements Mutex {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'owner' };

  owner: Core | null = null;

  acquire(): void {
    const core = me(Core);
    until(() => {
      if (this.owner !== null) return false;
      this.owner = core;
      return true;
    });
  }

  release(): void {
    atomic(() => {
      check(this.owner === me(Core), 'gc_mutex is released by a core that does not hold it');
      this.owner = null;
    });
  }
}

export interface HeapOptions {
  /**
   * Where `gc_lock_depth` is. `global`: one for all, changed under the heap's mutex, until v1.15. `thread`: in
   * mp_state_thread_t, changed without a lock and looked at before the mutex is taken (b6b39bff47, v1.16).
   */
  readonly lockDepth: 'global' | 'thread';
  /** `gc_mutex` of a build without a GIL (MICROPY_PY_THREAD_GIL=0). With a GIL, or without threads, there is none. */
  readonly mutex?: Mutex;
  /** Allocation while the heap is locked is a broken rule of context instead of a MemoryError. */
  readonly demands?: boolean;
}

/** py/gc.c: who may allocate. What is where in the heap is not modelled; memory never runs out. */
export class Heap {
  private readonly global = new Ban('the heap is locked');
  /** What an interrupt handler counts up in the state of the thread that it interrupted: nobody else on its core sees it. */
  private readonly borrowed: readonly Ban[];
  private readonly mutex: Mutex;

  constructor(readonly options: HeapOptions) {
    this.mutex = options.mutex ?? noMutex;
    this.borrowed = Array.from({ length: CORES_MAX }, () => new Ban('a hard interrupt locks the heap'));
  }

  /** The depth that counts for whoever executes this. */
  private lockOf(): Ban {
    if (this.options.lockDepth === 'global') return this.global;
    if (inIsr()) return this.borrowed[me(Core).index]!;
    return me(PyThread).heapLock;
  }

  /** gc_lock: from now on nobody who shares the depth allocates. Nests. */
  gc_lock(): void {
    this.change(true);
  }

  /** gc_unlock */
  gc_unlock(): void {
    this.change(false);
  }

  private change(lock: boolean): void {
    const takesMutex = this.options.lockDepth === 'global';
    if (takesMutex) this.mutex.acquire();
    // The thread's own counter: an interrupt handler restores what it found.
    atomic(() => {
      if (lock) this.lockOf().begin();
      else this.lockOf().end();
    });
    if (takesMutex) this.mutex.release();
  }

  /** `micropython.heap_lock()`: the same lock, for Python code that must not allocate. */
  heap_lock(): void {
    this.gc_lock();
  }

  /** `micropython.heap_unlock()` */
  heap_unlock(): void {
    this.gc_unlock();
  }

  /** gc_is_locked */
  gc_is_locked(): boolean {
    return this.lockOf().depth > 0;
  }

  /** For properties: whether a hard handler of that core locks the heap. */
  isLockedByIsr(core: number): boolean {
    return this.borrowed[core]!.depth > 0;
  }

  /**
   * gc_alloc, with the MemoryError that m_malloc makes of a failure. E1 looks at the depth under the mutex, E2 before it takes
   * it, so that an interrupt handler never waits for a mutex. `what` needs memory: `a bound method`.
   */
  gc_alloc(what: string): void {
    if (this.options.demands === true) this.lockOf().demandNone(`gc_alloc() for ${what}`);
    if (this.options.lockDepth === 'thread') {
      if (this.gc_is_locked()) m_malloc_fail(what);
      this.mutex.acquire();
      this.mutex.release();
      return;
    }
    this.mutex.acquire();
    const locked = this.gc_is_locked();
    this.mutex.release();
    if (locked) m_malloc_fail(what);
  }
}

/** m_malloc_fail, with a step of its own, so that traces show it. */
function m_malloc_fail(what: string): never {
  note('MemoryError: memory allocation failed, heap is locked. It was for', what);
  pause();
  throw MemoryError;
}

/**
 * mp_emergency_exception_obj: the one exception object that is used where the heap gives none, with its arguments in
 * mp_emergency_exception_buf. Each raise overwrites what the last one left, whoever still looks at it (py/objexcept.c).
 */
export class EmergencyException extends Exception {
  /** Its type: what `except` compares. */
  type: Exception | null = null;
  /** Its first argument, in the buffer. */
  value = 0;

  constructor() {
    super('the emergency exception');
  }

  /** `raise type(value)` where the heap is locked: mp_obj_exception_make_new, and then the raise. */
  raise(type: Exception, value: number): never {
    this.type = type;
    this.value = value;
    throw this;
  }
}
