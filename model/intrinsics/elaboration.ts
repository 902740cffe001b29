import type { ProcessHandle } from './process.ts';
import type { Property } from './property.ts';

/**
 * What one run of a scenario's `build()` leaves behind. Elaboration is native JavaScript: the
 * structure of the system (processes, properties, objects) is fixed when it ends.
 */
export interface Elaboration {
  readonly processes: ProcessHandle[];
  readonly properties: Property[];
}

/** A mistake in the use of the vocabulary at elaboration time (`UPY2xx`). */
export class ElaborationError extends Error {
  /**
   * @param code stable code, see docs/errors.md
   * @param cause the likeliest cause
   * @param remedy what to do next
   */
  constructor(
    readonly code: string,
    what: string,
    readonly likely: string,
    readonly remedy: string,
  ) {
    super(`${code}: ${what}\n  likely: ${likely}\n  do:     ${remedy}`);
    this.name = 'ElaborationError';
  }
}

const CURRENT = Symbol.for('upy-check.elaboration@1');
type Holder = { [CURRENT]?: Elaboration | null };

/** Runs `build` as an elaboration and returns what it created, with its result. */
export function elaborate<T>(build: () => T): { elaboration: Elaboration; result: T } {
  const holder = globalThis as Holder;
  if (holder[CURRENT]) {
    throw new ElaborationError(
      'UPY203',
      'a scenario is built inside the build() of another one',
      'build() imports or runs something that checks a scenario itself',
      'build one scenario at a time',
    );
  }
  const elaboration: Elaboration = { processes: [], properties: [] };
  holder[CURRENT] = elaboration;
  try {
    return { elaboration, result: build() };
  } finally {
    holder[CURRENT] = null;
  }
}

/** The elaboration that runs now; an error outside of `build()`. */
export function current(what: string): Elaboration {
  const elaboration = (globalThis as Holder)[CURRENT];
  if (elaboration) return elaboration;
  throw new ElaborationError(
    'UPY201',
    `${what} is called outside of a scenario's build()`,
    'it stands at the top level of a module, or model code is run as ordinary JavaScript',
    'call it in build() or in what build() calls; run the scenario with `upy-check <file>`',
  );
}

/** For what only a process can do: its code is compiled, and never run natively. */
export function onlyInProcess(what: string): never {
  throw new ElaborationError(
    'UPY202',
    `${what} is called while the scenario is being built`,
    'it stands in build() itself, or in a constructor, and not in the body of a process',
    `move it into the body of process(name, body) or a function that the body calls`,
  );
}
