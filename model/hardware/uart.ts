import { atomic, clock, int, type Process, process, type Sequence, sequence, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Device } from './device.ts';
import { HardwareTimer } from './hardware_timer.ts';

export interface UartOptions {
  /** Characters that the receiver holds: 1 on an STM32F4, 32 on the PL011 of an RP2040, 128 on an ESP32. */
  readonly fifo?: number;
  /** Requests from this fill level on. Default: 1. */
  readonly threshold?: number;
  /** Requests as well when characters have waited for this long; -1: no such timeout. */
  readonly rxTimeoutUs?: number;
}

/** The receiving half of a UART. Its line is level-triggered: it requests until enough has been read. */
export class Uart extends Device {
  static readonly drawing: Drawing = {
    kind: 'queue',
    items: 'received',
    capacity: 'received.capacity',
    also: ['overrun'],
  };

  readonly received: Sequence<number>;
  /** A character came when the receiver was full, and is lost. Sticky. */
  overrun = false;
  private readonly threshold: number;
  private readonly quiet: HardwareTimer | null;
  private readonly rxTimeoutUs: number;

  constructor(name: string, options: UartOptions = {}) {
    super(name, 'peripheral');
    const { fifo = 1, threshold = 1, rxTimeoutUs = -1 } = options;
    this.received = sequence<number>(fifo);
    this.threshold = threshold;
    this.rxTimeoutUs = rxTimeoutUs;
    this.quiet = rxTimeoutUs < 0 ? null : new HardwareTimer(`${name} receive timeout`, this.domain);
  }

  asserted(): boolean {
    if (this.received.length >= this.threshold || this.overrun) return true;
    return this.quiet === null ? false : this.quiet.expired;
  }

  /** A character from the wire. Without a clock, in a sleep mode, nobody samples the pin. */
  receive(character: number): void {
    atomic(() => {
      if (this.frozen) return;
      if (this.received.length < this.received.capacity) {
        this.received.push(character);
        this.restartTimeout();
      } else this.overrun = true;
    });
  }

  get readable(): boolean {
    return this.received.length > 0;
  }

  /** The oldest character. A model error if there is none. */
  read(): number {
    return atomic(() => {
      this.falling();
      const character = this.received.shift();
      this.restartTimeout();
      return character;
    });
  }

  clearOverrun(): void {
    atomic(() => {
      this.falling();
      this.overrun = false;
    });
  }

  override freeze(): void {
    super.freeze();
    if (this.quiet !== null) this.quiet.freeze();
  }

  override thaw(): void {
    super.thaw();
    if (this.quiet !== null) this.quiet.thaw();
  }

  /** Counts from the last character or read; stands while there is nothing to read. */
  private restartTimeout(): void {
    if (this.quiet === null) return;
    this.quiet.stop();
    this.quiet.clear();
    if (this.received.length > 0) this.quiet.oneShot(this.rxTimeoutUs);
  }

  /** The other side sends 0, 1, … up to `count` characters, at any moments or never. Elaboration only. */
  sender(count: number): Process {
    return process(
      `${this.name} sender`,
      () => {
        for (let n = 0; n < count; n++) this.receive(n);
      },
      { outside: true, lane: { kind: 'outside' } },
    );
  }

  /** The other side sends 0, 1, … at these times, in µs from the start, ascending. Elaboration only. */
  sendsAt(timesUs: readonly number[]): Process {
    const next = clock();
    const gaps = timesUs.map((us, i) => us - (timesUs[i - 1] ?? 0));
    if (gaps.length > 0) next.arm(gaps[0]!);
    const sent = { count: int(0, gaps.length) };
    return process(
      `${this.name} sender`,
      () => {
        while (sent.count < gaps.length) {
          until(() => next.expired);
          atomic(() => {
            this.receive(sent.count);
            sent.count++;
            if (sent.count < gaps.length) next.arm(gaps[sent.count]!);
            else next.stop();
          });
        }
      },
      { prompt: true, lane: { kind: 'outside' } },
    );
  }
}
