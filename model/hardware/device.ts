import type { Core } from './core.ts';
import { Irq, type IrqOptions } from './irq.ts';
import type { ClockDomain } from './power_modes.ts';

/** Something with a flag that requests interrupts as long as it is set. */
export abstract class Device {
  /** Its clock is stopped by a sleep mode. */
  frozen = false;
  /** The lines that it drives: one, or one for each core. */
  readonly lines: Irq[] = [];

  /** @param domain the clock that it needs; sleep modes name those that they stop. */
  constructor(
    readonly name: string,
    readonly domain: ClockDomain = 'peripheral',
  ) {}

  /** Whether it requests an interrupt. */
  abstract asserted(): boolean;

  /** A level-triggered line of this device, one for each core that serves it. Elaboration only. */
  line(core: Core, priority: number, handler: () => void, options: IrqOptions = {}): Irq {
    const name = this.lines.length === 0 ? this.name : `${this.name} ${core.name}`;
    const line = new Irq(core, name, priority, handler, { ...options, asserted: () => this.asserted() });
    this.lines.push(line);
    core.devices.push(this);
    return line;
  }

  /** A sleep mode stops its clock, in the step that begins it. */
  freeze(): void {
    this.frozen = true;
  }

  /** Its clock goes on. */
  thaw(): void {
    this.frozen = false;
  }

  /** To be called in the step that may end the request, before it does ({@link Irq.sample}). */
  protected falling(): void {
    for (const line of this.lines) line.sample();
  }
}
