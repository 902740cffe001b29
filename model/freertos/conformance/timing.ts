import { type Core, edges, Irq, type IrqOptions, timerLine } from '../../hardware/index.ts';
import { busy } from '../../index.ts';
import type { Config, CortexMOptions, Kernel } from '../index.ts';
import type { IrqProgram, Program } from './program.ts';

/** How a program meets time: when its interrupts and the tick come, and what its ops cost. */
export interface Timing {
  readonly tickUs: CortexMOptions['tickUs'];
  /** What the program's own configuration is changed to. */
  readonly config: Partial<Config>;
  readonly kernel?: typeof Kernel;
  /** Whether completed ops are counted: they tell states apart that are alike else. */
  readonly counts: boolean;
  /** CPU that an op consumes. */
  readonly consume: (units: number) => void;
  /** The line of a device interrupt that comes at a time of its own. */
  device(core: Core, irq: IrqProgram, name: string, handler: () => void, options: IrqOptions): void;
}

/** As the language prescribes: interrupts and ticks at their times, ops with their cost. */
export function exactTiming({ config }: Program): Timing {
  return {
    // Tickless idle brings a timer of its own.
    tickUs: config.tickless === 1 ? 0 : config.tickUnits,
    config: {},
    counts: true,
    consume: (units) => busy(units),
    device: (core, { at, every = 0 }, name, handler, options) => {
      // The clock becomes 1, 2, … but never 0.
      const first = at === undefined || at === 0 ? every || -1 : at;
      timerLine(core, name, DEVICE, { first, every: first < 0 ? 0 : every }, handler, options);
    },
  };
}

/** Devices are more urgent than the kernel's own interrupts, and do not interrupt each other. */
export const DEVICE = 1;

export interface FreeTimingOptions {
  readonly tickUs: 'any' | 'matters';
  readonly config?: Partial<Config>;
  readonly kernel?: typeof Kernel;
  /** How often each device interrupt comes at most. */
  readonly raises: (irq: IrqProgram) => number;
}

/** Interrupts and ticks at any moment, ops without cost: everything that a program might do on the kernel. */
export function freeTiming({ raises, ...options }: FreeTimingOptions): Timing {
  return {
    config: {},
    counts: false,
    consume: () => {},
    device: (core, irq, name, handler, lineOptions) => {
      edges(new Irq(core, name, DEVICE, handler, lineOptions), raises(irq));
    },
    ...options,
  };
}
