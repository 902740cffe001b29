import { describe, expect, test } from 'vitest';
import { check } from '../checker/check.ts';
import { scenario } from '../checker/scenario.ts';
import type { Trace } from '../checker/trace.ts';
import { bareMetal, Core, esp32, HardwareTimer, Power } from '../model/hardware/index.ts';
import { busy, ghost, sometimes } from '../model/index.ts';
import { type CheckedVariant, publish } from './events.ts';
import { run } from './fake.ts';
import { type JsonReport, JsonReporter } from './json.ts';
import { paint } from './paint.ts';
import { powerLines, powerSummary } from './power.ts';
import { traceText } from './trace.ts';

const naps = scenario('naps', {
  about: 'main works for 100 µs, waits for a timer for 100 µs, and sleeps for 300 µs',
  timing: 'prompt',
  variants: { figures: { holds: true }, 'no figures': { holds: true } },
  build({ variant }) {
    const core = new Core('core 0');
    const seen = { done: false };
    const timer = new HardwareTimer('timer');
    timer.oneShot(200);
    timer.line(core, 1, () => timer.clear());
    const wfi = { ...esp32.wfi, microamps: variant === 'figures' ? 20_000 : null };
    const power = new Power([core], { ...esp32, wfi });
    bareMetal(core, 'main', () => {
      busy(100);
      core.wfi();
      power.lightsleep(300);
      ghost(() => {
        seen.done = true;
      });
      core.idleLoop();
    });
    return [sometimes('done', () => seen.done)];
  },
});

async function checked(variant: string): Promise<CheckedVariant> {
  const loaded = { scenario: naps, file: 'naps.ts' };
  for await (const result of check(loaded, { variants: [variant], witnesses: true })) return result;
  throw new Error('no result');
}

async function witness(variant: string): Promise<Trace> {
  const { properties } = await checked(variant);
  const trace = properties.find(({ name }) => name === 'done')?.trace;
  if (!trace) throw new Error('no witness');
  return trace;
}

describe('power', () => {
  test('times, shares and the mean of the witness', async () => {
    const trace = await witness('figures');
    expect(trace.steps.flatMap(({ notes, timeUs }) => notes.map((text) => `${timeUs} ${text}`))).toEqual([
      '100 power core 0: run 68000 µA → wfi 20000 µA',
      '200 power core 0: wfi 20000 µA → run 68000 µA',
      '200 power core 0: run 68000 µA → lightsleep 800 µA',
      '500 power core 0: lightsleep 800 µA → run 68000 µA',
    ]);
    expect(powerSummary(trace)).toEqual([
      {
        core: 'core 0',
        modes: [
          { mode: 'run', us: 100, share: 0.2, microamps: 68_000 },
          { mode: 'wfi', us: 100, share: 0.2, microamps: 20_000 },
          { mode: 'lightsleep', us: 300, share: 0.6, microamps: 800 },
        ],
        // (100 · 68000 + 100 · 20000 + 300 · 800) / 500
        meanMicroamps: 18_080,
      },
    ]);
    expect(powerLines(trace, paint(0))).toEqual([
      'How long it slept',
      '  core 0  run 100 µs (20.0 %), wfi 100 µs (20.0 %), lightsleep 300 µs (60.0 %); mean 18080 µA',
      '',
    ]);
  });

  test('without a figure there is no mean', async () => {
    expect(powerLines(await witness('no figures'), paint(0))[1]).toBe(
      '  core 0  run 100 µs (20.0 %), wfi 100 µs (20.0 %), lightsleep 300 µs (60.0 %); mean current unknown',
    );
  });

  test('in the trace for people, and in JSON', async () => {
    const result = await checked('figures');
    const text = traceText(await witness('figures'), { paint: paint(0), width: 100 });
    expect(text).toContain('\n\nHow long it slept\n  core 0  run 100 µs (20.0 %)');
    let json = '';
    const reporter = new JsonReporter((part) => {
      json += part;
    });
    for (const event of run([result])) publish([reporter], event);
    const { properties } = (JSON.parse(json) as JsonReport).results[0]!;
    expect(properties.map(({ name, power }) => [name, power?.[0]?.meanMicroamps])).toEqual([
      ['done', 18_080],
      ['deadlock', undefined],
      ['timelock', undefined],
    ]);
  });

  test('a trace without changes of mode, or without time, has no summary', async () => {
    const trace = await witness('figures');
    expect(
      powerSummary({ ...trace, steps: trace.steps.map((step) => ({ ...step, notes: ['power'] })) }),
    ).toEqual([]);
    expect(powerSummary({ ...trace, steps: trace.steps.map((step) => ({ ...step, timeUs: 0 })) })).toEqual(
      [],
    );
    expect(powerSummary({ ...trace, steps: [] })).toEqual([]);
  });
});
