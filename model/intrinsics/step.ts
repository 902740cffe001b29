import type { Clock } from './clock.ts';
import { ElaborationError, onlyInProcess } from './elaboration.ts';
import { intrinsic } from './tag.ts';

/** What `until` hands back when it may only return something truthy. */
export type Truthy<T> = T extends false | 0 | '' | null | undefined ? never : T;
/** Any class, used as the name of a role (`me(Task)`). */
export type Kind<T> = abstract new (...args: never[]) => T;

/** What a kernel does under a lock or an interrupt mask. */
export interface Lock {
  lock(): void;
  unlock(): void;
}

/** One step; returns what `section` returns. If an `until` in it is false, it has not begun. */
export const atomic = intrinsic('atomic', <T>(section: () => T): T => section());

/**
 * `section` under `lock`: one atomic step, or, with the scenario option `criticals: 'open'`, the
 * steps `lock.lock()`, those of `section`, and `lock.unlock()`.
 */
export const critical = intrinsic('critical', <T>(_lock: Lock, section: () => T): T => section());

/**
 * Tries `attempt` as one step until its result is truthy; returns that result. A falsy attempt leaves
 * no trace. With `timeout` (µs, or a running clock; negative: never) it gives up when that has passed:
 * the last, falsy attempt then counts and its result is returned. 0 tries once.
 */
export const until: {
  <T>(attempt: () => T): Truthy<T>;
  <T>(attempt: () => T, timeout: number | Clock): T;
} = intrinsic('until', <T>(attempt: () => T): never => {
  const result = attempt();
  if (result) return result as never;
  throw new ElaborationError(
    'UPY205',
    'until() would wait while the scenario is being built',
    'a lock is already held, or a condition is not yet true, when build() takes it',
    'make the condition true first, or move the wait into a process',
  );
});

/** `until`, at a place where it is in order to stay for ever (a server's idle wait). */
export const rest = intrinsic('rest', <T>(_attempt: () => T): Truthy<T> => onlyInProcess('rest()'));

/** A step that does nothing: a step boundary that is always a location of its own. */
export const pause = intrinsic('pause', (): void => onlyInProcess('pause()'));

/** One step with `n` outcomes, 0 … n-1. */
export const choose = intrinsic('choose', (_n: number): number => onlyInProcess('choose()'));

/** Cuts off executions in which `condition` is false; printed beside the verdict. */
export const assume = intrinsic('assume', (_condition: unknown, _why?: string): void =>
  onlyInProcess('assume()'),
);

/**
 * The role of the current process that is a `kind`. Folds; `UPY140` when the process has none or
 * several.
 */
export const me = intrinsic('me', <T>(kind: Kind<T>): T => onlyInProcess(`me(${kind.name})`));

/**
 * {@link me}, or `null` where the current process has no such role: for code that processes of both kinds call. Folds, so
 * that the branch that is not taken is not compiled.
 */
export const meOrNull = intrinsic('meOrNull', <T>(kind: Kind<T>): T | null =>
  onlyInProcess(`meOrNull(${kind.name})`),
);

/** A property in place: `condition` must be true whenever this is reached. */
export const check: (condition: unknown, message?: string) => asserts condition = intrinsic(
  'check',
  (condition: unknown, message = 'check'): void => {
    if (condition) return;
    throw new ElaborationError(
      'UPY206',
      `check failed while the scenario is being built: ${message}`,
      'build() sets the model up in a state that the model itself refuses',
      'correct the set-up in build()',
    );
  },
) as (condition: unknown, message?: string) => asserts condition;

/**
 * A rule about who may come here, and when: `condition` must be true. Like {@link check}, but its violation is one of the
 * caller: a function was called in a context that it is not made for.
 */
export const demand: (condition: unknown, rule: string) => asserts condition = intrinsic(
  'demand',
  (condition: unknown, rule: string): void => {
    if (condition) return;
    throw new ElaborationError(
      'UPY206',
      `a rule of context is broken while the scenario is being built: ${rule}`,
      'build() calls what only a process of the right kind may call',
      'move the call into the body of a process',
    );
  },
) as (condition: unknown, rule: string) => asserts condition;

/** Consumes `us` µs of CPU time; stands still while the process does not run. */
export const busy = intrinsic('busy', (_us: number): void => onlyInProcess('busy()'));

/**
 * Bookkeeping for properties: belongs to the step before it and makes none of its own. What it assigns
 * may be read by properties and other `ghost` blocks only.
 */
export const ghost = intrinsic('ghost', (bookkeeping: () => void): void => bookkeeping());

/** Accesses in `section` are declared benign races; it changes nothing else. */
export const relaxed = intrinsic('relaxed', <T>(section: () => T): T => section());

/**
 * `call` may block its caller, unless `limit` is 0. Refused where everything is one step, and nobody can come between to end
 * the wait (`UPY147`); nothing otherwise.
 */
export const blocks = intrinsic('blocks', (call: string, _limit?: number): void =>
  onlyInProcess(`${call}()`),
);

/** A line of the trace, shown with the step that follows; not part of the state, never a step. */
export const note = intrinsic('note', (..._words: unknown[]): void => {});

/** Integer division towards zero, as in C. Division by zero is a model error. */
export const idiv = intrinsic('idiv', (a: number, b: number): number => {
  if (b === 0) {
    throw new ElaborationError(
      'UPY207',
      'idiv by zero while the scenario is being built',
      'a size or period is 0',
      'check the parameters of build()',
    );
  }
  return Math.trunc(a / b);
});

/** Sets every variable of the objects in `set` back to what it was after `build()`: a soft reset. */
export const reset = intrinsic('reset', (..._set: object[]): void => onlyInProcess('reset()'));
