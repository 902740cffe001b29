/**
 * Where the model of Event and ThreadSafeFlag reads, writes, calls, looks for callbacks and yields, against the bytecode of
 * the real ones: `mpy-tool.py -d` of extmod/asyncio/event.py at 1c3c201149 (that of 28370c0450 differs in names only).
 */
import { expect, test } from 'vitest';
import { OPTIONS } from '../../checker/conformance/simulate.ts';
import { compileToRun, type Executable } from '../../checker/language/compile.ts';
import { Interpreter, type Observer } from '../../checker/machine/interpreter.ts';
import { note, process } from '../index.ts';
import { elaborate } from '../intrinsics/elaboration.ts';
import { bareBoard, Event, Loop, type Task, TaskQueue, ThreadSafeFlag } from './index.ts';

/** Opcodes with their arguments; `✓`: jumps, after which the VM looks for callbacks. */
const BYTECODE: Readonly<Record<string, readonly string[]>> = {
  'Event.set': [
    'JUMP 10 ✓',
    'LOAD_GLOBAL core',
    'LOAD_ATTR _task_queue',
    'LOAD_METHOD push',
    'LOAD_FAST self',
    'LOAD_ATTR waiting',
    'LOAD_METHOD pop',
    'CALL_METHOD 0',
    'CALL_METHOD 1',
    'POP_TOP',
    'LOAD_FAST self',
    'LOAD_ATTR waiting',
    'LOAD_METHOD peek',
    'CALL_METHOD 0',
    'POP_JUMP_IF_TRUE 1 ✓',
    'LOAD_CONST True',
    'LOAD_FAST self',
    'STORE_ATTR state',
    'LOAD_CONST None',
    'RETURN_VALUE',
  ],
  'Event.wait': [
    'LOAD_FAST self',
    'LOAD_ATTR state',
    'POP_JUMP_IF_TRUE 18 ✓',
    'LOAD_FAST self',
    'LOAD_ATTR waiting',
    'LOAD_METHOD push',
    'LOAD_GLOBAL core',
    'LOAD_ATTR cur_task',
    'CALL_METHOD 1',
    'POP_TOP',
    'LOAD_FAST self',
    'LOAD_ATTR waiting',
    'LOAD_GLOBAL core',
    'LOAD_ATTR cur_task',
    'STORE_ATTR data',
    'LOAD_CONST None',
    'YIELD_VALUE',
    'POP_TOP',
    'LOAD_CONST True',
    'RETURN_VALUE',
  ],
  'ThreadSafeFlag.wait': [
    'LOAD_FAST self',
    'LOAD_ATTR state',
    'POP_JUMP_IF_TRUE 10 ✓',
    'LOAD_GLOBAL core',
    'LOAD_ATTR _io_queue',
    'LOAD_METHOD queue_read',
    'LOAD_FAST self',
    'CALL_METHOD 1',
    'YIELD_VALUE',
    'POP_TOP',
    'LOAD_CONST 0',
    'LOAD_FAST self',
    'STORE_ATTR state',
    'LOAD_CONST None',
    'RETURN_VALUE',
  ],
  'ThreadSafeFlag.set': [
    'LOAD_CONST 1',
    'LOAD_FAST self',
    'STORE_ATTR state',
    'LOAD_CONST None',
    'RETURN_VALUE',
  ],
};

/** Attributes that nobody assigns after they are made. */
const CONSTANT = new Set(['waiting', '_task_queue', '_io_queue']);

/** What a function does that others can see, if its conditional jumps are taken as `taken` says. */
function effectsOf(name: string, taken: readonly boolean[]): string[] {
  const code = BYTECODE[name] as readonly string[];
  const effects: string[] = [];
  const methods: string[] = [];
  const decisions = [...taken];
  for (let at = 0; at < code.length; ) {
    const [opcode = '', argument = '', check] = (code[at] as string).split(' ');
    at++;
    if (opcode === 'LOAD_ATTR' && !CONSTANT.has(argument)) effects.push(`read ${argument}`);
    if (opcode === 'STORE_ATTR') effects.push(`write ${argument}`);
    if (opcode === 'LOAD_METHOD') methods.push(argument);
    if (opcode === 'CALL_METHOD') effects.push(`call ${methods.pop()}`);
    if (opcode === 'YIELD_VALUE') effects.push('yield');
    if (check !== undefined) effects.push('check');
    if (opcode === 'JUMP' || (opcode === 'POP_JUMP_IF_TRUE' && decisions.shift() === true))
      at = Number(argument);
  }
  return effects;
}

class NotedQueue extends TaskQueue {
  override push(task: Task, after: number | null = 0): void {
    note('call push');
    super.push(task, after);
    note('returned');
  }
  override pop(): Task {
    note('call pop');
    const task = super.pop();
    note('returned');
    return task;
  }
  override peek(): Task | null {
    note('call peek');
    const task = super.peek();
    note('returned');
    return task;
  }
}

