import { atomic } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Device } from './device.ts';

/**
 * One bit that asks a core for attention until it is cleared (the doorbells of the RP2350, `FROM_CPU_INTR` of the
 * ESP32). Rings merge.
 */
export class Doorbell extends Device {
  static readonly drawing: Drawing = { kind: 'fields', also: ['rung'] };

  rung = false;

  asserted(): boolean {
    return this.rung;
  }

  ring(): void {
    this.rung = true;
  }

  clear(): void {
    atomic(() => {
      this.falling();
      this.rung = false;
    });
  }
}
