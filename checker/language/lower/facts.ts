import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import { MIXED } from '../ir.ts';
import { Flag, type Known, type Reading } from './reading.ts';

/**
 * What the whole program is known to do: which properties are assigned, which values flow where. Lowering
 * reads and extends it, and is repeated until it learns nothing more; only then is its result used.
 */
export class Facts {
  changed = false;
  /** How often something was learnt. */
  now = 0;
  /** Notes what is read; `null`: nobody asks. */
  reading: Reading | null = null;
  private readonly objects = new Map<object, ObjectFacts>();
  private readonly elements = new Map<object, TypeFact>();
  private readonly mutated = new Map<object, Flag>();
  private readonly locals = new Map<string, TypeFact>();
  private readonly tableGroups = new Map<string, Group>();
  private readonly observed = new Map<ProcessHandle, Flag>();
  /** Clocks that model code uses. */
  readonly clocks = new Set<ClockHandle>();
  private readonly shared = new Map<string, Flag>();

  /** Something was learnt about `what`. */
  learn(what: { changedAt: number }): void {
    this.changed = true;
    this.now++;
    what.changedAt = this.now;
  }

  private noted<T extends Known>(known: T): T {
    if (this.reading !== null) this.reading.note(known, this.now);
    return known;
  }

  /** Something that was made of `known` at `time` is used. */
  noteMade(known: readonly Known[], time: number): void {
    this.reading?.noteMade(known, time, this.now);
  }

  private isSet<K>(flags: Map<K, Flag>, key: K): boolean {
    return this.noted(entry(flags, key, newFlag)).isSet;
  }

  private set<K>(flags: Map<K, Flag>, key: K): void {
    const flag = entry(flags, key, newFlag);
    if (flag.isSet) return;
    flag.isSet = true;
    this.learn(flag);
  }

  /** Whether a function is compiled once for all its callers in a process. */
  isShared(process: number, key: string): boolean {
    return this.isSet(this.shared, `${process}|${key}`);
  }

  share(process: number, key: string): void {
    this.set(this.shared, `${process}|${key}`);
  }

  /** Whether somebody asks if a process is alive. */
  isObserved(handle: ProcessHandle): boolean {
    return this.isSet(this.observed, handle);
  }

  observe(handle: ProcessHandle): void {
    this.set(this.observed, handle);
  }

  /** Whether the model changes a sequence. */
  isMutated(sequence: object): boolean {
    return this.isSet(this.mutated, sequence);
  }

  mutate(sequence: object): void {
    this.set(this.mutated, sequence);
  }

  local(key: string): TypeFact {
    return this.noted(this.unread(key));
  }

  /** The same for whoever only adds to it: that what is added is known in the next lowering is no change. */
  unread(key: string): TypeFact {
    return entry(this.locals, key, newTypeFact);
  }

  private objectFacts(object: object): ObjectFacts {
    return entry(this.objects, object, newObjectFacts);
  }

  /** What is known of `object[key]`, for whoever keeps something that depends on it. */
  propertyKnown(object: object, key: string): Known {
    return entry(this.objectFacts(object).properties, key, newPropertyKnown);
  }

  property(object: object, key: string): PropertyFact | undefined {
    const known = entry(this.objectFacts(object).properties, key, newPropertyKnown);
    return this.noted(known).fact;
  }

  /** Whether `object[key]` is a state variable, as far as is known. */
  isVariable(object: object, key: string): boolean {
    return this.objects.get(object)?.properties.get(key)?.fact !== undefined;
  }

  /** The properties of `object` that are state variables, in the order in which that was learnt. */
  variablesOf(object: object): readonly string[] {
    return this.noted(this.objectFacts(object)).variables;
  }

  /** Marks `object[key]` as a state variable. */
  mark(object: object, key: string): PropertyFact {
    const own = this.objectFacts(object);
    const known = this.noted(entry(own.properties, key, newPropertyKnown));
    if (known.fact === undefined) {
      known.fact = { type: new TypeFact(), declared: null, labels: new Map() };
      own.variables.push(key);
      this.learn(known);
      this.learn(own);
    }
    return known.fact;
  }

  /** The type of a sequence's elements. */
  elementsOf(sequence: object): TypeFact {
    return this.noted(entry(this.elements, sequence, newTypeFact));
  }

  /** A group that a table of constants (a constant property read through a reference) leads to. */
  tableGroup(key: string): Group {
    return this.noted(entry(this.tableGroups, key, newGroup)).find();
  }

  /** `value` can come into `group`. */
  addMember(group: Group, value: unknown): void {
    const root = group.find();
    if (root.add(value)) this.learn(root);
  }

  unite(a: Group, b: Group): void {
    const [to, from] = [a.find(), b.find()];
    if (to === from) return;
    const { length } = to.members;
    // Whoever has seen the members of `from` sees no difference, unless the group itself matters: see `Identity`.
    const alike =
      length === from.members.length && from.members.every((member, i) => member === to.members[i]);
    this.learn(alike ? { changedAt: 0 } : from);
    to.absorb(from, this.now);
    if (to.members.length > length) this.learn(to);
  }

