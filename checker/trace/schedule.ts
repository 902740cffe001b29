import { UserError } from '../options.ts';

const VERSION = 'u1';

/** A schedule as text: the version, and the ordinals of the steps in base 36, those of 36 and more in brackets. */
export function writeSchedule(ordinals: readonly number[]): string {
  const digits = ordinals.map((n) => (n < 36 ? n.toString(36) : `(${n.toString(36)})`));
  return `${VERSION}.${digits.join('')}`;
}

/** The ordinals of a schedule; `UPY320` if it is not one. */
export function readSchedule(text: string): number[] {
  const match = /^(u\d+)\.((?:[0-9a-z]|\([0-9a-z]{2,6}\))*)$/.exec(text);
  if (match === null || match[1] !== VERSION) {
    throw new UserError(
      'UPY320',
      `'${text.slice(0, 40)}' is not a schedule of this version`,
      null,
      match === null ? 'it was cut off while copying' : `it was written by another version (${match[1]})`,
      `copy the whole replay line from the report; schedules begin with ${VERSION}.`,
    );
  }
  return [...(match[2] as string).matchAll(/[0-9a-z]|\(([0-9a-z]+)\)/g)].map((m) =>
    Number.parseInt(m[1] ?? m[0], 36),
  );
}
