import type { Frame, Place, TraceStep } from '../trace.ts';

/** Functions that only make a section of their caller's atomic, or call what they are given: nobody thinks of them. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  '',
  '(anonymous)',
  'atomicSection',
  'atomic',
  'critical',
  'call',
  'returnToCaller',
]);

/** What the VM does between two statements: the statement is what a reader knows. */
const CHECKPOINTS: ReadonlySet<string> = new Set(['checkpoint', 'runPending', 'handlePendingBehindState']);

/** The innermost function that a reader knows by its name; the process's own body last. */
export function functionIn(stack: readonly Frame[], process: string): string {
  const names = stack.map((frame) => frame.function);
  return names.findLast((name) => !WRAPPERS.has(name)) ?? process;
}

/** The frames that a reader thinks of. */
function toldFrames({ stack, process }: TraceStep): readonly Frame[] {
  const hook = stack.findIndex((frame) => frame.hook);
  return hook > 0 && CHECKPOINTS.has(functionIn(stack, process ?? '')) ? stack.slice(0, hook) : stack;
}

/** "tasks.ts:56". */
export const shortPlace = ({ file, line }: Place): string =>
  `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;

/** "main, `vTaskSuspend` (upy-check/model/freertos/tasks.ts:56)". */
export function stepText(step: TraceStep | undefined): string {
  if (step === undefined) return 'the initial state';
  if (step.process === null) return 'the passing of time';
  const place = step.place === null ? '' : ` (${step.place.file}:${step.place.line})`;
  const name = functionIn(step.stack, step.process);
  return name === step.process ? `${step.process}${place}` : `${step.process}, \`${name}\`${place}`;
}

/** A function and its place; the line is enough where the function is the process itself. */
export function pointOf(step: TraceStep): string {
  if (step.process === null) return 'time passes';
  const frames = toldFrames(step);
  const place = frames.length === step.stack.length ? step.place : (frames.at(-1)?.place ?? null);
  return pointIn(frames, place, step.process);
}

/** The same for where a process stands. */
export function pointIn(stack: readonly Frame[], place: Place | null, process: string): string {
  const name = functionIn(stack, process);
  if (place === null) return `\`${name}\``;
  return name === process ? `line ${place.line}` : `\`${name}\` (${shortPlace(place)})`;
}

/** "`poll` (pin.ts:51) of main". */
export const pointOfProcess = (step: TraceStep): string =>
  step.process === null ? 'the moment at which time passes' : `${pointOf(step)} of ${step.process}`;
