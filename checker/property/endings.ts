import type { Explored } from '../explore.ts';
import { Status } from '../machine/generated.ts';
import type { Ending } from '../search/shortest_runs.ts';
import type { Finding } from '../trace/record.ts';

const NO_FAILURE = { failures: null };

/** Ends in a state with this bit of `Generated.properties`. */
export function endsInProperty({ machine: { plain } }: Explored, bit: number): Ending {
  return { ...NO_FAILURE, state: (states, at) => ((plain.properties(states, at) >>> bit) & 1) !== 0 };
}

/** Ends in a quiescent state with this bit of `Generated.quiescent`. */
export function endsInQuiescent({ machine: { plain } }: Explored, bit: number): Ending {
  return {
    ...NO_FAILURE,
    state: (states, at, status) =>
      (status & Status.System) === 0 && ((plain.quiescent(states, at) >>> bit) & 1) !== 0,
  };
}

/** Ends where nothing can go on, and somebody waits. */
export function endsInDeadlock(): Ending {
  const relevant =
    Status.System | Status.Background | Status.Outside | Status.Time | Status.Busy | Status.Blocked;
  return { ...NO_FAILURE, state: (_, __, status) => (status & relevant) === Status.Blocked };
}

/** Ends in a state from which no state is reached that a backward search began with. */
export function endsBeyond(
  { machine, quotient }: Explored,
  reaches: (states: Int32Array, at: number) => boolean,
): Ending {
  const one = new Int32Array(machine.plain.words);
  return {
    ...NO_FAILURE,
    state(states, at) {
      one.set(states.subarray(at, at + one.length));
      quotient?.canonical.apply(one, 0);
      return !reaches(one, 0);
    },
  };
}

/** Fails in the next step with one of these. */
export function endsInFailure(failures: Iterable<number>): Ending {
  return { failures: new Set(failures), state: () => false };
}

/** The same finding with a run that has as few context switches as any of the shortest, where that can be told. */
export function calmest(explored: Explored, finding: Finding, ending: Ending): Finding {
  if (explored.search.traces !== 'shortest' || explored.shortest === null) return finding;
  const run = explored.shortest.calmest(finding.path.length, ending);
  return run === null ? finding : { ...finding, path: run.path, calm: true };
}
