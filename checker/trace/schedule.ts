import { UserError } from '../options.ts';

const VERSION = 'u1';

/**
 * A schedule as text: the version, and the ordinals of the steps in base 36, those of 36 and more in brackets. A dash stands
 * before the steps that repeat for ever.
 */
export function writeSchedule(ordinals: readonly number[], loop?: number): string {
  const digits = ordinals.map((n) => (n < 36 ? n.toString(36) : `(${n.toString(36)})`));
  if (loop !== undefined) digits.splice(loop, 0, '-');
  return `${VERSION}.${digits.join('')}`;
}

/** What a schedule says. */
export interface Schedule {
  /** The ordinals of its steps. */
  readonly path: readonly number[];
  /** How many of them come before those that repeat for ever. */
  readonly loop?: number;
}

/** Reads a schedule; `UPY320` if it is not one. */
export function readSchedule(text: string): Schedule {
  const step = '(?:[0-9a-z]|\\([0-9a-z]{2,6}\\))*';
  const match = new RegExp(`^(u\\d+)\\.(${step})(-${step})?$`).exec(text);
  if (match === null || match[1] !== VERSION) {
    throw new UserError(
      'UPY320',
      `'${text.slice(0, 40)}' is not a schedule of this version`,
      null,
      match === null ? 'it was cut off while copying' : `it was written by another version (${match[1]})`,
      `copy the whole replay line from the report; schedules begin with ${VERSION}.`,
    );
  }
  const stem = ordinalsIn(match[2] as string);
  if (match[3] === undefined) return { path: stem };
  return { path: [...stem, ...ordinalsIn(match[3])], loop: stem.length };
}

function ordinalsIn(text: string): number[] {
  return [...text.matchAll(/[0-9a-z]|\(([0-9a-z]+)\)/g)].map((m) => Number.parseInt(m[1] ?? m[0], 36));
}
