/** `upy-check/hardware`: cores, interrupt lines, locks and timers. */
export { Core, type CoreOptions, THREAD_LEVEL } from './core.ts';
export { bareMetal, Irq, type IrqOptions } from './irq.ts';
export { CoreMask, Spinlock } from './spinlock.ts';
export { edges, type Period, timerLine } from './timer.ts';
