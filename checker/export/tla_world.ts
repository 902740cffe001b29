import type { Compiled } from '../language/compile.ts';
import type { ProcessCode, Program, PropertyCode, Variable } from '../language/ir.ts';
import { layOut } from '../machine/layout.ts';
import { BLOCKED_MAX, meet, Standstill } from '../machine/standstill.ts';
import { and, type Definition, type Form, or, text } from './tla_form.ts';
import type { TlaNames } from './tla_names.ts';

/** What an exported module says about a state as a whole: who can step, how time passes, who waits for ever. */

/** Names that every module defines or may define. */
export const WORLD_NAMES = [
  'Init',
  'Next',
  'Spec',
  'Time',
  'vars',
  'SystemCanStep',
  'BackgroundCanStep',
  'OutsideCanStep',
  'PromptCanStep',
  'SomebodyIsBusy',
  'Running',
  'Pending',
  'ClockRuns',
  'TimeMayPass',
  'TimeCanPass',
  'Least',
  'Deadlines',
  'Quiescent',
  'Still',
  'Failures',
  'Blocked',
  'Processes',
  'Looks',
  'MayWrite',
  'TimeWrites',
  'CanChange',
  'Waiting',
  'Deadlock',
] as const;

const NEVER = text('FALSE');
const any = (names: readonly string[]): Form => (names.length === 0 ? NEVER : or(...names.map(text)));

/** How a process is called in the definitions about it. */
export interface ProcessNames {
  readonly can: string;
  readonly fails: string;
  readonly busy: string | null;
  readonly blocked: string | null;
  readonly runs: string | null;
}

/** Who can step, and what that means for time and quiescence. */
export function statusDefinitions(
  { processes, timing }: Program,
  named: readonly ProcessNames[],
): Definition[] {
  const can = (which: (process: ProcessCode) => boolean): Form =>
    any(processes.filter(which).map(({ index }) => named[index]?.can as string));
  const allowed =
    timing === 'prompt' ? and(text('~SystemCanStep'), text('~BackgroundCanStep')) : text('~PromptCanStep');
  return [
    { head: 'SystemCanStep', body: can((p) => !p.outside && !p.background) },
    { head: 'BackgroundCanStep', body: can((p) => !p.outside && p.background) },
    { head: 'OutsideCanStep', body: can((p) => p.outside) },
    { head: 'PromptCanStep', body: can((p) => p.prompt) },
    { head: 'SomebodyIsBusy', body: any(named.flatMap(({ busy }) => (busy === null ? [] : [busy]))) },
    { head: 'TimeMayPass', body: allowed },
  ];
}

/** Quiescent: nobody of the system can step; still: and no clock runs. */
export const QUIET: readonly Definition[] = [
  { head: 'Quiescent', body: and(text('~SystemCanStep'), text('~SomebodyIsBusy')) },
  { head: 'Still', body: and(text('Quiescent'), text('~ClockRuns')) },
];

const set = (members: readonly string[]): string => `{${members.join(', ')}}`;

/** The times that are left, and the step that lets the least of them pass. */
export class TlaTime {
  /** Variables that the passing of time changes. */
  readonly changed: Variable[] = [];
  private readonly updates: Form[] = [];
  private readonly running: string[] = [];
  private readonly counters: readonly { counter: Variable; bound: number; predicate: string; goal: string }[];
  private readonly monitors: readonly (readonly [Variable, number, string])[];

  constructor(
    private readonly program: Program,
    private readonly names: TlaNames,
    private readonly named: readonly ProcessNames[],
    /** The predicate of each property, as it is called. */
    predicates: readonly string[],
    /** Likewise what is counted, where something is. */
    goals: readonly (string | null)[],
  ) {
    this.counters = program.properties.flatMap(({ counter, bound }, i) =>
      counter === null
        ? []
        : [{ counter, bound, predicate: predicates[i] as string, goal: goals[i] as string }],
    );
    this.monitors = program.properties.flatMap(({ monitor, limitUs }, i) =>
      monitor === null ? [] : [[monitor, limitUs, predicates[i] as string] as const],
    );
    this.clocks();
    this.waits();
    for (const [monitor] of this.monitors) this.changed.push(monitor);
    for (const { counter } of this.counters) this.changed.push(counter);
  }

  private change(variable: Variable, value: string): void {
    this.changed.push(variable);
    this.updates.push(text(`${this.names.of(variable)}' = ${value}`));
  }

  private clocks(): void {
    for (const { left, period, latched } of this.program.clocks) {
      if (typeof left !== 'object') continue;
      const l = this.names.of(left);
      const p = typeof period === 'object' ? this.names.of(period) : String(period);
      this.running.push(l);
      if (p === '0') this.change(left, `IF ${l} > 0 THEN ${l} - d ELSE ${l}`);
      else {
        this.change(left, `IF ${l} > 0 THEN (IF ${l} = d /\\ ${p} > 0 THEN ${p} ELSE ${l} - d) ELSE ${l}`);
        if (typeof latched === 'object')
          this.change(latched, `(${this.names.of(latched)} \\/ (${l} = d /\\ ${p} > 0))`);
      }
    }
  }

