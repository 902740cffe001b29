import type { Line, Op, Script } from '../../model/asyncio/conformance/script.ts';
import type { RealMicroPython } from './real_micropython.ts';

/**
 * What drives the real asyncio, once for each interpreter. The port's loop belongs to JavaScript: it runs all tasks that
 * are due in one go and never polls. Here it runs one task at a time, and flags are polled in between, which is the order of
 * core.py on a microcontroller. Tasks, their queue, Event, Lock, ThreadSafeFlag, wait_for and the VM are the real ones.
 */
const DRIVER = `
import asyncio, micropython, world
from _asyncio import TaskQueue
from time import ticks_ms, ticks_diff
core = asyncio.core

class Turn:
    count = 0

def one_task(key, now):
    Turn.count += 1
    return ticks_diff(key, now) if Turn.count == 1 else 1

core.ticks_diff = one_task
core._schedule_run_iter = lambda dt: None

class IOQueue:
    def __init__(self):
        self.map = {}

    def queue_read(self, flag):
        self.map[id(flag)] = core.cur_task
        core.cur_task.data = self

    def remove(self, task):
        for key in list(self.map):
            if self.map[key] is task:
                del self.map[key]

lines = []
names = {}

def L(who, place, result):
    lines.append((who, place, result, ticks_ms()))

def unretrieved(loop, context):
    L(names[id(context["future"])], -2, type(context["exception"]).__name__)

core.Loop.set_exception_handler(unretrieved)

def reset():
    core._task_queue = TaskQueue()
    core._io_queue = IOQueue()
    lines.clear()
    names.clear()

def drive(main, flags):
    while not main.done():
        for _ in range(8):
            pass
        for flag in flags:
            if id(flag) in core._io_queue.map and flag.ioctl(3, 1):
                core._task_queue.push(core._io_queue.map.pop(id(flag)))
        t = core._task_queue.peek()
        dt = ticks_diff(t.ph_key, ticks_ms())
        if dt > 0:
            world.advance(dt)
            continue
        Turn.count = 0
        core._run_iter()
        core.cur_task = t
`;

/** The script as a program, which prints its lines at the end. */
export function programOf({ tasks, callbacks, children, events, locks, ms }: Script): string {
  const range = (count: number) => Array.from({ length: count }, (_, n) => n);
  const names = (letter: string, count: number) => range(count).map((n) => `${letter}${n}`);
  const coroutine = (name: string, list: readonly Op[]) => [
    `async def ${name}():`,
    '    try:',
    ...list.map((op, place) => `        L("${name}", ${place}, ${codeOf(op)})`),
    `        L("${name}", -1, None)`,
    '    except BaseException as er:',
    `        L("${name}", -1, type(er).__name__)`,
    '        raise',
  ];
  return [
    'reset()',
    'start = ticks_ms()',
    ...names('e', events).map((name) => `${name} = asyncio.Event()`),
    ...names('l', locks).map((name) => `${name} = asyncio.Lock()`),
    ...names('f', tasks.length).map((name) => `${name} = asyncio.event.ThreadSafeFlag()`),
    ...callbacks.flatMap((list, n) => [
      `def c${n}(_):`,
      ...list.map((op, place) => `    L("c${n}", ${place}, ${codeOf(op)})`),
      '    pass',
    ]),
    ...children.flatMap((list, n) => coroutine(`w${n}`, list)),
    ...tasks.flatMap((list, n) => coroutine(`t${n}`, list)),
    'async def main():',
    `    await asyncio.sleep_ms(${ms})`,
    '    L("main", -1, None)',
    ...names('t', tasks.length).flatMap((name) => [
      `task_${name} = core.create_task(${name}())`,
      `names[id(task_${name})] = "${name}"`,
    ]),
    'failed = None',
    'try:',
    `    drive(core.create_task(main()), [${names('f', tasks.length).join(', ')}])`,
    'except BaseException as er:',
    '    L("loop", -1, type(er).__name__)',
    'for who, place, result, when in lines:',
    '    print("|", who, place, result, when - start)',
  ].join('\n');
}

function codeOf([name, n, ms]: Op): string {
  switch (name) {
    case 'wait':
      return `await e${n}.wait()`;
    case 'set':
    case 'clear':
    case 'is_set':
      return `e${n}.${name}()`;
    case 'flag_wait':
      return `await f${n}.wait()`;
    case 'flag_set':
    case 'flag_clear':
      return `f${n}.${name.slice('flag_'.length)}()`;
    case 'acquire':
      return `await l${n}.acquire()`;
    case 'release':
    case 'locked':
      return `l${n}.${name}()`;
    case 'sleep_ms':
      return `await asyncio.sleep_ms(${n})`;
    case 'schedule':
      return `micropython.schedule(c${n}, 0)`;
    case 'await':
      return `await task_t${n}`;
    case 'cancel':
    case 'done':
      return `task_t${n}.${name}()`;
    default:
      return `await asyncio.wait_for_ms(w${n}(), ${ms})`;
  }
}

/** Prepares a fresh interpreter. */
export function prepare(real: RealMicroPython): void {
  const { error, lines } = real.run(DRIVER);
  if (error !== null) throw new Error(`${error}\n${lines.join('\n')}`);
}

/** What the script shows on the real one. */
export function runReal(real: RealMicroPython, script: Script): Line[] {
  const { lines, error } = real.run(programOf(script));
  if (error !== null) throw new Error(error);
  return lines.flatMap((line): Line[] => {
    const [bar, who = '', place, result = '', ms] = line.split(' ');
    return bar === '|' ? [[who, Number(place), result, Number(ms)]] : [];
  });
}
