import { me, meOrNull } from '../index.ts';
import type { Era } from './era.ts';
import { type Exception, KeyboardInterrupt } from './exception.ts';
import { Heap } from './gc.ts';
import { type Mutex, noMutex } from './gil.ts';
import { IDLE, PENDING, type Scheduler } from './scheduler.ts';
import { PyThread } from './thread.ts';

/**
 * Where an exception waits that somebody raises in another's Python code, Ctrl-C above all, and when it is seen.
 *
 * - `global` (E1): one for all threads, announced by the state: whichever thread looks first gets it, and a locked
 *   scheduler masks it.
 * - `announced` (v1.17 to v1.19, ca920f7218): the main thread's own, but still announced by the state that all share.
 * - `own` (E2 with threads, 8db99f11a7): the main thread's own, looked at whatever the state says.
 * - `single` (E2 without threads): announced by the state, so that the VM masks it while the scheduler is locked; a
 *   call that waits looks at it all the same.
 */
export type PendingException = 'global' | 'announced' | 'own' | 'single';

export interface VmOptions {
  readonly era: Era;
  /** MICROPY_PY_THREAD. Default true. */
  readonly threads?: boolean;
  /** Default: the era's. */
  readonly pendingException?: PendingException;
  /**
   * Who runs soft callbacks. Default: every thread in E1 and where there is a GIL, else the main thread only
   * (52a593cdb1, v1.24).
   */
  readonly callbacksOn?: 'any thread' | 'main thread';
  /** MICROPY_PY_THREAD_GIL_VM_DIVISOR: 32 in the code; 1 lets a bounce come at any jump, a superset. */
  readonly gilDivisor?: number;
  /** Default: one without a mutex, locked as in the era. */
  readonly heap?: Heap;
}

/** py/vm.c and py/runtime.c: what happens between two bytecodes. */
export class Vm {
  readonly era: Era;
  readonly pendingException: PendingException;
  readonly heap: Heap;
  private readonly hasGil: boolean;
  private readonly gilDivisor: number;
  private readonly anyThread: boolean;

  constructor(
    readonly scheduler: Scheduler,
    readonly gil: Mutex,
    options: VmOptions,
  ) {
    this.era = options.era;
    this.heap = options.heap ?? new Heap({ lockDepth: options.era === 'E1' ? 'global' : 'thread' });
    this.hasGil = gil !== noMutex;
    this.gilDivisor = options.gilDivisor ?? 1;
    this.pendingException =
      options.pendingException ??
      (this.era === 'E1' ? 'global' : (options.threads ?? true) ? 'own' : 'single');
    this.anyThread =
      options.callbacksOn === undefined
        ? this.era === 'E1' || this.hasGil
        : options.callbacksOn === 'any thread';
    scheduler.announcesException = () => this.announcesException();
  }

  /** mp_handle_pending(true): raises what waits for this thread, or runs what is due. */
  mp_handle_pending(): void {
    switch (this.pendingException) {
      case 'global':
        this.scheduler.handlePendingBehindState(this.scheduler);
        return;
      case 'announced':
        this.scheduler.handlePendingBehindState(me(PyThread));
        return;
      case 'single':
        this.raisePending(this.scheduler);
        break;
      default:
        this.raisePending(me(PyThread));
    }
    this.runPending();
  }

  /** E2: the own exception is looked at first, whether or not the scheduler is locked. */
  private raisePending(slot: { pendingException: Exception | null }): void {
    if (slot.pendingException === null) return;
    const exception = this.scheduler.atomicSection(() => {
      const taken = slot.pendingException;
      slot.pendingException = null;
      return taken;
    });
    if (exception !== null) throw exception;
  }

  private runPending(): void {
    if (this.scheduler.state !== PENDING) return;
    if (this.anyThread || me(PyThread).isMain) this.scheduler.mp_sched_run_pending();
  }

  /** The hook of `'use python'`: one jump opcode. `left` is local to the invocation, as `gil_divisor` is. */
  readonly checkpoint = (left: number): number => {
    // Without threads the VM looks at the state only, so that a locked scheduler masks Ctrl-C.
    if (this.pendingException !== 'single' || this.scheduler.state === PENDING) this.mp_handle_pending();
    if (!this.hasGil) return 0;
    const rest = left === 0 ? this.gilDivisor - 1 : left - 1;
    if (rest > 0) return rest;
    // While a callback is pending or running nobody hands the GIL over.
    if (this.scheduler.state === IDLE) {
      this.gil.release();
      this.gil.acquire();
    }
    return 0;
  };

  /**
   * mp_sched_keyboard_interrupt, from an interrupt or a signal handler, without an atomic section: E1 for whoever looks
   * first (mp_keyboard_interrupt), later for the main thread (259d9b69fe).
   */
  mp_sched_keyboard_interrupt(main: PyThread): void {
    const slot: { pendingException: Exception | null } =
      this.pendingException === 'global' || this.pendingException === 'single' ? this.scheduler : main;
    slot.pendingException = KeyboardInterrupt;
    if (this.pendingException !== 'own' && this.scheduler.state === IDLE) this.scheduler.state = PENDING;
  }

  /** What mp_sched_unlock asks: in a threaded build of today nothing. */
  private announcesException(): boolean {
    switch (this.pendingException) {
      case 'global':
      case 'single':
        return this.scheduler.pendingException !== null;
      case 'announced': {
        // An interrupt handler borrows the thread that it interrupted; who that is the model does not know.
        const thread = meOrNull(PyThread);
        return thread !== null && thread.pendingException !== null;
      }
      default:
        return false;
    }
  }
}