  /** Which group it is, not only its members, is read. */
  noteIdentity(root: Group): void {
    this.noted(root.identity);
  }
}

function entry<K, V>(entries: Map<K, V>, key: K, make: () => V): V {
  let found = entries.get(key);
  if (found === undefined) {
    found = make();
    entries.set(key, found);
  }
  return found;
}

const newFlag = (): Flag => new Flag();
const newTypeFact = (): TypeFact => new TypeFact();
const newGroup = (): Group => new Group();
const newPropertyKnown = (): PropertyKnown => new PropertyKnown();
const newObjectFacts = (): ObjectFacts => new ObjectFacts();

/** What is known of an object; it changes when one more of its properties is a variable. */
class ObjectFacts implements Known {
  notedBy: Reading | null = null;
  changedAt = 0;
  readonly properties = new Map<string, PropertyKnown>();
  readonly variables: string[] = [];

  changedSince(time: number): boolean {
    return this.changedAt > time;
  }
}

/** Whether a property is a variable, and if so which. */
class PropertyKnown implements Known {
  notedBy: Reading | null = null;
  changedAt = 0;
  fact: PropertyFact | undefined = undefined;

  changedSince(time: number): boolean {
    return this.changedAt > time || (this.fact?.type.changedSince(time) ?? false);
  }
}

/** Stands for "a tuple is here" in a variable that may also hold something else. */
export const TUPLE = Symbol('tuple');

export interface PropertyFact {
  readonly type: TypeFact;
  declared: readonly [number, number] | null;
  /** Names of its numbers in the source, for people. */
  readonly labels: Map<number, string>;
}

/** The symbols and references that may stand in variables that flow into each other. Union-find. */
export class Group implements Known {
  notedBy: Reading | null = null;
  changedAt = 0;
  readonly identity: Known = new Identity(this);
  private parent: Group | null = null;
  /** The group that it was united with, and when; `parent` may be a later one. */
  private into: Group | null = null;
  private unitedAt = 0;
  private index = new Map<unknown, number>();
  members: unknown[] = [];

  find(): Group {
    let root: Group = this;
    while (root.parent !== null) root = root.parent;
    if (this.parent !== null && this.parent !== root) this.parent = root;
    return root;
  }

  get isRoot(): boolean {
    return this.parent === null;
  }

  changedSince(time: number): boolean {
    let since = time;
    for (let group: Group = this; ; group = group.into) {
      if (group.changedAt > since) return true;
      if (group.into === null) return false;
      since = Math.max(since, group.unitedAt);
    }
  }

  /** `null` is always index 0, so that cleared variables are `null`. */
  add(value: unknown): boolean {
    if (this.index.has(value)) return false;
    if (value === null) this.members.unshift(value);
    else this.members.push(value);
    this.renumber();
    return true;
  }

  private renumber(): void {
    this.index = new Map(this.members.map((member, i) => [member, i]));
  }

  indexOf(value: unknown): number {
    return this.index.get(value) ?? -1;
  }

  has(value: unknown): boolean {
    return this.index.has(value);
  }

  /** What is in root `other` belongs to this root from `now` on. */
  absorb(other: Group, now: number): void {
    for (const member of other.members) this.add(member);
    other.parent = this;
    other.into = this;
    other.unitedAt = now;
  }
}

/** Which group it is. Noted of a root: it changes once, when that belongs to another. */
class Identity implements Known {
  notedBy: Reading | null = null;

  constructor(private readonly root: Group) {}

  changedSince(): boolean {
    return !this.root.isRoot;
  }
}

/** What a scalar may be. */
export interface Type {
  readonly int: boolean;
  readonly bool: boolean;
  readonly group: Group | null;
}

export const INT: Type = { int: true, bool: false, group: null };
export const BOOL: Type = { int: false, bool: true, group: null };

/** The growing knowledge about one variable: scalars and, beside them, a tuple of a fixed arity. */
export class TypeFact implements Known {
  notedBy: Reading | null = null;
  changedAt = 0;
  int = false;
  bool = false;
  group: Group | null = null;
  items: TypeFact[] | null = null;
  /** Names of the items, when the value is a record. */
  fields: readonly string[] | null = null;

  changedSince(time: number): boolean {
    if (this.changedAt > time || (this.group?.changedSince(time) ?? false)) return true;
    return this.items?.some((item) => item.changedSince(time)) ?? false;
  }

  get scalar(): boolean {
    return this.int || this.bool || this.group !== null;
  }

  get type(): Type {
    return { int: this.int, bool: this.bool, group: this.group?.find() ?? null };
  }
}

/** `true` and `false` are members where booleans meet symbols. */
export function isMixed(type: Type): boolean {
  return type.int && type.group !== null;
}

/** The number that stands for constant `value` in a variable of `type`; NaN if it cannot stand there. */
export function encode(value: unknown, type: Type): number {
  if (typeof value === 'number') return type.int ? value : Number.NaN;
  if (type.group === null) {
    if (typeof value === 'boolean' && (type.bool || type.int)) return value ? 1 : 0;
    return Number.NaN;
  }
  const index = type.group.find().indexOf(value);
  if (index < 0) return Number.NaN;
  return type.int ? MIXED + index : index;
}
