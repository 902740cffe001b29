import { describe, expect, test } from 'vitest';
import * as k from '../../../model/freertos/index.ts';
import { Core } from '../../../model/hardware/index.ts';
import * as m from '../../../model/index.ts';
import { check } from '../../check.ts';
import { UserError } from '../../options.ts';
import { type Scenario, scenario } from '../../scenario.ts';

/** Calls that may block, where nothing may: the step goes on although its task is on a list of waiters. */
function objects() {
  const core = new Core('cpu');
  const kernel = k.cortexM(core, { tickUs: 0 });
  return {
    kernel,
    queue: k.xQueueCreate<number>(kernel, 'queue', 2),
    semaphore: k.xSemaphoreCreateBinary(kernel, 'semaphore', 1),
    set: k.xQueueCreateSet(kernel, 'set', 2),
    group: k.xEventGroupCreate(kernel, 'group'),
    buffer: k.xStreamBufferCreate(kernel, 'buffer', 2, 1),
    into: m.sequence<number>(2),
    sent: { count: 0 },
  };
}
type Objects = ReturnType<typeof objects>;
type Call = (o: Objects, ticks: number) => unknown;

const CALLS: Readonly<Record<string, Call>> = {
  vTaskDelay: ({ kernel }, ticks) => k.vTaskDelay(kernel, ticks),
  xTaskDelayUntil: ({ kernel }) => k.xTaskDelayUntil(kernel, 0, 1),
  vTaskSuspend: ({ kernel }) => k.vTaskSuspend(kernel, m.me(k.Task)),
  ulTaskNotifyTake: ({ kernel }, ticks) => k.ulTaskNotifyTake(kernel, true, ticks),
  xTaskNotifyWait: ({ kernel }, ticks) => k.xTaskNotifyWait(kernel, 0, 0, ticks)[0],
  xQueueSend: ({ kernel, queue }, ticks) => k.xQueueSend(kernel, queue, 1, ticks),
  xQueueReceive: ({ kernel, queue }, ticks) => k.xQueueReceive(kernel, queue, ticks)[0],
  xQueuePeek: ({ kernel, queue }, ticks) => k.xQueuePeek(kernel, queue, ticks)[0],
  xQueueSelectFromSet: ({ kernel, set }, ticks) => k.xQueueSelectFromSet(kernel, set, ticks) !== null,
  xSemaphoreTake: ({ kernel, semaphore }, ticks) => k.xSemaphoreTake(kernel, semaphore, ticks),
  xSemaphoreTakeRecursive: ({ kernel, semaphore }, ticks) =>
    k.xSemaphoreTakeRecursive(kernel, semaphore, ticks),
  xEventGroupWaitBits: ({ kernel, group }, ticks) =>
    k.xEventGroupWaitBits(kernel, group, 1, true, true, ticks),
  xEventGroupSync: ({ kernel, group }, ticks) => k.xEventGroupSync(kernel, group, 1, 1, ticks),
  xStreamBufferSend: ({ kernel, buffer }, ticks) => k.xStreamBufferSend(kernel, buffer, [1], ticks),
  xStreamBufferReceive: ({ kernel, buffer, into }, ticks) =>
    k.xStreamBufferReceive(kernel, buffer, into, ticks),
};

const PLACES: Readonly<Record<string, (o: Objects, call: () => unknown) => void>> = {
  check: (_, call) => m.check(call()),
  demand: (_, call) => m.demand(call(), 'it worked'),
  assume: (_, call) => m.assume(call(), 'it works'),
  atomic: ({ sent }, call) =>
    m.atomic(() => {
      sent.count++;
      call();
    }),
  critical: ({ kernel, sent }, call) =>
    m.critical(kernel.lock, () => {
      sent.count++;
      call();
    }),
  until: (_, call) => {
    m.until(() => call() !== false);
  },
  ghost: (_, call) =>
    m.ghost(() => {
      call();
    }),
};

const calling = (
  body: (o: Objects) => void,
  more: Pick<Scenario['spec'], 'criticals' | 'without'> = {},
  asked: (o: Objects) => boolean = () => true,
): Scenario =>
  scenario('blocking', {
    about: 'a call that may block, where nothing may',
    variants: { only: { holds: true } },
    ...more,
    build() {
      const o = objects();
      o.kernel.create('task', 1, () => {
        body(o);
        while (true) k.vTaskSuspend(o.kernel, m.me(k.Task));
      });
      k.idleTasks(o.kernel);
      return [m.always('asked', () => asked(o))];
    },
  });

