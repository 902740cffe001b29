import { atomic, type Process, reset } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import type { Core } from './core.ts';

/** `machine.reset_cause()` */
export type ResetCause = 'power-on' | 'deepsleep' | 'software' | 'watchdog';

/** What a reset takes back to where it was after `build()`. */
export class ResetDomain {
  static readonly drawing: Drawing = { kind: 'fields', also: ['cause'] };

  cause: ResetCause = 'power-on';
  private readonly objects: readonly object[];
  private readonly processes: readonly Process[];
  /** Those that run after a reset: threads that were started at run time are gone. */
  private readonly started: readonly Process[];

  /**
   * @param cores with their lines and handlers
   * @param processes what runs on them at thread level
   * @param objects memory and devices that the reset clears; what is not here survives it
   */
  constructor(cores: readonly Core[], processes: readonly Process[], objects: readonly object[] = []) {
    this.objects = [...cores, ...cores.flatMap(({ vectors }) => vectors), ...objects];
    this.processes = [...processes, ...cores.flatMap(({ vectors }) => vectors.map((line) => line.process))];
    this.started = this.processes.filter(({ alive }) => alive);
  }

  /** To be called from outside of the domain: by a watchdog, the power-up logic. */
  restart(cause: ResetCause): void {
    atomic(() => {
      for (const each of this.processes) each.kill();
      reset(...this.objects);
      for (const each of this.started) each.start();
      this.cause = cause;
    });
  }
}
