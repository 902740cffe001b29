import type { Elaboration } from '../../../model/intrinsics/elaboration.ts';
import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import { metadataOf } from '../../../model/intrinsics/metadata.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { Property } from '../../../model/intrinsics/property.ts';
import { UserError } from '../../options.ts';
import { functionAt, type Node } from '../ast.ts';
import type { Domain, Predicate, ProcessCode, Program, PropertyCode } from '../ir.ts';
import { Context } from './context.ts';
import { truth } from './convert.ts';
import { lowerEntry } from './entry.ts';
import { Facts } from './facts.ts';
import { Identities } from './identities.ts';
import type { Names } from './names.ts';
import { nameObjects } from './naming.ts';
import { predicatesOf } from './predicates.ts';
import { refuse } from './refusal.ts';
import { type Options, Registry } from './registry.ts';
import { lowerSpecification, separate } from './specification.ts';
import { Unit } from './unit.ts';
import { number } from './value.ts';

export interface LowerOptions extends Options {
  readonly timing: 'prompt' | 'any';
  readonly timeUnit: number;
}

/** A lowered program with the names of its objects, for showing values. */
export interface Lowered {
  readonly program: Program;
  readonly names: Names;
  readonly registry: Registry;
}

const PASSES_MAX = 60;

/**
 * Lowers everything that a scenario's `build()` left. Repeated until nothing new is learnt about which
 * properties are assigned and which values flow where; only the last result is used.
 */
export function lowerProgram(elaboration: Elaboration, options: LowerOptions): Lowered {
  const facts = new Facts();
  const identities = new Identities();
  const units = unitsOf(elaboration, facts);
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    facts.changed = false;
    const names = nameObjects(elaboration, (object, key) => facts.isVariable(object, key));
    const specified = elaboration.properties.filter((p) => p.kind === 'linearizability');
    const registry = new Registry(facts, identities, names, options, elaboration.processes, specified);
    try {
      const program = lowerOnce(units, registry, facts, options);
      if (!facts.changed) return { program, names, registry };
    } catch (error) {
      // What is refused while types are still unknown may be fine once they are known.
      if (!(error instanceof UserError) || !facts.changed) throw error;
    }
  }
  throw new UserError(
    'UPY138',
    'the model does not settle in the compiler',
    null,
    'values of ever new kinds flow between its variables',
    'please report this scenario',
  );
}

interface Units {
  readonly processes: readonly Unit<ProcessCode>[];
  readonly properties: readonly Unit<PropertyCode>[];
}

function unitsOf(elaboration: Elaboration, facts: Facts): Units {
  return {
    processes: elaboration.processes.map(
      (handle, index) => new Unit((registry) => lowerProcess(registry, facts, handle, index)),
    ),
    properties: elaboration.properties
      .filter((property) => property.kind !== 'linearizability')
      .map((property) => new Unit((registry) => lowerProperty(registry, facts, property, elaboration))),
  };
}

function lowerOnce(units: Units, registry: Registry, facts: Facts, options: LowerOptions): Program {
  const processes = units.processes.map((unit) => unit.lowered(registry));
  const properties = units.properties.map((unit) => unit.lowered(registry));
  const specified = registry.specified.map((property, index) =>
    lowerSpecification(registry, facts, property, index),
  );
  registry.bookkeeping.verify();
  const clocks = [...facts.clocks].map((clock) => registry.clock(clock));
  const program: Program = {
    processes,
    properties,
    specified: [],
    marks: registry.marks,
    clocks,
    variables: registry.variables,
    families: registry.families,
    sequences: registry.sequenceCodes(),
    failures: registry.failures,
    timing: options.timing,
    timeUnit: options.timeUnit,
    assumptions: registry.assumptions,
    races: null,
  };
  return separate(program, specified);
}

function lowerProcess(registry: Registry, facts: Facts, handle: ProcessHandle, index: number): ProcessCode {
  const c = new Context(registry, facts, index, handle, 'steps');
  const entry = c.block;
  const location = registry.location(index);
  refuseAsBody(registry, handle);
  lowerEntry(c, handle.body, handle.name);
  // An end that others can see, or that a `busy` must come before, is a step of its own.
  if (c.reachable && (facts.isObserved(handle) || registry.hasBusy(index))) {
    const end = { start: bodyEnd(handle), end: bodyEnd(handle) };
    c.cut({ operation: 'end', site: { ...endSite(handle), ...end }, access: null, wait: null });
  }
  if (c.reachable) c.terminate({ kind: 'end' });
  const runs =
    handle.options.runs === undefined
      ? null
      : lowerPredicate(registry, facts, index, handle, handle.options.runs, `runs of ${handle.name}`);
  const own = (what: string) =>
    registry.variables.find(
      (v) => v.kind === 'hidden' && v.process === index && v.name === `${handle.name}.${what}`,
    ) ?? null;
  return {
    index,
    name: handle.name,
    entry,
    location,
    busy: own('busy'),
    timeout: own('timeout'),
    runs: runs !== null && runs.known === true ? null : (runs?.predicate ?? null),
    started: handle.started,
    lane: handle.options.lane ?? null,
    outside: handle.options.outside === true,
    background: handle.options.background === true,
    prompt: handle.options.prompt === true,
    locations: [],
    live: [],
  };
}