  private waits(): void {
    for (const { index, timeout, busy } of this.program.processes) {
      const runs = this.named[index]?.runs ?? null;
      if (timeout !== null) {
        const t = this.names.of(timeout);
        this.running.push(t);
        this.change(timeout, `IF ${t} > 0 THEN ${t} - d ELSE ${t}`);
      }
      if (busy !== null) {
        const b = this.names.of(busy);
        this.running.push(runs === null ? b : `IF ${runs} THEN ${b} ELSE 0`);
        this.change(busy, `IF ${b} > 0${runs === null ? '' : ` /\\ ${runs}`} THEN ${b} - d ELSE ${b}`);
      }
    }
  }

  definitions(): Definition[] {
    const running = this.running.length === 0 ? '{}' : `{t \\in ${set(this.running)} : t > 0}`;
    const monitors = this.monitors.map(([monitor]) => this.names.of(monitor));
    const deadlines = monitors.length === 0 ? '{}' : `{t \\in ${set(monitors)} : t > 0}`;
    return [
      { head: 'Running', body: text(running) },
      { head: 'Deadlines', body: text(deadlines) },
      { head: 'ClockRuns', body: text('Running # {}') },
      { head: 'TimeCanPass', body: and(text('TimeMayPass'), text('(Running \\cup Deadlines) # {}')) },
      { head: 'Least(times)', body: text('CHOOSE t \\in times : \\A u \\in times : t <= u') },
    ];
  }

  /** Null: there is nothing that time could change. */
  action(unchanged: (changed: ReadonlySet<Variable>) => Form): Form | null {
    if (this.changed.length === 0) return null;
    const { timeUnit } = this.program;
    const least = 'Least(Running \\cup Deadlines)';
    const d =
      timeUnit > 0 ? `IF OutsideCanStep /\\ ${least} > ${timeUnit} THEN ${timeUnit} ELSE ${least}` : least;
    return and(text('TimeCanPass'), {
      kind: 'let',
      definitions: [{ head: 'd', body: text(d) }],
      body: and(...this.updates, unchanged(new Set(this.changed)), ...this.watch('d')),
    });
  }

  /** The hidden clocks of `within` after a step; `passed`: how much time that took. */
  watch(passed: string | null): Form[] {
    const monitors = this.monitors.map(([monitor, limit, predicate]) => {
      const m = this.names.of(monitor);
      const left = passed === null ? m : `(IF ${m} > 0 THEN ${m} - ${passed} ELSE ${m})`;
      return text(`${m}' = (IF ${predicate}' THEN (IF ${m} < 0 THEN ${limit} ELSE ${left}) ELSE -1)`);
    });
    return [...monitors, ...this.count()];
  }

  /** How often something has begun since something else: twice that, and one more while it lasts. */
  private count(): Form[] {
    return this.counters.map(({ counter, bound, predicate, goal }) => {
      const c = this.names.of(counter);
      const times = `(IF ${c} < 0 THEN 0 ELSE ${c} \\div 2 + (IF ${goal}' /\\ ${c} % 2 = 0 THEN 1 ELSE 0))`;
      const most = `(IF ${times} > ${bound + 1} THEN ${bound + 1} ELSE ${times})`;
      return text(`${c}' = (IF ${predicate}' THEN 2 * ${most} + (IF ${goal}' THEN 1 ELSE 0) ELSE -1)`);
    });
  }

  isMonitor(variable: Variable): boolean {
    return (
      this.monitors.some(([monitor]) => monitor === variable) ||
      this.counters.some(({ counter }) => counter === variable)
    );
  }
}

/** When a property holds in a state, in terms of its predicate; `null`: the question is about paths. */
export function invariantOf(
  { kind, counter, bound }: PropertyCode,
  predicate: string,
  names: TlaNames,
): Form | null {
  switch (kind) {
    case 'overtaking':
      return text(`${names.of(counter as Variable)} <= ${2 * bound + 1}`);
    case 'always':
      return text(predicate);
    case 'sometimes':
      return text(`~${predicate}`);
    case 'idle':
      return text(`Quiescent => ${predicate}`);
    case 'stuck':
      return text(`Still => ${predicate}`);
    case 'lost wakeup':
      return text(`Still => ~${predicate}`);
    default:
      return null;
  }
}

/** The deadlock of all. */
const ALL_STAND: Form = and(
  text('~BackgroundCanStep'),
  text('~OutsideCanStep'),
  text('~TimeCanPass'),
  text('~SomebodyIsBusy'),
  text('Blocked # {}'),
);

