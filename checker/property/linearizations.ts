import type { Mark } from '../language/ir.ts';
import type { HistoryMonitor } from '../search/history_search.ts';
import { CUT_SHORT_MAX, NO_ORDER, TOO_MANY_CUT_SHORT } from '../search/history_search.ts';
import type { Sequential } from './sequential.ts';

/** An operation that was called and has not returned. */
interface Open {
  /** Of the process and the depth. */
  readonly slot: number;
  readonly process: number;
  readonly call: number;
  /** Its process has taken a step since. Before, it might as well not have been called yet. */
  readonly begun: boolean;
}

/** One way in which what has happened can be explained. */
interface Configuration {
  /** Of the specification. */
  readonly state: number;
  /** For each open operation: its result, or `PENDING` when it has not taken effect. */
  readonly results: readonly number[];
  /** Calls that were cut short and may still take effect, ascending. */
  readonly cut: readonly number[];
}

/** What a history leaves to know: what is open, and every explanation. */
interface Knowledge {
  readonly open: readonly Open[];
  readonly configurations: readonly Configuration[];
}

const PENDING = -1;

/**
 * The explanations of histories, by a subset construction: a deterministic automaton whose states are sets of configurations of
 * the specification. An operation takes effect no earlier than some return asks for it (G. Lowe, Testing for linearizability,
 * Concurrency and Computation 29(4), 2017), and a configuration that another one of the set can still become is left out: so
 * histories with the same future have the same set.
 */
export class Linearizations implements HistoryMonitor {
  readonly initial: number;
  /** Whether some operation has returned. */
  returned = false;
  /** Configurations of the largest set. */
  largest = 1;
  readonly #specification: Sequential;
  readonly #object: number;
  readonly #numbers = new Map<string, number>();
  readonly #all: Knowledge[] = [];
  readonly #known = new Map<string, number>();

