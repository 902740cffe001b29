import { atomic, type Clock, check, me, note, type Process, process, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { type Board, CancelledError, type Era, Exception } from '../micropython/index.ts';
import { IOQueue } from './io_queue.ts';
import { type Heap, PairingHeap, SortedHeap } from './pairheap.ts';
import {
  DONE_NOT_WAITED_ON,
  DONE_WAS_WAITED_ON,
  isCancelledError,
  RUNNING_NOT_WAITED_ON,
  RUNNING_WAITED_ON,
  StopIteration,
  Task,
} from './task.ts';
import { TaskQueue } from './task_queue.ts';

/**
 * What the loop does when no task is in the run queue and no object is polled. `return` (E1): `run()` ends, whatever its
 * main task waits for. `poll` (E2, bdb7e036d2): it looks again every 3 ms. `wait`: the proposals #6056, #6106 and #6125
 * took the exit out, and wait until something ends the poll.
 */
export type NothingToWake = 'return' | 'poll' | 'wait';

export interface LoopOptions {
  readonly nothingToWake?: NothingToWake;
  /** Model bound: tasks in one queue. */
  readonly tasksMax?: number;
  /** Queue operations access by access: for threads without a GIL. */
  readonly openQueues?: boolean;
  /** Until 514bf1a1911a a finished task had a `throw` method, which took what was thrown into its waiter. */
  readonly doneTaskCatches?: boolean;
  /**
   * A repair: a notification ends the poll only if a task is ready. As proposed it always does, and after a poll without a limit
   * the loop takes a task that may not be there.
   */
  readonly ignoresStaleNotify?: boolean;
  /** How the poller waits, for so many µs or (negative) for ever. Default: the board's hook, which returns each tick. */
  readonly wait?: (us: number) => void;
}

/** `sgen.state` of `sleep_ms`. Not modelled: a sleep that is made now and awaited later, which is all that it tells. */
const sgen: { readonly state: number | null } = { state: null };

/** What {@link Loop} raises on misuse, with the text of the real one. */
export const CoroutineExpected = new Exception('TypeError: coroutine expected');
export const CannotCancelSelf = new Exception(`RuntimeError: can't cancel self`);

/** What a loop needs of its board. */
export type LoopBoard = Pick<
  Board,
  'era' | 'main' | 'scheduler' | 'vm' | 'eventPollHook' | 'mp_hal_wake_main_task_from_isr'
>;

const NOTHING_TO_WAKE: Readonly<Record<Era, NothingToWake>> = { E1: 'return', E2: 'poll' };

/**
 * extmod/asyncio/core.py (1c3c201149), as its manifest freezes it into every port: with `opt=3`, hence without its
 * assertions. With `nothingToWake: 'return'` also that of June 2020.
 */
export class Loop {
  static readonly drawing: Drawing = { kind: 'fields', also: ['resumed', 'thrown'] };

  readonly queue: TaskQueue;
  readonly io: IOQueue;
  cur_task: Task | null = null;
  /** The coroutine that has the thread; `null`: the loop itself, or who called it. */
  resumed: Task | null = null;
  /** What is thrown into the coroutine that is resumed, or (how it ended) into the loop. */
  private thrown: Exception | null = null;
  private runs: () => boolean = () => false;
  private readonly tasks: Task[] = [];
  private readonly nothingToWake: NothingToWake;

  constructor(
    readonly board: LoopBoard,
    private readonly options: LoopOptions = {},
  ) {
    this.nothingToWake = options.nothingToWake ?? NOTHING_TO_WAKE[board.era];
    this.queue = new TaskQueue('run queue', this.heap());
    const hook = (us: number, deadline: Clock): void =>
      us < 0 ? board.eventPollHook() : board.eventPollHook(deadline);
    this.io = new IOQueue(this, options.wait ?? hook, options.ignoresStaleNotify ?? false);
  }

  /** A heap of the kind that this loop's queues are made of. */
  heap(): Heap {
    const { tasksMax = 4, openQueues = false } = this.options;
    return openQueues ? new PairingHeap(tasksMax) : new SortedHeap(tasksMax);
  }

  // ---- what a scenario is made of ----

  /**
   * A coroutine object: a process that runs where its loop's thread does, while the loop has resumed it. Nobody runs it
   * before {@link create_task}.
   */
  coroutine(name: string, body: () => void): Task {
    const task = new Task(name, () => this.heap());
    task.process = process(
      name,
      () => {
        let er: Exception = StopIteration;
        try {
          this.enter();
          body();
        } catch (exception) {
          er = exception as Exception;
        }
        atomic(() => {
          this.thrown = er;
          this.resumed = null;
        });
      },
      { roles: [task], runs: () => this.runs() && this.resumed === task, lane: { kind: 'task' } },
    );
    this.tasks.push(task);
    return task;
  }

  /** `asyncio.create_task(coroutine)`, in code or, for tasks that are there from the start, while building. */
  create_task(task: Task): Task {
    'use python';
    if (task.process === null) throw CoroutineExpected;
    this.queue.push(task);
    return task;
  }

  /** The program is `asyncio.run(main)`, and nothing else. Call it last. */
  run(main: Task): Process {
    return this.program(() => {
      this.create_task(main);
      this.run_until_complete(main);
    });
  }

  /** The program of the board's main thread, which calls {@link run_until_complete} somewhere. Call it last. */
  program(body: () => void): Process {
    const program = this.board.main(body);
    this.runs = program.runs;
    for (const task of this.tasks) {
      task.process!.roles.push(...program.roles);
      task.process!.python = program.python;
    }
    return program;
  }

  // ---- the loop ----

  /** `run_until_complete(main_task)`. Returns when the main task has ended; in E1 also when nothing can wake the loop. */
  run_until_complete(main: Task): void {
    'use python';
    while (true) {
      let dt = 1;
      while (dt > 0) {
        dt = -1;
        const t = this.queue.peek();
        if (t !== null) dt = t.due.remaining;
        else if (!this.io.map) {
          if (this.nothingToWake === 'return') return;
          if (main.isDone) return;
          if (this.nothingToWake === 'poll') dt = 3000;
        }
        this.io.wait_io_event(dt);
      }
      const t = this.queue.pop();
      this.cur_task = t;
      try {
        const exc = t.data;
        if (exc === null) this.send(t);
        else {
          t.data = null;
          this.throw_(t, exc);
        }
      } catch (exception) {
        if (!(exception instanceof Exception)) throw exception;
        this.ended(t, exception, t === main);
        if (t === main) return;
      }
    }
  }

  /** The handler of the loop: task `t` ended with `er`. */
  private ended(t: Task, er: Exception, isMain: boolean): void {
    'use python';
    let awaited = isMain;
    if (awaited) {
      this.cur_task = null;
      if (er !== StopIteration) {
        t.state = DONE_WAS_WAITED_ON;
        throw er;
      }
    }
    if (t.state < DONE_NOT_WAITED_ON) {
      if (t.state === RUNNING_NOT_WAITED_ON) t.state = awaited ? DONE_WAS_WAITED_ON : DONE_NOT_WAITED_ON;
      else {
        while (t.waiting.peek() !== null) {
          this.queue.push(t.waiting.pop());
          awaited = true;
        }
        t.state = DONE_WAS_WAITED_ON;
      }
      // Queued once more, so that the exception handler is called if nobody asks for the result.
      if (!awaited && !isStop(er)) this.queue.push(t);
      t.data = er;
    } else if (t.state === DONE_NOT_WAITED_ON) {
      t.data = er;
      note(`Task exception wasn't retrieved`, t, er);
    }
  }

  /** `t.coro.send(None)`: the loop stands still until the coroutine yields; raises how it ended. */
  private send(t: Task): void {
    this.resume(t, null);
  }

  /** `t.coro.throw(exc)`. A coroutine that has ended throws it back. */
  private throw_(t: Task, exc: Task['data']): void {
    check(exc instanceof Exception, 'TypeError: exceptions must derive from BaseException');
    if (t.isDone) throw exc;
    this.resume(t, exc);
  }

  private resume(t: Task, exc: Exception | null): void {
    atomic(() => {
      this.thrown = exc;
      this.resumed = t;
    });
    const er = atomic(() => {
      until(() => this.resumed === null);
      return this.taken();
    });
    if (er !== null) throw er;
  }

  private taken(): Exception | null {
    const thrown = this.thrown;
    this.thrown = null;
    return thrown;
  }

  /** The proposed `notify` of the loop's poller (#6056, #6106): the poll ends; if it had a limit, dt is computed anew. */
  notify(): void {
    this.io.notified = true;
    this.board.mp_hal_wake_main_task_from_isr();
  }

  // ---- called by coroutines ----

  /** The first `send` or `throw` into a coroutine. */
  private enter(): void {
    const exc = atomic(() => this.taken());
    if (exc !== null) throw exc;
  }

  /** `yield`: back to the loop, until it resumes the coroutine with a value or an exception. */
  yield_(): void {
    const exc = this.suspend();
    if (exc !== null) throw exc;
  }

  private suspend(): Exception | null {
    this.resumed = null;
    return atomic(() => this.taken());
  }

  /** `await asyncio.sleep_ms(ms)` */
  sleep_ms(ms: number): void {
    'use python';
    me(Task).due.arm(ms * 1000);
    // SingletonGenerator.__next__, before and after.
    if (sgen.state === null) this.queue.push(me(Task), null);
    this.yield_();
    if (sgen.state === null) return;
  }

  /** `await task`: its `__iter__` and `__next__` are C (task_getiter, task_iternext). Raises what the task raised. */
  await_(task: Task): void {
    atomic(() => {
      if (task.isDone) task.state = DONE_WAS_WAITED_ON;
      else task.state = RUNNING_WAITED_ON;
    });
    while (!task.done()) {
      atomic(() => {
        task.waiting.push(me(Task));
        me(Task).data = task;
      });
      let exc = this.suspend();
      // Thrown into the waiter, an exception goes to the innermost awaitable first.
      while (exc !== null && this.options.doneTaskCatches === true && task.isDone)
        exc = this.caught(task, exc);
      if (exc !== null) throw exc;
    }
    const er = task.data as Exception;
    if (er !== StopIteration) throw er;
  }

  /** task_throw of then: keeps what was thrown, and returns; to its waiter that is another yield. */
  private caught(task: Task, exc: Exception): Exception | null {
    task.data = exc;
    return this.suspend();
  }

  /** `task.cancel()` (task_cancel): one C call, which may be made by a callback too. False: it has ended already. */
  cancel(task: Task): boolean {
    return atomic(() => {
      if (task.isDone) return false;
      if (task === this.cur_task) throw CannotCancelSelf;
      // One that waits for a task is cancelled through it.
      let t = task;
      while (t.data instanceof Task) t = t.data;
      const { data } = t;
      if (data instanceof TaskQueue || data instanceof IOQueue) {
        if (data instanceof TaskQueue) data.remove(t);
        else data.remove(t);
        this.queue.push(t);
      } else if (t.due.remaining > 0) {
        this.queue.remove(t);
        this.queue.push(t);
      }
      t.data = CancelledError;
      return true;
    });
  }
}

/** `isinstance(er, excs_stop)` */
function isStop(er: Exception): boolean {
  return er === StopIteration || isCancelledError(er);
}
