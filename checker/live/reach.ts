import { type Explored, searchFrom } from '../explore.ts';
import type { CheckOptions } from '../options.ts';
import type { LiveSession } from './session.ts';
import { watchesFor } from './target.ts';
import type { ReachAnswer, Target } from './view.ts';

export type ReachLimits = Pick<CheckOptions, 'maxStates' | 'maxMemory' | 'monitor'>;

/** States that are looked at unless more are asked for. */
export const REACH_STATES_MAX = 1_000_000;

/**
 * Searches, from where the session is, for the nearest state that is asked for, with the generated code; goes there if there
 * is one.
 */
export async function reach(
  session: LiveSession,
  target: Target,
  { maxStates = REACH_STATES_MAX, maxMemory, monitor }: ReachLimits = {},
): Promise<ReachAnswer> {
  const { built, state, node } = session;
  const { program, names } = built.compiled;
  const watches = watchesFor(target, program, names);
  if (state === null) return { kind: 'never', states: 0 };
  let answer: ReachAnswer = { kind: 'never', states: 1 };
  for (const watch of watches) {
    const limits = {
      maxStates,
      ...(maxMemory === undefined ? {} : { maxMemory }),
      ...(monitor === undefined ? {} : { monitor }),
    };
    const explored = await searchFrom(built, { from: state, watch }, limits);
    if (session.node !== node) session.go(node);
    answer = answerOf(session, explored);
    if (answer.kind !== 'never') break;
  }
  return answer;
}

function answerOf(session: LiveSession, { search, stopped, machine }: Explored): ReachAnswer {
  const { states, depth } = search;
  const found = foundIn(search, machine.ranges.first);
  if (found !== null) {
    const path = search.pathTo(found.state);
    session.follow(path);
    if (found.failure >= 0) session.fail(found.failure);
    return { kind: 'reached', steps: path.length + (found.failure >= 0 ? 1 : 0), states };
  }
  if (stopped !== null) return { kind: 'stopped', states };
  return search.outcome === 'finished' ? { kind: 'never', states } : { kind: 'not within', states, depth };
}

function foundIn(search: Explored['search'], firstRange: number): { state: number; failure: number } | null {
  const { aborted, deadlock, propertyFindings, quiescentFindings } = search;
  if (aborted !== null && aborted.failure < firstRange)
    return { state: aborted.state, failure: aborted.failure };
  const target = 'target' in search ? (search.target as { state: number } | null) : null;
  const [first] = [
    target,
    deadlock,
    ...propertyFindings.found.values(),
    ...quiescentFindings.found.values(),
  ].filter((each) => each !== null);
  return first === undefined ? null : { state: first.state, failure: -1 };
}
