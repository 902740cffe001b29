import type { SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { BindingPattern, Expression, FunctionBody, Node, ParamPattern } from '../ast.ts';
import type { FrameInfo, Site } from '../ir.ts';
import { declarePattern } from './assign.ts';
import { mayBlock } from './blocking.ts';
import type { Activation, Context, Instance } from './context.ts';
import { raise } from './control.ts';
import { flow, merge, newSlot, readSlot, writeSlot } from './convert.ts';
import { lowerExpression } from './expression.ts';
import { assignedNames, hasDirective } from './function_text.ts';
import {
  activeOperations,
  byObject,
  markOperation,
  mayBeOperation,
  type OperationCall,
  operationsOf,
} from './operation.ts';
import { refuse, toldToCaller } from './refusal.ts';
import type { Slot } from './slot.ts';
import { lowerStatements } from './statement.ts';
import { type Callable, constant, type Scope, UNDEFINED, type Value } from './value.ts';

export interface Target {
  readonly node: Callable;
  readonly source: SourceFile;
  /** Where parameters are declared. */
  readonly scope: Scope;
  readonly self: Value | null;
  readonly name: string;
  /** The function object or, of a local function, its node. */
  readonly identity: object;
  readonly home: object | null;
  readonly hook: boolean;
  /** It sees locals of its surroundings, so it cannot have a frame of its own. */
  readonly inlineOnly: boolean;
  /** Called through a field, an element or a local. */
  readonly indirect?: boolean;
  /** The operations of specified objects that the call is. */
  readonly operations?: readonly OperationCall[];
}

const DEPTH_MAX = 60;

/** Calls a model function, and marks where it is an operation on an object with a specification. */
export function invoke(c: Context, called: Target, args: readonly Value[], node: Node): Value {
  try {
    return invokeMarked(c, called, args, node);
  } catch (error) {
    throw toldToCaller(error, c.activation?.source, called.name, node);
  }
}

function invokeMarked(c: Context, called: Target, args: readonly Value[], node: Node): Value {
  if (mayBeOperation(c, called)) return byObject(c, called, node, (one) => invoke(c, one, args, node));
  const operations = operationsOf(c, called, called.hook || c.viaTable);
  if (operations.length === 0) return callTarget(c, called, operations, args, node);
  const call = (): Value => callTarget(c, called, operations, args, node);
  return operations.reduce(
    (inner, operation) => () => markOperation(c, operation, args, node, inner),
    call,
  )();
}

/** Inlined, or compiled once and shared by its callers. */
function callTarget(
  c: Context,
  called: Target,
  operations: readonly OperationCall[],
  args: readonly Value[],
  node: Node,
): Value {
  const { node: fn, source } = called;
  const target = withCall(called, c.viaValue, operations);
  const named = fn.type !== 'ArrowFunctionExpression' && target.name !== '';
  if (fn.async) refuse('UPY101', source, fn, named ? `the async function '${target.name}'` : undefined);
  if (fn.generator) refuse('UPY102', source, fn, named ? `the generator '${target.name}'` : undefined);
  const entry = target.hook || c.viaTable;
  c.viaTable = false;
  c.viaValue = false;
  const key = keyOf(c, target, args);
  const depth = reentryDepth(c, target, key, entry, node);
  if (depth < 0) return UNDEFINED;
  const shareable =
    c.mode === 'steps' &&
    !c.exempt &&
    !target.inlineOnly &&
    !args.some(isLocalFunction) &&
    target.self?.kind !== 'closure';
  if (shareable) {
    const shared = `${key}@${depth}${activeEntries(c)}${activeOperations(c)}`;
    const count = (c.callCounts.get(shared) ?? 0) + 1;
    c.callCounts.set(shared, count);
    if (target.hook || c.facts.isShared(c.process, shared))
      return callShared(c, target, args, shared, key, entry, node);
    const blocks = c.blocks.length;
    const value = callInline(c, target, args, key, entry, node);
    if (count >= 2 && c.blocks.length - blocks >= SHARE_BLOCKS) c.facts.share(c.process, shared);
    return value;
  }
  return callInline(c, target, args, key, entry, node);
}

/** Field by field: a spread takes many times as long, and this is done for every call that is inlined. */
function withCall(called: Target, indirect: boolean, operations: readonly OperationCall[]): Target {
  const { node, source, scope, self, name, identity, home, hook, inlineOnly } = called;
  return { node, source, scope, self, name, identity, home, hook, inlineOnly, indirect, operations };
}

/** From this many blocks on, a function called twice in a process has one copy there. */
const SHARE_BLOCKS = 12;

const isLocalFunction = (value: Value): boolean =>
  value.kind === 'closure' || (value.kind === 'tuple' && value.items.some(isLocalFunction));

function keyOf(c: Context, target: Target, args: readonly Value[]): string {
  const { identities } = c.registry;
  const part = (value: Value | null): string => {
    if (value === null) return '-';
    if (value.kind === 'const') return String(identities.object(value.value));
    if (value.kind === 'closure') return `f${identities.object(value.node)}`;
    if (value.kind === 'tuple') return `[${value.items.map(part).join()}]`;
    return '*';
  };
  return `${identities.object(target.identity)}(${part(target.self)};${args.map(part).join()})`;
}

/**
 * The entries that are active, as part of the identity of a shared function: how deep it may still re-enter depends on
 * them, so callers at different depths have different copies.
 */
function activeEntries(c: Context): string {
  const entries: number[] = [];
  for (let a: Activation | null = c.activation ?? null; a !== null; a = a.caller) {
    if (a.entry) entries.push(c.registry.identities.object(a.node));
  }
  return entries.length === 0 ? '' : `/${entries.sort((a, b) => a - b).join()}`;
}

/** How often the function is active as an entry already; -1 after emitting what exceeding the bound is. */
function reentryDepth(c: Context, target: Target, key: string, entry: boolean, node: Node): number {
  let active = 0;
  let length = 0;
  let repeats = 0;
  let throughEntry = entry;
  let throughValue = target.indirect === true;
  let depth = 0;
  for (let a: Activation | null = c.activation ?? null; a !== null; a = a.caller, length++) {
    if (a.node === target.node) {
      if (a.entry) active++;
      depth++;
      if (a.key === key && !throughEntry && !throughValue) recursion(c, a, target, node);
      if (a.key === key && !throughEntry) repeats++;
    }
    if (a.entry) throughEntry = true;
    if (a.indirect) throughValue = true;
  }
  if (length > DEPTH_MAX) recursion(c, null, target, node);
  const { reentry } = c.registry.options;
  if ((!entry || active < reentry) && repeats < reentry) return depth;
  const site = c.site(node);
  const failure = c.registry.failure(
    're-entry',
    `re-entry of ${target.name || 'a callback'}`,
    site,
    `it is active ${Math.max(active, repeats)} times already; raise \`reentry\` in the scenario if that is meant`,
  );
  c.terminate({ kind: 'fail', failure, site });
  return -1;
}

/** Refuses a call cycle: from `first` on, or the last few calls of a very long chain. */
function recursion(c: Context, first: Activation | null, target: Target, node: Node): never {
  const names: string[] = [];
  for (let a: Activation | null = c.activation ?? null; a !== null; a = a.caller) {
    names.unshift(a.frame.name);
    if (a === first || (first === null && names.length === 8)) break;
  }
  const cycle = [...names, target.name].map((name) => name || '(anonymous)').join(' → ');
  return refuse('UPY103', c.activation.source, node, `recursion (${cycle})`);
}

// ---- inlined ----

function callInline(
  c: Context,
  target: Target,
  args: readonly Value[],
  key: string,
  entry: boolean,
  node: Node,
): Value {
  const caller = c.activation === undefined ? null : c.site(node);
  const frame: FrameInfo = {
    name: target.name || '(anonymous)',
    caller,
    shared: null,
    hook: entry,
  };
  const outer = c.path;
  const { identities } = c.registry;
  c.path = identities.pathBelow(outer, 'call', node.start, identities.object(target.identity));
  const value = withActivation(c, target, frame, key, entry, () => {
    bindParameters(c, target.node.params, args);
    return lowerBody(c, target.node);
  });
  c.path = outer;
  return value;
}

export function withActivation(
  c: Context,
  target: Target,
  frame: FrameInfo,
  key: string,
  entry: boolean,
  body: () => Value,
): Value {
  const [activation, scope] = [c.activation, c.scope];
  c.scope = target.scope;
  const python = hasDirective(target.node, 'use python');
  const base = {
    node: target.node,
    source: target.source,
    self: target.self,
    frame,
    entry,
    indirect: target.indirect === true,
    operations: target.operations ?? [],
    caller: activation ?? null,
    key,
    assigned: assignedNames(target.node),
    home: target.home,
    python: null,
  };
  c.activation = base;
  c.enterCounted(target.source, target.node);
  if (python) {
    const counter = newSlot(c, 'python', c.facts.local(c.key(target.node, 'python')));
    c.activation = { ...base, python: counter };
    writeSlot(c, counter, constant(0), target.node);
  }
  try {
    return hasDirective(target.node, 'atomic') && c.mode === 'steps'
      ? c.atomically(target.node, body)
      : body();
  } finally {
    c.activation = activation;
    c.scope = scope;
  }
}

export function bindParameters(c: Context, params: readonly ParamPattern[], args: readonly Value[]): void {
  for (const [i, param] of params.entries()) {
    const pattern = patternOf(c, param);
    if ((pattern.type as string) === 'RestElement') {
      const rest = (pattern as unknown as { argument: BindingPattern }).argument;
      declarePattern(c, rest, { kind: 'tuple', items: args.slice(i), fields: null }, false);
      return;
    }
    declarePattern(c, pattern, args[i] ?? UNDEFINED, false);
  }
}

function patternOf(c: Context, param: ParamPattern): BindingPattern {
  if (param.type === 'TSParameterProperty') return refuse('UPY104', c.activation.source, param);
  return param as BindingPattern;
}

/** Lowers the body of the current activation; the value that it returns. */
export function lowerBody(c: Context, fn: Callable): Value {
  if (fn.type === 'ArrowFunctionExpression' && fn.expression) {
    return c.settleInSteps(lowerExpression(c, fn.body as Expression), fn.body);
  }
  const exit = c.newBlock();
  const exits: { block: import('../ir.ts').Block; value: Value }[] = [];
  c.control.push({ kind: 'return', activation: c.activation, exits, exit });
  lowerStatements(c, (fn.body as FunctionBody).body);
  c.control.pop();
  if (c.reachable) exits.push({ block: c.block, value: UNDEFINED });
  if (exits.length === 0) {
    c.moveTo(exit);
    return UNDEFINED;
  }
  return merge(c, c.key(fn, 'result'), `${c.activation.frame.name}()`, exits, exit, fn);
}

// ---- shared ----

function callShared(
  c: Context,
  target: Target,
  args: readonly Value[],
  shared: string,
  key: string,
  entry: boolean,
  node: Node,
): Value {
  const instance = c.instances.get(shared) ?? makeInstance(c, target, args, shared, key, entry);
  if (instance.blocks !== null) mayBlock(c, instance.blocks, node);
  const site = c.site(node);
  const index = instance.callers.length;
  instance.callers.push(site);
  const passed = passedTo(target, args);
  for (const [i, slot] of instance.parameters.entries())
    if (slot !== null) writeSlot(c, slot, passed[i] ?? UNDEFINED, node);
  c.emit({ kind: 'set', variable: instance.returnTo, expr: { kind: 'const', value: index }, site });
  const [back, landing] = [c.newBlock(), c.newBlock()];
  instance.returns.push(back);
  instance.throws.push(landing);
  if (c.reachable) {
    c.reach(back);
    c.reach(landing);
  }
  c.link({ kind: 'goto', to: instance.entry });
  if (instance.canThrow) {
    c.moveTo(landing);
    raise(c, c.settle(readSlot(instance.exception), 'exception', node), site);
  }
  c.moveTo(back);
  if (instance.resultConstant !== null) return instance.resultConstant;
  return instance.result === null ? UNDEFINED : c.settle(readSlot(instance.result), `${target.name}()`, node);
}

/** What each call of a shared function brings along: its receiver and the arguments. */
function passedTo(target: Target, args: readonly Value[]): readonly Value[] {
  return [target.self ?? UNDEFINED, ...args];
}

function makeInstance(
  c: Context,
  target: Target,
  args: readonly Value[],
  shared: string,
  key: string,
  entry: boolean,
): Instance {
  const [outer, from, control, blocking] = [c.path, c.block, c.control.splice(0), c.blocking];
  c.blocking = null;
  c.path = c.registry.identities.path(`process ${c.process} shared ${shared}`);
  const parameter = (arg: Value, i: number): Slot | null => {
    if (arg.kind === 'const') return null;
    const key = `${c.path}|parameter ${i}`;
    flow(c, c.facts.unread(key), arg, target.node);
    return newSlot(c, `${target.name}.parameter ${i}`, c.facts.local(key));
  };
  const slotFor = (what: string, holds: Value | null = null): Slot => {
    const key = `${c.path}|${what}`;
    if (holds !== null) flow(c, c.facts.unread(key), holds, target.node);
    return newSlot(c, `${target.name}.${what}`, c.facts.local(key));
  };
  const instance: Instance = {
    entry: c.newBlock(),
    callers: [],
    returns: [],
    throws: [],
    result: null,
    resultConstant: null,
    canThrow: false,
    blocks: null,
    parameters: passedTo(target, args).map(parameter),
    returnTo: c.registry.local(
      c.process,
      `${target.name}.caller`,
      { int: true, bool: false, group: null },
      false,
    ),
    exception: slotFor('exception'),
  };
  c.instances.set(shared, instance);
  c.reach(instance.entry);
  c.moveTo(instance.entry);
  const throwExit = c.newBlock();
  c.control.push({
    kind: 'shared',
    onThrow: (value: Value, site: Site) => {
      instance.canThrow = true;
      writeSlot(c, instance.exception, value, { start: site.start, end: site.end } as Node);
      c.terminate({ kind: 'goto', to: throwExit });
    },
  });
  const frame: FrameInfo = {
    name: target.name || '(anonymous)',
    caller: null,
    hook: entry,
    shared: { returnTo: instance.returnTo, callers: instance.callers },
  };
  const [self, ...bound] = passedTo(target, args).map((value, i) => {
    const slot = instance.parameters[i];
    return slot ? readSlot(slot) : value;
  });
  const inside = target.self === null ? target : { ...target, self: self! };
  const value = withActivation(c, inside, frame, key, entry, () => {
    bindParameters(c, target.node.params, bound);
    return lowerBody(c, target.node);
  });
  finishInstance(c, instance, value, slotFor, target.node);
  [instance.blocks, c.blocking] = [c.blocking, blocking];
  const on = { kind: 'var', variable: instance.returnTo } as const;
  c.link({ kind: 'switch', on, targets: instance.returns });
  throwExit.end = { kind: 'switch', on, targets: instance.throws };
  c.control.splice(0, c.control.length, ...control);
  c.path = outer;
  c.moveTo(from);
  return instance;
}

function finishInstance(
  c: Context,
  instance: Instance,
  value: Value,
  slotFor: (what: string, holds: Value) => Slot,
  node: Node,
): void {
  if (value.kind === 'const') {
    instance.resultConstant = value;
    return;
  }
  instance.result = slotFor('result', value);
  writeSlot(c, instance.result, value, node);
}
