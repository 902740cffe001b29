import { note } from '../../index.ts';
import { type Callback, Exception, QueueFull } from '../../micropython/index.ts';
import { bareBoard, Event, Lock, Loop, type Task, ThreadSafeFlag, WaitFor } from '../index.ts';
import type { Op, Script } from './script.ts';

/** A script as a model: one thread, nothing from outside, so it has one run. What it shows are its notes. */
class World {
  private readonly board = bareBoard();
  private readonly loop = new Loop(this.board, {
    tasksMax: 12,
    wait: (us) => this.board.mp_event_wait(us),
  });
  private readonly events: Event[] = [];
  private readonly locks: Lock[] = [];
  /** One for each task, which alone waits for it. */
  private readonly flags: ThreadSafeFlag[] = [];
  private readonly callbacks: Callback[] = [];
  private readonly tasks: Task[] = [];
  private readonly waits: WaitFor[] = [];

  constructor({ tasks, callbacks, children, events, locks, ms }: Script) {
    for (let n = 0; n < events; n++) this.events.push(new Event(this.loop, `event ${n}`));
    for (let n = 0; n < locks; n++) this.locks.push(new Lock(this.loop, { name: `lock ${n}` }));
    for (let n = 0; n < tasks.length; n++) this.flags.push(new ThreadSafeFlag(this.loop, `flag ${n}`));
    for (const [n, list] of callbacks.entries()) {
      const run = this.program(`c${n}`, list);
      this.callbacks.push({ name: `callback ${n}`, run: () => run() });
    }
    const used = new Set(
      [...tasks, ...children].flat().flatMap(([name, n]) => (name === 'wait_for' ? [n] : [])),
    );
    for (const [n, list] of children.entries())
      if (used.has(n)) this.waits[n] = new WaitFor(this.loop, this.coroutine(`w${n}`, list));
    for (const [n, list] of tasks.entries()) {
      const task = this.coroutine(`t${n}`, list);
      this.tasks.push(task);
      this.loop.create_task(task);
    }
    this.loop.run(
      this.loop.coroutine('main', () => {
        this.loop.sleep_ms(ms);
        note('line', 'main', -1, 'None');
      }),
    );
  }

  /** Says how it ends, and ends so. */
  private coroutine(name: string, list: readonly Op[]): Task {
    const run = this.program(name, list);
    return this.loop.coroutine(name, () => {
      'use python';
      try {
        run();
        note('line', name, -1, 'None');
      } catch (er) {
        if (!(er instanceof Exception)) throw er;
        note('line', name, -1, er);
        throw er;
      }
    });
  }

  /** Straight-line code: no jump but those of what is called. */
  private program(name: string, list: readonly Op[]): () => void {
    let run = () => {};
    for (let place = list.length - 1; place >= 0; place--) {
      const perform = this.perform(list[place]!);
      const rest = run;
      run = () => {
        const result = perform();
        note('line', name, place, result);
        rest();
      };
    }
    return run;
  }

  private perform([name, n, ms]: Op): () => unknown {
    // Tasks exist when all programs do.
    const { loop, tasks } = this;
    switch (name) {
      case 'set': {
        const event = this.events[n]!;
        return () => {
          event.set();
          return null;
        };
      }
      case 'clear': {
        const event = this.events[n]!;
        return () => {
          event.clear();
          return null;
        };
      }
      case 'is_set': {
        const event = this.events[n]!;
        return () => event.is_set();
      }
      case 'wait': {
        const event = this.events[n]!;
        return () => event.wait();
      }
      case 'flag_set': {
        const flag = this.flags[n]!;
        return () => {
          flag.set();
          return null;
        };
      }
      case 'flag_clear': {
        const flag = this.flags[n]!;
        return () => {
          flag.clear();
          return null;
        };
      }
      case 'flag_wait': {
        const flag = this.flags[n]!;
        return () => {
          flag.wait();
          return null;
        };
      }
      case 'acquire': {
        const lock = this.locks[n]!;
        return () => lock.acquire();
      }
      case 'release': {
        const lock = this.locks[n]!;
        return () => {
          lock.release();
          return null;
        };
      }
      case 'locked': {
        const lock = this.locks[n]!;
        return () => lock.locked();
      }
      case 'sleep_ms':
        return () => {
          loop.sleep_ms(n);
          return null;
        };
      case 'schedule': {
        const callback = this.callbacks[n]!;
        return () => {
          if (!this.board.scheduler.mp_sched_schedule(callback)) throw QueueFull;
          return null;
        };
      }
      case 'cancel':
        return () => loop.cancel(tasks[n]!);
      case 'done':
        return () => tasks[n]!.done();
      case 'await':
        return () => {
          loop.await_(tasks[n]!);
          return null;
        };
      default: {
        const wait = this.waits[n]!;
        return () => {
          wait.wait_for_ms(ms!);
          return null;
        };
      }
    }
  }
}

/** Builds it. */
export function load(script: Script): void {
  new World(script);
}
