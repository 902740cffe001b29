import { check, ghost, int, type Sequence, sequence } from '../index.ts';
import type { Exception } from './exception.ts';
import { type Callback, OpenRing, type Ring, SequenceRing } from './ring.ts';

/** `mp_sched_state`. Numbers, not an enum: nested locks go to -2, -3, … */
export const LOCKED = -1;
export const PENDING = 0;
export const IDLE = 1;

/** Model bound: how deep mp_sched_lock may nest. */
const LOCK_NESTING_MAX = 3;

/** mp_sched_node_t (E2): a C callback that waits at most once. */
export class Node implements Callback {
  queued = false;

  constructor(
    readonly name: string,
    readonly run: (arg: number) => void,
  ) {}
}

/** MICROPY_BEGIN/END_ATOMIC_SECTION around `section`; whom it keeps out is the port's business. */
export type AtomicSection = <T>(section: () => T) => T;

export interface SchedulerOptions {
  /** MICROPY_SCHEDULER_DEPTH */
  readonly depth: number;
  readonly atomicSection: AtomicSection;
  /** The ring access by access (see {@link OpenRing}); `atomicSection` must be open too. */
  readonly openRing?: boolean;
  /** MICROPY_SCHED_HOOK_SCHEDULED (E2), called inside the atomic section. */
  readonly scheduled?: () => void;
  /** Let mp_sched_unlock call the hook, too, if work is left (273c7a86a8 of #18810, which is open). */
  readonly hookOnUnlock?: boolean;
  /** Model bound: C nodes that may wait. */
  readonly nodesMax?: number;
}

/** py/scheduler.c. The lock is ownerless: every thread and handler may deepen or release it. */
export class Scheduler {
  state: number = int(-LOCK_NESTING_MAX, IDLE, IDLE);
  readonly ring: Ring;
  readonly nodes: Sequence<Node>;
  /** `mp_pending_exception` of E1: one for all threads. */
  pendingException: Exception | null = null;
  /** For properties: a schedule() was refused by a full ring. */
  dropped = false;

  private readonly atomicSection: AtomicSection;
  private readonly scheduled: () => void;
  private readonly workIsLeft: () => void;

  constructor(options: SchedulerOptions) {
    this.atomicSection = options.atomicSection;
    this.scheduled = options.scheduled ?? nothing;
    this.workIsLeft = options.hookOnUnlock === true ? this.scheduled : nothing;
    this.ring = options.openRing === true ? new OpenRing(options.depth) : new SequenceRing(options.depth);
    this.nodes = sequence<Node>(options.nodesMax ?? 1);
  }

  /** False when the ring is full. C callers (Pin, Timer, UART) ignore that: the event is gone. */
  mp_sched_schedule(callback: Callback, arg = 0): boolean {
    const stored = this.atomicSection(() => {
      if (this.ring.isFull()) return false;
      if (this.state === IDLE) this.state = PENDING;
      this.ring.put(callback, arg);
      this.scheduled();
      return true;
    });
    if (!stored)
      ghost(() => {
        this.dropped = true;
      });
    return stored;
  }

  /** False when the node waits already (E2). */
  mp_sched_schedule_node(node: Node): boolean {
    return this.atomicSection(() => {
      if (node.queued) return false;
      if (this.state === IDLE) this.state = PENDING;
      node.queued = true;
      this.nodes.push(node);
      this.scheduled();
      return true;
    });
  }

  mp_sched_lock(): void {
    this.atomicSection(() => {
      if (this.state < 0) this.state--;
      else this.state = LOCKED;
    });
  }

  mp_sched_unlock(): void {
    this.atomicSection(() => {
      check(this.state < 0, 'mp_sched_unlock without lock');
      this.state++;
      if (this.state !== 0) return;
      const work = this.hasWork();
      this.state = work || this.pendingException !== null ? PENDING : IDLE;
      if (work) this.workIsLeft();
    });
  }

  hasWork(): boolean {
    return this.ring.pending() > 0 || this.nodes.length > 0;
  }

  /**
   * mp_handle_pending of E1 (243805d776a1 and later: the state is tested again inside). Any thread runs whatever is
   * due; an exception comes first, and at most one callback is run.
   */
  handlePendingE1(): void {
    if (this.state !== PENDING) return;
    const [exception, locked, callback, arg] = this.atomicSection(
      (): [Exception | null, boolean, Callback | null, number] => {
        if (this.state !== PENDING) return [null, false, null, 0];
        const pending = this.pendingException;
        if (pending !== null) {
          this.pendingException = null;
          if (this.ring.pending() === 0) this.state = IDLE;
          return [pending, false, null, 0];
        }
        this.state = LOCKED;
        if (this.ring.pending() === 0) return [null, true, null, 0];
        const [first, argument] = this.ring.take();
        return [null, true, first, argument];
      },
    );
    if (exception !== null) throw exception;
    if (!locked) return;
    if (callback !== null) this.protectedCall(callback, arg);
    this.mp_sched_unlock();
  }

  /** mp_sched_run_pending (E2): all nodes there were, then at most one callback. */
  mp_sched_run_pending(): void {
    const nodes = this.atomicSection(() => {
      if (this.state !== PENDING) return -1;
      this.state = LOCKED;
      return this.nodes.length;
    });
    if (nodes < 0) return;
    for (let n = 0; n < nodes; n++) {
      const node = this.atomicSection(() => {
        const first = this.nodes.shift();
        first.queued = false;
        return first;
      });
      node.run(0);
    }
    const [callback, arg] = this.atomicSection((): [Callback | null, number] => {
      if (this.ring.pending() === 0) return [null, 0];
      const [first, argument] = this.ring.take();
      return [first, argument];
    });
    if (callback !== null) this.protectedCall(callback, arg);
    this.mp_sched_unlock();
  }

  /** mp_call_function_1_protected: what a callback raises is printed and dropped. */
  private protectedCall(callback: Callback, arg: number): void {
    try {
      callback.run(arg);
    } catch {
      // printed, and the trigger stays armed
    }
  }
}

function nothing(): void {}