  /** @param object its index in `Program.specified` */
  constructor(specification: Sequential, object: number) {
    this.#specification = specification;
    this.#object = object;
    this.initial = this.#number({
      open: [],
      configurations: [{ state: specification.initial, results: [], cut: [] }],
    });
  }

  /** Sets met so far. */
  get size(): number {
    return this.#all.length;
  }

  begin(knowledge: number, process: number): number {
    const { open, configurations } = this.#at(knowledge);
    if (!open.some((each) => each.process === process && !each.begun)) return knowledge;
    return this.#number({
      open: open.map((each) => (each.process === process ? { ...each, begun: true } : each)),
      configurations,
    });
  }

  tell(knowledge: number, mark: Mark, values: readonly number[]): number {
    if (mark.object >= 0 && mark.object !== this.#object) return knowledge;
    if (mark.event === 'return' || mark.event === 'throw') this.returned = true;
    const key = `${knowledge}|${mark.number}|${values.join()}`;
    let next = this.#known.get(key);
    if (next === undefined) {
      next = this.#next(this.#at(knowledge), mark, values);
      this.#known.set(key, next);
    }
    return next;
  }

  /** The results with which the operation of a `return` or `throw` could have ended. */
  allowed(knowledge: number, mark: Mark): number[] {
    const { open, configurations } = this.#at(knowledge);
    const i = open.findIndex(({ slot }) => slot === slotOf(mark));
    const results = new Set<number>();
    this.#explore(begun(open, i), configurations, ({ results: all }) => {
      if (all[i] === PENDING) return true;
      results.add(all[i] as number);
      return false;
    });
    return [...results].sort((a, b) => a - b);
  }

  #next(from: Knowledge, mark: Mark, values: readonly number[]): number {
    switch (mark.event) {
      case 'invoke':
        return this.#invoke(from, mark, this.#specification.call(mark.operation, values));
      case 'return':
      case 'throw':
        return this.#end(from, mark, this.#specification.result(mark.event, mark.operation, values));
      case 'kill':
        return this.#kill(from, mark.process);
    }
  }

  #invoke({ open, configurations }: Knowledge, mark: Mark, call: number): number {
    const slot = slotOf(mark);
    const at = open.filter((each) => each.slot < slot).length;
    const added: Open = { slot, process: mark.process, call, begun: false };
    return this.#number({
      open: [...open.slice(0, at), added, ...open.slice(at)],
      configurations: configurations.map((each) => ({
        ...each,
        results: [...each.results.slice(0, at), PENDING, ...each.results.slice(at)],
      })),
    });
  }

  #end({ open, configurations }: Knowledge, mark: Mark, result: number): number {
    const i = open.findIndex(({ slot }) => slot === slotOf(mark));
    const found: Configuration[] = [];
    this.#explore(begun(open, i), configurations, (each) => {
      if (each.results[i] === PENDING) return true;
      if (each.results[i] === result) found.push({ ...each, results: without(each.results, i) });
      return false;
    });
    if (found.length === 0) return NO_ORDER;
    return this.#number({ open: without(open, i), configurations: found });
  }

  /** An operation that is cut short may have taken effect, may do so later, or never. */
  #kill({ open, configurations }: Knowledge, process: number): number {
    const stays = open.map((each) => each.process !== process);
    const left = configurations.map(({ state, results, cut }) => ({
      state,
      results: results.filter((_, i) => stays[i]),
      cut: [
        ...cut,
        ...open
          .filter(({ begun: has }, i) => !stays[i] && has && results[i] === PENDING)
          .map(({ call }) => call),
      ].sort((a, b) => a - b),
    }));
    if (left.some(({ cut }) => cut.length > CUT_SHORT_MAX)) return TOO_MANY_CUT_SHORT;
    return this.#number({ open: open.filter((_, i) => stays[i]), configurations: left });
  }

  /** Visits configurations, and what they become as operations take effect, as long as `visit` says to go on. */
  #explore(
    open: readonly Open[],
    from: readonly Configuration[],
    visit: (configuration: Configuration) => boolean,
  ): void {
    const seen = new Set<string>();
    const todo = [...from].reverse();
    for (let each = todo.pop(); each !== undefined; each = todo.pop()) {
      const key = keyOf(each);
      if (seen.has(key)) continue;
      seen.add(key);
      if (visit(each)) todo.push(...this.#effects(open, each));
    }
  }

  /** The configurations after one more operation has taken effect. */
  #effects(open: readonly Open[], { state, results, cut }: Configuration): Configuration[] {
    const found: Configuration[] = [];
    for (const [i, { call, begun: has }] of open.entries()) {
      if (!has || results[i] !== PENDING) continue;
      for (const effect of this.#specification.effects(state, call))
        found.push({
          state: effect.state,
          results: results.map((result, k) => (k === i ? effect.result : result)),
          cut,
        });
    }
    for (const [i, call] of cut.entries()) {
      if (cut[i - 1] === call) continue;
      for (const effect of this.#specification.effects(state, call))
        found.push({ state: effect.state, results, cut: without(cut, i) });
    }
    return found;
  }

  #at(knowledge: number): Knowledge {
    return this.#all[knowledge] as Knowledge;
  }

  /** The number of what is known, in its one representation. */
  #number({ open, configurations }: Knowledge): number {
    const least = new Map(configurations.map((each) => [keyOf(each), each] as const));
    // What a configuration can still become adds nothing beside it.
    for (const each of [...least.values()])
      this.#explore(open, this.#effects(open, each), (later) => {
        least.delete(keyOf(later));
        return true;
      });
    const keys = [...least.keys()].sort();
    const key = `${open.map(({ slot, call, begun: has }) => `${slot}:${call}${has ? '' : '?'}`).join()}|${keys.join('|')}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      const all = keys.map((one) => least.get(one) as Configuration);
      number = this.#all.push({ open, configurations: all }) - 1;
      this.#numbers.set(key, number);
      this.largest = Math.max(this.largest, all.length);
    }
    return number;
  }
}

/** An operation that returns within the step of its call has begun. */
const begun = (open: readonly Open[], i: number): Open[] =>
  open.map((each, k) => (k === i ? { ...each, begun: true } : each));

const slotOf = ({ process, depth }: Mark): number => process * 1024 + depth;

const without = <T>(list: readonly T[], i: number): T[] => [...list.slice(0, i), ...list.slice(i + 1)];

const keyOf = ({ state, results, cut }: Configuration): string => `${state};${results.join()};${cut.join()}`;
