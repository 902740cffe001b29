import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import type { Node } from '../ast.ts';
import type { Expr, Variable } from '../ir.ts';
import type { Context } from './context.ts';
import { binary, flow } from './convert.ts';
import { BOOL, INT } from './facts.ts';
import { booleanValue, integer, modelAssert } from './operators.ts';
import { refuse } from './refusal.ts';
import { sequenceMethod, sequenceProperty } from './sequence.ts';
import { constant, number, UNDEFINED, type Value, variableExpr } from './value.ts';

/** A property of a process, clock or sequence; `null`: not one of those, or an ordinary property. */
export function builtinProperty(c: Context, object: object, key: string, node: Node): Value | null {
  switch (objectTag(object)) {
    case 'sequence':
      return sequenceProperty(c, object as SequenceHandle<unknown>, key, node);
    case 'clock':
      return clockProperty(c, object as ClockHandle, key, node);
    case 'process':
      return key === 'alive' ? alive(c, object as ProcessHandle, node) : null;
    default:
      return null;
  }
}

/** A method call on one of those; `null`: none of them. */
export function builtinMethod(
  c: Context,
  object: object,
  key: string,
  args: readonly Value[],
  node: Node,
): Value | null {
  switch (objectTag(object)) {
    case 'sequence':
      return sequenceMethod(c, object as SequenceHandle<unknown>, key, args, node);
    case 'clock':
      return clockMethod(c, object as ClockHandle, key, args, node);
    case 'process':
      return processMethod(c, object as ProcessHandle, key, node);
    default:
      return null;
  }
}

// ---- processes ----

function indexOf(c: Context, handle: ProcessHandle): number {
  return c.registry.processes.indexOf(handle);
}

function alive(c: Context, handle: ProcessHandle, node: Node): Value {
  c.facts.observe(handle);
  const location = c.registry.location(indexOf(c, handle));
  c.access('read', [location], c.site(node));
  return c.settleInSteps(
    { kind: 'scalar', expr: binary('!=', variableExpr(location), number(0)), type: BOOL },
    node,
  );
}

function processMethod(c: Context, handle: ProcessHandle, key: string, node: Node): Value {
  if (c.mode === 'pure')
    return refuse('UPY118', c.activation.source, node, `process.${key}() in a property or run condition`);
  const process = indexOf(c, handle);
  const site = c.site(node);
  if (key !== 'start' && key !== 'kill')
    return refuse('UPY117', c.activation.source, node, `process.${key}()`);
  if (c.mode === 'steps' && !c.ghost) c.cut({ operation: key, site, access: null, wait: null });
  if (key === 'start') {
    const location = variableExpr(c.registry.location(process));
    modelAssert(
      c,
      binary('==', location, number(0)),
      'start() of a process that is alive',
      node,
      'start only a process that is dormant, has ended or was killed: test process.alive in the same step',
    );
    c.emit({ kind: 'start', process, site });
    return UNDEFINED;
  }
  if (c.registry.specified.length > 0)
    c.emit({ kind: 'mark', mark: c.registry.mark('kill', -1, -1, process, 0), values: [], site });
  if (process === c.process) c.terminate({ kind: 'end' });
  else c.emit({ kind: 'kill', process, site });
  return UNDEFINED;
}

// ---- clocks ----

interface Parts {
  readonly left: Variable | number;
  readonly latched: Variable | boolean;
}

function partsOf(c: Context, handle: ClockHandle, node: Node): Parts {
  c.facts.clocks.add(handle);
  if (handle.left >= 0) markClock(c, handle, handle.period > 0, node);
  const clock = c.registry.clock(handle);
  return { left: clock.left, latched: clock.latched };
}

/** The parts of a clock that change; `periodic`: also its period and its latch. */
function markClock(c: Context, handle: ClockHandle, periodic: boolean, node: Node): void {
  const all = periodic || handle.period > 0;
  flow(c, c.facts.mark(handle, 'left').type, constant(handle.left), node);
  if (!all) return;
  flow(c, c.facts.mark(handle, 'latched').type, constant(handle.latched), node);
  flow(c, c.facts.mark(handle, 'period').type, constant(handle.period), node);
}

