/** `upy-check/zephyr`: threads of equal priority, semaphores, k_poll and timers of the Zephyr kernel, on one core. */
export {
  EAGAIN,
  EBUSY,
  K_FOREVER,
  K_NO_WAIT,
  Kernel,
  type KernelOptions,
  Thread,
  type ThreadOptions,
} from './kernel.ts';
export {
  type Condition,
  k_poll,
  k_poll_signal_raise,
  k_poll_signal_reset,
  PollEvent,
  PollEvents,
  PollSignal,
  STATE_NOT_READY,
  STATE_SEM_AVAILABLE,
  STATE_SIGNALED,
  signalEvent,
} from './poll.ts';
export { k_sem_give, k_sem_take, Sem } from './sem.ts';
export { KTimer } from './timer.ts';