interface Objects {
  readonly loop: Loop;
  readonly event: Event;
  readonly flag: ThreadSafeFlag;
}

/** What the model does in `body`, in the words of {@link effectsOf}. */
function effectsInModel(body: (objects: Objects) => void, waiters = 0): string[] {
  const { elaboration, result: watched } = elaborate(() => {
    const board = bareBoard();
    const loop = new Loop(board);
    Object.assign(loop, { queue: new NotedQueue('run queue', loop.heap()) });
    const event = new Event(loop);
    Object.assign(event, { waiting: new NotedQueue('waiters', loop.heap()) });
    const flag = new ThreadSafeFlag(loop);
    Object.assign(loop, {
      yield_: () => note('yield'),
      io: {
        queue_read: () => {
          note('call queue_read');
          note('returned');
        },
      },
    });
    const task = loop.coroutine('task', () => {});
    loop.cur_task = task;
    const others = [loop.coroutine('first', () => {}), loop.coroutine('second', () => {})];
    for (const other of others.slice(0, waiters)) event.waiting.push(other);
    const objects = { loop, event, flag };
    process(
      'program',
      () => {
        note('begin');
        body(objects);
        note('end');
        // What is assigned is a variable.
        event.state = !event.state;
        flag.state = 1 - flag.state;
        loop.cur_task = loop.cur_task === null ? task : null;
      },
      {
        roles: [task],
        python: () => {
          note('check');
          return 0;
        },
      },
    );
    return new Map<object, readonly string[]>([
      [event, ['state']],
      [flag, ['state']],
      [loop, ['cur_task']],
      [task, ['data']],
    ]);
  });
  return effectsIn(compileToRun(elaboration, OPTIONS), watched);
}

function effectsIn(executable: Executable, watched: ReadonlyMap<object, readonly string[]>): string[] {
  const names = new Map<unknown, string>();
  for (const [object, keys] of watched)
    for (const key of keys) names.set(executable.memory.properties.get(object)?.get(key), key);
  const effects: string[] = [];
  /** What a queue does to a task is the call's affair. */
  let inCall = false;
  const add = (kind: string, variable: unknown) => {
    const name = names.get(variable);
    if (name !== undefined && !inCall) effects.push(`${kind} ${name}`);
  };
  const observer: Observer = {
    entered: () => {},
    executed: (instruction) => {
      if (instruction.kind !== 'note') return;
      const [word] = instruction.words;
      const text = word !== undefined && 'text' in word ? word.text : '';
      inCall = text.startsWith('call ');
      if (text !== 'returned') effects.push(text);
    },
    read: (variable) => add('read', variable),
    wrote: (variable) => add('write', variable),
  };
  const interpreter = new Interpreter(executable);
  let state = interpreter.initial(observer);
  const [program] = executable.program.processes.slice(-1);
  while (program !== undefined && interpreter.readiness(program, state) === 'ready') {
    const [attempt] = interpreter.stepsOf(program, state, observer);
    if (attempt?.outcome.kind !== 'state') break;
    state = attempt.outcome.state;
  }
  return effects.slice(effects.indexOf('begin') + 1, effects.indexOf('end'));
}

test('Event.set: two checkpoints, and one more for each waiter; the last comes before the store', () => {
  const set = ({ event }: Objects) => event.set();
  expect(effectsInModel(set)).toEqual(effectsOf('Event.set', [false]));
  expect(effectsInModel(set, 1)).toEqual(effectsOf('Event.set', [true, false]));
  expect(effectsInModel(set, 2)).toEqual(effectsOf('Event.set', [true, true, false]));
  expect(effectsOf('Event.set', [true, false])).toEqual([
    'check',
    'call peek',
    'check',
    'call pop',
    'call push',
    'call peek',
    'check',
    'write state',
  ]);
});

test('Event.wait: one checkpoint, between the test and the enqueueing', () => {
  const wait = ({ event }: Objects) => {
    event.wait();
  };
  expect(effectsInModel(wait)).toEqual(effectsOf('Event.wait', [false]));
  const waitSet = ({ event }: Objects) => {
    event.state = true;
    event.wait();
  };
  expect(effectsInModel(waitSet)).toEqual(['write state', ...effectsOf('Event.wait', [true])]);
});

test('ThreadSafeFlag: wait clears after it was resumed; set has no checkpoint', () => {
  expect(effectsInModel(({ flag }) => flag.wait())).toEqual(effectsOf('ThreadSafeFlag.wait', [false]));
  expect(effectsInModel(({ flag }) => flag.set())).toEqual(effectsOf('ThreadSafeFlag.set', []));
});
