import { metadataOf } from '../../../model/intrinsics/metadata.ts';
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
    return this.paths.get(object) ?? `<${object.constructor?.name ?? 'object'}>`;
  }

  property(object: object, key: string): string {
    const name = this.object(object);
    return /^\d+$/.test(key) ? `${name}[${key}]` : `${name}.${key}`;
  }
}

function isNameable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function entries(object: object): [string, unknown][] {
  if (object instanceof Map) {
    return [...object].map(([key, value]): [string, unknown] => [String(key), value]);
  }
  const found: [string, unknown][] = [];
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if ('value' in descriptor) found.push([key, descriptor.value]);
  }
  return found;
}

/** The free variables of a model function that are objects, by name. */
export function capturedObjects(fn: object, names: readonly string[]): [string, unknown][] {
  const metadata = metadataOf(fn);
  if (metadata === undefined) return [];
  const found: [string, unknown][] = [];
  for (const name of names) {
    try {
      found.push([name, metadata.environment(name)]);
    } catch {
      // A variable in its dead zone has no value to name.
    }
  }
  return found;
}

/** How a constant is shown to people. */
export function show(value: unknown, names: Names): string {
  if (value === null) return 'null';
  if (typeof value === 'function') return value.name || 'function';
  if (typeof value === 'object') return names.object(value);
  if (typeof value === 'symbol') return value.description ?? 'symbol';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
