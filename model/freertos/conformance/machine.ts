import { Core } from '../../hardware/index.ts';
import { type Config, cortexM, type Kernel, rp2040 } from '../index.ts';
import type { Program } from './program.ts';
import type { Timing } from './timing.ts';

/**
 * What a program runs on: a Cortex-M, whose pended switch goes before a pending tick, while devices go before both; or
 * two of them. Each handler is one step, which nobody can tell: nothing nests.
 */
export function boot(program: Program, { tickUs, config, kernel }: Timing): Kernel {
  const options = { ...configuration(program), ...config, ...(kernel === undefined ? {} : { kernel }) };
  if (program.config.cores !== 2) return cortexM(new Core('cpu'), { oneStep: true, tickUs, ...options });
  const first = new Core('core 0');
  return rp2040([first, new Core('core 1', first.cluster)], {
    tickUs: program.config.tickUnits,
    ...options,
  });
}

/** Tasks may delete themselves and be created again before the idle task frees anything. */
const TERMINATED_MAX = 64;

/** The configuration that the language prescribes, and bounds that no program reaches: a run is finite anyway. */
function configuration({ config, ticks, tasks, objects }: Program): Partial<Config> {
  return {
    preemption: config.preemption === 1,
    timeSlicing: config.timeSlicing === 1,
    idleShouldYield: config.idleYield === 1,
    priorities: 8,
    notificationSlots: 2,
    reclaim: true,
    // Programs may do both: the traces show what comes of it.
    blockingInCriticalIsAnError: false,
    deadlockIsAnError: false,
    tickBits: 32,
    initialTick: config.initialTick | 0,
    tasksMax: tasks.length + 3,
    terminatedMax: TERMINATED_MAX,
    ticksMax: 2 ** 31 - 1,
    notifiedMax: -1,
    mutexesMax: objects.length,
    pendedTicksMax: ticks,
  };
}
