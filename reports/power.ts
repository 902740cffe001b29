import type { Trace } from '../checker/trace.ts';
import type { Paint } from './paint.ts';
import { padEnd, virtualTime, visible } from './text.ts';

/** How long a core was in one mode. */
export interface ModeShare {
  readonly mode: string;
  readonly us: number;
  /** Of the whole trace, 0 … 1. */
  readonly share: number;
  /** `null`: the model knows no figure. */
  readonly microamps: number | null;
}

export interface CorePowerSummary {
  readonly core: string;
  /** In order of first appearance. */
  readonly modes: readonly ModeShare[];
  /** What the chip would draw on average if all its cores did as this one; `null` if a figure is missing. */
  readonly meanMicroamps: number | null;
}

/** The line that model/hardware/power.ts leaves at each change of mode: `power cpu: run 68000 µA → wfi`. */
const CHANGE = /^power (.*): (\w+)(?: (\d+) µA)? → (\w+)(?: (\d+) µA)?$/u;

interface Mode {
  readonly mode: string;
  readonly microamps: number | null;
}

interface Account {
  readonly spent: Map<string, { us: number; microamps: number | null }>;
  now: Mode;
  sinceUs: number;
}

/** How long each core spent in each mode, for cores that change theirs in this trace; nothing if no time passes. */
export function powerSummary(trace: Trace): readonly CorePowerSummary[] {
  const totalUs = trace.steps.at(-1)?.timeUs ?? 0;
  if (totalUs === 0) return [];
  const accounts = new Map<string, Account>();
  for (const { notes, timeUs } of trace.steps)
    for (const text of notes) {
      const [, core, from, fromMicroamps, to, toMicroamps] = CHANGE.exec(text) ?? [];
      if (core === undefined || from === undefined || to === undefined) continue;
      const before = { mode: from, microamps: figure(fromMicroamps) };
      const account = accounts.get(core) ?? { spent: new Map(), now: before, sinceUs: 0 };
      accounts.set(core, account);
      spend(account, timeUs);
      account.now = { mode: to, microamps: figure(toMicroamps) };
    }
  return [...accounts].map(([core, account]) => {
    spend(account, totalUs);
    return summary(core, account, totalUs);
  });
}

function figure(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function spend(account: Account, untilUs: number): void {
  const { mode, microamps } = account.now;
  const before = account.spent.get(mode)?.us ?? 0;
  account.spent.set(mode, { us: before + untilUs - account.sinceUs, microamps });
  account.sinceUs = untilUs;
}

function summary(core: string, { spent }: Account, totalUs: number): CorePowerSummary {
  const modes = [...spent].map(([mode, { us, microamps }]) => ({ mode, us, share: us / totalUs, microamps }));
  const lasting = modes.filter(({ us }) => us > 0);
  const known = lasting.every(({ microamps }) => microamps !== null);
  const charge = lasting.reduce((sum, { us, microamps }) => sum + us * (microamps ?? 0), 0);
  return { core, modes, meanMicroamps: known ? charge / totalUs : null };
}

/** A line for each core; none if no core changes its mode. */
export function powerLines(trace: Trace, paint: Paint): string[] {
  const cores = powerSummary(trace);
  if (cores.length === 0) return [];
  const name = Math.max(...cores.map(({ core }) => core.length));
  const lines = cores.map(({ core, modes, meanMicroamps }) => {
    const shares = modes.map(
      ({ mode, us, share }) => `${mode} ${virtualTime(us)} (${(share * 100).toFixed(1)} %)`,
    );
    const mean = meanMicroamps === null ? 'mean current unknown' : `mean ${Math.round(meanMicroamps)} µA`;
    return `  ${padEnd(visible(core), name)}  ${shares.join(', ')}; ${mean}`;
  });
  return [paint.strong('How long it slept'), ...lines, ''];
}
