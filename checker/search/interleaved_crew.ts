/** Test helper: workers of a parallel search in one thread, in an order that chance draws. */
import type { Generated } from '../machine/generated.ts';
import { instantiate } from '../machine/instantiate.ts';
import { at, type Shared, type SpaceMap, Word } from '../machine/shared_space.ts';
import type { Crew, Workers } from './crew.ts';
import { ParallelBreadthFirst, type ParallelOptions } from './parallel.ts';
import { Part, type Watched } from './part.ts';
import { Random } from './random.ts';

/** Between two expansions of the leader the others make up to so many batches. */
const BATCHES = 3;

class InterleavedCrew implements Crew {
  failure: string | null = null;
  #map: SpaceMap | null = null;
  readonly #parts: Part[] = [];

  constructor(
    private readonly shared: Shared,
    private readonly watched: Watched,
    private readonly machine: () => Generated,
    private readonly random: Random,
    private left: number,
  ) {}

  /** Others come up one by one. */
  comeUp(): void {
    if (this.#parts.length === this.shared.workers - 1) return;
    const receive = (): SpaceMap => this.#map as SpaceMap;
    const index = 1 + Atomics.add(this.shared.control, at(Word.Ready), 1);
    this.#parts.push(new Part(this.machine(), this.shared, this.watched, index, receive));
  }

  /** Somebody does something, perhaps. */
  work(): void {
    if (--this.left === 0) this.failure = 'it was told to';
    if (this.left <= 0) return;
    if (this.random.below(20) === 0) this.comeUp();
    for (let n = this.random.below(BATCHES + 1); n > 0 && this.#parts.length > 0; n--)
      this.#parts[this.random.below(this.#parts.length)]?.step();
  }

  share(map: SpaceMap): void {
    this.#map = map;
  }

  wake(): void {
    this.work();
  }

  pause(): void {
    this.work();
  }

  async breathe(): Promise<void> {}

  end(): void {}
}

export interface InterleavedOptions extends Omit<ParallelOptions, 'hire'> {
  /** The others end after so many times that they were given. */
  readonly breaksAfter?: number;
}

/** A search whose other workers run whenever the leader expands a state. */
export function interleaved(
  machine: () => Generated,
  options: InterleavedOptions,
  seed: number,
): ParallelBreadthFirst {
  const random = new Random(seed);
  let crew: InterleavedCrew | null = null;
  const generated = machine();
  const { expand } = generated;
  generated.expand = (states, from, out) => {
    if (random.below(8) === 0) crew?.work();
    return expand(states, from, out);
  };
  return new ParallelBreadthFirst(generated, {
    hireAt: 0,
    aloneBelow: 0,
    ...options,
    hire: (shared, watched) => {
      crew = new InterleavedCrew(
        shared,
        watched,
        machine,
        random,
        options.breaksAfter ?? Number.POSITIVE_INFINITY,
      );
      return crew;
    },
  });
}

/** The same for `check`, which lets them run between levels and while the leader waits. */
export function interleavedWorkers(count: number, seed: number): Workers {
  return {
    count,
    worth: { hireAt: 0, aloneBelow: 0 },
    hire: ({ source, shared, watched }) => {
      const machine = () => instantiate(source).generated;
      const crew = new InterleavedCrew(shared, watched, machine, new Random(seed), Number.POSITIVE_INFINITY);
      for (let other = 1; other < count; other++) crew.comeUp();
      return crew;
    },
  };
}
