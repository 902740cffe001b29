import { current } from './elaboration.ts';
import type { Linearizability } from './linearizable.ts';
import type { Process } from './process.ts';
import { type IntrinsicName, intrinsic } from './tag.ts';

/** What a scenario or a model object asks. Properties register themselves when they are made. */
export type Property =
  | {
      readonly kind: 'always' | 'sometimes' | 'alwaysPossible' | 'eventually';
      readonly name: string;
      readonly holds: () => unknown;
    }
  | { readonly kind: 'idle' | 'stuck'; readonly name: string; readonly holds: () => unknown }
  | {
      readonly kind: 'lostWakeup';
      readonly name: string;
      readonly pending: () => unknown;
      readonly victim: Process | null;
    }
  | {
      readonly kind: 'leadsTo';
      readonly name: string;
      readonly from: () => unknown;
      readonly to: () => unknown;
    }
  | {
      readonly kind: 'within';
      readonly name: string;
      readonly limitUs: number;
      readonly pending: () => unknown;
    }
  | {
      readonly kind: 'overtaking';
      readonly name: string;
      readonly times: number;
      readonly waits: () => unknown;
      readonly passes: () => unknown;
    }
  | Linearizability;

function register<P extends Property>(property: P): P {
  current(`${property.kind}('${property.name}')`).properties.push(property);
  return property;
}

function stateProperty<K extends 'always' | 'sometimes' | 'alwaysPossible' | 'eventually' | 'idle' | 'stuck'>(
  kind: K & IntrinsicName,
) {
  return intrinsic(
    kind,
    (name: string, holds: () => unknown): Property => register({ kind, name, holds } as Property),
  );
}

/** `holds` is true in every reachable state. */
export const always = stateProperty('always');
/** `holds` is true in some reachable state: catches a model that does nothing. */
export const sometimes = stateProperty('sometimes');
/** From every reachable state a state where `holds` can be reached (AG EF): finds livelocks. */
export const alwaysPossible = stateProperty('alwaysPossible');
/** Every fair run comes to a state where `holds`. */
export const eventually = stateProperty('eventually');
/** Holds whenever nothing runs until time passes or something outside happens. */
export const idle = stateProperty('idle');
/** Holds whenever nothing would ever run again without an outside event: no clock is left either. */
export const stuck = stateProperty('stuck');

/** Every fair run that comes to `from` comes to `to` later. */
export const leadsTo = intrinsic(
  'leadsTo',
  (name: string, from: () => unknown, to: () => unknown): Property =>
    register({ kind: 'leadsTo', name, from, to }),
);

/**
 * The built-in *lost wakeup*: violated when nothing would ever run again without an outside event although
 * `pending` is true. Model objects register it; `victim` is who should do the work.
 */
export const lostWakeup = intrinsic(
  'lostWakeup',
  (what: string, pending: () => unknown, victim: Process | null = null): Property =>
    register({ kind: 'lostWakeup', name: `lost wakeup: ${what}`, pending, victim }),
);

/** `pending` is never true for longer than `limitUs` µs at a stretch. */
export const within = intrinsic(
  'within',
  (name: string, limitUs: number, pending: () => unknown): Property =>
    register({ kind: 'within', name, limitUs, pending }),
);

/**
 * Bounded overtaking: during one stretch in which `waits` is true, `passes` becomes true at most `times` times. Manna and
 * Pnueli, "The Temporal Logic of Reactive and Concurrent Systems" (1992), call it bounded overtaking of a process that waits.
 */
export const overtaking = intrinsic(
  'overtaking',
  (name: string, times: number, waits: () => unknown, passes: () => unknown): Property =>
    register({ kind: 'overtaking', name, times, waits, passes }),
);
