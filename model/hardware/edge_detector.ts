import { atomic, type Process, process } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Device } from './device.ts';

export interface EdgeOptions {
  readonly rising?: boolean;
  readonly falling?: boolean;
  /** The level at the start. */
  readonly level?: boolean;
}

/**
 * A pin with an edge detector: an edge sets a latch that software clears by writing 1 (IO_BANK0 INTR of the RP2040,
 * EXTI_PR of the STM32). Edges merge. The request is the latch. Works without clocks, so that it can wake.
 */
export class EdgeDetector extends Device {
  static readonly drawing: Drawing = { kind: 'fields', also: ['level', 'latched'] };

  level: boolean;
  latched = false;
  private readonly rising: boolean;
  private readonly falls: boolean;

  /** Without options: rising edges. */
  constructor(name: string, options: EdgeOptions = {}) {
    super(name, 'asynchronous');
    this.level = options.level ?? false;
    this.falls = options.falling ?? false;
    this.rising = options.rising ?? !this.falls;
  }

  asserted(): boolean {
    return this.latched;
  }

  /** What the outside world does to the pin. */
  drive(level: boolean): void {
    atomic(() => {
      if (level === this.level) return;
      this.level = level;
      if (level ? this.rising : this.falls) this.latched = true;
    });
  }

  /** Forgets the edges that came so far. */
  clear(): void {
    atomic(() => {
      this.falling();
      this.latched = false;
    });
  }

  /** The outside world turns the level round up to `times` times, at any moments or never. Elaboration only. */
  toggles(times: number): Process {
    return process(
      `${this.name} world`,
      () => {
        for (let n = 0; n < times; n++) this.drive(!this.level);
      },
      { outside: true, lane: { kind: 'outside' } },
    );
  }
}
