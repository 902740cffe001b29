import { current, ElaborationError } from './elaboration.ts';
import { intrinsic } from './tag.ts';

/** What `linearizable` leaves: an object, and the object of a sequential class that says what its operations mean. */
export interface Linearizability {
  readonly kind: 'linearizability';
  readonly name: string;
  readonly object: object;
  readonly specification: object;
  /** Methods of both. */
  readonly operations: readonly string[];
}

/**
 * Every history of `object` has an order of its operations that `specification` explains: each operation takes effect at one
 * instant between its call and its return, and returns what the specification returns then (M. P. Herlihy and J. M. Wing,
 * Linearizability: a correctness condition for concurrent objects, TOPLAS 12(3), 1990). Operations are the calls of the listed
 * methods by processes; left out: all methods of the specification. A method of the specification that waits (`until`) cannot
 * take effect yet. Returns `object`.
 */
export const linearizable = intrinsic(
  'linearizable',
  <T extends object>(
    name: string,
    object: T,
    specification: object,
    operations?: readonly (keyof T & string)[],
  ): T => {
    const listed = operations ?? methodsOf(specification);
    for (const operation of listed) {
      for (const [what, owner] of [
        ['object', object],
        ['specification', specification],
      ] as const) {
        if (typeof Reflect.get(owner, operation) !== 'function') throw missing(name, what, operation);
      }
    }
    if (listed.length === 0) throw missing(name, 'specification', null);
    current(`linearizable('${name}')`).properties.push({
      kind: 'linearizability',
      name,
      object,
      specification,
      operations: listed,
    });
    return object;
  },
);

/** The methods of an object and of its classes, but for accessors and private ones. */
function methodsOf(object: object): string[] {
  const found = new Set<string>();
  for (let at: object = object; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at)) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (typeof value === 'function' && key !== 'constructor') found.add(key);
  }
  return [...found];
}

function missing(name: string, what: 'object' | 'specification', operation: string | null): ElaborationError {
  return new ElaborationError(
    'UPY217',
    operation === null
      ? `the ${what} of linearizable('${name}') has no method`
      : `the ${what} of linearizable('${name}') has no method '${operation}'`,
    'the names of the two classes differ, or the specification has a method for its own use',
    'give both the same methods, make helpers #private, or list the operations as the last argument',
  );
}
