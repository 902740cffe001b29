/** What can end a sleep. `'peripheral'` is whatever needs a clock that deeper sleeps stop. */
export type WakeSource =
  | 'peripheral'
  | 'systick'
  | 'timer'
  | 'rtc'
  | 'gpio'
  | 'wakeup pin'
  | 'ext0'
  | 'ext1'
  | 'touch'
  | 'ulp'
  | 'uart'
  | 'usb';

/** Which clock a device needs; `'asynchronous'`: none. */
export type ClockDomain = 'asynchronous' | 'cpu' | 'peripheral' | 'timer' | 'rtc';

/** One mode of a chip, or of a core. */
export interface SleepMode {
  readonly name: 'run' | 'wfi' | 'lightsleep' | 'dormant' | 'deepsleep';
  /** What ends it; `'any'`: every enabled interrupt. */
  readonly wakes: 'any' | readonly WakeSource[];
  /** Devices of these domains stand still. */
  readonly stops: readonly ClockDomain[];
  /** µA that the chip draws if all its cores are in this mode; `null`: the sources give no figure. */
  readonly microamps: number | null;
}

/** What a chip can do. The four modes are always there, so that reports can compare chips. */
export interface ChipModes {
  readonly chip: string;
  readonly run: SleepMode;
  readonly wfi: SleepMode;
  readonly lightsleep: SleepMode;
  /** What `lightsleep()` without a time is, where that is another mode. */
  readonly dormant?: SleepMode;
  /** Ends in a reset. */
  readonly deepsleep: SleepMode;
  /** What the time of `lightsleep(us)` and `deepsleep(us)` is told by. */
  readonly alarm: WakeSource;
  /** Whether a sleep below WFI is begun by a WFI: what is pending just then ends it at once, whatever its source. */
  readonly beginsWithWfi: boolean;
  /** Whether a sleep below WFI stops all cores, or the calling one only. */
  readonly stallsOtherCores: boolean;
}
