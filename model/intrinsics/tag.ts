/**
 * The identity of the vocabulary. The compiler recognises intrinsics and built-in objects by this
 * registered symbol and never by function identity, so two copies of the library are one language.
 */
export const INTRINSIC = Symbol.for('upy-check.intrinsic@1');

/** Which built-in object a native value is. */
export type ObjectTag = 'process' | 'clock' | 'sequence' | 'integer';

/** The functions of the vocabulary. */
export type IntrinsicName =
  | 'process'
  | 'atomic'
  | 'critical'
  | 'until'
  | 'rest'
  | 'pause'
  | 'choose'
  | 'assume'
  | 'me'
  | 'meOrNull'
  | 'check'
  | 'demand'
  | 'busy'
  | 'ghost'
  | 'note'
  | 'relaxed'
  | 'blocks'
  | 'clock'
  | 'sequence'
  | 'idiv'
  | 'int'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'reset'
  | 'always'
  | 'sometimes'
  | 'alwaysPossible'
  | 'eventually'
  | 'leadsTo'
  | 'idle'
  | 'stuck'
  | 'lostWakeup'
  | 'within'
  | 'overtaking'
  | 'linearizable';

interface Tagged {
  readonly [INTRINSIC]?: unknown;
}

/** Marks `fn` as the intrinsic `name`; returns it. */
export function intrinsic<F extends (...args: never[]) => unknown>(name: IntrinsicName, fn: F): F {
  Object.defineProperty(fn, INTRINSIC, { value: name });
  return fn;
}

/** The intrinsic that `value` is, or `null`. */
export function intrinsicName(value: unknown): IntrinsicName | null {
  if (typeof value !== 'function') return null;
  const name = (value as Tagged)[INTRINSIC];
  return typeof name === 'string' ? (name as IntrinsicName) : null;
}

/** The built-in object that `value` is an instance of, or `null`. */
export function objectTag(value: unknown): ObjectTag | null {
  if (typeof value !== 'object' || value === null) return null;
  const tag = (value as Tagged)[INTRINSIC];
  return typeof tag === 'string' ? (tag as ObjectTag) : null;
}
