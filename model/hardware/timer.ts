import { clock, type Process, process } from '../index.ts';
import type { Core } from './core.ts';
import { Irq, type IrqOptions } from './irq.ts';

/** When a hardware timer expires, in µs from the start. */
export interface Period {
  readonly first: number;
  /** 0: once. */
  readonly every: number;
}

/**
 * A line whose request *is* the timer's flag: no process of its own, no window between the two. Expiries
 * that are not served in time merge, as in a real compare register.
 */
export function timerLine(
  core: Core,
  name: string,
  priority: number,
  period: Period,
  handler: () => void,
  options: IrqOptions = {},
): Irq {
  const flag = clock();
  if (period.every > 0) flag.every(period.every, period.first);
  else flag.arm(period.first);
  const acknowledge = () => {
    flag.clear();
    handler();
  };
  return new Irq(core, name, priority, acknowledge, { ...options, asserted: () => flag.expired });
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
