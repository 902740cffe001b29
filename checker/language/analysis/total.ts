/** Predicates that can be evaluated in every state, and properties that ask whether they could. */
import type {
  Block,
  Expr,
  Failure,
  Instruction,
  Predicate,
  Program,
  PropertyCode,
  Terminator,
} from '../ir.ts';
import { reversePostorder } from './graph.ts';

/**
 * Run conditions and properties whose evaluation fails in no state: a run condition that fails is false. For each way in
 * which a property fails (a null dereference, a `check` in what it calls) there is a property more, which is false where the
 * first one is asked and fails so. So it is found, reduced, exported and told like any other.
 */
export function withTotalPredicates(program: Program): Program {
  const copies = new Copies(program);
  const processes = program.processes.map((process) =>
    process.runs === null ? process : { ...process, runs: copies.total(process.runs, 0) },
  );
  const properties = program.properties.map((property): PropertyCode => {
    const { predicate, goal } = property;
    return {
      ...property,
      predicate: copies.total(predicate, WHERE_FAILED.has(property.kind) ? 1 : 0),
      goal: goal === null ? null : copies.total(goal, 0),
    };
  });
  return { ...program, processes, properties: [...properties, ...copies.asked(program.properties)] };
}

/** How a property is called in reports: what fails, where it asks about the predicates of others. */
export function reportedAs({ kind, name, fails }: PropertyCode): string {
  return `${fails?.kind ?? kind} ${name}`;
}

/** Properties that are not violated where they fail: another one is. */
const WHERE_FAILED: ReadonlySet<PropertyCode['kind']> = new Set(['always', 'idle', 'stuck']);

type Fails = NonNullable<PropertyCode['fails']>;

/** When a property is asked, as the kind of another that is asked then. */
function askedWith({ kind }: PropertyCode): 'always' | 'idle' | 'stuck' {
  if (kind === 'idle') return 'idle';
  return kind === 'stuck' || kind === 'lost wakeup' ? 'stuck' : 'always';
}

const constant = (value: number): Expr => ({ kind: 'const', value });
const result = (value: number): Terminator => ({ kind: 'result', expr: constant(value) });

function failuresIn(entry: Block): Failure[] {
  return reversePostorder(entry).flatMap(({ code, end }) => [
    ...code.flatMap((instruction) => (instruction.kind === 'assert' ? [instruction.failure] : [])),
    ...(end.kind === 'fail' ? [end.failure] : []),
  ]);
}

const isOf = ({ kind, name }: Failure, fails: Fails): boolean => kind === fails.kind && name === fails.name;

/** Copies predicates into blocks with numbers of their own. */
class Copies {
  private next = 0;

  constructor({ processes, properties }: Program) {
    const entries = [
      ...processes.flatMap(({ entry, runs }) => (runs === null ? [entry] : [entry, runs.entry])),
      ...properties.flatMap(({ predicate, goal }) =>
        goal === null ? [predicate.entry] : [predicate.entry, goal.entry],
      ),
    ];
    for (const entry of entries)
      for (const { id } of reversePostorder(entry)) this.next = Math.max(this.next, id + 1);
  }

  /** The same predicate with a value where it fails. */
  total(predicate: Predicate, value: 0 | 1): Predicate {
    if (failuresIn(predicate.entry).length === 0) return predicate;
    const entry = this.copy(
      predicate.entry,
      () => result(value),
      (end) => end,
    );
    return { ...predicate, entry };
  }

  /** For each time at which something is asked, and each way in which it fails, a property that is false where it does. */
  asked(properties: readonly PropertyCode[]): PropertyCode[] {
    return (['always', 'idle', 'stuck'] as const).flatMap((kind) => {
      const predicates = properties
        .filter((each) => askedWith(each) === kind)
        .flatMap(({ predicate, goal }) => (goal === null ? [predicate] : [predicate, goal]));
      const ways = new Map<string, Fails>();
      for (const { entry } of predicates)
        for (const { kind, name } of failuresIn(entry)) ways.set(`${kind} ${name}`, { kind, name });
      return [...ways.values()].map((fails): PropertyCode => {
        const failing = predicates.filter(({ entry }) => failuresIn(entry).some((each) => isOf(each, fails)));
        return {
          kind,
          name: fails.name,
          fails,
          predicate: { entry: this.noneFails(failing, fails), site: (failing[0] as Predicate).site },
          goal: null,
          monitor: null,
          limitUs: 0,
          counter: null,
          bound: 0,
          victim: -1,
        };
      });
    });
  }

  /** One predicate after the other is evaluated; what comes out does not matter, only whether it comes out. */
  private noneFails(predicates: readonly Predicate[], fails: Fails): Block {
    return predicates.reduceRight(
      (then: Block, { entry }) => {
        const next: Terminator = { kind: 'goto', to: then };
        const failed = (failure: Failure): Terminator =>
          isOf(failure, fails) ? { kind: 'result', expr: constant(0), failure } : next;
        return this.copy(entry, failed, () => next);
      },
      this.block(result(1)),
    );
  }

  /** @param failed where a failure leads; `ended`: where a result leads */
  private copy(
    entry: Block,
    failed: (failure: Failure) => Terminator,
    ended: (end: Terminator) => Terminator,
  ): Block {
    const copies = new Map(reversePostorder(entry).map((block) => [block, this.block(block.end)]));
    const to = (block: Block): Block => copies.get(block) as Block;
    for (const [{ code, end }, copy] of copies) {
      let at = copy;
      for (const instruction of code) at = this.add(at, instruction, failed);
      at.end = this.endOf(end, to, failed, ended);
    }
    return to(entry);
  }

  private add(at: Block, instruction: Instruction, failed: (failure: Failure) => Terminator): Block {
    if (instruction.kind !== 'assert') {
      at.code.push(instruction);
      return at;
    }
    const [yes, no] = [this.block(at.end), this.block(failed(instruction.failure))];
    at.end = { kind: 'branch', test: instruction.condition, yes, no };
    return yes;
  }

  private endOf(
    end: Terminator,
    to: (block: Block) => Block,
    failed: (failure: Failure) => Terminator,
    ended: (end: Terminator) => Terminator,
  ): Terminator {
    switch (end.kind) {
      case 'goto':
        return { kind: 'goto', to: to(end.to) };
      case 'branch':
        return { ...end, yes: to(end.yes), no: to(end.no) };
      case 'switch':
        return { ...end, targets: end.targets.map(to) };
      case 'fail':
        return failed(end.failure);
      default:
        return ended(end);
    }
  }

  private block(end: Terminator): Block {
    return { id: this.next++, cut: null, code: [], end, location: 0 };
  }
}
