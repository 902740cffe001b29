import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import {
  expressionsOf,
  readsOf,
  reversePostorder,
  terminatorExpression,
  writesOf,
} from '../analysis/graph.ts';
import type {
  Block,
  ClockVariables,
  Family,
  Instruction,
  OperationCode,
  ProcessCode,
  Program,
  Site,
  SpecifiedObject,
  Variable,
} from '../ir.ts';
import { Context } from './context.ts';
import { newSlot, readSlot, writeSlot } from './convert.ts';
import { entryTarget, inEntry } from './entry.ts';
import type { Facts } from './facts.ts';
import { bindParameters, lowerBody } from './function.ts';
import { catching, emitMark, operationKey, shapeOf } from './operation.ts';
import { refuse } from './refusal.ts';
import type { Registry } from './registry.ts';
import type { Slot } from './slot.ts';
import { constant } from './value.ts';

/** Lowers the operations of a specification, each to a process of a single step. */
export function lowerSpecification(
  registry: Registry,
  facts: Facts,
  property: Linearizability,
  index: number,
): SpecifiedObject {
  const metadata = metadataOf(property.specification.constructor);
  const frame = { name: property.name, caller: null, shared: null, hook: false };
  const site: Site | null =
    metadata === undefined
      ? null
      : { source: metadata.source, start: metadata.start, end: metadata.start, frame };
  return {
    name: property.name,
    object: registry.names.object(property.object),
    site,
    operations: property.operations.map((_, operation) =>
      lowerOperation(registry, facts, property, index, operation),
    ),
    variables: [],
    families: [],
  };
}

function lowerOperation(
  registry: Registry,
  facts: Facts,
  { name: property, specification, operations }: Linearizability,
  object: number,
  operation: number,
): OperationCode {
  const name = operations[operation] as string;
  const key = operationKey(object, operation);
  const fact = (what: string) => facts.local(`${key}|${what}`);
  const c = new Context(registry, facts, -1, null, 'atomic');
  c.path = registry.identities.path(`specification ${object}.${operation}`);
  const entry = c.block;
  const target = entryTarget(
    Reflect.get(specification, name) as object,
    constant(specification),
    `${property}: ${name}`,
  );
  const { node } = target;
  const parameters = Array.from({ length: registry.arity(object, operation) }, (_, i) =>
    newSlot(c, `argument ${i}`, fact(`argument ${i}`)),
  );
  // What nobody calls is not looked at.
  const called = registry.marks.some(
    (mark) => mark.event === 'invoke' && mark.object === object && mark.operation === operation,
  );
  if (!called) c.terminate({ kind: 'end' });
  else
    inEntry(c, target, () => {
      const site = c.site(node);
      const done = (event: 'return' | 'throw', slot: Slot): void => {
        emitMark(c, registry.mark(event, object, operation, -1, 0), [slot], site);
        c.terminate({ kind: 'end' });
      };
      c.cut({ operation: 'operation', site, access: null, wait: null });
      const exception = newSlot(c, 'exception', fact('exception'));
      const { value, landing } = catching(c, exception, () => {
        bindParameters(c, node.params, parameters.map(readSlot));
        return lowerBody(c, node);
      });
      if (c.reachable) {
        const result = newSlot(c, 'result', fact('result'));
        writeSlot(c, result, value, node);
        done('return', result);
      }
      if (landing !== null) {
        c.moveTo(landing);
        done('throw', exception);
      }
      return value;
    });
  return {
    name,
    arguments: parameters.flatMap(variablesOf),
    parameters: parameters.map((slot) => shapeOf(slot.fact)),
    result: shapeOf(fact('result')),
    exception: shapeOf(fact('exception')),
    process: processOf(name, operation, entry),
  };
}

function variablesOf({ scalar, items }: Slot): Variable[] {
  return [...(scalar === null ? [] : [scalar]), ...(items ?? []).flatMap(variablesOf)];
}

function processOf(name: string, index: number, entry: Block): ProcessCode {
  const location: Variable = {
    id: -1 - index,
    kind: 'hidden',
    name: 'location',
    process: index,
    domain: { kind: 'location', process: index },
    initial: 0,
    fixed: false,
  };
  return {
    index,
    name,
    entry,
    runs: null,
    started: false,
    lane: null,
    outside: false,
    background: false,
    prompt: false,
    location,
    busy: null,
    timeout: null,
    locations: [],
    live: [],
  };
}

// ---- whose variables ----

/** Takes the variables of the specifications out of the program, after a look that nobody else uses them. */
export function separate(program: Program, specified: readonly SpecifiedObject[]): Program {
  if (specified.length === 0) return program;
  const model = new Set<Variable>();
  const add = (variable: Variable): void => {
    model.add(variable);
  };
  for (const { entry, runs, location } of program.processes) {
    add(location);
    visit(entry, (_, variable) => add(variable));
    if (runs !== null) visit(runs.entry, (_, variable) => add(variable));
  }
  for (const { predicate, goal } of program.properties) {
    visit(predicate.entry, (_, variable) => add(variable));
    if (goal !== null) visit(goal.entry, (_, variable) => add(variable));
  }
  program.clocks.flatMap(variablesOfClock).forEach(add);
  const others = new Set<Variable>();
  const objects = specified.map((object) => {
    const own = ownVariables(object, model, others);
    for (const { length, parts } of program.sequences) {
      const all = [length, ...parts.flatMap(({ elements }) => elements)].filter((v) => v !== null);
      if (all.some((variable) => own.has(variable))) for (const variable of all) own.add(variable);
    }
    for (const variable of own) others.add(variable);
    const belongs = ({ elements }: Family): boolean => elements.some((v) => v !== null && own.has(v));
    return {
      ...object,
      variables: program.variables.filter((variable) => own.has(variable)),
      families: program.families.filter(belongs),
    };
  });
  const families = new Set(objects.flatMap((object) => object.families));
  return {
    ...program,
    specified: objects,
    variables: program.variables.filter((variable) => !others.has(variable)),
    families: program.families.filter((family) => !families.has(family)),
    sequences: program.sequences.filter(({ length }) => !others.has(length)),
  };
}

function ownVariables(
  { name, operations }: SpecifiedObject,
  model: ReadonlySet<Variable>,
  others: ReadonlySet<Variable>,
): Set<Variable> {
  const own = new Set<Variable>();
  for (const { process } of operations) {
    visit(process.entry, (site, variable) => {
      if (variable.kind === 'local') return;
      if (model.has(variable) || others.has(variable) || variable.kind === 'hidden')
        refuse('UPY144', site.source, site, `'${variable.name}' in the specification of '${name}'`);
      own.add(variable);
    });
    for (const { code } of reversePostorder(process.entry))
      for (const { kind, site } of code)
        if (kind === 'start' || kind === 'kill')
          refuse('UPY144', site.source, site, `${kind}() in the specification of '${name}'`);
  }
  return own;
}

function visit(entry: Block, seen: (site: Site, variable: Variable) => void): void {
  for (const { code, end } of reversePostorder(entry)) {
    for (const instruction of code) {
      const note = (variable: Variable): void => seen(instruction.site, variable);
      expressionsOf(instruction as Instruction, (expr) => readsOf(expr, note));
      writesOf(instruction, note);
    }
    const expr = terminatorExpression(end);
    const site = code.at(-1)?.site;
    if (expr !== null) readsOf(expr, (variable) => seen(site as Site, variable));
  }
}

function variablesOfClock({ left, period, latched }: ClockVariables): Variable[] {
  return [left, period, latched].filter((part) => typeof part === 'object');
}
