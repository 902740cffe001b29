/**
 * What the transform attaches to functions and classes, so that the compiler finds their source and the
 * values they captured. One registry per JavaScript realm, whatever the number of library copies.
 */
export interface SourceFile {
  /** Path as shown to people. */
  readonly file: string;
  /** The TypeScript text, before any transformation. Offsets below count UTF-16 units in it. */
  readonly text: string;
}

export interface Metadata {
  readonly source: SourceFile;
  /** Where the function's or class's node begins in `source.text`. */
  readonly start: number;
  /** Reads a free variable of the function or class body (also `this`, of an arrow); read lazily. */
  readonly environment: (name: string) => unknown;
  /** Classes only: reads a private field or method (`#name`) of an instance. */
  readonly readPrivate?: (instance: object, name: string) => unknown;
}

type Environment = (name: string) => unknown;
/** [property name, 'value' | 'get' | 'set', start] of a method in an object literal or class. */
export type Member = readonly [name: string, kind: 'value' | 'get' | 'set', start: number];

const REGISTRY = Symbol.for('upy-check.metadata@1');
const TEXTS = Symbol.for('upy-check.sources@1');
type Holder = { [REGISTRY]?: WeakMap<object, Metadata>; [TEXTS]?: Map<string, string> };

function registry(): WeakMap<object, Metadata> {
  const holder = globalThis as Holder;
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

function texts(): Map<string, string> {
  const holder = globalThis as Holder;
  holder[TEXTS] ??= new Map();
  return holder[TEXTS];
}

/** The metadata of a function or class, or `undefined`: native code. */
export function metadataOf(value: object): Metadata | undefined {
  return registry().get(value);
}

/** A transformed module tells its text, before its functions refer to it. */
export function source(file: string, text: string): SourceFile {
  texts().set(file, text);
  return { file, text };
}

/** The text of a file that was loaded, by its path as shown to people; `null`: no module of this name was. */
export function sourceText(file: string): string | null {
  return texts().get(file) ?? null;
}

/** Attaches metadata to a function; returns it. `name` restores the name that wrapping took away. */
export function attach<F extends object>(
  fn: F,
  from: SourceFile,
  start: number,
  environment: Environment,
  name?: string,
): F {
  registry().set(fn, { source: from, start, environment });
  if (name !== undefined && (fn as { name?: string }).name === '') {
    Object.defineProperty(fn, 'name', { value: name, configurable: true });
  }
  return fn;
}

function attachMembers(
  target: object,
  from: SourceFile,
  members: readonly Member[],
  environment: Environment,
): void {
  for (const [name, kind, start] of members) {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    const fn: unknown = descriptor?.[kind];
    if (typeof fn === 'function' && !registry().has(fn))
      registry().set(fn, { source: from, start, environment });
  }
}

/** Attaches metadata to the methods and accessors of an object literal; returns the object. */
export function attachObject<T extends object>(
  object: T,
  from: SourceFile,
  members: readonly Member[],
  environment: Environment,
): T {
  attachMembers(object, from, members, environment);
  return object;
}

/** Attaches metadata to a class, its methods and accessors. */
export function attachClass(
  kind: { readonly prototype: object },
  from: SourceFile,
  start: number,
  members: readonly Member[],
  statics: readonly Member[],
  environment: Environment,
  readPrivate: (instance: object, name: string) => unknown,
): void {
  registry().set(kind, { source: from, start, environment, readPrivate });
  attachMembers(kind.prototype, from, members, environment);
  attachMembers(kind, from, statics, environment);
}
