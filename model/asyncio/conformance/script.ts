/** What is compared with the real asyncio: tasks, and callbacks that they schedule, as lists of operations. */
export interface Script {
  /** Created in this order before the main task, which sleeps for {@link Script.ms} and ends the run. */
  readonly tasks: readonly (readonly Op[])[];
  /** `micropython.schedule` queues them; only operations that do not wait. */
  readonly callbacks: readonly (readonly Op[])[];
  /** Coroutines that `wait_for` runs, each by one task at most. */
  readonly children: readonly (readonly Op[])[];
  readonly events: number;
  readonly locks: number;
  readonly ms: number;
}

/** An operation, and the number of what it is done to or how long it takes (ms). */
export type Op =
  | readonly ['set' | 'clear' | 'is_set' | 'wait', number]
  | readonly ['flag_set' | 'flag_clear' | 'flag_wait', number]
  | readonly ['acquire' | 'release' | 'locked', number]
  | readonly ['sleep_ms' | 'schedule' | 'cancel' | 'await' | 'done', number]
  | readonly ['wait_for', child: number, ms: number];

/** One line of what a run shows: who, which of its operations (-1: how it ended), with what result, when. */
export type Line = readonly [who: string, place: number, result: string, ms: number];
