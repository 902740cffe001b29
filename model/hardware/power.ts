import { atomic, check, clock, me, note, process, rest } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Core } from './core.ts';
import type { Device } from './device.ts';
import type { Irq } from './irq.ts';
import type { ChipModes, SleepMode, WakeSource } from './power_modes.ts';
import type { ResetDomain } from './reset.ts';

/** A wake source without an interrupt handler: a pin that is configured to wake, the touch controller. */
export interface Waker {
  readonly source: WakeSource;
  readonly asserted: () => boolean;
}

export interface PowerOptions {
  /** Devices without a line to one of the cores, which are known. */
  readonly devices?: readonly Device[];
  readonly wakers?: readonly Waker[];
  /** What a deep sleep ends in. */
  readonly reset?: ResetDomain;
}

/** A mode with what a trace calls it: `run 68000 µA`. */
interface LabelledMode extends SleepMode {
  readonly label: string;
}

function labelled(mode: SleepMode): LabelledMode {
  const { name, microamps } = mode;
  return { ...mode, label: microamps === null ? name : `${name} ${microamps} µA` };
}

/** The mode of one core. */
export class CorePower {
  static readonly drawing: Drawing = { kind: 'fields', of: 'core.name', also: ['mode'] };

  mode: LabelledMode;
  private readonly label: string;
  /** The time of `lightsleep(us)` and `deepsleep(us)`. */
  private readonly alarm = clock();

  constructor(
    readonly chip: Power,
    readonly core: Core,
  ) {
    this.mode = chip.run;
    this.label = `power ${core.name}:`;
  }

  /** Whether a request of `line` is seen in this mode. */
  lets(line: Irq): boolean {
    return this.wakesFrom(line.wakes);
  }

  private wakesFrom(source: WakeSource): boolean {
    const { wakes } = this.mode;
    return wakes === 'any' || wakes.includes(source);
  }

  /** WFI: the core stops, everything else goes on. */
  halt(): void {
    atomic(() => {
      this.core.asleep = true;
      this.become(this.chip.wfi);
    });
  }

  /** In the step that ends the sleep. */
  resume(): void {
    if (this.mode === this.chip.run) return;
    this.chip.wake();
    this.become(this.chip.run);
  }

  /**
   * Stops in `mode` until something ends it: an interrupt, the alarm, a waker. As in all three ports, interrupts are
   * off meanwhile, so that the handler of what ended it runs when the clocks are back.
   */
  sleep(mode: LabelledMode, us: number): void {
    const { core } = this;
    const [asleep, saved] = atomic((): [boolean, boolean] => {
      const primask = core.primask;
      if (this.chip.modes.beginsWithWfi && core.preempting() !== null) return [false, primask];
      core.primask = true;
      this.fallAsleep(mode, us);
      return [true, primask];
    });
    if (!asleep) return;
    rest(() => {
      if (core.asleep && !this.due()) return false;
      this.alarm.stop();
      this.resume();
      core.asleep = false;
      core.primask = saved;
      return true;
    });
  }

  fallAsleep(mode: LabelledMode, us: number): void {
    atomic(() => {
      this.alarm.arm(us);
      this.core.asleep = true;
      this.become(mode);
      this.chip.stopClocks(this.core, mode);
    });
  }

  /** An interrupt that gets through, or a source without one. */
  private due(): boolean {
    return this.core.preempting() !== null || this.wakerDue();
  }

  /** The alarm, or a source that wakes from this mode. */
  wakerDue(): boolean {
    if (this.alarm.expired) return true;
    for (const { source, asserted } of this.chip.wakers)
      if (this.wakesFrom(source) && asserted()) return true;
    return false;
  }

  /** The trace says each change; reports/power.ts reads this line and adds up how long each mode lasted. */
  become(mode: LabelledMode): void {
    // A word that is a constant in each branch is shown without quotation marks.
    for (const from of this.chip.all) if (this.mode === from) note(this.label, from.label, '→', mode.label);
    this.mode = mode;
  }
}

/** The sleep modes of a chip: what MicroPython's `machine` module does with them. Made last in `build()`. */
export class Power {
  readonly cores: readonly CorePower[];
  /** They stand still in modes that stop their clock, and go on afterwards. */
  readonly devices: readonly Device[];
  readonly wakers: readonly Waker[];
  readonly run: LabelledMode;
  readonly wfi: LabelledMode;
  readonly all: readonly LabelledMode[];
  private readonly light: LabelledMode;
  private readonly dormant: LabelledMode;
  private readonly deep: LabelledMode;
  private readonly resets: boolean;

  constructor(
    cores: readonly Core[],
    readonly modes: ChipModes,
    options: PowerOptions = {},
  ) {
    this.run = labelled(modes.run);
    this.wfi = labelled(modes.wfi);
    this.light = labelled(modes.lightsleep);
    this.dormant = modes.dormant === undefined ? this.light : labelled(modes.dormant);
    this.deep = labelled(modes.deepsleep);
    this.all = [...new Set([this.run, this.wfi, this.light, this.dormant, this.deep])];
    this.devices = [...new Set([...cores.flatMap(({ devices }) => devices), ...(options.devices ?? [])])];
    this.wakers = options.wakers ?? [];
    this.cores = cores.map((core) => {
      core.power = new CorePower(this, core);
      return core.power;
    });
    this.resets = options.reset !== undefined;
    if (options.reset !== undefined) this.powerUp(options.reset);
  }

  /** `machine.lightsleep([us])`: goes on where it was called. Negative: until something else ends it. */
  lightsleep(us = -1): void {
    me(Core).power!.sleep(us < 0 ? this.dormant : this.light, us);
  }

  /** `machine.deepsleep([us])`: does not return; a wake source resets the chip. Needs `reset`. */
  deepsleep(us = -1): void {
    if (!this.resets) check(false, 'deepsleep() of a chip without { reset }');
    me(Core).power!.fallAsleep(this.deep, us);
    rest(() => false);
  }

  /** The hardware that ends a deep sleep. */
  private powerUp(domain: ResetDomain): void {
    process(
      'power-up',
      () => {
        while (true)
          rest(() => {
            for (const each of this.cores)
              if (each.mode === this.deep && each.wakerDue()) {
                this.restart(domain);
                return true;
              }
            return false;
          });
      },
      { prompt: true, lane: { kind: 'hardware' } },
    );
  }

  private restart(domain: ResetDomain): void {
    this.wake();
    for (const each of this.cores) if (each.mode !== this.run) each.become(this.run);
    domain.restart('deepsleep');
  }

  /**
   * The clocks that a mode names stop if no core needs them any more: in modes that stall the other cores, or if
   * those are asleep as this one falls asleep.
   */
  stopClocks(sleeper: Core, mode: SleepMode): void {
    const all = this.modes.stallsOtherCores || mode === this.deep;
    for (const { core } of this.cores)
      if (core !== sleeper)
        if (all) core.stalled = true;
        else if (!core.asleep) return;
    for (const device of this.devices) if (mode.stops.includes(device.domain)) device.freeze();
  }

  wake(): void {
    for (const { core } of this.cores) core.stalled = false;
    for (const device of this.devices) device.thaw();
  }
}
