/**
 * What preemption-points.ts asks on one core, for FreeRTOS SMP on two. Whatever makes a task ready or less urgent, or moves it, the
 * core that must switch does so, though it may be the other one, which nobody calls: prvYieldCore interrupts it. So nobody who is
 * ready waits for somebody less urgent on a core where it may run, except while that one has disabled preemption.
 */
import { always, idle, scenario, sometimes } from 'upy-check';
import {
  idleTasks,
  type Kernel,
  On,
  portMAX_DELAY,
  rp2040,
  Task,
  taskENTER_CRITICAL,
  taskEXIT_CRITICAL,
  vTaskCoreAffinitySet,
  vTaskPreemptionDisable,
  vTaskPreemptionEnable,
  vTaskPrioritySet,
  vTaskResume,
  vTaskSuspend,
  xSemaphoreCreateBinary,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreGiveFromISR,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core, edges, Irq } from 'upy-check/hardware';
import { me, rest, until } from 'upy-check/model';

const PLACED = 'nobody who is ready waits for somebody less urgent';
const TICK_US = 1000;

/** What happens in the end. */
interface Seen {
  ran: boolean;
}

/** Each creates tasks for the cores; what should run in the end sets `ran`. */
type Trial = (kernel: Kernel, seen: Seen, yields: boolean) => void;

const suspend = (kernel: Kernel) => vTaskSuspend(kernel, me(Task));

/** A task of priority 3 that waits for the semaphore, and runs on core 0 only. */
function urgent(kernel: Kernel, seen: Seen) {
  const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
  kernel.create(
    'urgent',
    3,
    () => {
      xSemaphoreTake(kernel, semaphore, portMAX_DELAY);
      seen.ran = true;
      suspend(kernel);
    },
    { cpu: kernel.cpus[0]! },
  );
  return semaphore;
}

/** It computes on core `n` for ever. */
function computes(kernel: Kernel, name: string, priority: number, n: number): Task {
  return kernel.create(name, priority, () => rest(() => false), { affinity: kernel.cpus[n]! });
}

const TRIALS: Readonly<Record<string, Trial>> = {
  'given by a handler': (kernel, seen, yields) => {
    const semaphore = urgent(kernel, seen);
    const device = new Irq(kernel.cpus[0]!.core, 'device', 2, () => {
      const [, woken] = xSemaphoreGiveFromISR(kernel, semaphore);
      if (woken && yields) kernel.portYieldFromIsr();
    });
    edges(device, 1);
    computes(kernel, 'computing', 1, 0);
  },
  'given in a critical section': (kernel, seen) => {
    const semaphore = urgent(kernel, seen);
    kernel.create(
      'giver',
      1,
      () => {
        taskENTER_CRITICAL(kernel);
        xSemaphoreGive(kernel, semaphore);
        taskEXIT_CRITICAL(kernel);
        rest(() => false);
      },
      { cpu: kernel.cpus[0]! },
    );
  },
  'preemption enabled again': (kernel, seen) => {
    const semaphore = urgent(kernel, seen);
    kernel.create(
      'giver',
      1,
      () => {
        vTaskPreemptionDisable(kernel, me(Task));
        xSemaphoreGive(kernel, semaphore);
        vTaskPreemptionEnable(kernel, me(Task));
        rest(() => false);
      },
      { cpu: kernel.cpus[0]! },
    );
  },
  // It is moved from core 1, where it runs, to core 0, where it outranks who runs there.
  'moved while it runs': (kernel, seen) => {
    const [core0, core1] = [kernel.cpus[0]!, kernel.cpus[1]!];
    const moved: Task = kernel.create(
      'moved',
      2,
      () => {
        until(() => core0.running === moved);
        seen.ran = true;
        rest(() => false);
      },
      { affinity: core1 },
    );
    kernel.create(
      'mover',
      1,
      () => {
        until(() => core1.running === moved);
        vTaskCoreAffinitySet(kernel, moved, core0);
        rest(() => false);
      },
      { cpu: core0 },
    );
  },
  'lowered while it runs': (kernel, seen) => {
    const lowered = computes(kernel, 'lowered', 3, 1);
    kernel.create(
      'next',
      2,
      () => {
        seen.ran = true;
        suspend(kernel);
      },
      { cpu: kernel.cpus[1]! },
    );
    kernel.create(
      'caller',
      1,
      () => {
        until(() => kernel.cpus[1]!.running === lowered);
        vTaskPrioritySet(kernel, lowered, 1);
        suspend(kernel);
      },
      { cpu: kernel.cpus[0]! },
    );
  },
  // The tick interrupts core 0, which tells the other one.
  'time slice on core 0': (kernel, seen) => slices(kernel, seen, 0),
  'time slice on core 1': (kernel, seen) => slices(kernel, seen, 1),
  // The holder is ready on core 1, where the middle task runs: now it outranks that one.
  'mutex wanted': (kernel, seen) => mutexAcrossCores(kernel, seen, 'wanted'),
  // It falls back as it gives the mutex to a task of core 0: now the middle task outranks it.
  'mutex given': (kernel, seen) => mutexAcrossCores(kernel, seen, 'given'),
  // It falls back because the task of core 0 waits no longer.
  'mutex timed out': (kernel, seen) => mutexAcrossCores(kernel, seen, 'timed out'),
};

