import { check, ghost, int, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { type Exception, QueueFull } from './exception.ts';
import { type Callback, OpenRing, type Ring, SequenceRing } from './ring.ts';

/** `mp_sched_state`. Numbers, not an enum: nested locks go to -2, -3, … */
export const LOCKED = -1;
export const PENDING = 0;
export const IDLE = 1;

/** Model bound: how deep mp_sched_lock may nest. */
const LOCK_NESTING_MAX = 3;

/** mp_sched_node_t (E2): a C callback that waits at most once. */
export class Node implements Callback {
  static readonly drawing: Drawing = { kind: 'fields', also: ['queued'] };

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
  /** Model bound: C nodes that may wait. Default 1. */
  readonly nodesMax?: number;
  /**
   * How many C nodes one pass runs. Default: those that waited as it began (7f274c7550, v1.26). `until-empty`: as
   * before that, also those that were queued during the pass.
   */
  readonly nodePass?: 'until-empty';
  /**
   * As before 243805d776a1 (April 2020): the state is not tested again inside the atomic section. The assertion in
   * mp_sched_unlock is left out as well, as in a release build, so that one sees what happens then.
   */
  readonly staleTest?: boolean;
}

/** py/scheduler.c. The lock is ownerless: every thread and handler may deepen or release it. */
export class Scheduler {
  static readonly drawing: Drawing = {
    kind: 'fields',
    also: ['state', 'nodes', 'pendingException', 'dropped'],
  };

  state: number;
  readonly ring: Ring;
  readonly nodes: Sequence<Node>;
  /** `mp_pending_exception` of a build that has one for all: E1, and E2 without threads. */
  pendingException: Exception | null = null;
  /** For properties: a schedule() was refused by a full ring. */
  dropped = false;
  /** For properties: what a callback raised last. It was printed, and nobody else hears of it. */
  printed: unknown = null;
  /** MICROPY_BEGIN/END_ATOMIC_SECTION */
  readonly atomicSection: AtomicSection;
  /**
   * Whether an exception waits that `mp_sched_unlock` announces by PENDING. Set while the scenario is built, by the
   * VM, which knows the build.
   */
  announcesException: () => boolean = () => this.pendingException !== null;

  private readonly scheduled: () => void;
  private readonly workIsLeft: () => void;
  private readonly drainsNodes: boolean;
  private readonly staleTest: boolean;

  constructor(options: SchedulerOptions) {
    this.staleTest = options.staleTest ?? false;
    // One more than IDLE: that is where a second unlock ends.
    this.state = int(-LOCK_NESTING_MAX, this.staleTest ? IDLE + 1 : IDLE, IDLE);
    this.atomicSection = options.atomicSection;
    this.scheduled = options.scheduled ?? nothing;
    this.workIsLeft = options.hookOnUnlock === true ? this.scheduled : nothing;
    this.drainsNodes = options.nodePass === 'until-empty';
    this.ring = options.openRing === true ? new OpenRing(options.depth) : new SequenceRing(options.depth);
    this.nodes = sequence<Node>(options.nodesMax ?? 1);
  }

  /** `micropython.schedule(function, arg)`: Python learns that the ring is full (py/modmicropython.c). */
  schedule(callback: Callback, arg = 0): void {
    if (!this.mp_sched_schedule(callback, arg)) throw QueueFull;
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

  /** Also at the entry of a hard interrupt's Python code, and around finalisers. */
  mp_sched_lock(): void {
    this.atomicSection(() => {
      if (this.state < 0) this.state--;
      else this.state = LOCKED;
    });
  }

  mp_sched_unlock(): void {
    this.atomicSection(() => {
      if (!this.staleTest) check(this.state < 0, 'mp_sched_unlock without lock');
      this.state++;
      if (this.state !== 0) return;
      const work = this.hasWork();
      this.state = work || this.announcesException() ? PENDING : IDLE;
      if (work) this.workIsLeft();
    });
  }

  hasWork(): boolean {
    return this.ring.pending() > 0 || this.nodes.length > 0;
  }

  /**
   * mp_handle_pending up to v1.19 (28370c0450, and 8db99f11a7da^): only behind PENDING is anything looked at; an
   * exception comes first, and then the state says IDLE unless callbacks wait; otherwise at most one callback.
   *
   * @param slot where the exception is: the scheduler (E1) or the thread that asks (v1.17).
   */
  handlePendingBehindState(slot: { pendingException: Exception | null }): void {
    if (this.state !== PENDING) return;
    const [exception, runs, node, callback, arg] = this.atomicSection(
      (): [Exception | null, boolean, Node | null, Callback | null, number] => {
        if (!this.staleTest && this.state !== PENDING) return [null, false, null, null, 0];
        const pending = slot.pendingException;
        if (pending !== null) {
          slot.pendingException = null;
          if (this.ring.pending() === 0) this.state = IDLE;
          return [pending, false, null, null, 0];
        }
        this.state = LOCKED;
        const [firstNode, first, argument] = this.next(this.nodes.length);
        return [null, true, firstNode, first, argument];
      },
    );
    if (exception !== null) throw exception;
    if (runs) this.run(node, callback, arg, 0);
  }

  /** mp_sched_run_pending (E2): the C nodes, then at most one callback. */
  mp_sched_run_pending(): void {
    const [runs, node, callback, arg, left] = this.atomicSection(
      (): [boolean, Node | null, Callback | null, number, number] => {
        if (this.state !== PENDING) return [false, null, null, 0, 0];
        this.state = LOCKED;
        const count = this.nodes.length;
        const [firstNode, first, argument] = this.next(count);
        return [true, firstNode, first, argument, count - 1];
      },
    );
    if (runs) this.run(node, callback, arg, left);
  }

  /** The pass, outside of the atomic section. A node that raises leaves the state LOCKED: nobody catches it. */
  private run(node: Node | null, callback: Callback | null, arg: number, nodesLeft: number): void {
    let [nextNode, nextCallback, argument, left] = [node, callback, arg, nodesLeft];
    while (nextNode !== null) {
      nextNode.run(0);
      [nextNode, nextCallback, argument] = this.atomicSection(() => this.next(left));
      left--;
    }
    if (nextCallback !== null) this.protectedCall(nextCallback, argument);
    this.mp_sched_unlock();
  }

  /** Inside the atomic section: the next node of this pass, or else one callback, or else nothing. */
  private next(nodesLeft: number): [Node | null, Callback | null, number] {
    if (this.drainsNodes ? this.nodes.length > 0 : nodesLeft > 0) {
      const node = this.nodes.shift();
      node.queued = false;
      return [node, null, 0];
    }
    if (this.ring.pending() === 0) return [null, null, 0];
    const [callback, arg] = this.ring.take();
    return [null, callback, arg];
  }

  /** mp_call_function_1_protected: what a callback raises is printed and dropped. */
  private protectedCall(callback: Callback, arg: number): void {
    try {
      callback.run(arg);
    } catch (e) {
      // printed, and the trigger stays armed
      ghost(() => {
        this.printed = e;
      });
    }
  }
}

function nothing(): void {}
