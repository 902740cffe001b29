import { type Process, process } from '../index.ts';
import type { Core } from './core.ts';
import { HardwareTimer } from './hardware_timer.ts';
import type { Irq, IrqOptions } from './irq.ts';

/** When a hardware timer expires, in µs from the start. */
export interface Period {
  readonly first: number;
  /** 0: once. */
  readonly every: number;
}

/**
 * A line whose request *is* the timer's flag: no process of its own, no window between the two. Expiries
 * that are not served in time merge, as in a real compare register. It counts with the core's clock.
 */
export function timerLine(
  core: Core,
  name: string,
  priority: number,
  period: Period,
  handler: () => void,
  options: IrqOptions = {},
): Irq {
  const timer = new HardwareTimer(name, 'cpu');
  if (period.every > 0) timer.periodic(period.every, period.first);
  else timer.oneShot(period.first);
  const acknowledge = () => {
    timer.clear();
    handler();
  };
  return timer.line(core, priority, acknowledge, options);
}

/** The outside world raises `line` up to `times` times, at any moments or never. */
export function edges(line: Irq, times: number): Process {
  return process(
    `${line.name} edge`,
    () => {
      for (let n = 0; n < times; n++) line.raise();
    },
    { outside: true, lane: { kind: 'outside' } },
  );
}