const exprOf = (part: Variable | number | boolean): Expr =>
  typeof part === 'object' ? variableExpr(part) : number(Number(part));

/** Whether the clock has expired, as an expression. */
export function expired(c: Context, handle: ClockHandle, node: Node): Expr {
  const { left, latched } = partsOf(c, handle, node);
  return binary(
    '||',
    exprOf(latched),
    typeof left === 'number' ? number(left === 0 ? 1 : 0) : binary('==', exprOf(left), number(0)),
  );
}

function variablesOf(parts: Parts): Variable[] {
  return [parts.left, parts.latched].filter((part): part is Variable => typeof part === 'object');
}

function clockProperty(c: Context, handle: ClockHandle, key: string, node: Node): Value | null {
  if (key !== 'expired' && key !== 'remaining') return null;
  const parts = partsOf(c, handle, node);
  c.access('read', variablesOf(parts), c.site(node));
  if (key === 'expired') return c.settleInSteps(booleanValue(expired(c, handle, node)), node);
  const left = exprOf(parts.left);
  const latched = exprOf(parts.latched);
  const expr: Expr =
    latched.kind === 'const'
      ? latched.value
        ? number(0)
        : left
      : { kind: 'cond', test: latched, yes: number(0), no: left };
  return c.settleInSteps({ kind: 'scalar', expr, type: INT }, node);
}

function clockMethod(
  c: Context,
  handle: ClockHandle,
  key: string,
  args: readonly Value[],
  node: Node,
): Value {
  if (c.mode === 'pure')
    return refuse('UPY118', c.activation.source, node, `clock.${key}() in a property or run condition`);
  const values = args.map((arg) => stableInteger(c, arg, node));
  markClock(c, handle, key === 'every', node);
  c.facts.clocks.add(handle);
  if (c.mode === 'steps' && !c.ghost)
    c.cut({ operation: 'clock', site: c.site(node), access: null, wait: null });
  const set = (part: 'left' | 'period' | 'latched', expr: Expr): void => {
    const variable = c.registry.clock(handle)[part];
    if (typeof variable === 'object') c.emit({ kind: 'set', variable, expr, site: c.site(node) });
  };
  const [first = number(-1), second = first] = values;
  switch (key) {
    case 'arm':
      set('left', negativeAsStopped(first));
      set('period', number(0));
      set('latched', number(0));
      return UNDEFINED;
    case 'every': {
      modelAssert(
        c,
        binary('>', first, number(0)),
        'a period that is not positive',
        node,
        'every(us) needs us > 0',
      );
      const now =
        second.kind === 'const' ? number(second.value <= 0 ? 1 : 0) : binary('<=', second, number(0));
      set('period', first);
      set('latched', now);
      set(
        'left',
        now.kind === 'const'
          ? now.value
            ? first
            : second
          : { kind: 'cond', test: now, yes: first, no: second },
      );
      return UNDEFINED;
    }
    case 'stop':
      set('left', number(-1));
      set('period', number(0));
      set('latched', number(0));
      return UNDEFINED;
    case 'clear':
      set('latched', number(0));
      clearExpired(c, handle, node);
      return UNDEFINED;
    default:
      return refuse('UPY117', c.activation.source, node, `clock.${key}()`);
  }
}

function clearExpired(c: Context, handle: ClockHandle, node: Node): void {
  const { left } = c.registry.clock(handle);
  if (typeof left === 'number') return;
  const expr: Expr = {
    kind: 'cond',
    test: binary('==', variableExpr(left), number(0)),
    yes: number(-1),
    no: variableExpr(left),
  };
  c.emit({ kind: 'set', variable: left, expr, site: c.site(node) });
}

export function negativeAsStopped(us: Expr): Expr {
  if (us.kind === 'const') return number(us.value < 0 ? -1 : us.value);
  return { kind: 'cond', test: binary('<', us, number(0)), yes: number(-1), no: us };
}

export function stableInteger(c: Context, value: Value, node: Node): Expr {
  return c.settleScalar({ kind: 'scalar', expr: integer(c, value, node), type: INT }, 'us', node).expr;
}
