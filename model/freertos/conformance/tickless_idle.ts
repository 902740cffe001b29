import { busy } from '../../index.ts';
import { prvTicklessIdleTask, TicklessSysTick } from '../index.ts';
import type { World } from './world.ts';

/** The idle task of a kernel with configUSE_TICKLESS_IDLE, on a Cortex-M; its hook consumes one unit. */
export function ticklessIdle({ kernel, program }: World): () => void {
  const sysTick = new TicklessSysTick(kernel, kernel.cpus[0]!.core, {
    tickUs: program.config.tickUnits,
    // More than any program lasts.
    maximumTicks: program.ticks + 2,
  });
  return () =>
    prvTicklessIdleTask(
      kernel,
      (ticks) => sysTick.suppressTicksAndSleep(ticks),
      () => busy(1),
    );
}
