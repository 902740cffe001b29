/** Traces for the tests of the page, in few words. */
import type {
  Moment,
  ProcessStatus,
  Trace,
  TraceObject,
  TraceProcess,
  TraceStep,
} from '../../../checker/trace.ts';
import type { Lane } from '../../../model/intrinsics/process.ts';

/** A step: who, what it changes, and what comes of it. */
export interface StepSketch {
  readonly who: string | null;
  readonly us?: number;
  /** Functions, outermost first; a soft callback begins with `~`. */
  readonly calls?: readonly string[];
  readonly set?: Readonly<Record<string, string | readonly string[]>>;
  readonly moments?: readonly Moment[];
  readonly statuses?: Readonly<Record<string, ProcessStatus>>;
}

export interface TraceSketch {
  readonly processes: readonly Partial<TraceProcess>[];
  readonly variables?: Readonly<Record<string, string | readonly string[]>>;
  readonly objects?: readonly TraceObject[];
  readonly steps: readonly StepSketch[];
  readonly loop?: number;
}

const place = (line: number) => ({ file: 'made/up.ts', line, column: 1, text: `statement ${line}` });
const text = (value: string | readonly string[]): string =>
  typeof value === 'string' ? value : `[${value.join(', ')}]`;

export function sketched({ processes, variables = {}, objects = [], steps, loop }: TraceSketch): Trace {
  const all = processes.map(
    (each, i): TraceProcess => ({
      name: `process ${i}`,
      lane: null,
      role: 'system',
      status: 'can go on',
      place: place(i + 1),
      ...each,
    }),
  );
  const lanes = new Map(all.map(({ name, lane }) => [name, lane]));
  const values = new Map(Object.entries(variables));
  return {
    schema: 'upy-check/trace@1',
    scenario: 'made-up',
    file: 'made/up.ts',
    variant: 'only',
    parameters: {},
    property: 'nothing',
    shortest: true,
    start: {
      processes: all,
      variables: Object.entries(variables).map(([name, value]) => ({
        name,
        kind: typeof value === 'string' ? 'integer' : 'sequence',
        value: text(value),
        ...(typeof value === 'string' ? {} : { items: value }),
      })),
      objects,
    },
    steps: steps.map((each, i) => stepOf(each, i + 1, lanes, values)),
    ...(loop === undefined ? {} : { loop }),
    schedule: 'u1.0',
    explanation: 'made up',
    standing: all.map(({ name, status }) => ({ process: name, status, place: place(99), stack: [] })),
  };
}

function stepOf(
  { who, us = 0, calls = [who ?? ''], set = {}, moments = [], statuses = {} }: StepSketch,
  index: number,
  lanes: ReadonlyMap<string, Lane | null>,
  values: Map<string, string | readonly string[]>,
): TraceStep {
  const changes = Object.entries(set).map(([variable, after]) => {
    const before = text(values.get(variable) ?? '');
    values.set(variable, after);
    return { variable, before, after: text(after), ...(typeof after === 'string' ? {} : { items: after }) };
  });
  return {
    index,
    process: who,
    lane: who === null ? null : (lanes.get(who) ?? null),
    timeUs: us,
    stack:
      who === null
        ? []
        : calls.map((name) => ({
            function: name.replace(/^~/u, ''),
            place: place(index),
            hook: name.startsWith('~'),
          })),
    place: who === null ? null : place(index),
    operation: who === null ? 'time' : 'write',
    functions: calls,
    changes,
    notes: [],
    moments,
    statuses: Object.entries(statuses).map(([process, status]) => ({ process, status })),
    ordinal: 0,
  };
}

/** A long trace: two cores, each with a task and two interrupts, which wake and interrupt each other. */
export function longTrace(length: number): Trace {
  const task = (core: number): string => `task ${core}`;
  const processes = [0, 1].flatMap((core): Partial<TraceProcess>[] => [
    { name: `tick ${core}`, lane: { core: `core ${core}`, kind: 'isr' }, status: 'not its turn' },
    { name: `pin ${core}`, lane: { core: `core ${core}`, kind: 'isr' }, status: 'not its turn' },
    { name: task(core), lane: { core: `core ${core}`, kind: 'task' } },
  ]);
  const steps: StepSketch[] = [];
  for (let i = 0, us = 0; i < length; i++) {
    const core = (i >> 3) & 1;
    const isr = (i & 15) < 8 ? `tick ${core}` : `pin ${core}`;
    const phase = i & 7;
    if (phase === 7) us += 1000;
    steps.push({
      who: phase === 7 ? null : phase < 3 ? isr : task(core),
      us,
      calls: phase < 3 ? ['serve'] : phase === 5 ? ['loop', '~callback'] : ['loop'],
      set: { [`count[${i % 40}].value`]: String(i), 'ring.items': [String(i), String(i + 1)] },
      moments:
        phase === 0
          ? [{ kind: 'interrupt', of: task(core) }]
          : phase === 2
            ? [{ kind: 'wake', process: task(1 - core) }]
            : phase === 6
              ? [{ kind: 'block', process: task(core) }]
              : [],
      statuses:
        phase === 0
          ? { [task(core)]: 'not its turn' }
          : phase === 2
            ? { [task(core)]: 'can go on', [task(1 - core)]: 'can go on' }
            : phase === 6
              ? { [task(core)]: 'asleep' }
              : {},
    });
  }
  const names = Array.from({ length: 40 }, (_, i) => [`count[${i}].value`, '0'] as const);
  return sketched({
    processes,
    variables: { ...Object.fromEntries(names), 'ring.items': [] },
    objects: [
      {
        name: 'ring',
        class: 'Ring',
        kind: 'queue',
        parts: [
          { role: 'items', variable: 'ring.items', value: '[]' },
          { role: 'capacity', variable: null, value: '4' },
        ],
      },
    ],
    steps,
  });
}
