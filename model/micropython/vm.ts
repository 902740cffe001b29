import { atomic, me } from '../index.ts';
import type { Era } from './era.ts';
import { KeyboardInterrupt } from './exception.ts';
import { type Mutex, noMutex } from './gil.ts';
import { IDLE, PENDING, type Scheduler } from './scheduler.ts';
import { PyThread } from './thread.ts';

export interface VmOptions {
  readonly era: Era;
  /** MICROPY_PY_THREAD_GIL_VM_DIVISOR: 32 in the code; 1 lets a bounce come at any jump, a superset. */
  readonly gilDivisor?: number;
}

/** py/vm.c and py/runtime.c: what happens between two bytecodes. */
export class Vm {
  readonly era: Era;
  private readonly hasGil: boolean;
  private readonly gilDivisor: number;

  constructor(
    readonly scheduler: Scheduler,
    readonly gil: Mutex,
    options: VmOptions,
  ) {
    this.era = options.era;
    this.hasGil = gil !== noMutex;
    this.gilDivisor = options.gilDivisor ?? 1;
  }

  /** mp_handle_pending(true) */
  mp_handle_pending(): void {
    if (this.era === 'E1') this.scheduler.handlePendingE1();
    else this.handlePendingE2();
  }

  /** E2: the own exception is looked at first, whether or not the scheduler is locked. */
  private handlePendingE2(): void {
    const thread = me(PyThread);
    if (thread.pendingException !== null) {
      const exception = atomic(() => {
        const taken = thread.pendingException;
        thread.pendingException = null;
        return taken;
      });
      if (exception !== null) throw exception;
    }
    if (this.scheduler.state !== PENDING) return;
    // Without a GIL soft callbacks run on the main thread only (52a593cdb1).
    if (this.hasGil || thread.isMain) this.scheduler.mp_sched_run_pending();
  }

  /** The hook of `'use python'`: one jump opcode. `left` is local to the invocation, as `gil_divisor` is. */
  readonly checkpoint = (left: number): number => {
    this.mp_handle_pending();
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

  /** mp_sched_keyboard_interrupt: E1 for whoever looks first, E2 for the main thread. */
  mp_sched_keyboard_interrupt(main: PyThread): void {
    if (this.era === 'E2') {
      main.pendingException = KeyboardInterrupt;
      return;
    }
    this.scheduler.pendingException = KeyboardInterrupt;
    if (this.scheduler.state === IDLE) this.scheduler.state = PENDING;
  }
}
