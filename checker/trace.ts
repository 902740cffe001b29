import type { Drawing } from '../model/intrinsics/drawing.ts';
import type { Lane } from '../model/intrinsics/process.ts';
import type { Parameters } from './scenario.ts';

/** A place in a source file. */
export interface Place {
  /** As shown to people, relative to the working directory when below it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The statement's or expression's text on its first line, trimmed. */
  readonly text: string;
}

/** One frame of a call stack, outermost first. */
export interface Frame {
  readonly function: string;
  /** Where in it the next frame was called, or the step's own place for the innermost. */
  readonly place: Place;
  /** Entered through a hook or a callback table: a soft callback. */
  readonly hook: boolean;
}

/** A variable that a step changed, by its name in the source. */
export interface Change {
  readonly variable: string;
  readonly before: string;
  readonly after: string;
  /** A sequence: the items that it holds now. */
  readonly items?: readonly string[];
}

/** How far a process can go on. */
export type ProcessStatus =
  | 'not started'
  | 'ended'
  /** Another has its core, nothing calls it, or no interrupt is pending for it. */
  | 'not its turn'
  /** It gave its turn away by itself, and has not got it back. */
  | 'asleep'
  /** In `busy(…)`. */
  | 'busy'
  /** Its condition is false. */
  | 'waits'
  /** Its condition is false, and that is no deadlock. */
  | 'rests'
  | 'can go on';

/** A process as it is at the start. */
export interface TraceProcess {
  readonly name: string;
  readonly lane: Lane | null;
  /** What it is to the system. */
  readonly role: 'system' | 'outside' | 'background';
  readonly status: ProcessStatus;
  /** Where it begins; `null`: not started. */
  readonly place: Place | null;
}

/** A variable of the model as it is at the start. */
export interface TraceVariable {
  /** By its name in the source, as in {@link Change}. */
  readonly name: string;
  readonly kind: 'integer' | 'boolean' | 'symbol' | 'sequence' | 'clock';
  readonly value: string;
  /** A sequence: the items that it holds. */
  readonly items?: readonly string[];
}

/** What an object of the model shows of itself: a variable, or a value that never changes. */
export interface TracePart {
  /** `items`, `capacity`, `value`, `max`, `owner`, `depth`, or the property's own name. */
  readonly role: string;
  /** The variable's name; `null`: a constant. */
  readonly variable: string | null;
  /** At the start. */
  readonly value: string;
}

/** A queue, mutex, count … that is drawn as what it is. */
export interface TraceObject {
  readonly name: string;
  /** `Queue`, `PthreadMutex`, … */
  readonly class: string;
  readonly kind: Drawing['kind'];
  readonly parts: readonly TracePart[];
}

/** The system as it is before the first step. */
export interface TraceStart {
  readonly processes: readonly TraceProcess[];
  readonly variables: readonly TraceVariable[];
  readonly objects: readonly TraceObject[];
}

/** What a step did to the processes, as far as they can run. */
export type Moment =
  /** Another process than before goes on, on the same core. */
  | { readonly kind: 'switch'; readonly from: string }
  /** This step is the entry of an interrupt. */
  | { readonly kind: 'interrupt'; readonly of: string | null }
  /** After this step a process cannot go on, by its own doing: it waits, rests, or gave its core away. */
  | { readonly kind: 'block'; readonly process: string }
  /** After this step another process can go on that could not before. */
  | { readonly kind: 'wake'; readonly process: string };

/** One indivisible step of a trace: who, where in the source, and what it changed. */
export interface TraceStep {
  /** 1-based. */
  readonly index: number;
  /** `null`: a step of time. */
  readonly process: string | null;
  readonly lane: Lane | null;
  /** µs since the start, at the end of the step. */
  readonly timeUs: number;
  /** Outermost first; empty for time. */
  readonly stack: readonly Frame[];
  /** Where the step begins; `null` for time. */
  readonly place: Place | null;
  /** `read`, `write`, `atomic`, `until`, `rest`, `busy`, `pause`, `choose`, `clock`, `start`, `time`, … */
  readonly operation: string;
  /** Every function that the step executes code of, also inside of atomic sections. */
  readonly functions: readonly string[];
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
  readonly moments: readonly Moment[];
  /** Processes that stand otherwise after this step than before. */
  readonly statuses: readonly { readonly process: string; readonly status: ProcessStatus }[];
  /** Which successor of the state before it is: the schedule is the list of these. */
  readonly ordinal: number;
}

/** An operation on an object with a specification, in the run that a trace tells. */
export interface Operation {
  readonly process: string;
  /** `ring.push(1)`. */
  readonly call: string;
  /** What it returned, `throws …`, or `returns` when that is nothing; `null`: it has not returned. */
  readonly result: string | null;
  /** Index of its first step. */
  readonly from: number;
  /** Index of the step in which it returned. */
  readonly to: number | null;
  /** Its process was killed meanwhile. */
  readonly cut: boolean;
}

/** Two steps, and a run without the violation that differs in their order. */
export interface Exchange {
  /** Indices of the steps: in the other run the second comes first, and all else as before as far as possible. */
  readonly steps: readonly [number, number];
  /** That run, to its end. */
  readonly schedule: string;
}

/** The two steps whose order decides, by the nearest run without the violation. */
export interface Decisive extends Exchange {
  readonly text: string;
  /** Where one of the two is an event from outside: the same on its other side, if it must come in between. */
  readonly other?: Exchange;
}

/** A counterexample, or the witness of a `sometimes`. */
export interface Trace {
  readonly schema: 'upy-check/trace@1';
  readonly scenario: string;
  readonly file: string;
  readonly variant: string;
  readonly parameters: Parameters;
  readonly property: string;
  /** Whether no shorter one exists. */
  readonly shortest: boolean;
  /** Context switches, where no trace (of this length, if it is a shortest one) has fewer; otherwise left out. */
  readonly switches?: number;
  readonly start: TraceStart;
  readonly steps: readonly TraceStep[];
  /** From the step with this index on it repeats for ever; one more than there are steps: nothing happens any more. */
  readonly loop?: number;
  /** The operations that no order explains, in the order in which they began. */
  readonly history?: readonly Operation[];
  /** `u1.` and the ordinals in base 36, for `upy-check replay <scenario> --schedule`. */
  readonly schedule: string;
  /** `null`: exchanging two steps of this run never avoids it. Left out where this is not asked, or too much to look for. */
  readonly decisive?: Decisive | null;
  /** What is wrong, in the domain's words: one or two sentences. */
  readonly explanation: string;
  /** Where every process stands in the last state. */
  readonly standing: readonly {
    readonly process: string;
    readonly status: string;
    readonly place: Place | null;
    /** Outermost first; empty where it stands nowhere. */
    readonly stack: readonly Frame[];
  }[];
}
