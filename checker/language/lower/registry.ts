import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import type { IntegerHandle } from '../../../model/intrinsics/integer.ts';
import type { Linearizability } from '../../../model/intrinsics/linearizable.ts';
import { metadataOf, type SourceFile } from '../../../model/intrinsics/metadata.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import type { SequenceHandle } from '../../../model/intrinsics/sequence.ts';
import { objectTag } from '../../../model/intrinsics/tag.ts';
import { functionAt, type Node } from '../ast.ts';
import type { Domain, Failure, Family, Instruction, Mark, Site, Variable } from '../ir.ts';
import { Bookkeeping } from './bookkeeping.ts';
import { Countable } from './countable.ts';
import type { Effects } from './effects.ts';
import { encode, type Facts, type Group, isMixed, type Type, type TypeFact } from './facts.ts';
import type { Identities } from './identities.ts';
import { type Names, show } from './names.ts';
import { valueIn } from './native_property.ts';
import type { Pool } from './pool.ts';
import type { Known, Reading } from './reading.ts';
import type { Callable } from './value.ts';

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
  readonly coverage: Countable;
  private readonly pool: Pool;
  /** Of what is being lowered; `null`: it is not recorded. */
  private effects: Effects | null = null;
  /** What variables and families were made of, and when. */
  private readonly made = new Map<object, { readonly known: readonly Known[]; readonly time: number }>();

  constructor(
    readonly facts: Facts,
    readonly identities: Identities,
    readonly names: Names,
    readonly options: Options,
    readonly processes: readonly ProcessHandle[],
    /** Objects with a specification. */
    readonly specified: readonly Linearizability[] = [],
  ) {
    this.pool = identities.pool;
    this.coverage = new Countable(this.pool.points);
  }

  // ---- what is recorded ----

  /** Lowers with `body`, and notes what it reads and asks for. */
  recording<T>(reading: Reading, effects: Effects, body: () => T): T {
    this.facts.reading = reading;
    this.effects = effects;
    try {
      const result = body();
      this.bookkeeping.append(effects.bookkeeping);
      return result;
    } finally {
      this.facts.reading = null;
      this.effects = null;
    }
  }

  /** Makes what an earlier lowering asked for. */
  repeat(effects: Effects): void {
    effects.repeat(this);
    this.bookkeeping.append(effects.bookkeeping);
  }

  private isFirstUse(what: object): boolean {
    if (this.effects === null || !this.effects.isFirst(what)) return false;
    const made = this.made.get(what);
    if (made !== undefined) this.facts.noteMade(made.known, made.time);
    return true;
  }

  private madeOf(what: object, known: readonly Known[]): void {
    this.made.set(what, { known, time: this.facts.now });
  }

  readonly nameOf = (object: object): string => this.names.object(object);

  /** How a constant is shown to people. */
  show(value: unknown): string {
    if (typeof value === 'object' && value !== null) this.noteName(value);
    return show(value, this.names);
  }

  private noteName(object: object): void {
    this.facts.reading?.noteName(object, this.names.object(object));
  }

  /** An access to variables; `process` is -1 in a property. */
  noteAccess(...access: Parameters<Bookkeeping['note']>): void {
    (this.effects?.bookkeeping ?? this.bookkeeping).note(...access);
  }

  /** What `instruction` accesses is no part of a data race. */
  exemptFromRaces(instruction: Instruction): void {
    this.exempt.add(instruction);
    this.effects?.add((registry) => registry.exempt.add(instruction));
  }

  assume(text: string): void {
    if (!this.assumptions.includes(text)) this.assumptions.push(text);
    this.effects?.add((registry) => registry.assume(text));
  }

  /** Coverage counts what is in a function. */
  enterCounted(source: SourceFile, node: Callable): void {
    this.coverage.enter(source, node);
    if (this.isFirstUse(node)) this.effects?.add((registry) => registry.enterCounted(source, node));
  }

  /** Coverage counts the body of a process as a statement. */
  countBody(body: Node): void {
    this.coverage.bodies.add(body);
    this.effects?.add((registry) => registry.countBody(body));
  }

  // ---- what there is ----

  local(process: number, name: string, type: Type, fixed: boolean, labels?: Map<number, string>): Variable {
    const domain = labels === undefined ? domainOf(type) : labelled(domainOf(type), labels);
    const id = this.nextVariable++;
    const variable: Variable = { id, kind: 'local', name, process, domain, initial: 0, fixed };
    this.effects?.add(variable);
    return variable;
  }

  /** A local of an earlier lowering has its number in the order of this one. */
  localAgain(variable: Variable): void {
    (variable as { id: number }).id = this.nextVariable++;
  }

  private add(
    kind: 'state' | 'hidden',
    name: string,
    process: number,
    domain: Domain,
    initial: number,
    inPool: (now: Variable) => Variable,
  ): Variable {
    const id = this.nextVariable++;
    const variable = inPool({ id, kind, name, process, domain, initial, fixed: false });
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
        (now) => this.pool.part(object, key, now),
      );
      own.set(key, variable);
      this.madeOf(variable, [this.facts.propertyKnown(object, key)]);
    }
    if (this.isFirstUse(variable)) this.effects?.add((registry) => registry.property(object, key));
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
        (now) => this.pool.hiddenVariable(key, now),
      );
      this.hidden.set(key, variable);
    }
    if (this.isFirstUse(variable))
      this.effects?.add((registry) => registry.hiddenVariable(process, what, domain, initial));
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
        (now) => this.pool.part(handle, 'length', now),
      );
      const fact = this.facts.elementsOf(handle);
      const parts = partsOf(fact);
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
              this.add('state', label, -1, domainOf(part.type), Number.isNaN(initial) ? 0 : initial, (now) =>
                this.pool.part(handle, `${i}.${p}`, now),
              ),
            );
          }
          const key = `sequence ${this.identities.object(handle)}.${p}`;
          return this.newFamily(key, single ? name : `${name}.${p}`, elements);
        }),
      };
      this.sequences.set(handle, known);
      this.madeOf(known, [fact]);
    }
    if (this.isFirstUse(known)) this.effects?.add((registry) => registry.sequence(handle));
    return known;
  }

  /** The sequences that the model changes. */
  sequenceCodes(): { name: string; length: Variable; parts: readonly Family[] }[] {
    return [...this.sequences].map(([handle, variables]) => ({
      name: this.names.object(handle),
      ...variables,
    }));
  }

  private newFamily(key: string, name: string, elements: readonly (Variable | null)[]): Family {
    const family = this.pool.family(key, { id: this.families.length, name, elements });
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
      family = this.newFamily(id, `*.${key}`, elements);
      this.familyByKey.set(id, family);
      const objects = root.members.filter((member) => typeof member === 'object' && member !== null);
      this.madeOf(family, [
        root,
        root.identity,
        ...objects.map((object) => this.facts.propertyKnown(object, key)),
      ]);
    }
    if (this.isFirstUse(family)) this.effects?.add((registry) => registry.referenceFamily(group, key));
    return family;
  }

  arrayFamily(array: readonly unknown[]): Family {
    const id = `[${this.identities.object(array)}]`;
    let family = this.familyByKey.get(id);
    if (family === undefined) {
      family = this.newFamily(
        id,
        this.names.object(array),
        array.map((_, i) => this.property(array as object, String(i))),
      );
      this.familyByKey.set(id, family);
      this.madeOf(
        family,
        array.map((_, i) => this.facts.propertyKnown(array, String(i))),
      );
    }
    if (this.isFirstUse(family)) {
      this.noteName(array);
      this.effects?.add((registry) => registry.arrayFamily(array));
    }
    return family;
  }

  failure(kind: Failure['kind'], name: string, site: Site | null, detail: string | null = null): Failure {
    const key = `${kind}|${name}|${site === null ? '' : `${site.source.file}:${site.start}`}`;
    let failure = this.failureByKey.get(key);
    if (failure === undefined) {
      failure = this.pool.failure(key, { number: this.failures.length, kind, name, site, detail });
      this.failures.push(failure);
      this.failureByKey.set(key, failure);
    }
    if (this.isFirstUse(failure)) this.effects?.add((registry) => registry.failure(kind, name, site, detail));
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
