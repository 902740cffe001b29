import { Core } from '../hardware/index.ts';
import { atomic, me, type Process, process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Callback, ThreadModule, ThreadMutex, ThreadPort } from '../micropython/index.ts';

/**
 * mp_thread_mutex_t: `mutex_t` of the pico-sdk, as `_thread.lock` uses it: the loser waits with WFE, who leaves sends SEV, and
 * that is allowed to any core (mutex_exit asserts only that somebody is in it).
 */
export class Rp2Mutex implements ThreadMutex {
  static readonly drawing: Drawing = { kind: 'fields', also: ['taken'] };

  taken = false;

  constructor(readonly name: string) {}

  lock(wait: boolean): boolean {
    while (!this.tryEnter()) {
      if (!wait) return false;
      me(Core).wfe();
    }
    return true;
  }

  private tryEnter(): boolean {
    return atomic(() => {
      if (this.taken) return false;
      this.taken = true;
      return true;
    });
  }

  unlock(): void {
    this.taken = false;
    me(Core).sev();
  }
}

/** What the threads of the port share: whether core 1 runs Python. */
export interface Core1 {
  core1Entry: boolean;
}

/** ports/rp2/mpthreadport.c: the one thread that core 1 can run. A second one is refused ("core1 in use"). */
export class Rp2Threads implements ThreadPort {
  /** Set right after both are made. */
  module: ThreadModule | null = null;
  private entry: Callback | null = null;
  private arg = 0;
  private readonly process: Process;

  constructor(
    private readonly board: Core1,
    core: Core,
    roles: readonly object[],
    python: (counter: number) => number,
  ) {
    this.process = process('core 1', () => this.core1_entry_wrapper(), {
      roles: [...roles, core],
      runs: () => core.runs(null),
      python,
      dormant: true,
      lane: { core: core.name, kind: 'task' },
    });
  }

  newMutex(name: string): ThreadMutex {
    return new Rp2Mutex(name);
  }

  /** `core1_entry` is looked at and set in two steps, as in the source: only main can be here, or core 1 itself. */
  mp_thread_create(entry: Callback, arg: number): boolean {
    if (this.board.core1Entry) return false;
    this.board.core1Entry = true;
    atomic(() => {
      this.entry = entry;
      this.arg = arg;
      // multicore_reset_core1: whatever core 1 still does is over.
      this.process.kill();
      this.process.start();
    });
    return true;
  }

  mp_thread_start(): void {}

  mp_thread_finish(): void {}

  /** Without the heap's mutex, which it holds around this (scenario core1-killed-with-gc-lock). */
  mp_thread_deinit(): void {
    this.process.kill();
    this.board.core1Entry = false;
  }

  private core1_entry_wrapper(): void {
    const [entry, arg] = atomic((): [Callback, number] => [this.entry!, this.arg]);
    this.module!.thread_entry(entry, arg);
    this.board.core1Entry = false;
  }
}
