/**
 * Four tasks of equal priority need 100 µs of the processor each; the tick, and so a time slice, takes 25 µs. When does
 * each come to its n-th slice? Round robin: the last one begins at 75 µs, the second has its second slice from 125 µs,
 * the third its third from 250 µs. One after the other (no time slicing) these two moments are the same, as a text book
 * likes to ask, but the last one begins at 300 µs only. A task that waits for ever takes nothing from the others; one
 * more that computes takes its share.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  vTaskSuspend,
  xSemaphoreCreateBinary,
  xSemaphoreTake,
} from 'upy-check/freertos';
import { Core } from 'upy-check/hardware';
import { busy, ghost, int, me } from 'upy-check/model';

const SLICE_US = 25;
const SLICES = 4;

const SECOND = "the second task's second slice has begun";
const THIRD = "the third task's third slice has begun";
const LAST = 'the last task has begun';

/** A job of the text book, a slice at a time. */
class Job {
  /** Slices begun. */
  begun = int(0, SLICES);
  constructor(readonly number: number) {}
}

export default scenario('time-slices', {
  about: 'when four equal tasks of 100 µs come to their slices of 25 µs: round robin and one after the other',
  timing: 'prompt',
  variants: {
    'round-robin': { holds: true },
    'round-robin-and-not-earlier': { violates: SECOND, also: [THIRD, LAST] },
    sequential: { violates: LAST },
    'sequential-and-not-earlier': { violates: SECOND, also: [THIRD, LAST] },
    // Three share the processor: the third task's third slice comes at 175 µs already.
    'one-waits-for-ever': { holds: true },
    'one-more-computes': { violates: SECOND, also: [THIRD] },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, {
      tickUs: SLICE_US,
      timeSlicing: variant !== 'sequential' && variant !== 'sequential-and-not-earlier',
      tasksMax: 6,
    });
    const never = xSemaphoreCreateBinary(kernel, 'never given');
    const jobs = [1, 2, 3, 4].map((number) => new Job(number));
    const [first, second, third, last] = jobs as [Job, Job, Job, Job];
    const tasks: Task[] = [];
    const create = (job: Job) => {
      const blocks = variant === 'one-waits-for-ever' && job === second;
      const task: Task = kernel.create(
        `task ${job.number}`,
        1,
        () => {
          if (blocks) xSemaphoreTake(kernel, never, portMAX_DELAY);
          for (let slice = 0; slice < SLICES; slice++) {
            ghost(() => {
              me(Job).begun++;
            });
            busy(SLICE_US);
          }
          vTaskSuspend(kernel, task);
        },
        { roles: [job] },
      );
      tasks.push(task);
    };
    // Of equals the one that is created last starts, and then the others in order.
    for (const job of [second, third, last]) create(job);
    if (variant === 'one-more-computes')
      kernel.create('one more', 1, () => {
        while (true) busy(SLICE_US);
      });
    create(first);
    idleTasks(kernel);

    const early =
      variant === 'round-robin-and-not-earlier' || variant === 'sequential-and-not-earlier' ? 1 : 0;
    const threeTasks = variant === 'one-waits-for-ever';
    return [
      within(THIRD, (threeTasks ? 175 : 250) - early, () => third.begun < 3),
      within(LAST, (threeTasks ? 50 : 75) - early, () => last.begun < 1),
      ...(threeTasks
        ? [always('the task that waits has no slice', () => second.begun === 0)]
        : [within(SECOND, 125 - early, () => second.begun < 2)]),
      sometimes('the first task is in its last slice', () => first.begun === SLICES),
    ];
  },
});
