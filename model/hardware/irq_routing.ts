import { atomic } from '../index.ts';
import type { Core } from './core.ts';
import { Irq, type IrqOptions } from './irq.ts';

export interface RoutingOptions extends IrqOptions {
  /** Where it goes at first. Default: the first core. */
  readonly to?: readonly Core[];
}

/**
 * A source that several cores could serve: a line for each of them, and a switch before each line (the interrupt
 * matrix of the ESP32, the NVIC enable bits of both cores of an RP2040). What is pending at a core stays there when
 * the source is routed elsewhere; a level follows.
 */
export class RoutedIrq {
  readonly lines: readonly Irq[];
  private readonly routed: boolean[];

  constructor(
    readonly cores: readonly Core[],
    readonly name: string,
    priority: number,
    handler: () => void,
    options: RoutingOptions = {},
  ) {
    const { to = cores.slice(0, 1), asserted } = options;
    this.routed = cores.map((core) => to.includes(core));
    this.lines = cores.map((core, i) => {
      const level = asserted === undefined ? undefined : () => this.routed[i]! && asserted();
      return new Irq(core, `${name} ${core.name}`, priority, handler, { ...options, asserted: level });
    });
  }

  /** An edge, at every core that it is routed to. */
  raise(): void {
    atomic(() => {
      for (let i = 0; i < this.lines.length; i++) if (this.routed[i]) this.lines[i]!.raise();
    });
  }

  /** From now on to this core only; `null`: to none. */
  routeTo(target: Core | null): void {
    atomic(() => {
      for (let i = 0; i < this.lines.length; i++) this.routed[i] = this.cores[i] === target;
    });
  }
}
