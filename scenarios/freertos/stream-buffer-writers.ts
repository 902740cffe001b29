/**
 * Tasks log lines of two bytes through one stream buffer, and a reader sends the bytes on. A stream buffer is made for one writer and one
 * reader: with them it needs no lock, and each wakes the other. A second writer may come while the first one copies, or wait for room
 * as the first one does, for which there is one place only (an assertion). A mutex around each send is enough, although its
 * owner waits for room: the reader does not need it. It does nothing against a handler that writes. stream_buffer.c of V11.3.0.
 */
import { idle, scenario, sometimes } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  vTaskSuspend,
  xSemaphoreCreateMutex,
  xSemaphoreGive,
  xSemaphoreTake,
  xStreamBufferCreate,
  xStreamBufferReceive,
  xStreamBufferSend,
  xStreamBufferSendFromISR,
} from 'upy-check/freertos';
import { Core, edges, Irq } from 'upy-check/hardware';
import { check, ghost, int, me, sequence } from 'upy-check/model';

const BUFFER_BYTES = 3;
const TWO_WRITE = 'two callers write a stream buffer at the same time: one at a time may';
const TWO_WAIT = 'configASSERT: a second task waits to send to a stream buffer';
const FILLED = 'a stream buffer is filled by somebody else while it is written';
const WHOLE = 'the two bytes of a line follow one another';

/** Who writes, by a number that both bytes of his lines have. */
class Writer {
  /** Lines sent. */
  lines = int(0, 2);
  constructor(readonly number: number) {}
}

export default scenario('stream-buffer-writers', {
  about: 'who may write a stream buffer: one task, two, two with a mutex, a task and a handler?',
  variants: {
    'one-task': { holds: true },
    'one-task-urgent-reader': { holds: true },
    'two-tasks': { violates: TWO_WRITE, through: ['xStreamBufferSend'], also: [TWO_WAIT, FILLED] },
    'two-tasks-mutex': { holds: true },
    'task-and-handler': {
      violates: TWO_WRITE,
      through: ['xStreamBufferSend', 'xStreamBufferSendFromISR'],
      also: [FILLED, WHOLE],
    },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const kernel = cortexM(core, { tickUs: 'matters', tasksMax: 4, priorities: 4 });
    const buffer = xStreamBufferCreate(kernel, 'log', BUFFER_BYTES, 1);
    const mutex = xSemaphoreCreateMutex(kernel, 'mutex');
    const writers = variant.startsWith('two-tasks') ? [new Writer(1), new Writer(2)] : [new Writer(1)];
    const seen = { sent: int(0, 8), received: int(0, 8), first: int(0, 3) };

    const write = () => {
      const writer = me(Writer);
      for (let line = 0; line < 2; line++) {
        if (variant === 'two-tasks-mutex') xSemaphoreTake(kernel, mutex, portMAX_DELAY);
        const sent = xStreamBufferSend(kernel, buffer, [writer.number, writer.number], portMAX_DELAY);
        if (variant === 'two-tasks-mutex') xSemaphoreGive(kernel, mutex);
        ghost(() => {
          writer.lines++;
          seen.sent += sent;
        });
      }
    };
    for (const writer of writers) {
      const task: Task = kernel.create(
        `writer ${writer.number}`,
        2,
        () => {
          write();
          vTaskSuspend(kernel, task);
        },
        { roles: [writer] },
      );
    }
    const into = sequence<number>(BUFFER_BYTES);
    kernel.create('reader', variant === 'one-task-urgent-reader' ? 3 : 1, () => {
      while (true) {
        xStreamBufferReceive(kernel, buffer, into, portMAX_DELAY);
        for (const byte of into)
          ghost(() => {
            check(seen.first === 0 || seen.first === byte, WHOLE);
            seen.first = seen.first === 0 ? byte : 0;
            seen.received++;
          });
      }
    });
    idleTasks(kernel);
    const line = new Irq(core, 'device', 5, () => {
      const [sent, woken] = xStreamBufferSendFromISR(kernel, buffer, [3, 3]);
      ghost(() => {
        seen.sent += sent;
      });
      if (woken) kernel.portYieldFromIsr();
    });
    if (variant === 'task-and-handler') edges(line, 1);

    const all = (n: number) => writers.every(({ lines }) => lines === n);
    return [
      idle('all that is sent is received', () => all(2) && seen.received === seen.sent),
      sometimes('a line is sent', () => seen.sent > 1),
    ];
  },
});
