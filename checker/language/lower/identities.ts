import { Pool } from './pool.ts';

/** Numbers for things that keep their identity over repeated lowerings. */
export class Identities {
  readonly pool = new Pool();
  private readonly objects = new Map<unknown, number>();
  private readonly paths = new Map<string, number>();
  /** By the path above. */
  private readonly below: (Map<number, number> | undefined)[] = [];
  private nextPath = 0;

  object(value: unknown): number {
    let id = this.objects.get(value);
    if (id === undefined) {
      id = this.objects.size;
      this.objects.set(value, id);
    }
    return id;
  }

  path(key: string): number {
    let id = this.paths.get(key);
    if (id === undefined) {
      id = this.nextPath++;
      this.paths.set(key, id);
    }
    return id;
  }

  /** The path that leads from path `outer` on by a call, an iteration or a possible target (number `which`) at `start`. */
  pathBelow(outer: number, way: keyof typeof WAYS, start: number, which: number): number {
    let below = this.below[outer];
    if (below === undefined) {
      below = new Map();
      this.below[outer] = below;
    }
    // Exact as long as a file has fewer than 2²⁶ characters and a model fewer than 2²⁵ objects.
    const key = (which * 2 ** 26 + start) * 4 + WAYS[way];
    let id = below.get(key);
    if (id === undefined) {
      id = this.nextPath++;
      below.set(key, id);
    }
    return id;
  }
}

const WAYS = { call: 0, iteration: 1, target: 2 } as const;
