import type { Mark, SpecifiedObject } from '../language/ir.ts';
import type { Attempt, Interpreter, Observer, State } from '../machine/interpreter.ts';
import { Linearizations } from '../property/linearizations.ts';
import { Sequential } from '../property/sequential.ts';
import { NO_ORDER } from '../search/history_search.ts';
import type { Operation } from '../trace.ts';
import { orderOf } from './order.ts';

/** A mark that a run came by, and in which of its steps: 1-based, 0 before the first. */
export interface Passed {
  readonly mark: Mark;
  readonly values: readonly number[];
  readonly step: number;
}

/** What is known of the operations on an object in a run. */
export interface History {
  readonly operations: readonly Operation[];
  /** Why no order explains the last return; `null`: some order explains all. */
  readonly unexplained: string | null;
}

/** An operation with what decides about its place in an order. */
export interface Interval extends Operation {
  readonly number: number;
  /** Number of its result; -1: it has not returned. */
  readonly resultNumber: number;
  /** Positions among the marks. */
  readonly begins: number;
  readonly ends: number;
}

/** The marks of the initial state and of the steps with these ordinals. */
export function marksOf(
  interpreter: Interpreter,
  path: readonly number[],
): { passed: Passed[]; movers: number[] } {
  const passed: Passed[] = [];
  let step = 0;
  const observer: Observer = {
    entered: () => {},
    executed: (instruction, value) => {
      if (instruction.kind === 'mark')
        passed.push({ mark: instruction.mark, values: instruction.values.map(value), step });
    },
  };
  let state: State = interpreter.initial(observer);
  const movers: number[] = [];
  for (const ordinal of path) {
    step++;
    const steps = interpreter.attempts(state).filter(({ outcome }) => outcome.kind === 'state');
    const attempt = steps[ordinal] as Attempt;
    const process = interpreter.compiled.program.processes[attempt.process];
    if (process !== undefined) interpreter.stepsOf(process, state, observer, attempt.choices);
    movers.push(attempt.process);
    state = (attempt.outcome as { state: State }).state;
  }
  return { passed, movers };
}

/** Follows a run with the automaton that decided about it, on the reference interpreter. */
export function historyOf(interpreter: Interpreter, path: readonly number[], object: number): History {
  const { program } = interpreter.compiled;
  const specification = new Sequential(program.specified[object] as SpecifiedObject, interpreter.compiled);
  const monitor = new Linearizations(specification, object);
  const { passed, movers } = marksOf(interpreter, path);
  const own = passed.filter(({ mark }) => mark.object === object || mark.object < 0);
  const intervals = intervalsOf(
    own,
    movers,
    specification,
    (process) => program.processes[process]?.name ?? '',
  );
  let knowledge = monitor.initial;
  for (let step = 0; step <= path.length; step++) {
    if (step > 0) knowledge = monitor.begin(knowledge, movers[step - 1] as number);
    for (const each of own) {
      if (each.step !== step) continue;
      const next = monitor.tell(knowledge, each.mark, each.values);
      if (next === NO_ORDER) {
        const last = intervals.find(({ ends }) => ends === own.indexOf(each)) as Interval;
        const allowed = monitor
          .allowed(knowledge, each.mark)
          .map((result) => specification.showResult(result));
        const before = intervals.map((one) =>
          one.ends >= last.ends
            ? { ...one, result: null, resultNumber: -1, ends: Number.POSITIVE_INFINITY }
            : one,
        );
        const order = orderOf(before, specification);
        return { operations: told(intervals), unexplained: whyNot(last, allowed, order) };
      }
      if (next < 0) return { operations: told(intervals), unexplained: null };
      knowledge = next;
    }
  }
  return { operations: told(intervals), unexplained: null };
}

function told(intervals: readonly Interval[]): Operation[] {
  return intervals.map(({ process, call, result, from, to, cut }) => ({
    process,
    call,
    result,
    from,
    to,
    cut,
  }));
}

