import { atomic, demand, int, type Lock, meOrNull, until } from '../index.ts';
import { type Cpu, Suspension } from './cpu.ts';
import { Task } from './task.ts';

/** taskENTER_CRITICAL around a kernel call, and the latter in steps. */
const NESTING_MAX = 8;

/** vTaskSuspendAll of the whole system: the core that did it holds the task lock meanwhile. */
export class SystemSuspension extends Suspension {
  override begin(cpu: Cpu): void {
    demand(cpu.criticalNesting === 0, 'configASSERT: vTaskSuspendAll inside of taskENTER_CRITICAL');
    super.begin(cpu);
    this.owner = cpu;
  }

  override end(): void {
    super.end();
    if (this.depth === 0) this.owner = null;
  }
}

/**
 * The two spinlocks of FreeRTOS SMP (portGET_TASK_LOCK, portGET_ISR_LOCK). A critical section of a task takes both,
 * that of an interrupt the second one only, and vTaskSuspendAll keeps the first one: so interrupts may call the kernel
 * while another core has the scheduler suspended, and tasks may not. Interrupts of the core are off while it spins.
 */
export class KernelLocks implements Lock {
  /** The core whose critical section lasts longer than one step. */
  owner: Cpu | null = null;
  depth = int(0, NESTING_MAX);
  /** What vTaskSwitchContext takes, which is no task although it needs both locks. */
  readonly toSwitch: Lock = {
    lock: () => this.acquire(true),
    unlock: () => this.unlock(),
  };

  constructor(
    private readonly here: () => Cpu,
    readonly suspension: SystemSuspension,
  ) {}

  /** Whether the caller would have to spin. */
  taken(): boolean {
    return this.takenFor(meOrNull(Task) !== null);
  }

  /** Whether somebody would who takes `both` locks, or the second one only. */
  takenFor(both: boolean): boolean {
    if (this.owner !== null && this.owner !== this.here()) return true;
    return both && this.suspension.owner !== null && this.suspension.owner !== this.here();
  }

  /** vTaskEnterCritical, vTaskEnterCriticalFromISR */
  lock(): void {
    this.acquire(meOrNull(Task) !== null);
  }

  unlock(): void {
    atomic(() => {
      this.depth--;
      if (this.depth === 0) this.owner = null;
      this.here().core.enableInterrupts();
    });
  }

  private acquire(both: boolean): void {
    for (;;) {
      atomic(() => this.here().core.disableInterrupts());
      const acquired = atomic(() => {
        until(() => !this.takenFor(both));
        return this.take();
      });
      if (acquired) return;
    }
  }

  /**
   * prvCheckForRunStateChange: a task that was told to switch while it spun lets go and has itself switched out, before
   * it can do anything that would undo its suspension or deletion. False: it must try again when it is back.
   */
  private take(): boolean {
    const cpu = this.here();
    const { scheduledToYield, criticalNesting, suspension } = cpu;
    if (meOrNull(Task) !== null && scheduledToYield && criticalNesting === 0 && suspension.depth === 0) {
      cpu.core.enableInterrupts();
      return false;
    }
    this.owner = cpu;
    this.depth++;
    return true;
  }
}
