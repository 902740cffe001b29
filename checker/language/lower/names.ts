import { objectTag } from '../../../model/intrinsics/tag.ts';

/**
 * Names of elaborated objects for people: the shortest path by which the source reaches them, beginning at a
 * captured variable; objects with a `name` are called by it.
 */
export class Names {
  private readonly paths = new Map<object, string>();
  private readonly used = new Map<string, object>();
  private queue: object[] = [];
  /** Reached through variables, which may hold something else later. */
  private later: { object: object; path: string }[] = [];

  constructor(private readonly isVariable: (object: object, key: string) => boolean = () => false) {}

  /** Gives `value` the name `name`, if it has none yet, and everything reachable from it. */
  root(name: string, value: unknown): void {
    if (!isNameable(value)) return;
    this.give(value, name);
    this.walk();
  }

  private give(object: object, path: string): void {
    if (this.paths.has(object)) return;
    const name = this.ownName(object) ?? path;
    const other = this.used.get(name);
    const label = other === undefined || other === object ? name : this.distinct(object, path);
    this.paths.set(object, label);
    if (!this.used.has(label)) this.used.set(label, object);
    this.queue.push(object);
  }

  /** Another object has the name: the class is added, or else the path is the name. */
  private distinct(object: object, path: string): string {
    const own = this.ownName(object);
    const label = own === null ? path : `${object.constructor.name}(${own})`;
    return this.used.has(label) ? path : label;
  }

  private ownName(object: object): string | null {
    if (Array.isArray(object) || objectTag(object) !== null) return null;
    const descriptor = Object.getOwnPropertyDescriptor(object, 'name');
    return typeof descriptor?.value === 'string' && descriptor.value !== '' ? descriptor.value : null;
  }

  private walk(): void {
    for (let object = this.queue.shift(); object !== undefined; object = this.queue.shift()) {
      const path = this.paths.get(object) as string;
      for (const [key, value] of entries(object)) {
        if (!isNameable(value)) continue;
        const way = /^\d+$/.test(key) ? `${path}[${key}]` : `${path}.${key}`;
        if (this.isVariable(object, key)) this.later.push({ object: value, path: way });
        else this.give(value, way);
      }
    }
  }

  /** Names what only variables lead to. */
  finish(): void {
    for (let next = this.later.shift(); next !== undefined; next = this.later.shift()) {
      this.give(next.object, next.path);
      this.walk();
    }
  }

  object(object: object): string {
    return this.paths.get(object) ?? this.ownName(object) ?? `<${object.constructor?.name ?? 'object'}>`;
  }

  /** Every object that has a name, in the order in which they were found. */
  objects(): Iterable<[object: object, name: string]> {
    return this.paths.entries();
  }

  property(object: object, key: string): string {
    const name = this.object(object);
    return /^\d+$/.test(key) ? `${name}[${key}]` : `${name}.${key}`;
  }
}

function isNameable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const entryCache = new WeakMap<object, readonly (readonly [string, unknown])[]>();

/** The objects that a property of `object` holds. Nothing changes them after `build()`, so they are looked up once. */
function entries(object: object): readonly (readonly [string, unknown])[] {
  let found = entryCache.get(object);
  if (found === undefined) {
    const all: (readonly [string, unknown])[] =
      object instanceof Map
        ? [...object].map(([key, value]) => [String(key), value] as const)
        : ownData(object);
    found = all.filter(([, value]) => isNameable(value));
    entryCache.set(object, found);
  }
  return found;
}

function ownData(object: object): (readonly [string, unknown])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([key, descriptor]) =>
    'value' in descriptor ? [[key, descriptor.value] as const] : [],
  );
}

/** How a constant is shown to people. */
export function show(value: unknown, names: Names): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return value.name || 'function';
  if (typeof value === 'object') return names.object(value);
  if (typeof value === 'symbol') return value.description ?? 'symbol';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
