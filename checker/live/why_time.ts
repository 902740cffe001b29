import type { Walk } from '../trace/walk.ts';
import type { Step } from './choices.ts';
import type { Why } from './view.ts';

/** Why time cannot pass; nothing where it can, or where the model has no clocks at all. */
export function whyNoTime(walk: Walk, steps: readonly Step[]): Why[] {
  const { interpreter, state, processes } = walk;
  const { clocks, timing } = interpreter.compiled.program;
  if (steps.some(({ attempt }) => attempt.process === -1)) return [];
  const hasTime =
    clocks.length > 0 || processes.some(({ busy, timeout }) => busy !== null || timeout !== null);
  if (!hasTime) return [];
  if (interpreter.nextExpiry(state) === null) return [{ kind: 'no clock' }];
  const able = processes.filter(({ index }) => steps.some(({ attempt }) => attempt.process === index));
  const prompt = able.filter((process) => process.prompt);
  const first = timing === 'prompt' ? able.filter(({ outside }) => !outside) : prompt;
  if (first.length === 0) return [];
  return [{ kind: 'first', processes: first.map(({ name }) => name), prompt: timing !== 'prompt' }];
}
