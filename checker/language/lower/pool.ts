import type { Failure, Family, Point, Variable } from '../ir.ts';

/**
 * The variables, families and failures of all lowerings. Each lowering of the whole program finds the same object for the same
 * thing and says anew what it is; so code that was lowered earlier, and kept, means those of the last one.
 */
export class Pool {
  private readonly properties = new Map<object, Map<string, Variable>>();
  private readonly hidden = new Map<string, Variable>();
  private readonly families = new Map<string, Family>();
  private readonly failures = new Map<string, Failure>();
  /** Places that coverage counts, by file. */
  readonly points = new Map<object, Map<string, Point>>();

  /** A part of `object`, which is `now`. */
  part(object: object, key: string, now: Variable): Variable {
    let own = this.properties.get(object);
    if (own === undefined) {
      own = new Map();
      this.properties.set(object, own);
    }
    return same(own, key, now);
  }

  hiddenVariable(key: string, now: Variable): Variable {
    return same(this.hidden, key, now);
  }

  family(key: string, now: Family): Family {
    return same(this.families, key, now);
  }

  failure(key: string, now: Failure): Failure {
    return same(this.failures, key, now);
  }
}

function same<T extends object>(all: Map<string, T>, key: string, now: T): T {
  const known = all.get(key);
  if (known !== undefined) return Object.assign(known, now);
  all.set(key, now);
  return now;
}
