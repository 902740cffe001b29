/** `upy-check/hardware`: cores, interrupt lines, locks, timers, devices and sleep modes. */
export { esp32, rp2040, stm32f4 } from './chips.ts';
export { Core, type CoreOptions } from './core.ts';
export { Device } from './device.ts';
export { HardwareTimer } from './hardware_timer.ts';
export { bareMetal, Irq, type IrqOptions } from './irq.ts';
export { CorePower, Power, type PowerOptions, type Waker } from './power.ts';
export type { ChipModes, ClockDomain, SleepMode, WakeSource } from './power_modes.ts';
export { THREAD_LEVEL } from './priority.ts';
export { type ResetCause, ResetDomain } from './reset.ts';
export { CoreMask, Spinlock } from './spinlock.ts';
export { SysTick } from './systick.ts';
export { edges, type Period, timerLine } from './timer.ts';
