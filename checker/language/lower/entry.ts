import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import { UserError } from '../../options.ts';
import { functionAt } from '../ast.ts';
import type { Context } from './context.ts';
import { bindParameters, lowerBody, type Target, withActivation } from './function.ts';
import { refuse } from './refusal.ts';
import { type Callable, Scope, type Value } from './value.ts';

/** Lowers the body of a process or predicate in a fresh context. */
export function lowerEntry(c: Context, fn: object, name: string): Value {
  const target = entryTarget(fn, null, name);
  return inEntry(c, target, () => {
    bindParameters(c, target.node.params, []);
    c.countBody(target.node);
    return lowerBody(c, target.node);
  });
}

/** Runs `body` as the outermost activation of a context. */
export function inEntry(c: Context, target: Target, body: () => Value): Value {
  const frame = { name: target.name, caller: null, shared: null, hook: false };
  return withActivation(c, target, frame, 'entry', false, body);
}

/** The outermost function of a context. */
export function entryTarget(fn: object, self: Value | null, name: string): Target {
  const metadata = metadataOf(fn);
  const found = metadata === undefined ? null : functionAt(metadata.source, metadata.start);
  if (
    metadata === undefined ||
    found === null ||
    found.type === 'ClassDeclaration' ||
    found.type === 'ClassExpression'
  ) {
    throw new UserError(
      'UPY139',
      `the function of '${name}' has no source`,
      null,
      'it is native, bound, or comes from a file that was not loaded by upy-check (a .js file in node_modules)',
      'write it as a function or arrow in a file that the scenario imports',
    );
  }
  const node = found as Callable;
  if (node.async) refuse('UPY101', metadata.source, node, `the async function of '${name}'`);
  if (node.generator) refuse('UPY102', metadata.source, node, `the generator of '${name}'`);
  return {
    node,
    source: metadata.source,
    scope: new Scope(null, metadata.environment),
    self,
    name,
    identity: fn,
    home: null,
    hook: false,
    inlineOnly: true,
  };
}
