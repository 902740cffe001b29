/**
 * FreeRTOS SMP (configNUMBER_OF_CORES 2, RP2040): what changes for tasks that may run on any core. Priorities keep nobody out any
 * more: two tasks run at once, so that what they share needs a critical section or a suspended scheduler, both of which keep out the
 * other core as well. A task keeps its core by refusing to be preempted, or by telling the other one where to run. And one
 * that is suspended or deleted while another core runs it ends when that core has switched, not before; an enter of the kernel's
 * critical section makes it do so (tasks.c, V11.3.0).
 */
import { always, scenario, sometimes } from 'upy-check';
import {
  idleTasks,
  type Kernel,
  portMAX_DELAY,
  rp2040,
  Task,
  taskENTER_CRITICAL,
  taskEXIT_CRITICAL,
  vTaskCoreAffinitySet,
  vTaskDelete,
  vTaskPreemptionDisable,
  vTaskPreemptionEnable,
  vTaskSuspend,
  vTaskSuspendAll,
  xSemaphoreCreateBinary,
  xSemaphoreGive,
  xSemaphoreTake,
  xTaskResumeAll,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { check, int, me } from 'upy-check/model';

/** Two cores, and room for so many tasks besides the idle ones. */
function boot(tasks: number): Kernel {
  const first = new Core('core 0');
  return rp2040([first, new Core('core 1', first.cluster)], {
    tickUs: 0,
    priorities: 4,
    tasksMax: tasks + 2,
  });
}

const rest = (kernel: Kernel) => vTaskSuspend(kernel, me(Task));

const LOST = 'no count is lost';

export default scenario('smp-shared', {
  about:
    'two tasks of one priority that may run on any core count in one variable: what keeps the other one out?',
  timing: 'any',
  variants: {
    unguarded: { violates: LOST },
    critical: { holds: true },
    'scheduler-suspended': { holds: true },
  },
  build({ variant }) {
    const kernel = boot(2);
    const seen = { count: 0, done: int(0, 2) };
    const enter = () => {
      if (variant === 'critical') taskENTER_CRITICAL(kernel);
      if (variant === 'scheduler-suspended') vTaskSuspendAll(kernel);
    };
    const leave = () => {
      if (variant === 'critical') taskEXIT_CRITICAL(kernel);
      if (variant === 'scheduler-suspended') xTaskResumeAll(kernel);
    };
    for (const name of ['left', 'right'])
      kernel.create(name, 1, () => {
        enter();
        seen.count++;
        leave();
        seen.done++;
        rest(kernel);
      });
    idleTasks(kernel);
    return [
      always(LOST, () => seen.done < 2 || seen.count === 2),
      sometimes('both have counted', () => seen.done === 2),
    ];
  },
});

const PREEMPTED = 'the task is not preempted';

export const keeping = scenario('smp-keeping', {
  about: 'how does a task keep its core from a more urgent one?',
  timing: 'any',
  variants: {
    'nothing-done': { violates: PREEMPTED, through: ['xSemaphoreGive'] },
    'preemption-disabled': { holds: true },
    'elsewhere-only': { holds: true },
  },
  build({ variant }) {
    const kernel = boot(2);
    const [a, b] = [kernel.cpus[0]!, kernel.cpus[1]!];
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    const seen = { inside: false, urgent: false };
    const urgent = kernel.create(
      'urgent',
      3,
      () => {
        xSemaphoreTake(kernel, semaphore, portMAX_DELAY);
        check(!seen.inside, PREEMPTED);
        seen.urgent = true;
        rest(kernel);
      },
      { affinity: a },
    );
    kernel.create(
      'keeper',
      1,
      () => {
        if (variant === 'preemption-disabled') vTaskPreemptionDisable(kernel, me(Task));
        if (variant === 'elsewhere-only') vTaskCoreAffinitySet(kernel, urgent, b);
        seen.inside = variant !== 'elsewhere-only';
        xSemaphoreGive(kernel, semaphore);
        seen.inside = false;
        if (variant === 'preemption-disabled') vTaskPreemptionEnable(kernel, me(Task));
        rest(kernel);
      },
      { cpu: a },
    );
    idleTasks(kernel);
    return variant === 'nothing-done' ? [] : [sometimes('the urgent task runs', () => seen.urgent)];
  },
});

const EVICTED = 'a task that is evicted enters no critical section any more';

export const evicting = scenario('smp-evicting', {
  about: 'a task is suspended, or deleted, while the other core runs it: what does it still do?',
  timing: 'any',
  variants: {
    suspended: { holds: true },
    deleted: { holds: true },
    // It looks when it comes by.
    asked: { violates: EVICTED, through: ['taskENTER_CRITICAL'] },
  },
  build({ variant }) {
    const kernel = boot(2);
    const [a, b] = [kernel.cpus[0]!, kernel.cpus[1]!];
    const seen = { evicted: false, entered: false };
    const victim = kernel.create(
      'victim',
      1,
      () => {
        while (variant !== 'asked' || !seen.evicted) {
          taskENTER_CRITICAL(kernel);
          check(!seen.evicted, EVICTED);
          seen.entered = true;
          taskEXIT_CRITICAL(kernel);
        }
        rest(kernel);
      },
      { cpu: b },
    );
    kernel.create(
      'evictor',
      1,
      () => {
        taskENTER_CRITICAL(kernel);
        if (variant === 'suspended') vTaskSuspend(kernel, victim);
        if (variant === 'deleted') vTaskDelete(kernel, victim);
        seen.evicted = true;
        taskEXIT_CRITICAL(kernel);
        rest(kernel);
      },
      { cpu: a },
    );
    idleTasks(kernel);
    return [
      sometimes('it is evicted after it ran', () => seen.evicted && seen.entered && b.running !== victim),
      sometimes('it spins while it is evicted', () => seen.evicted && b.running === victim && b.core.masked),
    ];
  },
});
