import { metadataOf } from '../../../model/intrinsics/metadata.ts';

/** What elaboration left in `object[key]`; `key` may be a private name (`#count`). */
export function valueIn(object: object, key: string): unknown {
  return key.startsWith('#') ? privateIn(object, key) : Reflect.get(object, key);
}

export function hasIn(object: object, key: string): boolean {
  return key.startsWith('#') ? privateIn(object, key) !== undefined : key in object;
}

/** Whether `object` has `key` itself, not from its prototype. */
export function ownIn(object: object, key: string): boolean {
  return key.startsWith('#') ? privateIn(object, key) !== undefined : Object.hasOwn(object, key);
}

/** A private field or method: the class that declares it reads it. */
function privateIn(object: object, key: string): unknown {
  for (
    let proto: unknown = object;
    typeof proto === 'object' && proto !== null;
    proto = Object.getPrototypeOf(proto)
  ) {
    const kind = (proto as { constructor?: unknown }).constructor;
    const metadata = typeof kind === 'function' ? metadataOf(kind) : undefined;
    try {
      const value = metadata?.readPrivate?.(object, key);
      if (value !== undefined) return value;
    } catch {
      // Another class declares a private name like this one.
    }
  }
  return undefined;
}
