import { buildVariant } from '../build_variant.ts';
import { type LoadedScenario, replayBuilt } from '../check.ts';
import { UserError } from '../options.ts';
import type { Parameters } from '../scenario.ts';
import type { Trace } from '../trace.ts';
import { LiveSession } from './session.ts';

/** A session on a variant, at its initial state, or at the end of a trace. UPY350 if that does not fit any more. */
export function openSession(
  loaded: LoadedScenario,
  variant: string,
  parameters: Parameters,
  trace: Trace | null = null,
): LiveSession {
  const session = new LiveSession(buildVariant(loaded, variant, parameters));
  if (trace === null) return session;
  const result = replayBuilt(session.built, trace);
  if (!result.fits)
    throw new UserError(
      'UPY350',
      `the trace of '${trace.property}' does not fit the scenario any more: step ${result.failedAt} was ${result.expected}`,
      null,
      'the scenario, the library or upy-check has changed since it was written',
      'check the scenario again, and explore the new trace',
    );
  session.follow(trace.steps.flatMap(({ ordinal }) => (ordinal < 0 ? [] : [ordinal])));
  const last = trace.steps.at(-1);
  if (last !== undefined && last.ordinal < 0) session.failLike(trace.property, last);
  return session;
}
