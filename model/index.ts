/** `upy-check/model`: the vocabulary of model code. */
export { type Clock, clock } from './intrinsics/clock.ts';
export type { Drawing } from './intrinsics/drawing.ts';
export { int, u8, u16, u32 } from './intrinsics/integer.ts';
export { linearizable } from './intrinsics/linearizable.ts';
export { type Lane, type Process, type ProcessOptions, process } from './intrinsics/process.ts';
export {
  always,
  alwaysPossible,
  eventually,
  idle,
  leadsTo,
  lostWakeup,
  overtaking,
  type Property,
  sometimes,
  stuck,
  within,
} from './intrinsics/property.ts';
export { type Sequence, sequence } from './intrinsics/sequence.ts';
export {
  assume,
  atomic,
  blocks,
  busy,
  check,
  choose,
  critical,
  demand,
  ghost,
  idiv,
  type Kind,
  type Lock,
  me,
  meOrNull,
  note,
  pause,
  relaxed,
  reset,
  rest,
  type Truthy,
  until,
} from './intrinsics/step.ts';