/** A call of it is marked; where nobody calls it there would be no operation. */
function refuseAsBody({ specified }: Registry, { body, name }: ProcessHandle): void {
  const metadata = metadataOf(body);
  const isOperation = specified.some(({ object, operations }) =>
    operations.some((key) => Reflect.get(object, key) === body),
  );
  if (isOperation && metadata !== undefined)
    refuse('UPY145', metadata.source, metadata, `process '${name}', whose body is an operation itself,`);
}

function bodyEnd(handle: ProcessHandle): number {
  const metadata = metadataOf(handle.body);
  const node = metadata === undefined ? null : functionAt(metadata.source, metadata.start);
  return node === null ? 0 : node.end - 1;
}

function endSite(handle: ProcessHandle) {
  const metadata = metadataOf(handle.body);
  if (metadata === undefined) throw new Error('no metadata');
  return {
    source: metadata.source,
    start: 0,
    end: 0,
    frame: { name: handle.name, caller: null, shared: null, hook: false },
  };
}

function lowerPredicate(
  registry: Registry,
  facts: Facts,
  process: number,
  handle: ProcessHandle | null,
  fn: () => unknown,
  name: string,
): { predicate: Predicate; known: boolean | null } {
  const c = new Context(registry, facts, process, handle, 'pure');
  c.path = registry.identities.path(`predicate ${name} ${registry.identities.object(fn)}`);
  const entry = c.block;
  const metadata = metadataOf(fn);
  const value = lowerEntry(c, fn, name);
  const node = metadata === undefined ? null : functionAt(metadata.source, metadata.start);
  const at = (node ?? { start: 0, end: 0 }) as Node;
  const scope = {
    source: metadata?.source,
    start: at.start,
    end: at.end,
    frame: { name, caller: null, shared: null, hook: false },
  };
  const test = value.kind === 'closure' || value.kind === 'tuple' ? true : truth(c, value, at);
  c.link({ kind: 'result', expr: typeof test === 'boolean' ? number(test ? 1 : 0) : test });
  const canFail = c.blocks.some(({ code }) => code.some(({ kind }) => kind === 'assert'));
  return {
    predicate: { entry, site: scope as Predicate['site'] },
    known: typeof test === 'boolean' && !canFail ? test : null,
  };
}

function lowerProperty(
  registry: Registry,
  facts: Facts,
  property: Exclude<Property, Linearizability>,
  elaboration: Elaboration,
): PropertyCode {
  const [asked, then] = predicatesOf(property);
  const { predicate } = lowerPredicate(registry, facts, -1, null, asked, property.name);
  const monitor =
    property.kind === 'within'
      ? registry.hiddenVariable(
          -1,
          `within ${property.name}`,
          { kind: 'int', declared: [-1, property.limitUs] },
          -1,
        )
      : null;
  const goal =
    then === null
      ? null
      : lowerPredicate(registry, facts, -1, null, then, `${property.name}, then`).predicate;
  const bound = property.kind === 'overtaking' ? property.times : 0;
  const counts: Domain = { kind: 'int', declared: [-1, 2 * bound + 3] };
  const counter =
    property.kind === 'overtaking'
      ? registry.hiddenVariable(-1, `overtaking ${property.name}`, counts, -1)
      : null;
  if (property.kind === 'within') registry.failure('within', property.name, predicate.site);
  return {
    kind: property.kind === 'lostWakeup' ? 'lost wakeup' : property.kind,
    name: property.name,
    fails: null,
    predicate,
    goal,
    monitor,
    counter,
    bound,
    limitUs: property.kind === 'within' ? property.limitUs : 0,
    victim:
      property.kind === 'lostWakeup' && property.victim !== null
        ? elaboration.processes.indexOf(property.victim as ProcessHandle)
        : -1,
  };
}
