import { INTRINSIC, intrinsic } from './tag.ts';

/** A timer in virtual time. It holds the time *remaining*, so that states repeat. */
export interface Clock {
  /** Expires once, in `us`; negative: never. Re-arms a running clock. `arm(0)` expires at once. */
  arm(us: number): void;
  /** Expires every `us`, first after `first`, without drift; `expired` latches (one bit). */
  every(us: number, first?: number): void;
  /** Neither running nor expired. */
  stop(): void;
  /** Takes back `expired` only. */
  clear(): void;
  /** A level, true from expiry until armed, stopped or cleared. */
  readonly expired: boolean;
  /** µs left; 0 when expired, -1 when stopped. */
  readonly remaining: number;
}

/** A clock as elaboration leaves it. `left`, `period` and `latched` are its state variables. */
export class ClockHandle implements Clock {
  readonly [INTRINSIC] = 'clock';
  /** µs to the next expiry; 0: expired (one-shot); -1: stopped. */
  left = -1;
  /** 0: one-shot. */
  period = 0;
  /** A periodic clock has expired since it was cleared. */
  latched = false;

  arm(us: number): void {
    this.left = us < 0 ? -1 : us;
    this.period = 0;
    this.latched = false;
  }

  every(us: number, first: number = us): void {
    this.period = us;
    this.latched = first <= 0;
    this.left = first <= 0 ? us : first;
  }

  stop(): void {
    this.left = -1;
    this.period = 0;
    this.latched = false;
  }

  clear(): void {
    this.latched = false;
    if (this.left === 0) this.left = -1;
  }

  get expired(): boolean {
    return this.latched || this.left === 0;
  }

  get remaining(): number {
    return this.latched ? 0 : this.left;
  }
}

/** A stopped clock. Elaboration only. */
export const clock = intrinsic('clock', (): Clock => new ClockHandle());
