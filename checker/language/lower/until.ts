import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import type { Node } from '../ast.ts';
import type { Expr } from '../ir.ts';
import { expired, negativeAsStopped, stableInteger } from './builtin.ts';
import { callFunction } from './call.ts';
import type { Context } from './context.ts';
import { binary, not, truth } from './convert.ts';
import { isMixed } from './facts.ts';
import { codeOf, nonNull, targetsOf } from './member.ts';
import { refuse } from './refusal.ts';
import { number, type Scalar, type Value, variableExpr } from './value.ts';

/** `until(attempt, timeout)` and `rest(attempt)`: one step, not enabled before `attempt` succeeds or the timeout has expired. */
export function lowerUntil(
  c: Context,
  name: 'until' | 'rest',
  attempt: Value,
  timeout: Value | undefined,
  node: Node,
): Value {
  if (c.mode === 'pure')
    refuse('UPY119', c.activation.source, node, `${name}() in a property or run condition`);
  const once = timeout?.kind === 'const' && timeout.value === 0;
  if (c.instant !== null && !once)
    refuse('UPY146', c.activation.source, node, `${name}() in the condition of ${c.instant}()`);
  const forEver =
    timeout === undefined ||
    (timeout.kind === 'const' && (timeout.value === undefined || Number(timeout.value) < 0));
  if (forEver) return waiting(c, name, name === 'rest' ? 'rest' : 'until', attempt, node, () => null);
  if (once) return waiting(c, name, null, attempt, node, () => number(1));
  const clock = clockOf(c, timeout, node);
  if (clock !== null) return waiting(c, name, 'until', attempt, node, () => expiredOf(c, clock, node));
  if (c.mode === 'atomic') refuse('UPY128', c.activation.source, node);
  const us = stableInteger(c, timeout, node);
  const left = c.registry.timeout(c.process);
  const set = (expr: Expr): void => c.emit({ kind: 'set', variable: left, expr, site: c.site(node) });
  c.cut({ operation: 'arm', site: c.site(node), access: null, wait: null });
  set(negativeAsStopped(us));
  return waiting(
    c,
    name,
    'until',
    attempt,
    node,
    () => binary('==', variableExpr(left), number(0)),
    () => set(number(-1)),
  );
}

/** A timeout that is a clock, or one of several clocks that is known only when the model runs; `null`: it is a number. */
function clockOf(c: Context, timeout: Value, node: Node): Value | null {
  if (timeout.kind === 'const') return isClock(timeout.value) ? timeout : null;
  if (timeout.kind !== 'scalar') return null;
  const targets = targetsOf(timeout.type);
  if (!targets.some(([, target]) => isClock(target))) return null;
  if (isMixed(timeout.type) || !targets.every(([, target]) => isClock(target)))
    refuse('UPY117', c.activation.source, node, 'a timeout that is sometimes a clock and sometimes not');
  return c.settle(nonNull(c, timeout, node), 'timeout', node);
}

const isClock = (value: unknown): value is ClockHandle => objectTag(value) === 'clock';

/** Whether the clock has expired that `timeout` stands for. */
function expiredOf(c: Context, timeout: Value, node: Node): Expr {
  if (timeout.kind === 'const') return expired(c, timeout.value as ClockHandle, node);
  const clock = timeout as Scalar;
  return targetsOf(clock.type)
    .map(([code, target]) =>
      binary('&&', binary('==', codeOf(clock), number(code)), expired(c, target as ClockHandle, node)),
    )
    .reduce((one, other) => binary('||', one, other));
}

/** One step: `attempt` succeeds, or `gaveUp` is true, or the step is not enabled. */
function waiting(
  c: Context,
  operation: string,
  wait: 'until' | 'rest' | null,
  attempt: Value,
  node: Node,
  gaveUp: () => Expr | null,
  after: () => void = () => {},
): Value {
  if (c.mode === 'steps') c.cut({ operation, site: c.sectionSite(attempt, node), access: null, wait });
  else c.waitInAtomic(wait);
  return c.within('atomic', () => {
    const value = c.lockedIn(operation, () =>
      c.settle(callFunction(c, attempt, null, [], node, operation), operation, node),
    );
    const test = truth(c, value, node);
    if (test === true) {
      after();
      return value;
    }
    const [yes, no, join] = [c.newBlock(), c.newBlock(), c.newBlock()];
    if (test === false) c.link({ kind: 'goto', to: no });
    else c.branch(test, yes, no);
    c.moveTo(no);
    const end = gaveUp();
    if (end === null) no.end = { kind: 'abort' };
    else if (end.kind === 'const' && end.value) c.link({ kind: 'goto', to: join });
    else {
      const refused = c.newBlock();
      c.branch(not(not(end)), join, refused);
      refused.end = { kind: 'abort' };
    }
    c.moveTo(yes);
    c.link({ kind: 'goto', to: join });
    c.moveTo(join);
    if (c.reachable) after();
    return value;
  });
}
