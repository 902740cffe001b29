/** `upy-check/micropython`: the runtime's concurrency, without a port. */
export { AllocationTable } from './allocation_table.ts';
export { anyOpcode } from './any_opcode.ts';
export type { Board, IrqSource } from './board.ts';
export type { Era } from './era.ts';
export { EventWait, type EventWaitOptions } from './event_wait.ts';
export {
  CancelledError,
  EAGAIN,
  EINTR,
  ETIMEDOUT,
  Exception,
  IndexError,
  KeyboardInterrupt,
  MemoryError,
  OSError,
  QueueFull,
} from './exception.ts';
export { EmergencyException, GcMutex, Heap, type HeapOptions } from './gc.ts';
export { type Mutex, noMutex } from './gil.ts';
export { PyLock, RuntimeError, type ThreadMutex } from './lock.ts';
export { disable_irq, enable_irq } from './machine_irq.ts';
export { Timer, type TimerOptions, type TimerPort } from './machine_timer.ts';
export { MP_OBJ_NULL, MpMap } from './map.ts';
export { MpIrq, mp_irq_dispatch } from './mpirq.ts';
export { Pin, type PinIrqOptions, type PinOptions } from './pin.ts';
export { ALL } from './pollable.ts';
export {
  PowerManager,
  type PowerManagerOptions,
  type PowerMistake,
  type PowerSource,
  Registration,
} from './power_manager.ts';
export { type Callback, OpenRing, type Ring, SequenceRing } from './ring.ts';
export {
  type AtomicSection,
  IDLE,
  LOCKED,
  Node,
  PENDING,
  Scheduler,
  type SchedulerOptions,
} from './scheduler.ts';
export { FlagNotifier, type SelectOptions, SelectPollNative } from './select.ts';
export {
  SoftTimer,
  type SoftTimerHost,
  SoftTimers,
  type SoftTimersOptions,
  ticksDiff,
} from './soft_timer.ts';
export { PyThread } from './thread.ts';
export { CantCreateThread, SystemExit, ThreadModule, type ThreadPort } from './thread_module.ts';
export {
  type NotifyKind,
  type Pollable,
  READ,
  UEvent,
  type UEventOptions,
  WRITE,
} from './uevent.ts';
export { Entry6110, EventPin, Poll6110, type UEvent6110Options } from './uevent_6110.ts';
export {
  type ContractMistake,
  ContractPoll,
  EventSource,
  PolledSource,
  SignalSource,
  type Sleeper,
  SystemSource,
} from './uevent_contract.ts';
export { PollEntry } from './uevent_entry.ts';
export { NotAnInt, Poll, type PollOptions } from './uevent_native.ts';
export { type PendingException, Vm, type VmOptions } from './vm.ts';
