import type { MachineSource } from '../machine/instantiate.ts';
import type { Shared, SpaceMap } from '../machine/shared_space.ts';
import type { Watched } from './part.ts';

/** The workers beside the thread that leads a parallel search. Each makes a `Part` and calls its `step`. */
export interface Crew {
  /** Sends a map to every worker. */
  share(map: SpaceMap): void;
  /** Wakes those who sleep on the order. */
  wake(): void;
  /** Gives them time: until one of them arrives, or for some milliseconds. */
  pause(): void;
  /** Lets messages in. */
  breathe(): Promise<void>;
  /** Why a worker has ended before its time; `null`: none has. */
  readonly failure: string | null;
  /** Ends all. */
  end(): void;
}

/** What a worker needs to begin. */
export interface Job {
  readonly source: MachineSource;
  readonly shared: Shared;
  readonly watched: Watched;
}

/** When others are worth what they cost. */
export interface Worth {
  /** States before others are hired; small searches end before a thread would have begun. */
  readonly hireAt?: number;
  /** Smaller levels are expanded by the leader alone. */
  readonly aloneBelow?: number;
}

/** Where workers come from: the checker itself makes no threads. */
export interface Workers {
  /** The thread that leads counts as one. */
  readonly count: number;
  /** Default: what threads cost. */
  readonly worth?: Worth;
  hire(job: Job): Crew;
}
