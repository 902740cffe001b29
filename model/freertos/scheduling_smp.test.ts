import { expect, test } from 'vitest';
import { type Scenario, scenario } from '../../checker/scenario.ts';
import { Core } from '../hardware/index.ts';
import { always, check, int, me, sometimes } from '../index.ts';
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
  vTaskDelete,
  vTaskPreemptionDisable,
  vTaskPreemptionEnable,
  vTaskSuspend,
  vTaskSuspendAll,
  xSemaphoreCreateBinary,
  xSemaphoreGive,
  xSemaphoreTake,
  xTaskResumeAll,
} from './index.ts';
import { outline } from './testing.ts';

/** Two cores, and room for so many tasks besides the idle ones. */
function boot(tasks: number): Kernel {
  const first = new Core('core 0');
  return rp2040([first, new Core('core 1', first.cluster)], {
    tickUs: 0,
    priorities: 4,
    tasksMax: tasks + 2,
  });
}

const SLOW = { timeout: 60_000 };
const rest = (kernel: Kernel) => vTaskSuspend(kernel, me(Task));

const LOST = 'no count is lost';
const counting = scenario('counting', {
  about: 'two tasks that may run on any core count what they share',
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

const placing = scenario('placing', {
  about: 'a task that is woken runs where the least urgent one did; nobody runs twice',
  variants: { anywhere: { holds: true }, pinned: { holds: true } },
  build({ variant }) {
    const kernel = boot(3);
    const [a, b] = [kernel.cpus[0]!, kernel.cpus[1]!];
    const semaphore = xSemaphoreCreateBinary(kernel, 'semaphore');
    const seen = { woken: false };
    const where = variant === 'pinned' ? { cpu: b } : {};
    const urgent = kernel.create(
      'urgent',
      3,
      () => {
        xSemaphoreTake(kernel, semaphore, portMAX_DELAY);
        seen.woken = true;
        rest(kernel);
      },
      where,
    );
    kernel.create('giver', 2, () => {
      xSemaphoreGive(kernel, semaphore);
      rest(kernel);
    });
    kernel.create('least', 1, () => rest(kernel));
    idleTasks(kernel);
    // No interrupt is due, and the cores run tasks.
    const settled = () => [a, b].every((cpu) => cpu.core.runs(null) && !cpu.yieldPending);
    return [
      always('no task runs on both cores', () => a.running !== b.running),
      always(
        'once nobody has to switch, the urgent task runs when it is ready',
        () => !settled() || urgent.on !== On.Ready || a.running === urgent || b.running === urgent,
      ),
      sometimes('it is woken', () => seen.woken),
    ];
  },
});

const PREEMPTED = 'the task is not preempted';
const keeping = scenario('keeping', {
  about: 'vTaskPreemptionDisable and vTaskCoreAffinitySet keep an urgent task off a core',
  variants: {
    'nothing-done': { violates: PREEMPTED },
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

const EVICTED = 'a task that is evicted does nothing more';
const evicting = scenario('evicting', {
  about: 'a task is suspended or deleted while it runs on the other core and spins for the kernel',
  variants: { suspended: { holds: true }, deleted: { holds: true } },
  build({ variant }) {
    const kernel = boot(2);
    const [a, b] = [kernel.cpus[0]!, kernel.cpus[1]!];
    const seen = { evicted: false, entered: false };
    const victim = kernel.create(
      'victim',
      1,
      () => {
        while (true) {
          taskENTER_CRITICAL(kernel);
          check(!seen.evicted, EVICTED);
          seen.entered = true;
          taskEXIT_CRITICAL(kernel);
        }
      },
      { cpu: b },
    );
    kernel.create(
      'evictor',
      1,
      () => {
        taskENTER_CRITICAL(kernel);
        if (variant === 'suspended') vTaskSuspend(kernel, victim);
        else vTaskDelete(kernel, victim);
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

test(
  'a task that spins for the kernel has itself switched out when it was suspended or deleted',
  SLOW,
  async () => {
    expect(await outline(evicting)).toMatchInlineSnapshot(`
    "suspended | holds | 1199 states, 2043 transitions
    deleted | holds | 1258 states, 2130 transitions"
  `);
  },
);

test('a critical section and a suspended scheduler keep out tasks of the other core', SLOW, async () => {
  expect(await outline(counting)).toMatchInlineSnapshot(`
    "unguarded | violated | no count is lost in 10 | 373 states, 614 transitions
    critical | holds | 3805 states, 6732 transitions
    scheduler-suspended | holds | 10538 states, 19346 transitions"
  `);
});

test('a woken task finds its core', SLOW, async () => {
  expect(await outline(placing)).toMatchInlineSnapshot(`
    "anywhere | holds | 737 states, 1372 transitions
    pinned | holds | 425 states, 772 transitions"
  `);
});

test('a task may keep its core', SLOW, async () => {
  expect(await outline(keeping)).toMatchInlineSnapshot(`
    "nothing-done | violated | the task is not preempted in 13 | 38 states, 48 transitions
    preemption-disabled | holds | 72 states, 92 transitions
    elsewhere-only | holds | 138 states, 224 transitions"
  `);
});

const opened = (each: Scenario): Scenario => ({ ...each, spec: { ...each.spec, criticals: 'open' } });

test('kernel calls in steps come to the same verdicts', SLOW, async () => {
  expect(await outline(opened(counting))).toMatchInlineSnapshot(`
    "unguarded | violated | no count is lost in 12 | 27009 states, 45876 transitions
    critical | holds | 41125 states, 70769 transitions
    scheduler-suspended | holds | 113601 states, 202247 transitions"
  `);
  expect(await outline(opened(keeping))).toMatchInlineSnapshot(`
    "nothing-done | violated | the task is not preempted in 96 | 4947 states, 8124 transitions
    preemption-disabled | holds | 9600 states, 15819 transitions
    elsewhere-only | holds | 178661 states, 309379 transitions"
  `);
});