/**
 * The deadlock of all, and that of some while others go on. For the second the footprints come from the checker's own
 * analysis; what is a second opinion is their use.
 */
export function deadlockDefinitions(
  compiled: Compiled,
  names: TlaNames,
  named: readonly ProcessNames[],
): Definition[] {
  const { processes } = compiled.program;
  const waiting = processes.filter(({ index }) => named[index]?.blocked !== null);
  const members = waiting.map(
    ({ index }) => `(IF ${named[index]?.blocked} THEN {"${names.process(index)}"} ELSE {})`,
  );
  const blocked: Definition = { head: 'Blocked', body: text(members.join(' \\cup ') || '{}') };
  const standstill = new Standstill(compiled, layOut(compiled, new Map()));
  if (standstill.table === null)
    return [blocked, { head: 'Deadlock', body: and(text('~SystemCanStep'), ALL_STAND) }];
  const quoted = (index: number): string => `"${names.process(index)}"`;
  // The checker looks at the first ones only.
  const first = waiting.filter(({ index }) => index < BLOCKED_MAX).map(({ index }) => quoted(index));
  const some =
    first.length === waiting.length ? 'Waiting(Blocked) # {}' : `Waiting(Blocked \\cap ${set(first)}) # {}`;
  return [
    blocked,
    { head: 'Processes', body: text(set(processes.map(({ index }) => quoted(index)))) },
    ...footprints(compiled, names, standstill),
    {
      head: 'CanChange(p, waiting)',
      body: or(
        text('Looks(p) \\cap TimeWrites # {}'),
        text('\\E q \\in Processes \\ waiting : Looks(p) \\cap MayWrite(q) # {}'),
      ),
    },
    {
      head: 'Waiting(some)',
      recursive: 'Waiting(_)',
      body: {
        kind: 'let',
        definitions: [{ head: 'left', body: text('{p \\in some : ~CanChange(p, some)}') }],
        body: text('IF left = some THEN some ELSE Waiting(left)'),
      },
    },
    { head: 'Deadlock', body: and(text('~SystemCanStep'), or(ALL_STAND, text(some))) },
  ];
}

/** What a waiting process looks at, and what others may still write from where they stand. */
function footprints(compiled: Compiled, names: TlaNames, standstill: Standstill): Definition[] {
  const { processes, variables } = compiled.program;
  const looked = variables.map((_, i) => standstill.reads.some((list) => list.some((bits) => has(bits, i))));
  const written = variables.map(
    (_, i) => has(standstill.time, i) || standstill.writes.some((list) => list.some((bits) => has(bits, i))),
  );
  const members = (bits: Int32Array): string =>
    set(variables.flatMap((v, i) => (looked[i] && written[i] && has(bits, i) ? [`"${names.of(v)}"`] : [])));
  const cases = (
    { index, location }: ProcessCode,
    of: (place: number) => Int32Array | null,
    places: readonly number[],
  ): Form => {
    const arms = new Map<string, string[]>();
    for (const place of places) {
      const bits = of(place);
      if (bits === null) continue;
      const value = members(bits);
      arms.set(value, [...(arms.get(value) ?? []), `"${names.label(index, place)}"`]);
    }
    const [only] = arms;
    if (arms.size === 1 && only !== undefined && only[1].length === places.length) return text(only[0]);
    const pc = names.of(location);
    return {
      kind: 'case',
      arms: [...arms].map(([value, at]) => [`${pc} \\in ${set(at)}`, text(value)] as const),
    };
  };
  const locations = ({ locations }: ProcessCode): number[] => locations.map((_, i) => i + 1);
  const looks = processes.filter(({ index }) => standstill.reads[index]?.some((bits) => bits !== null));
  return [
    {
      head: 'Looks(p)',
      body: {
        kind: 'case',
        arms: looks.map((process) => [
          `p = "${names.process(process.index)}"`,
          cases(process, (place) => standstill.reads[process.index]?.[place - 1] ?? null, locations(process)),
        ]),
      },
    },
    {
      head: 'MayWrite(p)',
      body: {
        kind: 'case',
        arms: processes.map((process) => {
          const own = standstill.writes[process.index] as Int32Array[];
          // Who is not alive writes nothing.
          const at = (place: number): Int32Array =>
            place === 0 ? new Int32Array(standstill.time.length) : (own[place - 1] as Int32Array);
          return [`p = "${names.process(process.index)}"`, cases(process, at, [0, ...locations(process)])];
        }),
      },
    },
    { head: 'TimeWrites', body: text(members(standstill.time)) },
  ];
}

function has(bits: Int32Array | null, i: number): boolean {
  if (bits === null) return false;
  const one = new Int32Array(bits.length);
  one[i >>> 5] = 1 << (i & 31);
  return meet(bits, one);
}
