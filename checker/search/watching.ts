import { type Generated, Status } from '../machine/generated.ts';
import type { VisitedStates } from '../machine/store.ts';
import type { Tape } from '../machine/tape.ts';
import { BitFindings, type FailureFinding, type Finding } from './findings.ts';
import type { Outcome, Sample, SearchLimit, SearchOptions } from './search.ts';

/** What all searches have in common: they watch the states that they come by, and end for the same reasons. */
export abstract class Watching {
  readonly propertyFindings: BitFindings;
  readonly quiescentFindings: BitFindings;
  /** First occurrence of each failure number. */
  readonly failures = new Map<number, FailureFinding>();
  /** The first deadlock. */
  deadlock: Finding | null = null;
  /** The state that `stopAt` asked for. */
  target: Finding | null = null;
  /** The failure that `abortOn` chose. */
  aborted: FailureFinding | null = null;
  limit: SearchLimit | null = null;
  outcome: Outcome = 'more';

  constructor(
    protected readonly generated: Generated,
    protected readonly options: SearchOptions,
  ) {
    this.propertyFindings = new BitFindings(options.properties ?? 0);
    this.quiescentFindings = new BitFindings(options.quiescent ?? 0);
    generated.failures.length = 0;
  }

  /** The rare cases of an expanded state: a failing step, or no step of the system. */
  protected remark(status: number, states: Int32Array, at: number, state: number, depth: number): void {
    const { failures } = this.generated;
    for (let i = 0; i < failures.length && this.aborted === null; i += 2)
      this.failed({ failure: failures[i] as number, attempt: failures[i + 1] as number, state, depth });
    failures.length = 0;
    if ((status & Status.System) === 0) this.quiet(status, states, at, state, depth);
  }

  protected failed(finding: FailureFinding): void {
    const { failure } = finding;
    if (!this.failures.has(failure)) this.failures.set(failure, finding);
    if (this.options.abortOn?.(failure) !== true) return;
    this.aborted = finding;
    this.outcome = 'aborted';
  }

  /** A state in which nothing of the system can step. */
  protected quiet(status: number, states: Int32Array, at: number, state: number, depth: number): void {
    const quiescent = this.quiescentFindings;
    if (quiescent.pending !== 0) quiescent.note(this.generated.quiescent(states, at), state, depth);
    const alive = Status.Background | Status.Outside | Status.Time | Status.Busy;
    const dead = (status & (alive | Status.Blocked)) === Status.Blocked;
    if (dead && this.deadlock === null && this.options.deadlock !== false) this.deadlock = { state, depth };
  }

  /** Evaluates the properties of one state that was not seen before. */
  protected inspectOne(states: Int32Array, at: number, state: number, depth: number): void {
    const findings = this.propertyFindings;
    if (findings.pending !== 0) findings.note(this.generated.properties(states, at), state, depth);
    if (this.target === null && this.options.stopAt?.(states, at) === true) this.target = { state, depth };
  }

  protected saveFindings(tape: Tape): void {
    this.propertyFindings.save(tape);
    this.quiescentFindings.save(tape);
    tape.writeList(
      [...this.failures.values()].flatMap(({ failure, attempt, state, depth }) => [
        failure,
        attempt,
        state,
        depth,
      ]),
    );
    tape.writeList(this.deadlock === null ? [] : [this.deadlock.state, this.deadlock.depth]);
  }

  protected loadFindings(tape: Tape): void {
    this.propertyFindings.load(tape);
    this.quiescentFindings.load(tape);
    const failures = tape.read();
    for (let i = 0; i < failures.length; i += 4) {
      const [failure, attempt, state, depth] = failures.slice(i, i + 4) as [number, number, number, number];
      this.failures.set(failure, { failure, attempt, state, depth });
    }
    const [state, depth] = tape.read();
    this.deadlock = state === undefined || depth === undefined ? null : { state, depth };
  }

  /** Grows with whatever is found. */
  protected get found(): number {
    const bits = (mask: number): number => (mask === 0 ? 0 : 1 + bits(mask & (mask - 1)));
    const pending = bits(this.propertyFindings.pending) + bits(this.quiescentFindings.pending);
    const single = [this.deadlock, this.target, this.aborted].filter((each) => each !== null).length;
    return this.failures.size + single - pending;
  }

  protected decide(): void {
    if (this.target !== null) this.outcome = 'decided';
    if (this.options.stopWhenDecided !== true) return;
    const deadlock = this.deadlock !== null || this.options.deadlock === false;
    const watched = this.propertyFindings.asked | this.quiescentFindings.asked;
    const pending = this.propertyFindings.pending | this.quiescentFindings.pending;
    if (deadlock && pending === 0 && (watched !== 0 || this.deadlock !== null)) this.outcome = 'decided';
  }

  /** All states that were found are expanded. Where the store may have omitted some, that is a limit. */
  protected finish({ expectedOmissions }: VisitedStates): void {
    if (expectedOmissions === undefined) this.outcome = 'finished';
    else this.stop('omission', expectedOmissions);
  }

  protected stop(kind: SearchLimit['kind'], value: number, sample?: Sample): void {
    if (this.outcome !== 'more') return;
    this.limit = sample === undefined ? { kind, value } : { kind, value, sample };
    this.outcome = 'limit';
  }
}
