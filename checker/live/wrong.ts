import type { Attempt } from '../machine/interpreter.ts';
import type { Finding } from '../trace/record.ts';
import type { Walk } from '../trace/walk.ts';
import type { PropertyKind } from '../verdict.ts';

type Found = Omit<Finding, 'path'>;

/** What a single state violates: what must always be true, what must be true when all is quiet, data races, deadlock. */
export function violatedIn(walk: Walk, attempts: readonly Attempt[], without: readonly string[]): Found[] {
  const { interpreter, state } = walk;
  const { properties } = interpreter.compiled.program;
  const found: Found[] = interpreter.races(state).map(({ failure }) => ({
    kind: 'data race',
    name: failure.name,
    victim: -1,
    failure: failure.number,
    detail: null,
  }));
  const quiet = quietness(walk, attempts);
  for (const property of properties) {
    const { kind, name, victim } = property;
    const isLost = kind === 'lost wakeup';
    const asked =
      kind === 'always' ||
      kind === 'overtaking' ||
      (kind === 'idle' && quiet !== 'busy') ||
      ((kind === 'stuck' || isLost) && quiet === 'still');
    if (!asked || without.includes(kind) || interpreter.holds(property, state) !== isLost) continue;
    const failure = property.fails === null ? null : interpreter.failureOf(property.predicate, state);
    found.push(
      failure === null
        ? { kind: kind as PropertyKind, name, victim, failure: -1, detail: null }
        : {
            kind: failure.kind as PropertyKind,
            name,
            victim,
            failure: -1,
            detail: failure.detail,
            asked: failure.site,
          },
    );
  }
  if (attempts.length === 0 && !without.includes('deadlock') && isBlocked(walk))
    found.push({ kind: 'deadlock', name: 'deadlock', victim: -1, failure: -1, detail: null });
  return found;
}

/** `quiet`: nothing can run until time passes or something outside happens; `still`: and no clock is armed. */
function quietness(walk: Walk, attempts: readonly Attempt[]): 'busy' | 'quiet' | 'still' {
  const { interpreter, state, processes } = walk;
  const runs = attempts.some(({ process }) => {
    const code = processes[process];
    return code !== undefined && !code.outside && !code.background;
  });
  if (runs || processes.some((each) => walk.standing(each) === 'busy')) return 'busy';
  return interpreter.nextExpiry(state) === null ? 'still' : 'quiet';
}

/** Somebody who runs waits for something that must come. */
function isBlocked(walk: Walk): boolean {
  return walk.processes.some(
    (process) => walk.standing(process) === 'waiting' && walk.cutOf(process)?.wait === 'until',
  );
}
