import { type BuiltVariant, buildVariant } from '../checker/build_variant.ts';
import { checkBuilt, type LoadedScenario } from '../checker/check.ts';
import { inlineScenario } from '../checker/language/inline_scenario.ts';
import type { Trace } from '../checker/trace.ts';
import giveWithoutYield from '../scenarios/freertos/give-without-yield.ts';
import ueventWake, { latency as ueventLatency } from '../scenarios/uevent-wake.ts';
import { type CheckedVariant, publish, type ReportEvent, type Reporter, type Write } from './events.ts';
import { place, run, surprise, variant } from './fake.ts';

/** A sensor interrupts a core; the task that handles its samples clears the wake-up on the wrong line. */
const SENSOR = `import { idle, scenario, sometimes } from 'upy-check';
import { atomic, busy, process, rest, sequence } from 'upy-check/model';

export default scenario('sensor', {
  about: 'an interrupt puts samples into a queue: is one left behind?',
  timing: 'prompt',
  variants: { late: { holds: true }, first: { holds: true } },
  build({ variant }) {
    const cpu = { active: false };
    const line = { pending: false };
    const samples = sequence<number>(2);
    const main = { wake: false, handled: 0 };
    process(
      'main',
      () => {
        while (true) {
          rest(() => main.wake);
          if (variant === 'first') main.wake = false;
          while (samples.length > 0) {
            samples.shift();
            busy(50);
            main.handled++;
          }
          if (variant === 'late') main.wake = false;
        }
      },
      { runs: () => !cpu.active, lane: { core: 'cpu', kind: 'task' } },
    );
    const handler = (): void => {
      samples.push(7);
      main.wake = true;
    };
    process(
      'adc',
      () => {
        while (true) {
          rest(() => line.pending);
          cpu.active = true;
          line.pending = false;
          handler();
          cpu.active = false;
        }
      },
      { lane: { core: 'cpu', kind: 'isr' } },
    );
    const raise = (): void => {
      line.pending = true;
    };
    process(
      'sensor',
      () => {
        atomic(raise);
        busy(30);
        atomic(raise);
      },
      { outside: true, lane: { kind: 'outside' } },
    );
    return [
      idle('no sample is left behind', () => samples.length === 0),
      sometimes('both samples are handled', () => main.handled === 2),
    ];
  },
});
`;

/** A run that goes round for ever: two processes take turns, and a third never comes to its end. */
const TURNS = `import { eventually, scenario } from 'upy-check';
import { process, until } from 'upy-check/model';

export default scenario('turns', {
  about: 'two take turns for ever',
  variants: { only: { holds: true } },
  build() {
    const game = { turn: 0, rounds: 0, over: false };
    for (const own of [0, 1])
      process(own === 0 ? 'left' : 'right', () => {
        while (true) {
          until(() => game.turn === own);
          game.rounds = (game.rounds + 1) % 3;
          game.turn = 1 - own;
        }
      });
    return [eventually('the game is over', () => game.over)];
  },
});
`;

const cache = new Map<string, LoadedScenario>();

function inline(text: string, file: string): LoadedScenario {
  const known = cache.get(file) ?? inlineScenario(text, file);
  cache.set(file, known);
  return known;
}

/** The result of one variant of that scenario, which both state that they hold. */
export async function sensor(name: 'late' | 'first', witnesses = false): Promise<CheckedVariant> {
  const result = await checkBuilt(buildVariant(inline(SENSOR, 'sensor.ts'), name), { witnesses });
  // How things are explained is tested elsewhere.
  const explanation = 'The second sample came after main had looked, and before it forgot the wake-up.';
  const properties = result.properties.map((property) =>
    property.trace === null ? property : { ...property, trace: { ...property.trace, explanation } },
  );
  return { ...result, properties };
}

/** A trace and what it is a trace of. */
export interface RealTrace {
  readonly built: BuiltVariant;
  readonly trace: Trace;
}

