import { atomic, clock } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Device } from './device.ts';
import type { ClockDomain } from './power_modes.ts';

/** Nothing is kept for when the clock goes on. */
const NOTHING = -1;

/**
 * A compare unit: one-shot or periodic, with a flag that stays until software clears it. Expiries that are not
 * served in time merge. Starting again leaves the flag alone, as in the TIMER of the RP2040 (INTR) and the TIMx of
 * the STM32 (UIF).
 */
export class HardwareTimer extends Device {
  static readonly drawing: Drawing = { kind: 'fields', also: ['counter', 'flag'] };

  private readonly counter = clock();
  /** 0: one-shot. */
  private periodUs = 0;
  /** The flag of an expiry before the counter was started again. */
  private flag = false;
  /** µs that were left as the clock was stopped; {@link NOTHING}: it did not run. */
  private heldUs = NOTHING;

  constructor(name: string, domain: ClockDomain = 'timer') {
    super(name, domain);
  }

  /** Expires once, `us` from now. Re-arms a running timer. */
  oneShot(us: number): void {
    atomic(() => {
      this.keepFlag();
      this.periodUs = 0;
      if (this.frozen) this.heldUs = us;
      else this.counter.arm(us);
    });
  }

  /** Expires every `us`, without drift, first after `firstUs`. */
  periodic(us: number, firstUs: number = us): void {
    atomic(() => {
      this.keepFlag();
      this.periodUs = us;
      if (this.frozen) this.heldUs = firstUs;
      else this.counter.every(us, firstUs);
    });
  }

  /** Counts no further. The flag stays. */
  stop(): void {
    atomic(() => {
      this.keepFlag();
      this.heldUs = NOTHING;
      this.counter.stop();
    });
  }

  /** Clears the flag, and only that: a periodic timer goes on. */
  clear(): void {
    atomic(() => {
      this.falling();
      this.flag = false;
      this.counter.clear();
    });
  }

  /** Sets the flag without an expiry: the UG bit of a TIMx of the STM32. */
  generate(): void {
    this.flag = true;
  }

  get expired(): boolean {
    return this.flag || this.counter.expired;
  }

  asserted(): boolean {
    return this.expired;
  }

  override freeze(): void {
    atomic(() => {
      this.frozen = true;
      this.keepFlag();
      // Clearing tells what is left of the period under way.
      this.counter.clear();
      this.heldUs = this.counter.remaining;
      this.counter.stop();
    });
  }

  override thaw(): void {
    atomic(() => {
      if (!this.frozen) return;
      this.frozen = false;
      if (this.heldUs !== NOTHING)
        if (this.periodUs > 0) this.counter.every(this.periodUs, this.heldUs);
        else this.counter.arm(this.heldUs);
      this.heldUs = NOTHING;
    });
  }

  private keepFlag(): void {
    if (this.counter.expired) this.flag = true;
  }
}
