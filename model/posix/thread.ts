import { atomic, type Clock, clock, demand, int, me, type Process, process, rest, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { EINTR } from './errno.ts';
import { ALL_SIGNALS, NO_SIGNALS, type SigAction, signalName } from './signal.ts';

/** What a handler does to a system call that its thread is in. */
enum InCall {
  No,
  /** EINTR, unless the handler has SA_RESTART (read, write, sem_wait). */
  Restartable,
  /** EINTR always (poll, select, nanosleep): signal(7). */
  NeverRestarted,
}

export interface PosixOptions {
  /**
   * Who takes a signal that is sent to the process. `any`: some thread that does not block it, which is all that
   * POSIX says. `main`: the first thread, if it does not block it (kernel/signal.c of Linux).
   */
  readonly delivery?: 'any' | 'main';
}

export interface ThreadOptions {
  /** What the thread blocks from the start. Default: nothing, or what its creator blocks. */
  readonly mask?: number;
  readonly roles?: readonly object[];
  readonly python?: (counter: number) => number;
  /** Begins with {@link pthread_create}. */
  readonly dormant?: boolean;
  /**
   * Where the thread goes on after a siglongjmp: a handler that throws leaves the program where it stands, with what
   * it holds. Without it such a throw is uncaught.
   */
  readonly landing?: () => void;
}

/** A process of a POSIX system: signal actions for all, and threads with a mask each. */
export class PosixProcess {
  static readonly drawing: Drawing = { kind: 'bits', value: 'pending', also: ['exited'] };

  /** Signals that were sent to the process, and that no thread has taken. */
  pending = int(0, ALL_SIGNALS);
  exited = false;
  readonly threads: Thread[] = [];
  readonly actions: SigAction[] = [];
  readonly delivery: 'any' | 'main';

  constructor(options: PosixOptions = {}) {
    this.delivery = options.delivery ?? 'any';
  }

  /** sigaction(2), before the threads are made. While the scenario is built. */
  sigaction(
    signal: number,
    handler: () => void,
    options: { readonly restart?: boolean; readonly mask?: number } = {},
  ): void {
    this.actions.push({
      signal,
      handler,
      restart: options.restart ?? false,
      mask: options.mask ?? NO_SIGNALS,
    });
  }

  /** A thread; the first is the main thread. While the scenario is built. */
  thread(name: string, body: () => void, options: ThreadOptions = {}): Thread {
    const thread = new Thread(this, name, body, options);
    this.threads.push(thread);
    return thread;
  }

  /** kill(2) with the own process, or from another one: some thread takes it. */
  kill(signal: number): void {
    atomic(() => {
      this.pending |= signal;
    });
  }

  /** _exit(2) */
  exit(): void {
    atomic(() => {
      this.exited = true;
      for (const thread of this.threads) thread.end();
    });
  }
}

/**
 * A thread is processes that take turns: its program, and a handler for each signal. A handler may start between
 * any two steps of the program, also where a system call or a mutex blocks it, and in another handler.
 */
export class Thread {
  static readonly drawing: Drawing = {
    kind: 'bits',
    value: 'pending',
    also: ['mask', 'active', 'interrupted'],
  };

  /** Signals that were sent to this thread, and that it has not taken. */
  pending = int(0, ALL_SIGNALS);
  /** pthread_sigmask */
  mask: number;
  /** The signal whose handler executes; 0: the program does. */
  active = int(0, ALL_SIGNALS);
  /** Blocked by handlers that have not returned. */
  handling = int(0, ALL_SIGNALS);
  /** The mask that ppoll has set aside; -1: none. */
  savedMask = int(-1, ALL_SIGNALS, -1);
  /** An {@link InCall}. */
  inCall: number = int(InCall.No, InCall.NeverRestarted);
  /** A handler has run that ends the system call. */
  interrupted = false;
  readonly program: Process;
  private readonly landing: Process | null = null;
  readonly handlers: Process[] = [];
  private readonly timeout: Clock = clock();

  constructor(
    readonly owner: PosixProcess,
    readonly name: string,
    body: () => void,
    options: ThreadOptions,
  ) {
    this.mask = int(NO_SIGNALS, ALL_SIGNALS, options.mask ?? NO_SIGNALS);
    const roles = [this, owner, ...(options.roles ?? [])];
    const { python, dormant = false, landing } = options;
    const program = { roles, python, runs: () => this.active === 0, lane: { kind: 'thread' } } as const;
    this.program = process(name, body, { ...program, dormant });
    if (landing !== undefined)
      this.landing = process(`${name} after the jump`, landing, { ...program, dormant: true });
    for (const action of owner.actions)
      this.handlers.push(
        process(`${signalName(action.signal)} handler in ${name}`, () => this.serve(action), {
          roles,
          runs: () => this.active === action.signal || (this.handling & action.signal) === 0,
          lane: { kind: 'isr' },
        }),
      );
  }

  get alive(): boolean {
    return this.program.alive || this.landing?.alive === true;
  }

  get isMain(): boolean {
    return this.owner.threads[0] === this;
  }

  /** What no handler may start for. */
  blocks(signal: number): boolean {
    return ((this.mask | this.handling) & signal) !== 0;
  }

  private serve(action: SigAction): void {
    while (true) {
      const before = rest(() => this.deliver(action));
      if (this.landing === null) action.handler();
      else if (!this.returns(action)) continue;
      this.sigreturn(before[0], before[1]);
    }
  }

  /** Whether the handler returns, and does not jump away. */
  private returns(action: SigAction): boolean {
    try {
      action.handler();
    } catch {
      this.siglongjmp();
      return false;
    }
    return true;
  }

  /** Delivery: one step of the kernel. What comes back as the handler returns, or null. */
  private deliver(action: SigAction): [active: number, handling: number] | null {
    const { signal } = action;
    if (!this.alive || this.blocks(signal)) return null;
    if ((this.pending & signal) !== 0) this.pending &= ~signal;
    else if ((this.owner.pending & signal) !== 0 && this.mayTake(signal)) this.owner.pending &= ~signal;
    else return null;
    const { active, handling } = this;
    this.active = signal;
    this.handling |= signal | action.mask;
    if (this.inCall === InCall.NeverRestarted || (this.inCall === InCall.Restartable && !action.restart))
      this.interrupted = true;
    return [active, handling];
  }

  /** Whether a signal for the process may be this thread's. */
  private mayTake(signal: number): boolean {
    if (this.owner.delivery === 'any' || this.isMain) return true;
    const main = this.owner.threads[0]!;
    return !main.alive || main.blocks(signal);
  }

  /** The end of a handler. The mask that ppoll set aside is back as the outermost one returns. */
  private sigreturn(active: number, handling: number): void {
    atomic(() => {
      this.active = active;
      this.handling = handling;
      if (active === 0) this.restoreMask();
    });
  }

  /** Out of the handler, into the landing; with sigprocmask, as a handler must that does not return. */
  private siglongjmp(): void {
    atomic(() => {
      this.program.kill();
      this.active = 0;
      this.handling = NO_SIGNALS;
      this.mask = NO_SIGNALS;
      this.savedMask = -1;
      this.inCall = InCall.No;
      this.interrupted = false;
      this.timeout.stop();
      this.landing!.kill();
      this.landing!.start();
    });
  }

  private restoreMask(): void {
    if (this.savedMask < 0) return;
    this.mask = this.savedMask;
    this.savedMask = -1;
  }

  /** Entry of a system call. @param mask of ppoll; -1: as it is. */
  private enter(inCall: InCall, timeout: number, mask: number): void {
    demand(this.active === 0, 'a signal handler makes a system call that blocks (not modelled)');
    this.inCall = inCall;
    this.timeout.arm(timeout);
    if (mask < 0) return;
    this.savedMask = this.mask;
    this.mask = mask;
  }

  /** The result of the system call, or null while it goes on. What is there counts before a signal does. */
  private leave(done: number): [number] | null {
    let result = done;
    if (result === 0)
      if (this.interrupted) result = EINTR;
      else if (!this.timeout.expired) return null;
    this.inCall = InCall.No;
    this.interrupted = false;
    this.timeout.stop();
    this.restoreMask();
    return [result];
  }

  /** See {@link systemCall}. */
  systemCall(attempt: () => number, timeout: number, mask: number): number {
    atomic(() => this.enter(InCall.NeverRestarted, timeout, mask));
    return rest(() => this.leave(attempt()))[0];
  }

  /** See {@link restartableCall}. */
  restartableCall(attempt: () => number, timeout: number): number {
    atomic(() => this.enter(InCall.Restartable, timeout, -1));
    return rest(() => this.leave(attempt()))[0];
  }

  /** Gone where it stands, with what it holds. */
  cancel(): void {
    atomic(() => {
      this.end();
      for (const handler of this.handlers) handler.kill();
    });
  }

  /** No program, and so nothing that a handler may start for. */
  end(): void {
    this.program.kill();
    this.landing?.kill();
  }
}

/** pthread_cancel(3) of a thread with PTHREAD_CANCEL_ASYNCHRONOUS. */
export function pthread_cancel(thread: Thread): void {
  thread.cancel();
}

/**
 * A system call that may wait and that SA_RESTART restarts: read, write, sem_wait. `attempt` is tried at entry and
 * whenever something changes, as one step; 0: not yet. Returns what `attempt` did, EINTR, or 0 after `timeout` µs.
 */
export function restartableCall(attempt: () => number, timeout = -1): number {
  return me(Thread).restartableCall(attempt, timeout);
}

/** One that is never restarted: poll, select, nanosleep. @param mask is in force for exactly as long as the call. */
export function systemCall(attempt: () => number, timeout = -1, mask = -1): number {
  return me(Thread).systemCall(attempt, timeout, mask);
}

/** pthread_create(3) of a dormant thread. It blocks what its creator blocks. */
export function pthread_create(thread: Thread): void {
  atomic(() => {
    thread.mask = me(Thread).mask;
    thread.program.start();
  });
}

/** pthread_kill(3): the signal is for this thread and no other. */
export function pthread_kill(thread: Thread, signal: number): void {
  atomic(() => {
    thread.pending |= signal;
  });
}

/** pthread_sigmask(SIG_SETMASK): returns the mask before. */
export function pthread_sigmask(mask: number): number {
  return atomic(() => {
    const self = me(Thread);
    const before = self.mask;
    self.mask = mask;
    return before;
  });
}

/**
 * sigwait(3) for one signal, which the thread must block: takes it without a handler. Other signals' handlers run
 * and do not end it.
 */
export function sigwait(signal: number): void {
  const self = me(Thread);
  demand(self.blocks(signal), 'sigwait() for a signal that is not blocked');
  rest(() => {
    if ((self.pending & signal) !== 0) self.pending &= ~signal;
    else if ((self.owner.pending & signal) !== 0) self.owner.pending &= ~signal;
    else return false;
    return true;
  });
}

/** Waits until the thread has ended. */
export function pthread_join(thread: Thread): void {
  until(() => !thread.alive);
}
