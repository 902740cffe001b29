import type { ChipModes, SleepMode } from './power_modes.ts';

/**
 * Sleep modes as the MicroPython ports use them. Currents are those that the named source states, and `null` where
 * it states none: `{ ...stm32f4, run: { ...stm32f4.run, microamps: 40_000 } }` fills in one's own measurement.
 */

const run = (microamps: number | null): SleepMode => ({ name: 'run', wakes: 'any', stops: [], microamps });
const wfi = (microamps: number | null): SleepMode => ({ name: 'wfi', wakes: 'any', stops: [], microamps });

/**
 * ESP32 (ports/esp32/modmachine.c, `machine_sleep_helper`): all wake sources are switched off first, and then those
 * switched on that the user has configured; a UART is not among them. Both cores stop, and the RTC's timer tells the
 * time. Currents: ESP32 Series Datasheet 3.5, table "Power Consumption by Power Modes": Modem-sleep at 240 MHz is
 * 30 … 68 mA (the upper end here), Deep-sleep is that with RTC timer and RTC memory.
 */
export const esp32: ChipModes = {
  chip: 'esp32',
  run: run(68_000),
  wfi: wfi(null),
  lightsleep: {
    name: 'lightsleep',
    wakes: ['rtc', 'ext0', 'ext1', 'touch', 'ulp', 'gpio'],
    stops: ['cpu', 'peripheral', 'timer'],
    microamps: 800,
  },
  deepsleep: {
    name: 'deepsleep',
    wakes: ['rtc', 'ext0', 'ext1', 'touch', 'ulp'],
    stops: ['cpu', 'peripheral', 'timer'],
    microamps: 10,
  },
  alarm: 'rtc',
  beginsWithWfi: false,
  stallsOtherCores: true,
};

/**
 * STM32F4 (ports/stm32/powerctrl.c, `powerctrl_enter_stop_mode` and `powerctrl_enter_standby_mode`; RM0090, "Power
 * controller"): STOP halts every clock of the core's domain, so that only lines of the EXTI controller end it: pins,
 * RTC, USB wake-up. STANDBY keeps the RTC and the WKUP pin. Currents: "less than" in docs/library/pyb.rst, `stop` and
 * `standby`.
 */
export const stm32f4: ChipModes = {
  chip: 'stm32f4',
  run: run(null),
  wfi: wfi(null),
  lightsleep: {
    name: 'lightsleep',
    wakes: ['rtc', 'gpio', 'wakeup pin', 'usb'],
    stops: ['cpu', 'peripheral', 'timer'],
    microamps: 500,
  },
  deepsleep: {
    name: 'deepsleep',
    wakes: ['rtc', 'wakeup pin'],
    stops: ['cpu', 'peripheral', 'timer'],
    microamps: 50,
  },
  alarm: 'rtc',
  beginsWithWfi: true,
  stallsOtherCores: false,
};

/**
 * RP2040 (ports/rp2/modmachine.c, `mp_machine_lightsleep`): with a time, SLEEP with the timer's clock only; without,
 * DORMANT, where even the crystal stops and only a pin with a dormant interrupt wakes. A deep sleep is the same and
 * then a reset. One core that sleeps leaves the other one its clocks (RP2040 Datasheet, 2.15.3.5 "Sleep states").
 * Currents of a Pico board: message of MicroPython's commit b004e7e397.
 */
export const rp2040: ChipModes = {
  chip: 'rp2040',
  run: run(null),
  wfi: wfi(null),
  lightsleep: {
    name: 'lightsleep',
    wakes: ['timer', 'usb'],
    stops: ['cpu', 'peripheral'],
    microamps: 1500,
  },
  dormant: {
    name: 'dormant',
    wakes: ['gpio'],
    stops: ['cpu', 'peripheral', 'timer'],
    microamps: 900,
  },
  deepsleep: {
    name: 'deepsleep',
    wakes: ['timer', 'usb'],
    stops: ['cpu', 'peripheral'],
    microamps: 1500,
  },
  alarm: 'timer',
  beginsWithWfi: true,
  stallsOtherCores: false,
};
