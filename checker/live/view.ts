import type { Lane } from '../../model/intrinsics/process.ts';
import type { Change, Moment, Place, Trace } from '../trace.ts';

/** A variable that a condition looked at, with its value in the state that is looked at. */
export interface Reading {
  readonly variable: string;
  readonly value: string;
}

/** A condition in the source, and what it looked at when it was false. */
export interface Condition {
  /** Where it stands; `text` is its own, on one line. */
  readonly place: Place;
  readonly readings: readonly Reading[];
}

/** Why a process cannot step. Several can be true at once; the first is the nearest. */
export type Why =
  | { readonly kind: 'not started' }
  /** `step`: of this path, in which it ended; `null`: it ended in the very beginning. */
  | { readonly kind: 'ended'; readonly step: number | null }
  /** It is at an operation whose condition is false. */
  | {
      readonly kind: 'waits';
      readonly operation: string;
      /** Innermost. */
      readonly function: string;
      readonly guard: Condition;
    }
  | { readonly kind: 'busy'; readonly leftUs: number }
  /** An interrupt handler comes first on its core: it has begun (`active`), or will now (`due`). */
  | {
      readonly kind: 'interrupted';
      readonly core: string;
      readonly by: string;
      readonly due: boolean;
      readonly priority: number;
    }
  /** Nobody asks for this handler. */
  | {
      readonly kind: 'not requested';
      readonly line: string;
      readonly pending: boolean;
      readonly enabled: boolean;
    }
  /** The interrupts of its core are off. */
  | { readonly kind: 'masked'; readonly core: string; readonly primask: boolean; readonly maskDepth: number }
  | { readonly kind: 'basepri'; readonly core: string; readonly basepri: number; readonly priority: number }
  /** Its priority is not more urgent than that of the handler that its core executes. */
  | {
      readonly kind: 'level';
      readonly core: string;
      readonly by: string;
      readonly level: number;
      readonly priority: number;
    }
  /** The sleep mode of its core does not let it through. */
  | { readonly kind: 'sleep mode'; readonly core: string; readonly mode: string; readonly source: string }
  | { readonly kind: 'stalled'; readonly core: string }
  /** A kernel runs another task on the core; `null`: on none of several cores does this one run. */
  | {
      readonly kind: 'another runs';
      readonly core: string | null;
      readonly running: readonly string[];
      readonly priority: number;
      readonly priorities: readonly number[];
    }
  /** A task that its kernel has taken off the ready lists. */
  | {
      readonly kind: 'blocked';
      readonly state: 'delayed' | 'suspended' | 'deleted';
      /** The list of waiters that it is on. */
      readonly list: string | null;
      /** The slot in which it waits for a notification. */
      readonly notification: number | null;
      /** `null`: for ever. */
      readonly ticksLeft: number | null;
      /** Step of this path since which it is so. */
      readonly since: number | null;
    }
  /** Time: no clock, timeout or `busy` is running. */
  | { readonly kind: 'no clock' }
  /** Time: these come first. `prompt`: devices that cannot be late; otherwise everybody (`timing: 'prompt'`). */
  | { readonly kind: 'first'; readonly processes: readonly string[]; readonly prompt: boolean }
  /** Its run condition is false, and nothing above says more. */
  | { readonly kind: 'run condition'; readonly condition: Condition };

/** A step that can be taken. */
export interface Choice {
  /** What `take` is asked with; counts from 0 in each state. */
  readonly number: number;
  /** `null`: time passes. */
  readonly process: string | null;
  readonly lane: Lane | null;
  readonly outside: boolean;
  readonly place: Place | null;
  /** Innermost function. */
  readonly function: string | null;
  readonly operation: string;
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
  readonly moments: readonly Moment[];
  readonly elapsedUs: number;
  /** What of its `choose`s this is, where it has several ways. */
  readonly choices: readonly number[];
  /** The step ends in this violation; nothing comes after it. */
  readonly fails: { readonly kind: string; readonly name: string } | null;
  /** The place in the tree that it leads to, where it was taken before. */
  readonly node: number | null;
}

/** A process that cannot step, with the reasons. */
export interface Held {
  /** `null`: time. */
  readonly process: string | null;
  readonly lane: Lane | null;
  readonly place: Place | null;
  readonly reasons: readonly Why[];
}

/** A place in the tree of what was visited. */
export interface TreeNode {
  readonly number: number;
  /** `null`: the initial state. */
  readonly parent: number | null;
  /** Steps from the initial state. */
  readonly depth: number;
  /** Who stepped there, and how; `null`: the initial state. */
  readonly step: {
    readonly process: string | null;
    readonly place: Place | null;
    readonly operation: string;
  } | null;
  readonly children: readonly number[];
  /** A node that was visited before, with the same state. */
  readonly same: number | null;
}

/** Something that a state violates, or a step failed with. */
export interface Wrong {
  readonly kind: string;
  readonly name: string;
  readonly explanation: string;
}

/** All that a page shows of the place where a session is. */
export interface LiveView {
  readonly schema: 'upy-check/live@1';
  /** Where it is in the tree. */
  readonly node: number;
  /** The path to it, as a trace. */
  readonly trace: Trace;
  readonly choices: readonly Choice[];
  readonly held: readonly Held[];
  readonly wrong: readonly Wrong[];
  readonly tree: readonly TreeNode[];
}

/** Where `run` stops. */
export type RunTo = 'switch' | 'interrupt' | 'block' | 'end';

/** Why `run` went no further. */
export type RunEnd =
  /** What was asked for has happened in the last step. */
  | { readonly kind: 'reached' }
  /** The state was on the way before: it goes round. */
  | { readonly kind: 'repeats'; readonly node: number }
  /** The last step failed, or led to a state that violates something. */
  | { readonly kind: 'wrong' }
  /** Nothing can step any more. */
  | { readonly kind: 'still' }
  | { readonly kind: 'steps'; readonly steps: number };

/** What can be asked to be reached. */
export type Target =
  /** A property or check by name: a state (or step) that violates it, or where a `sometimes` is true. */
  | { readonly kind: 'property'; readonly name: string }
  /** `pin.event == true && queue.length > 1` */
  | { readonly kind: 'condition'; readonly text: string }
  /** A process stands at a line. `process` `null`: any. `file` is the end of its path. */
  | { readonly kind: 'line'; readonly process: string | null; readonly file: string; readonly line: number };

export type ReachAnswer =
  /** The session has gone there. */
  | { readonly kind: 'reached'; readonly steps: number; readonly states: number }
  /** Everything that can come from here was looked at. */
  | { readonly kind: 'never'; readonly states: number }
  | { readonly kind: 'not within'; readonly states: number; readonly depth: number }
  | { readonly kind: 'stopped'; readonly states: number };