/** Two tasks of one priority compute on a core. */
function slices(kernel: Kernel, seen: Seen, n: number): void {
  computes(kernel, 'first', 1, n);
  kernel.create(
    'second',
    1,
    () => {
      seen.ran = true;
      rest(() => false);
    },
    { affinity: kernel.cpus[n]! },
  );
}

/** On core 1 a holder of priority 1 and a middle task, which preempts it; on core 0 one of priority 3 that wants the mutex. */
function mutexAcrossCores(kernel: Kernel, seen: Seen, end: 'wanted' | 'given' | 'timed out'): void {
  const mutex = xSemaphoreCreateMutex(kernel, 'mutex');
  const [core0, core1] = [kernel.cpus[0]!, kernel.cpus[1]!];
  const step = { held: false, computes: false, timedOut: false };
  const holder = () => {
    xSemaphoreTake(kernel, mutex, portMAX_DELAY);
    step.held = true;
    until(() => step.computes);
    if (end === 'given') xSemaphoreGive(kernel, mutex);
    if (end === 'wanted') seen.ran = true;
    rest(() => false);
  };
  const middle = () => {
    suspend(kernel);
    step.computes = true;
    rest(() => step.timedOut);
    seen.ran = true;
    rest(() => false);
  };
  const wants = () => {
    until(() => step.held);
    vTaskResume(kernel, resumed);
    until(() => step.computes);
    const taken = xSemaphoreTake(kernel, mutex, end === 'timed out' ? 2 : portMAX_DELAY);
    if (taken) seen.ran = true;
    else step.timedOut = true;
    suspend(kernel);
  };
  kernel.create('holder', 1, holder, { cpu: core1 });
  const resumed = kernel.create('middle', 2, middle, { cpu: core1 });
  kernel.create('wants', 3, wants, { cpu: core0 });
}

const NAMES = Object.keys(TRIALS);

export default scenario('smp-preemption-points', {
  about: 'does the core that must switch do so, whichever core the call is made on?',
  timing: 'prompt',
  timeUnit: TICK_US,
  variants: {
    ...Object.fromEntries(NAMES.map((name) => [name, { holds: true }])),
    // The handler does not ask for the switch: the next tick makes it.
    'given by a handler, no yield': { violates: PLACED, through: ['xSemaphoreGiveFromISR'] },
  },
  build({ variant }) {
    const first = new Core('core 0');
    const cores = [first, new Core('core 1', first.cluster)];
    const ticks = variant.startsWith('time slice') || variant.endsWith('timed out');
    const kernel = rp2040(cores, {
      tickUs: ticks ? TICK_US : 0,
      priorities: 4,
      tasksMax: 6,
    });
    const seen: Seen = { ran: false };
    TRIALS[NAMES.find((name) => variant.startsWith(name))!]!(kernel, seen, !variant.endsWith('no yield'));
    idleTasks(kernel);

    const waits = (task: Task) =>
      task.on === On.Ready && kernel.cpus.every(({ running }) => running !== task);
    const outranked = (task: Task) =>
      kernel.cpus.some(
        (cpu) =>
          (task.affinity === null || task.affinity === cpu) &&
          cpu.running!.priority < task.priority &&
          !cpu.running!.preemptionDisabled,
      );
    return [
      idle(PLACED, () => !kernel.tasks.some((task) => waits(task) && outranked(task))),
      always('no task runs on both cores', () => kernel.cpus[0]!.running !== kernel.cpus[1]!.running),
      sometimes('the task that is due runs', () => seen.ran),
    ];
  },
});