let real: Promise<readonly RealTrace[]> | null = null;

/** Traces of models: with time and without, of one core and two, with soft callbacks, a lasso, a witness. */
export function realTraces(): Promise<readonly RealTrace[]> {
  real ??= tracesOf([
    buildVariant(inline(SENSOR, 'sensor.ts'), 'late'),
    buildVariant(inline(SENSOR, 'sensor.ts'), 'first'),
    buildVariant(inline(TURNS, 'turns.ts'), 'only'),
    buildVariant({ scenario: giveWithoutYield, file: 'give.ts' }, 'no-tick-and-busy'),
    buildVariant({ scenario: ueventWake, file: 'wake.ts' }, 'take-clears-count'),
    buildVariant({ scenario: ueventWake, file: 'wake.ts' }, 'check-then-suspend'),
    buildVariant({ scenario: ueventWake, file: 'wake.ts' }, 'ring-full'),
    buildVariant({ scenario: ueventLatency, file: 'wake.ts' }, 'no-wake-two-callbacks'),
  ]);
  return real;
}

async function tracesOf(all: readonly BuiltVariant[]): Promise<readonly RealTrace[]> {
  const traces: RealTrace[] = [];
  for (const built of all) {
    const { properties } = await checkBuilt(built, { witnesses: true });
    for (const { trace } of properties) if (trace !== null) traces.push({ built, trace });
  }
  return traces;
}

/** What a reporter writes when it hears these events. */
export function reported(make: (write: Write) => Reporter, events: readonly ReportEvent[]): string {
  let text = '';
  const reporter = make((part) => {
    text += part;
  });
  for (const event of events) publish([reporter], event);
  return text;
}

/** A run of both variants. */
export async function sensorRun(): Promise<ReportEvent[]> {
  return run([await sensor('late'), await sensor('first')]);
}

/** A name that means something to every format that there is. */
export const EVIL =
  'a<script>alert(1)</script>&"\'\u0000\u001b[31m]]>\ud800%0A::error::,\r\n\t€ $end `x` | {0} [l](u) #1; "}\u202e end -->';

/** A violation with that name wherever a name can be. */
export const hostile: CheckedVariant = variant({
  ...surprise,
  scenario: EVIL,
  variant: EVIL,
  file: EVIL,
  about: EVIL,
  parameters: { [EVIL]: EVIL },
  because: [EVIL],
  assumptions: [EVIL],
  properties: surprise.properties.map((each) => ({
    ...each,
    name: EVIL,
    place: place(EVIL, 3, EVIL),
    detail: EVIL,
    trace:
      each.trace === null
        ? null
        : {
            ...each.trace,
            scenario: EVIL,
            variant: EVIL,
            file: EVIL,
            property: EVIL,
            explanation: EVIL,
            parameters: { [EVIL]: EVIL },
            steps: each.trace.steps.map((step) => ({
              ...step,
              process: step.process === null ? null : `${step.process}${EVIL}`,
              operation: EVIL,
              lane: step.lane === null ? null : { ...step.lane, ...(step.lane.core && { core: EVIL }) },
              place: step.place === null ? null : place(EVIL, 1, EVIL),
              stack: step.stack.map((frame) => ({ ...frame, function: EVIL, place: place(EVIL, 1, EVIL) })),
              changes: step.changes.map((change) => ({
                variable: `${change.variable}${EVIL}`,
                before: EVIL,
                after: EVIL,
              })),
              notes: [EVIL],
              moments: step.moments.map((moment) => {
                switch (moment.kind) {
                  case 'switch':
                    return { ...moment, from: `${moment.from}${EVIL}` };
                  case 'interrupt':
                    return { ...moment, of: `${moment.of}${EVIL}` };
                  default:
                    return { ...moment, process: `${moment.process}${EVIL}` };
                }
              }),
            })),
          },
  })),
});
