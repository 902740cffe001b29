/** `upy-check/asyncio`: the event loop, its tasks and what they wait for. */
export { BareBoard, type BareBoardOptions, bareBoard } from './bare_board.ts';
export { Event } from './event.ts';
export { LockedEvent, type LockedEventOptions } from './event_locked.ts';
export { IOQueue, MP_STREAM_POLL, type Pollable } from './io_queue.ts';
export { Lock, LockNotAcquired, type LockOptions } from './lock.ts';
export {
  CannotCancelSelf,
  CoroutineExpected,
  Loop,
  type LoopBoard,
  type LoopOptions,
  type NothingToWake,
} from './loop.ts';
export { type Heap, PairingHeap, SortedHeap } from './pairheap.ts';
export { CancelledWithStatus, isCancelledError, StopIteration, Task, TimeoutError } from './task.ts';
export { TaskQueue } from './task_queue.ts';
export { ThreadSafeFlag } from './thread_safe_flag.ts';
export { WaitFor } from './wait_for.ts';
