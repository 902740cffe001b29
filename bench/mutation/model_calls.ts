/** What wakes somebody, or says that there is something to do. */
const WAKES = `
  wake wakeFromIsr wakeMain wakeMainFromIsr mp_hal_wake_main_task_from_isr mp_hal_signal_event notify sev internalWfe
  xTaskNotify xEventGroupSetBits xSemaphoreGive k_sem_give k_poll_signal_raise pthread_kill signalSelf raise raisePending
  pend interruptCore requestDispatch mp_sched_schedule schedule post ets_post readyFirstWaiter makeReady resume`;

/** What gives the processor to whom it is due. */
const SWITCHES = `
  requestYield requestSwitch yieldCore yieldCoreOf yieldFromIsr yieldIfPreemptive yieldIfOutranked yieldAfterPrioritySet
  portYield portYieldFromIsr taskYIELD resumeAllAndYield inherited disinherited tickReadied`;

/** What keeps others out, and lets them in. */
const LOCKS = `
  acquire release lock unlock take give enter exit xSemaphoreTake k_sem_take spin_lock_unsafe_blocking spin_unlock
  spin_unlock_unsafe mp_sched_lock mp_sched_unlock gc_lock gc_unlock suspendAll resumeAll vTaskSuspendAll xTaskResumeAll`;

/** What holds interrupts and signals off, and lets them come. */
const MASKS = `
  disableInterrupts enableInterrupts restoreInterrupts raiseBasepri setBasepri restoreMask disable enable mask unmask
  pthread_sigmask`;

/** Calls of the models without which a wake, a lock or a mask is missing. */
export const MODEL_CALLS: readonly string[] = `${WAKES} ${SWITCHES} ${LOCKS} ${MASKS}`.trim().split(/\s+/u);
