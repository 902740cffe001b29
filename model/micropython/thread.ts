import { Ban } from '../hardware/index.ts';
import type { Process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Exception } from './exception.ts';

/** mp_state_thread_t: what belongs to one Python thread. Ports extend it by what their threads are made of. */
export abstract class PyThread {
  static readonly drawing: Drawing = { kind: 'fields', also: ['pendingException'] };

  /** `mp_pending_exception` of this thread (E2; in E1 there is one for all). */
  pendingException: Exception | null = null;
  process: Process | null = null;
  /** `gc_lock_depth` of this thread (b6b39bff47; before, there is one for all: see gc.ts). */
  readonly heapLock = new Ban('the heap is locked');

  constructor(
    readonly name: string,
    readonly isMain: boolean,
  ) {}

  /** Ends the thread's wait for an event, from an interrupt handler. */
  abstract wakeFromIsr(): void;
}
