import type { ClockHandle } from '../../../model/intrinsics/clock.ts';
import type { ProcessHandle } from '../../../model/intrinsics/process.ts';
import { MIXED } from '../ir.ts';

/**
 * What the whole program is known to do: which properties are assigned, which values flow where. Lowering
 * reads and extends it, and is repeated until it learns nothing more; only then is its result used.
 */
export class Facts {
  changed = false;
  readonly mutable = new Map<object, Map<string, PropertyFact>>();
  readonly elements = new Map<object, TypeFact>();
  readonly mutatedSequences = new Set<object>();
  readonly locals = new Map<string, TypeFact>();
  readonly readGroups = new Map<string, Group>();
  readonly observedAlive = new Set<ProcessHandle>();
  /** Clocks that model code uses. */
  readonly clocks = new Set<ClockHandle>();
  private readonly shared = new Set<string>();

  /** Whether a function is compiled once for all its callers in a process. */
  isShared(process: number, key: string): boolean {
    return this.shared.has(`${process}|${key}`);
  }

  share(process: number, key: string): void {
    this.shared.add(`${process}|${key}`);
    this.learn();
  }

  learn(): void {
    this.changed = true;
  }

  local(key: string): TypeFact {
    let fact = this.locals.get(key);
    if (fact === undefined) {
      fact = new TypeFact();
      this.locals.set(key, fact);
    }
    return fact;
  }

  property(object: object, key: string): PropertyFact | undefined {
    return this.mutable.get(object)?.get(key);
  }

  /** Marks `object[key]` as a state variable. */
  mark(object: object, key: string): PropertyFact {
    let properties = this.mutable.get(object);
    if (properties === undefined) {
      properties = new Map();
      this.mutable.set(object, properties);
    }
    let fact = properties.get(key);
    if (fact === undefined) {
      fact = { type: new TypeFact(), declared: null, labels: new Map() };
      properties.set(key, fact);
      this.learn();
    }
    return fact;
  }

  /** The type of a sequence's elements. */
  elementsOf(sequence: object): TypeFact {
    let fact = this.elements.get(sequence);
    if (fact === undefined) {
      fact = new TypeFact();
      this.elements.set(sequence, fact);
    }
    return fact;
  }

  /** A group that a table of constants (a constant property read through a reference) leads to. */
  tableGroup(key: string): Group {
    let group = this.readGroups.get(key);
    if (group === undefined) {
      group = new Group();
      this.readGroups.set(key, group);
    }
    return group.find();
  }

  /** `value` can come into `group`. */
  addMember(group: Group, value: unknown): void {
    if (group.find().add(value)) this.learn();
  }

  unite(a: Group, b: Group): void {
    if (Group.unite(a, b)) this.learn();
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
export class Group {
  private parent: Group | null = null;
  private index = new Map<unknown, number>();
  members: unknown[] = [];

  find(): Group {
    let root: Group = this;
    while (root.parent !== null) root = root.parent;
    if (this.parent !== null && this.parent !== root) this.parent = root;
    return root;
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

  static unite(a: Group, b: Group): boolean {
    const [x, y] = [a.find(), b.find()];
    if (x === y) return false;
    for (const member of y.members) x.add(member);
    y.parent = x;
    return true;
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
export class TypeFact {
  int = false;
  bool = false;
  group: Group | null = null;
  items: TypeFact[] | null = null;
  /** Names of the items, when the value is a record. */
  fields: readonly string[] | null = null;

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