/** The refusal in a line, with the line of this file; or the verdict. */
async function answer(asked: Scenario): Promise<string> {
  try {
    for await (const { verdict, properties } of check({ scenario: asked, file: 'test' }))
      return [
        verdict,
        ...properties.flatMap(({ name, status }) => (status === 'violated' ? [name] : [])),
      ].join(': ');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, what, place } = error;
    return `${place?.file.endsWith('blocking.test.ts')} ${code} ${what.replace(/:\d+$/u, '')}: ${place?.text}`;
  }
  return 'nothing';
}

describe.each(Object.keys(PLACES))('in %s', (place) => {
  test.each(Object.keys(CALLS))('%s', async (name) => {
    const [around, call] = [PLACES[place]!, CALLS[name]!];
    const text = await answer(calling((o) => around(o, () => call(o, 3))));
    const isCondition = ['check', 'demand', 'assume'].includes(place);
    const what = isCondition
      ? `true UPY146 ${name}() in the condition of ${place}() cannot be compiled: `
      : `true UPY147 ${name}(), which may block, inside ${place}() cannot be compiled: `;
    expect(text).toContain(what);
    expect(text).toMatch(new RegExp(`comes to it at upy-check/model/freertos/\\w+\\.ts: .*${name}\\(`, 'su'));
  });
});

test('a critical section that is opened is none in which a task may block', async () => {
  const body = (o: Objects): void => m.critical(o.kernel.lock, () => k.vTaskDelay(o.kernel, 1));
  expect(await answer(calling(body, { criticals: 'open' }))).toBe(
    'true UPY147 vTaskDelay(), which may block, inside critical() cannot be compiled: ' +
      'vTaskDelay comes to it at upy-check/model/freertos/tasks.ts: k.vTaskDelay(o.kernel, 1)',
  );
  const after = (o: Objects): void => {
    m.critical(o.kernel.lock, () => k.xQueueReceive(o.kernel, o.queue, 0));
    k.xQueueReceive(o.kernel, o.queue, k.portMAX_DELAY);
  };
  expect(await answer(calling(after, { criticals: 'open', without: ['deadlock'] }))).toBe('holds');
});

test('the kernel’s own critical section, which a task enters and leaves by calls', async () => {
  const body = (o: Objects): void => {
    k.taskENTER_CRITICAL(o.kernel);
    k.xQueueReceive(o.kernel, o.queue, k.portMAX_DELAY);
    k.taskEXIT_CRITICAL(o.kernel);
  };
  expect(await answer(calling(body))).toBe('violated: a task blocks inside of taskENTER_CRITICAL');
});

test('with a timeout of 0 nothing blocks', async () => {
  const body = (o: Objects): void => {
    m.atomic(() => {
      o.sent.count++;
      k.xQueueReceive(o.kernel, o.queue, 0);
      k.xSemaphoreTake(o.kernel, o.semaphore, 0);
      k.ulTaskNotifyTake(o.kernel, true, 0);
    });
  };
  expect(await answer(calling(body))).toBe('holds');
});

test.each([
  ['xSemaphoreTake', (o: Objects) => k.xSemaphoreTake(o.kernel, o.semaphore, 1)],
  ['xSemaphoreGive', (o: Objects) => k.xSemaphoreGive(o.kernel, o.semaphore)],
])('a property cannot call the kernel: %s', async (name, asked) => {
  const text = await answer(calling(() => {}, {}, asked));
  expect(text).toContain(
    'true UPY119 a call that a property or run condition cannot make ' +
      `(${name} is called by what is neither a task nor an interrupt handler) cannot be compiled: ` +
      `${name} comes to it at upy-check/model/freertos/context.ts: k.${name}(`,
  );
});

test('a function that is compiled once, and called within a section and without', async () => {
  const receive = (o: Objects): boolean => {
    k.xQueueReceive(o.kernel, o.queue, k.portMAX_DELAY);
    k.xQueueReceive(o.kernel, o.queue, k.portMAX_DELAY);
    return true;
  };
  const body = (o: Objects): void => {
    receive(o);
    receive(o);
    m.critical(o.kernel.lock, () => receive(o));
  };
  expect(await answer(calling(body, { criticals: 'open' }))).toMatch(
    /^true UPY147 xQueueReceive\(\), which may block, inside critical\(\) cannot be compiled/u,
  );
});
