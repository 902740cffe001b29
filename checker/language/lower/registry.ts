import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import type { IntegerHandle } from '../../../model/intrinsics/integer.ts';
import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import { metadataOf, type SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import { functionAt } from '../ast.ts';
import type { Domain, Failure, Family, Instruction, Mark, Site, Variable } from '../ir.ts';
import { Bookkeeping } from './bookkeeping.ts';
import { Countable } from './countable.ts';
import { encode, type Facts, type Group, isMixed, type Type, type TypeFact } from './facts.ts';
import type { Names } from './names.ts';
import { valueIn } from './native_property.ts';

export interface Options {
  readonly granularity: 'access' | 'statement';
  readonly criticals: 'atomic' | 'open';
  readonly reentry: number;
  /** Look for data races. */
  readonly races: boolean;
  /** The files whose statements coverage counts; default none. */
  readonly counts?: (source: SourceFile) => boolean;
}

/** The variables of a sequence: its length, and a family for each scalar part of an element. */
export interface SequenceVariables {
  readonly length: Variable;
  readonly parts: readonly Family[];
}

/** Where the machine keeps what `build()` left: the variables of its objects. What is not here never changes. */
export interface Memory {
  readonly properties: ReadonlyMap<object, ReadonlyMap<string, Variable>>;
  readonly sequences: ReadonlyMap<object, SequenceVariables>;
  readonly coverage: Countable;
}

/** Numbers for things that keep their identity over repeated lowerings. */
export class Identities {
  private readonly objects = new Map<unknown, number>();
  private readonly paths = new Map<string, number>();
  /** By the path above. */
  private readonly below: (Map<number, number> | undefined)[] = [];
  private nextPath = 0;

  object(value: unknown): number {
    let id = this.objects.get(value);
    if (id === undefined) {
      id = this.objects.size;
      this.objects.set(value, id);
    }
    return id;
  }

  path(key: string): number {
    let id = this.paths.get(key);
    if (id === undefined) {
      id = this.nextPath++;
      this.paths.set(key, id);
    }
    return id;
  }

  /** The path that leads from path `outer` on by a call, an iteration or a possible target (number `which`) at `start`. */
  pathBelow(outer: number, way: keyof typeof WAYS, start: number, which: number): number {
    let below = this.below[outer];
    if (below === undefined) {
      below = new Map();
      this.below[outer] = below;
    }
    // Exact as long as a file has fewer than 2²⁶ characters and a model fewer than 2²⁵ objects.
    const key = (which * 2 ** 26 + start) * 4 + WAYS[way];
    let id = below.get(key);
    if (id === undefined) {
      id = this.nextPath++;
      below.set(key, id);
    }
    return id;
  }
}

const WAYS = { call: 0, iteration: 1, target: 2 } as const;

/** The scalar parts of a type: the type itself, and those of a tuple's items. */
export function partsOf(fact: TypeFact): TypeFact[] {
  const parts: TypeFact[] = fact.scalar ? [fact] : [];
  for (const item of fact.items ?? []) parts.push(...partsOf(item));
  return parts;
}

export function domainOf(type: Type, declared: readonly [number, number] | null = null): Domain {
  if (type.group !== null) {
    const members = type.group.find().members;
    return isMixed(type) ? { kind: 'mixed', members } : { kind: 'symbol', members };
  }
  return type.int ? { kind: 'int', declared } : { kind: 'bool' };
}

export function labelled(domain: Domain, labels: Map<number, string>): Domain {
  return domain.kind === 'int' ? { ...domain, labels } : domain;
}

/** Variables, families and failures of one lowering of the whole program. */
export class Registry implements Memory {
  readonly variables: Variable[] = [];
  readonly families: Family[] = [];
  readonly failures: Failure[] = [];
  private nextVariable = 0;
  readonly properties = new Map<object, Map<string, Variable>>();
  readonly sequences = new Map<object, SequenceVariables>();
  private readonly familyByKey = new Map<string, Family>();
  private readonly failureByKey = new Map<string, Failure>();
  readonly marks: Mark[] = [];
  private readonly markByKey = new Map<string, Mark>();
  private readonly hidden = new Map<string, Variable>();
  readonly assumptions: string[] = [];
  readonly bookkeeping = new Bookkeeping();
  /** Instructions whose accesses are no part of a data race. */
  readonly exempt = new Set<Instruction>();
  readonly coverage = new Countable();

  constructor(
    readonly facts: Facts,
    readonly identities: Identities,
    readonly names: Names,
    readonly options: Options,
    readonly processes: readonly ProcessHandle[],
    /** Objects with a specification. */
    readonly specified: readonly Linearizability[] = [],
  ) {}

  local(process: number, name: string, type: Type, fixed: boolean, labels?: Map<number, string>): Variable {
    const domain = labels === undefined ? domainOf(type) : labelled(domainOf(type), labels);
    return { id: this.nextVariable++, kind: 'local', name, process, domain, initial: 0, fixed };
  }

  private add(
    kind: 'state' | 'hidden',
    name: string,
    process: number,
    domain: Domain,
    initial: number,
  ): Variable {
    const variable: Variable = {
      id: this.nextVariable++,
      kind,
      name,
      process,
      domain,
      initial,
      fixed: false,
    };
    this.variables.push(variable);
    return variable;
  }

  /** The variable that holds `object[key]`. The property must be marked as mutable. */
  property(object: object, key: string): Variable {
    let own = this.properties.get(object);
    if (own === undefined) {
      own = new Map();
      this.properties.set(object, own);
    }
    let variable = own.get(key);
    if (variable === undefined) {
      const fact = this.facts.mark(object, key);
      let initial: unknown = valueIn(object, key);
      if (objectTag(initial) === 'integer') {
        const { lo, hi, value } = initial as IntegerHandle;
        fact.declared = [lo, hi];
        initial = value;
      }
      const value = encode(initial, fact.type.type);
      variable = this.add(
        'state',
        this.names.property(object, key),
        -1,
        labelled(domainOf(fact.type.type, fact.declared), fact.labels),
        Number.isNaN(value) ? 0 : value,
      );
      own.set(key, variable);
    }
    return variable;
  }

  hiddenVariable(process: number, what: string, domain: Domain, initial: number): Variable {
    const key = `${process}|${what}`;
    let variable = this.hidden.get(key);
    if (variable === undefined) {
      const owner = this.processes[process]?.name;
      variable = this.add(
        'hidden',
        owner === undefined ? what : `${owner}.${what}`,
        process,
        domain,
        initial,
      );
      this.hidden.set(key, variable);
    }
    return variable;
  }

  location(process: number): Variable {
    return this.hiddenVariable(process, 'location', { kind: 'location', process }, 0);
  }

  busy(process: number): Variable {
    return this.hiddenVariable(process, 'busy', { kind: 'int', declared: null }, 0);
  }

  hasBusy(process: number): boolean {
    return this.hidden.has(`${process}|busy`);
  }

  timeout(process: number): Variable {
    return this.hiddenVariable(process, 'timeout', { kind: 'int', declared: null }, -1);
  }

  sequence(handle: SequenceHandle<unknown>): SequenceVariables {
    let known = this.sequences.get(handle);
    if (known === undefined) {
      const name = this.names.object(handle);
      const length = this.add(
        'state',
        `${name}.length`,
        -1,
        { kind: 'int', declared: [0, handle.capacity] },
        handle.items.length,
      );
      const parts = partsOf(this.facts.elementsOf(handle));
      const single = parts.length === 1;
      known = {
        length,
        parts: parts.map((part, p) => {
          const elements: Variable[] = [];
          for (let i = 0; i < handle.capacity; i++) {
            const initial =
              i < handle.items.length ? encode(scalarPart(handle.items[i], p, single), part.type) : 0;
            const label = single ? `${name}[${i}]` : `${name}[${i}].${p}`;
            elements.push(
              this.add('state', label, -1, domainOf(part.type), Number.isNaN(initial) ? 0 : initial),
            );
          }
          return this.newFamily(single ? name : `${name}.${p}`, elements);
        }),
      };
      this.sequences.set(handle, known);
    }
    return known;
  }

  /** The sequences that the model changes. */
  sequenceCodes(): { name: string; length: Variable; parts: readonly Family[] }[] {
    return [...this.sequences].map(([handle, variables]) => ({
      name: this.names.object(handle),
      ...variables,
    }));
  }

  private newFamily(name: string, elements: readonly (Variable | null)[]): Family {
    const family: Family = { id: this.families.length, name, elements };
    this.families.push(family);
    return family;
  }

  /** The property `key` of whichever member of `group` a reference stands for. */
  referenceFamily(group: Group, key: string): Family {
    const root = group.find();
    const id = `${this.identities.object(root)}.${key}`;
    let family = this.familyByKey.get(id);
    if (family === undefined) {
      const elements = root.members.map((member) =>
        typeof member === 'object' && member !== null && this.facts.property(member, key) !== undefined
          ? this.property(member, key)
          : null,
      );
      family = this.newFamily(`*.${key}`, elements);
      this.familyByKey.set(id, family);
    }
    return family;
  }

  arrayFamily(array: readonly unknown[]): Family {
    const id = `[${this.identities.object(array)}]`;
    let family = this.familyByKey.get(id);
    if (family === undefined) {
      family = this.newFamily(
        this.names.object(array),
        array.map((_, i) => this.property(array as object, String(i))),
      );
      this.familyByKey.set(id, family);
    }
    return family;
  }

  failure(kind: Failure['kind'], name: string, site: Site | null, detail: string | null = null): Failure {
    const key = `${kind}|${name}|${site === null ? '' : `${site.source.file}:${site.start}`}`;
    let failure = this.failureByKey.get(key);
    if (failure === undefined) {
      failure = { number: this.failures.length, kind, name, site, detail };
      this.failures.push(failure);
      this.failureByKey.set(key, failure);
    }
    return failure;
  }

  mark(event: Mark['event'], object: number, operation: number, process: number, depth: number): Mark {
    const key = `${event}|${object}|${operation}|${process}|${depth}`;
    let mark = this.markByKey.get(key);
    if (mark === undefined) {
      mark = { number: this.marks.length, event, object, operation, process, depth };
      this.marks.push(mark);
      this.markByKey.set(key, mark);
    }
    return mark;
  }

  /** How many arguments the specification of an operation looks at. */
  arity(object: number, operation: number): number {
    const { specification, operations } = this.specified[object] as Linearizability;
    const metadata = metadataOf(Reflect.get(specification, operations[operation] as string));
    const node = metadata === undefined ? null : functionAt(metadata.source, metadata.start);
    return node !== null && 'params' in node ? node.params.length : 0;
  }

  /** The variables of a clock that is changed while the model runs, or its constants. */
  clock(handle: ClockHandle) {
    const part = (key: 'left' | 'period' | 'latched') =>
      this.facts.property(handle, key) === undefined ? handle[key] : this.property(handle, key);
    return {
      name: this.names.object(handle),
      left: part('left') as Variable | number,
      period: part('period') as Variable | number,
      latched: part('latched') as Variable | boolean,
    };
  }
}

/** Part `p` of a sequence element: the element itself, or an item of a flat tuple. */
function scalarPart(element: unknown, p: number, single: boolean): unknown {
  return single || !Array.isArray(element) ? element : (element as unknown[])[p];
}
