import { ElaborationError } from './elaboration.ts';
import { INTRINSIC, intrinsic } from './tag.ts';

/**
 * The initial value of a variable with a declared range. It behaves as its number while the scenario is
 * built (`valueOf`); the compiler takes range and value from it.
 */
export class IntegerHandle {
  readonly [INTRINSIC] = 'integer';
  constructor(
    readonly lo: number,
    readonly hi: number,
    readonly value: number,
  ) {}
  valueOf(): number {
    return this.value;
  }
}

function declare(lo: number, hi: number, value: number): number {
  const whole = Number.isInteger(lo) && Number.isInteger(hi) && Number.isInteger(value);
  if (!whole || lo > value || value > hi || lo < -(2 ** 31) || hi >= 2 ** 32 || hi - lo >= 2 ** 32) {
    throw new ElaborationError(
      'UPY210',
      `int(${lo}, ${hi}) that starts as ${value}`,
      'the bounds are exchanged, not integers, or exclude the initial value',
      'write int(lowest, highest, initial) with lowest <= initial <= highest, within 32 bits',
    );
  }
  return new IntegerHandle(lo, hi, value) as unknown as number;
}

/**
 * Declares an integer variable: `count = int(0, 7)`. Leaving the range is a model error with a trace.
 * Without `initial` it starts at 0, or at `lo` if 0 is outside.
 */
export const int = intrinsic(
  'int',
  (lo: number, hi: number, initial: number = lo <= 0 && hi >= 0 ? 0 : lo): number => declare(lo, hi, initial),
);

/** At elaboration: a variable of 8 bits. In a process: `value` modulo 2^8, the written wrap. */
export const u8 = intrinsic('u8', (value = 0): number => declare(0, 0xff, value));
/** At elaboration: a variable of 16 bits. In a process: `value` modulo 2^16. */
export const u16 = intrinsic('u16', (value = 0): number => declare(0, 0xffff, value));
/** At elaboration: an unsigned variable of 32 bits. In a process: `value` modulo 2^32. */
export const u32 = intrinsic('u32', (value = 0): number => declare(0, 0xffff_ffff, value));