/** Why no order of the operations explains a run, for the first specified object of which that is so. */
export function unexplainedBy(
  { interpreter }: { interpreter: Interpreter },
  path: readonly number[],
): string | null {
  for (const object of interpreter.compiled.program.specified.keys()) {
    const { unexplained } = historyOf(interpreter, path, object);
    if (unexplained !== null) return unexplained;
  }
  return null;
}

/** Whether no order explains the run of a finding about the object with this name. */
export function isUnexplained(
  { interpreter }: { interpreter: Interpreter },
  { name, path }: { readonly name: string; readonly path: readonly number[] },
): boolean {
  const object = interpreter.compiled.program.specified.findIndex((each) => each.name === name);
  return object >= 0 && historyOf(interpreter, path, object).unexplained !== null;
}

/** The operations that have begun, in the order in which they did. */
function intervalsOf(
  passed: readonly Passed[],
  movers: readonly number[],
  specification: Sequential,
  nameOf: (process: number) => string,
): Interval[] {
  const found: Interval[] = [];
  for (const [i, { mark, values, step }] of passed.entries()) {
    if (mark.event !== 'invoke') continue;
    const end = passed.findIndex(
      (other, k) =>
        k > i &&
        other.mark.process === mark.process &&
        (other.mark.event === 'kill' || (other.mark.event !== 'invoke' && other.mark.depth === mark.depth)),
    );
    const ending = passed[end];
    // It begins with the next step of its process, or with the return in the same step.
    const later = movers.findIndex((mover, k) => k >= step && mover === mark.process);
    const from = ending?.step === step || later < 0 ? step : later + 1;
    const cut = ending?.mark.event === 'kill';
    const ends = ending === undefined || cut ? Number.POSITIVE_INFINITY : end;
    if (ends === Number.POSITIVE_INFINITY && (later < 0 || (cut && from > (ending?.step ?? 0)))) continue;
    const number = specification.call(mark.operation, values);
    const event = ending?.mark.event === 'throw' ? 'throw' : 'return';
    const resultNumber =
      ending === undefined || cut ? -1 : specification.result(event, mark.operation, ending.values);
    found.push({
      process: nameOf(mark.process),
      call: specification.showCall(number),
      result: resultNumber < 0 ? null : (specification.showResult(resultNumber) ?? 'returns'),
      from,
      to: resultNumber < 0 ? null : (ending?.step ?? null),
      cut,
      number,
      resultNumber,
      begins: beginsAt(passed, i, from),
      ends,
    });
  }
  return found.sort((a, b) => a.from - b.from || a.begins - b.begins);
}

/** An operation begins after what has returned in the steps before. */
function beginsAt(passed: readonly Passed[], invoke: number, from: number): number {
  const first = passed.findIndex(({ step }, k) => k > invoke && step >= from);
  return first < 0 ? passed.length : first;
}

function whyNot(
  last: Interval,
  allowed: readonly (string | null)[],
  order: readonly string[] | null,
): string {
  const said = last.result === null || last.result === 'returns' ? 'has returned' : verbOf(last.result);
  const steps = last.from === last.to ? `step ${last.to}` : `steps ${last.from} to ${last.to}`;
  const before =
    order === null || order.length === 0
      ? 'Nothing has taken effect before'
      : `What returned before is explained by ${order.join(', ')}${order.length === 1 ? '' : ', in this order'}`;
  const could = allowed.map((result) =>
    result === null ? 'return' : thrown(result) ? result.replace('throws', 'throw') : `return ${result}`,
  );
  const but =
    could.length === 0
      ? 'but in no order could it have returned yet: the specification lets it wait'
      : `but whatever order is taken, it could only ${could.join(' or ')}`;
  return `${last.call} of ${last.process} (${steps}) ${said}, and no order of the operations explains that. ${before}; ${but}.`;
}

const thrown = (result: string): boolean => result.startsWith('throws ');
const verbOf = (result: string): string => (thrown(result) ? result : `returned ${result}`);
