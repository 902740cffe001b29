import { type Clock, check, clock, int, lostWakeup, type Process } from '../index.ts';

/** How the poller sleeps, and is woken: the port's business. The wake must be remembered, or come at one instant with the sleep. */
export interface Sleeper {
  /** Until woken, or `us` from now; negative: no limit. */
  sleep(us: number): void;
  /** From a thread, a task or an interrupt. */
  wake(): void;
}

/** How the proposal can be got wrong. */
export type ContractMistake =
  /** Sleeps until a signal comes, whatever else is registered. */
  | 'sleeps for signals only'
  /** Wakes, and then says what for. */
  | 'wakes before the flag'
  /** Is woken by anything, and returns then. */
  | 'returns on any wake';

/** Something that `poll_ms` can wait for. */
export abstract class EventSource {
  poller: ContractPoll | null = null;

  constructor(
    readonly name: string,
    /** µs between two looks that the source needs; negative: it says itself when something is there. */
    readonly interval: number,
  ) {}

  /** Whether it is ready now. Takes it. */
  abstract take(): boolean;
  /** For properties. */
  abstract isReady(): boolean;
}

/** The first kind: an object with a `check` method, which the poller has to call every now and then. */
export class PolledSource extends EventSource {
  constructor(
    name: string,
    interval: number,
    private readonly device: { level: boolean },
  ) {
    super(name, interval);
  }

  override take(): boolean {
    if (!this.device.level) return false;
    this.device.level = false;
    return true;
  }

  override isReady(): boolean {
    return this.device.level;
  }
}

/**
 * The second kind: something that is polled for the whole system, registered or not, such as a network stack without interrupts.
 * What it finds for this source it leaves here.
 */
export class SystemSource extends EventSource {
  found = false;

  constructor(
    name: string,
    interval: number,
    private readonly service: () => boolean,
  ) {
    super(name, interval);
  }

  override take(): boolean {
    if (this.service()) this.found = true;
    if (!this.found) return false;
    this.found = false;
    return true;
  }

  override isReady(): boolean {
    return this.found;
  }
}

/** The third kind: driven by events. Nobody looks; `signal()` says that something is there, from wherever that was noticed. */
export class SignalSource extends EventSource {
  signalled = false;

  constructor(name: string) {
    super(name, -1);
  }

  /** From a thread, a task or an interrupt: first what for, then the wake. */
  signal(): void {
    const { poller } = this;
    if (poller === null) {
      this.signalled = true;
      return;
    }
    if (poller.mistake === 'wakes before the flag') {
      poller.sleeper.wake();
      this.signalled = true;
      return;
    }
    this.signalled = true;
    poller.sleeper.wake();
  }

  override take(): boolean {
    if (!this.signalled) return false;
    this.signalled = false;
    return true;
  }

  override isReady(): boolean {
    return this.signalled;
  }
}

/**
 * A *proposal*: what reviewers of #6125 asked `uevent` to promise. `poll_ms` returns if and only if its time is over or something that
 * is registered is ready; it knows of each source how that shows, and sleeps no longer than the most impatient of them allows.
 */
export class ContractPoll {
  /** The source that ended the last `poll_ms`, by position; -1: none, the time is over. */
  ready: number;
  private readonly deadline: Clock = clock();
  private readonly longest: number;

  constructor(
    readonly sleeper: Sleeper,
    private readonly sources: readonly EventSource[],
    readonly mistake: ContractMistake | 'none' = 'none',
  ) {
    for (const source of sources) source.poller = this;
    this.ready = int(-1, sources.length, -1);
    const intervals = sources.map(({ interval }) => interval).filter((us) => us >= 0);
    this.longest =
      intervals.length === 0 || mistake === 'sleeps for signals only' ? -1 : Math.min(...intervals);
  }

  /** What can be lost for ever: a signal that nobody will see. */
  watch(waiter: Process): void {
    lostWakeup('a source is ready', () => this.sources.some((source) => source.isReady()), waiter);
  }

  /** `poll.poll_ms(timeout)`, µs; negative: no limit. Whether something is ready, and then `ready` says what. */
  poll(timeout: number): boolean {
    check(timeout !== 0, 'a poll that does not wait is not modelled');
    if (timeout > 0) this.deadline.arm(timeout);
    while (!this.look()) {
      if (timeout > 0 && this.deadline.expired) return this.over();
      this.sleeper.sleep(this.longest);
      if (this.mistake === 'returns on any wake') return this.over();
    }
    if (timeout > 0) this.deadline.stop();
    return true;
  }

  private over(): boolean {
    this.ready = -1;
    return false;
  }

  private look(): boolean {
    for (let n = 0; n < this.sources.length; n++)
      if (this.sources[n]!.take()) {
        this.ready = n;
        return true;
      }
    return false;
  }
}
