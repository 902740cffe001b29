import { atomic, me, type Sequence, sequence, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Core } from './core.ts';
import { Device } from './device.ts';

/** One core's end: what it can read, and its sticky errors. Its line is level-triggered. */
export class SioPort extends Device {
  static readonly drawing: Drawing = {
    kind: 'queue',
    items: 'received',
    capacity: 'received.capacity',
    also: ['readOnEmpty', 'writtenOnFull'],
  };

  readonly received: Sequence<number>;
  /** ROE: read when empty. */
  readOnEmpty = false;
  /** WOF: written when full; the word is gone. */
  writtenOnFull = false;

  constructor(
    readonly core: Core,
    depth: number,
  ) {
    super(`SIO FIFO ${core.name}`);
    this.received = sequence<number>(depth);
  }

  get full(): boolean {
    return this.received.length === this.received.capacity;
  }

  asserted(): boolean {
    return this.received.length > 0 || this.readOnEmpty || this.writtenOnFull;
  }

  /** A write to `FIFO_ST`. VLD goes away by reading only. */
  clearErrors(): void {
    atomic(() => {
      this.falling();
      this.readOnEmpty = false;
      this.writtenOnFull = false;
    });
  }

  /** A read of `FIFO_RD`; 0 if there is nothing. */
  read(): number {
    return atomic(() => {
      this.falling();
      if (this.received.length > 0) return this.received.shift();
      this.readOnEmpty = true;
      return 0;
    });
  }
}

/**
 * The mailboxes between the two cores of an RP2040 (SIO, `hardware_regs`; the names are those of pico_multicore
 * without `multicore_fifo_`). Each call is about the end of the core that it is called on. Cores that block need
 * `eventRegister`.
 */
export class SioFifo {
  readonly ports: readonly [SioPort, SioPort];

  /** @param depth words in each direction: 8 on the RP2040, 4 on the RP2350 */
  constructor(core0: Core, core1: Core, depth = 8) {
    this.ports = [new SioPort(core0, depth), new SioPort(core1, depth)];
  }

  rvalid(): boolean {
    return this.mine().received.length > 0;
  }

  wready(): boolean {
    return !this.other().full;
  }

  /** Spins while it is full. What another context of this core writes between look and write makes it overflow. */
  push_blocking(word: number): void {
    until(() => this.wready());
    this.write(word);
    me(Core).sev();
  }

  /** Sleeps with WFE while it is empty. */
  pop_blocking(): number {
    while (!this.rvalid()) me(Core).wfe();
    return this.mine().read();
  }

  drain(): void {
    while (this.rvalid()) this.mine().read();
  }

  /** ROE and WOF only. */
  clear_irq(): void {
    this.mine().clearErrors();
  }

  /** A write to `FIFO_WR`. */
  write(word: number): void {
    atomic(() => {
      const to = this.other();
      if (to.full) this.mine().writtenOnFull = true;
      else to.received.push(word);
    });
  }

  mine(): SioPort {
    return me(Core) === this.ports[0].core ? this.ports[0] : this.ports[1];
  }

  private other(): SioPort {
    return me(Core) === this.ports[0].core ? this.ports[1] : this.ports[0];
  }
}
