import { Core, type Power, type WakeSource } from '../hardware/index.ts';
import { atomic, type Clock, clock, me } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { PENDING, type Scheduler } from './scheduler.ts';

/** What an event loop waits for, as far as a sleep is concerned. */
export interface PowerSource {
  readonly name: string;
  /** What its interrupt is in the table of sleep modes. */
  readonly wakes: WakeSource;
  /** Whether what it waits for is there: `ioctl(POLL)`. */
  ready(): boolean;
}

/** A source that is registered, or is not at the moment. */
export class Registration {
  static readonly drawing: Drawing = { kind: 'fields', also: ['active'] };

  active = true;

  constructor(readonly source: PowerSource) {}

  /** `uart.deinit()`: sleep may be deeper from now on. */
  unregister(): void {
    this.active = false;
  }
}

/**
 * One thing that a power manager can get wrong. `just sleeps` is all of them: what a program does that calls
 * `machine.lightsleep(timeout)` where it has nothing to do.
 */
export type PowerMistake =
  | 'just sleeps'
  | 'ignores the sources'
  | 'ignores the time limit'
  | 'ignores the queue'
  | 'interrupts on'
  | 'forgets the time slept';

export interface PowerManagerOptions {
  readonly scheduler: Scheduler;
  /** Made after it, because it counts what there is. */
  readonly power: () => Power;
  /** The tick stands still in a light sleep: the port adds what was slept, in µs. */
  readonly addTime: (us: number) => void;
  /** µs: shorter waits are not worth a light sleep. */
  readonly worthwhileUs: number;
  readonly mistake?: PowerMistake;
}

/**
 * A *proposal* from the discussion of #6125, in no release: the event loop does not sleep, it asks a power manager to, which knows the
 * next time limit, the registered sources, and which of them can end which mode of the chip. Meant as MICROPY_INTERNAL_WFE
 * of a port with one core.
 */
export class PowerManager {
  readonly registrations: Registration[] = [];
  private readonly slept: Clock = clock();

  constructor(private readonly options: PowerManagerOptions) {}

  /** While the scenario is built. */
  register(source: PowerSource): Registration {
    const registration = new Registration(source);
    this.registrations.push(registration);
    return registration;
  }

  /**
   * Sleeps as deeply as it may, until something is there or the time is over; not at all if something is there already.
   * The look and the sleep are under one mask: a masked interrupt that is pending ends every sleep.
   *
   * @param timeoutUs until the event loop has something to do by itself; negative: never.
   */
  wait(timeoutUs: number): void {
    const { mistake } = this.options;
    if (mistake === 'just sleeps') {
      this.options.power().lightsleep(timeoutUs);
      return;
    }
    const core = me(Core);
    if (mistake !== 'interrupts on') core.disableInterrupts();
    if (timeoutUs !== 0 && !this.isDue()) this.sleep(timeoutUs);
    if (mistake !== 'interrupts on') core.enableInterrupts();
  }

  /** Whether there is something to do: a callback in the queue, a source that is ready. */
  private isDue(): boolean {
    return atomic(() => {
      if (this.options.mistake !== 'ignores the queue' && this.options.scheduler.state === PENDING)
        return true;
      for (const { active, source } of this.registrations) if (active && source.ready()) return true;
      return false;
    });
  }

  private sleep(timeoutUs: number): void {
    const { mistake } = this.options;
    const power = this.options.power();
    const alarmUs = mistake === 'ignores the time limit' ? -1 : timeoutUs;
    if (!atomic(() => this.mayLightsleep(alarmUs))) {
      me(Core).wfi();
      return;
    }
    if (timeoutUs >= 0) this.slept.arm(timeoutUs);
    power.lightsleep(alarmUs);
    if (timeoutUs >= 0) this.makeUp(timeoutUs);
  }

  /** Every registered source ends it, and it is worth it. */
  private mayLightsleep(timeoutUs: number): boolean {
    const { modes } = this.options.power();
    const { wakes } = timeoutUs < 0 ? (modes.dormant ?? modes.lightsleep) : modes.lightsleep;
    if (timeoutUs >= 0 && timeoutUs < this.options.worthwhileUs) return false;
    if (this.options.mistake === 'ignores the sources' || wakes === 'any') return true;
    for (const { active, source } of this.registrations)
      if (active && !wakes.includes(source.wakes)) return false;
    return true;
  }

  /** A clock that went on (the RTC) tells how long it was. */
  private makeUp(timeoutUs: number): void {
    const us = timeoutUs - this.slept.remaining;
    this.slept.stop();
    if (this.options.mistake !== 'forgets the time slept') this.options.addTime(us);
  }
}
