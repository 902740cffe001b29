/**
 * How a report draws an object of the model. The strings are properties of the object, with dots where they lie deeper
 * (`slots.length`); one that holds no variable is shown as the constant that it is.
 */
export type Drawing =
  /** Things one behind the other, the next to leave first. */
  | { readonly kind: 'queue'; readonly items: string; readonly capacity?: string; readonly also?: Also }
  /** How many there are: a semaphore, a notification count. */
  | { readonly kind: 'count'; readonly value: string; readonly max?: string; readonly also?: Also }
  /** Somebody has it, or nobody: a mutex, the GIL. */
  | { readonly kind: 'owner'; readonly owner: string; readonly depth?: string; readonly also?: Also }
  /** Bits of a number, each with a meaning of its own: an event group, a mask of signals. */
  | { readonly kind: 'bits'; readonly value: string; readonly also?: Also }
  /**
   * Values by their names: masks and levels of a core, the mode of sleep, a flag. With the name of a core (`of`), what
   * is otherwise than at the start is also shown above the lanes of that core.
   */
  | { readonly kind: 'fields'; readonly of?: string; readonly also: Also };

type Also = readonly string[];

/** What a class may declare: `static readonly drawing = …`, or a function of the object where its kind differs. */
export interface Drawn {
  readonly drawing?: Drawing | ((object: never) => Drawing);
}

const KINDS: ReadonlySet<unknown> = new Set<Drawing['kind']>(['queue', 'count', 'owner', 'bits', 'fields']);

/** How an object is drawn; `null`: its class does not say. */
export function drawingOf(object: object): Drawing | null {
  const { drawing } = (object.constructor ?? {}) as Drawn;
  if (drawing === undefined) return null;
  try {
    const found: unknown = typeof drawing === 'function' ? drawing(object as never) : drawing;
    return isDrawing(found) ? found : null;
  } catch {
    // A class of a scenario may mean something else by that name.
    return null;
  }
}

function isDrawing(value: unknown): value is Drawing {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, also = [], ...roles } = value as Readonly<Record<string, unknown>>;
  const paths: readonly unknown[] = [...Object.values(roles), ...(Array.isArray(also) ? also : [also])];
  return KINDS.has(kind) && Array.isArray(also) && paths.every((path) => typeof path === 'string');
}
