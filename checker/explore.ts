import type { BuiltVariant } from './build_variant.ts';
import { Growth } from './growth.ts';
import type { Variable } from './language/ir.ts';
import { generate, type Machine } from './machine/codegen.ts';
import { Interpreter, type State } from './machine/interpreter.ts';
import { type Cell, type Layout, layOut, type Range } from './machine/layout.ts';
import { pack } from './machine/packed.ts';
import { sharedKind } from './machine/shared_kind.ts';
import { SwitchCount } from './machine/switch_count.ts';
import { Tape } from './machine/tape.ts';
import { observedRanges } from './observed_ranges.ts';
import { type CheckOptions, type Progress, type Stop, UserError } from './options.ts';
import { isAuto, mayReduce, partialOrder } from './reduction/choice.ts';
import { commonRanges, Quotient } from './reduction/quotient.ts';
import { ReducedSearch } from './reduction/reduced_search.ts';
import type { Symmetry } from './reduction/symmetry.ts';
import { symmetryFor } from './reduction/symmetry_choice.ts';
import { BreadthFirst } from './search/breadth_first.ts';
import { DepthFirst } from './search/depth_first.ts';
import { FewestSwitches } from './search/fewest_switches.ts';
import { ParallelBreadthFirst } from './search/parallel.ts';
import { RandomPriorities } from './search/pct.ts';
import type { Search, SearchOptions } from './search/search.ts';
import { ShortestRuns } from './search/shortest_runs.ts';
import type { Reduction } from './verdict.ts';

/** An explored variant: the search with everything needed to explain what it found. */
export interface Explored {
  readonly built: BuiltVariant;
  readonly machine: Machine;
  readonly interpreter: Interpreter;
  readonly search: Search;
  readonly stopped: Stop | null;
  /** What the steps of the search have reached, by the numbers of `machine.marks`. */
  readonly reached: Uint8Array;
  /** `null`: no symmetry is used. Otherwise `machine.generated` and the states of the search are those of the quotient. */
  readonly quotient: Quotient | null;
  readonly symmetry: Symmetry | null;
  /** To choose among the shortest runs of the model; `null`: traces are told as they were found. */
  readonly shortest: ShortestRuns | null;
  /** What was left out. */
  readonly reduction: Reduction;
  /** Times that an integer turned out wider than its cell and the search began again. */
  readonly restarts: number;
  /** Names of the variables that had new values as long as the search went on. */
  readonly growing: readonly string[];
}

/** States looked at in cells of full width before integers get the width that they have shown to need. */
const PROBE_STATES = 8_192;
/** States between two calls of the monitor. */
const SLICE_STATES = 32_768;

/** With `auto`, so many states are searched plainly first: for a small model, to analyse it costs more than it saves. */
const PLAIN_STATES = 500_000;

/** A search for something in particular, from any state. */
export interface Errand {
  readonly from: State;
  /** What is looked for; it replaces what `check` looks for. */
  readonly watch: (machine: Machine) => Pick<
    SearchOptions,
    'properties' | 'quiescent' | 'deadlock' | 'stopAt'
  > & {
    /** Failures that end the search, which is then `aborted`. */
    readonly stopOn?: (failure: number) => boolean;
  };
}

/** Goes on an errand: plain breadth-first search, which ends with the first state that is looked for. */
export async function searchFrom(
  built: BuiltVariant,
  errand: Errand,
  options: CheckOptions,
): Promise<Explored> {
  return new Explorer(built, { ...options, reduce: 'none' }, errand).run();
}

/** Explores all reachable states of a variant. */
export async function explore(built: BuiltVariant, options: CheckOptions): Promise<Explored> {
  const { maxStates = Number.POSITIVE_INFINITY } = options;
  if (!isAuto(options)) return new Explorer(built, options).run();
  const plain: CheckOptions = { ...options, reduce: 'none' };
  if (maxStates <= PLAIN_STATES || !mayReduce(built, options)) return new Explorer(built, plain).run();
  const first = await new Explorer(built, { ...plain, maxStates: PLAIN_STATES }).run();
  const isLarge = first.stopped === null && first.search.limit?.kind === 'max-states';
  return isLarge ? new Explorer(built, { ...options, reduce: 'auto' }).run() : first;
}

class Explorer {
  private readonly ranges = new Map<Variable, Range>();
  private readonly interpreter: Interpreter;
  private readonly symmetry: Symmetry | null;
  private quotient: Quotient | null = null;
  private readonly reduced: boolean;
  private restarts = 0;
  private growth: Growth | null = null;
  /** Of the model that is searched, for checkpoints. */
  private identity = '';

  constructor(
    private readonly built: BuiltVariant,
    private readonly options: CheckOptions,
    private readonly errand: Errand | null = null,
  ) {
    this.interpreter = new Interpreter(built.compiled);
    this.symmetry = symmetryFor(built, options);
    this.reduced = partialOrder(built, options);
  }

  async run(): Promise<Explored> {
    let machine = this.machine();
    const resumed = this.resume(machine);
    if (resumed !== null) machine = this.machine();
    else if (machine.layout.words > 2 || machine.layout.bits > 63) {
      const probe = this.probe(machine);
      while (probe.advance(SLICE_STATES) === 'more');
      // A small model: the first look has answered.
      if (this.isAnswer(machine, probe)) return this.explored(machine, probe, null);
      if (probe.outcome === 'limit' && probe.limit?.kind === 'max-states') {
        this.observe(machine.layout, probe);
        machine = this.machine();
      } else if (outgrown(machine, probe)) this.widen(machine, probe);
    }
    let first = true;
    for (;;) {
      machine = this.restarts === 0 || (resumed !== null && first) ? machine : this.machine();
      const onlooker = new Growth(this.built.compiled, machine.layout);
      this.growth = onlooker;
      const options = { ...this.searchOptions(machine), onlooker };
      const search = this.begin(
        machine,
        resumed !== null && first ? { ...options, resume: resumed } : options,
      );
      if (resumed !== null && first) {
        machine.reached.set(resumed.readOctets());
        onlooker.load(resumed);
      }
      first = false;
      const stopped = await this.drive(search, machine);
      if (!outgrown(machine, search)) return this.explored(machine, search, stopped);
      this.widen(machine, search);
    }
  }

  private explored(machine: Machine, search: Search, stopped: Stop | null): Explored {
    return {
      built: this.built,
      machine,
      interpreter: this.interpreter,
      search: this.quotient?.concrete(search) ?? search,
      stopped,
      reached: machine.reached.slice(),
      quotient: this.quotient,
      symmetry: this.symmetry,
      shortest: this.options.explain === false ? null : this.shortest(machine, search.storeBytes),
      reduction: this.reduction(),
      restarts: this.restarts,
      growing: search.outcome === 'finished' ? [] : (this.growth?.growing ?? []),
    };
  }

  private reduction(): Reduction {
    if (this.quotient !== null) return this.reduced ? 'por,symmetry' : 'symmetry';
    return this.reduced ? 'por' : 'none';
  }

  private machine(): Machine {
    const { symmetry, built } = this;
    const used = symmetry !== null && symmetry.groups.length > 0;
    const layout = layOut(built.compiled, used ? commonRanges(built, symmetry, this.ranges) : this.ranges);
    const machine = generate(
      built.compiled,
      layout,
      pack(this.interpreter, layout, this.errand?.from ?? this.interpreter.initial()),
    );
    if (!used) return machine;
    this.quotient = new Quotient(built, machine, symmetry);
    return { ...machine, generated: this.quotient.generated };
  }

  private shortest({ plain, attributed, layout }: Machine, usedBytes: number): ShortestRuns {
    const count = new SwitchCount(this.built.compiled.program, layout, attributed);
    const { maxMemory = Number.POSITIVE_INFINITY } = this.options;
    return new ShortestRuns(plain, attributed, count, maxMemory - usedBytes);
  }

  private searchOptions(machine: Machine): SearchOptions {
    const { maxStates, maxDepth, maxMemory, store } = this.options;
    const without = this.built.loaded.scenario.spec.without ?? [];
    const { stopOn, ...watched } = this.errand?.watch(machine) ?? {
      properties: ones(machine.stateProperties.length),
      quiescent: ones(machine.quiescentProperties.length + (without.includes('deadlock') ? 0 : 1)),
      deadlock: !without.includes('deadlock'),
    };
    return {
      store: store ?? 'exact',
      ...watched,
      ...(this.errand === null ? {} : { stopWhenDecided: true }),
      abortOn: (failure) => failure >= machine.ranges.first || stopOn?.(failure) === true,
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(maxDepth === undefined ? {} : { maxDepth }),
      ...(maxMemory === undefined ? {} : { maxMemory }),
    };
  }

  /** A look at the first states, in cells of full width. */
  private probe(machine: Machine): BreadthFirst {
    const { maxMemory: _, ...options } = this.searchOptions(machine);
    return new BreadthFirst(machine.generated, { ...options, store: 'exact', maxStates: PROBE_STATES });
  }

  /** Whether the search that was asked for would be the same again. */
  private isAnswer(machine: Machine, probe: BreadthFirst): boolean {
    const { maxStates = Number.POSITIVE_INFINITY, maxMemory = Number.POSITIVE_INFINITY } = this.options;
    const ended = probe.outcome !== 'limit' && !outgrown(machine, probe);
    return ended && this.isPlain(machine) && probe.states < maxStates && probe.peakBytes <= maxMemory;
  }

  /** Breadth first, with the exact store, in one thread, without reductions. */
  private isPlain(machine: Machine): boolean {
    const { store = 'exact', search = 'breadth-first', preemptions, workers } = this.options;
    const whole = !this.reduced && machine.generated === machine.plain && (workers?.count ?? 1) === 1;
    return whole && store === 'exact' && search === 'breadth-first' && preemptions === undefined;
  }

  private begin(machine: Machine, options: SearchOptions): Search {
    const {
      search = 'breadth-first',
      preemptions,
      store = 'exact',
      workers,
      witnesses = false,
    } = this.options;
    const others = search !== 'breadth-first' || preemptions !== undefined || store !== 'exact';
    // Other threads make the plain machine.
    if (workers !== undefined && workers.count > 1 && (others || machine.generated !== machine.plain))
      throw oneWorker();
    if (this.reduced)
      return new ReducedSearch(this.built.compiled.program, machine, options, witnesses, this.quotient);
    if (search === 'breadth-first' && preemptions === undefined) return this.breadthFirst(machine, options);
    const { generated, attributed, layout } = machine;
    if (search === 'depth-first' && preemptions === undefined) return new DepthFirst(generated, options);
    if (search === 'random') {
      const { runs = 1000, seed = 0, bugDepth = 3, maxDepth } = this.options;
      const processes = this.built.compiled.program.processes.length;
      return new RandomPriorities(generated, attributed, {
        ...options,
        processes,
        runs,
        seed,
        bugDepth,
        steps: maxDepth ?? 1000,
        measure: maxDepth === undefined,
      });
    }
    const count = new SwitchCount(this.built.compiled.program, layout, attributed);
    const bound = preemptions === undefined ? {} : { preemptions };
    return new FewestSwitches(generated, attributed, count, { ...options, ...bound });
  }

  private breadthFirst(machine: Machine, options: SearchOptions): Search {
    const { workers } = this.options;
    const { generated, source } = machine;
    if (workers === undefined || workers.count === 1) return new BreadthFirst(generated, options);
    return new ParallelBreadthFirst(generated, {
      ...options,
      ...workers.worth,
      workers: workers.count,
      kind: sharedKind(machine.layout),
      failureKinds: source.failureKinds,
      hire: (shared, watched) => workers.hire({ source, shared, watched }),
    });
  }

  /** What an earlier run has left, with the widths of its cells. */
  private resume(machine: Machine): Tape | null {
    const { checkpoints } = this.options;
    if (checkpoints === undefined) return null;
    if (!this.isPlain(machine)) throw noCheckpoint();
    const { properties, failures } = this.built.compiled.program;
    const { loaded, variant, parameters } = this.built;
    this.identity = JSON.stringify([
      [loaded.scenario.name, variant, parameters],
      machine.source.text,
      [...machine.layout.cells.keys()].map(({ name }) => name),
      properties.map(({ kind, name }) => [kind, name]),
      failures.map(({ kind, name }) => [kind, name]),
      { ...this.searchOptions(machine), maxMemory: null },
    ]);
    const tape = checkpoints.load(this.identity);
    if (tape === null) return null;
    const [restarts = 0, ...ranges] = tape.read();
    this.restarts = restarts;
    const byId = new Map([...machine.layout.cells.keys()].map((variable) => [variable.id, variable]));
    for (let i = 0; i < ranges.length; i += 3)
      this.ranges.set(byId.get(ranges[i] as number) as Variable, [
        ranges[i + 1] as number,
        ranges[i + 2] as number,
      ]);
    return tape;
  }

  private save(search: Search, machine: Machine): void {
    if (!(search instanceof BreadthFirst)) return;
    const tape = new Tape();
    const ranges = [...this.ranges].flatMap(([{ id }, [lo, hi]]) => [id, lo, hi]);
    tape.write(this.restarts, ...ranges);
    search.save(tape);
    tape.writeArray(machine.reached);
    this.growth?.save(tape);
    this.options.checkpoints?.save(this.identity, tape);
  }

  private async drive(search: Search, machine: Machine): Promise<Stop | null> {
    const { monitor, checkpoints } = this.options;
    try {
      while (search.advance(SLICE_STATES) === 'more') {
        await search.breathe?.();
        const stop = (await monitor?.(this.progress(search))) ?? null;
        if (checkpoints !== undefined && (stop !== null || checkpoints.due())) this.save(search, machine);
        if (stop !== null) return stop;
      }
      return null;
    } finally {
      search.close?.();
    }
  }

  private progress(search: Search): Progress {
    const { loaded, variant } = this.built;
    const { states, transitions, depth, frontier, storeBytes } = search;
    return { scenario: loaded.scenario.name, variant, states, transitions, depth, frontier, storeBytes };
  }

  // ---- widths ----

  /** Gives integers whose range is not known the width that they need in the states seen so far. */
  private observe(layout: Layout, search: BreadthFirst): void {
    for (const [variable, [lo, hi]] of observedRanges(this.built, layout, search)) {
      const cell = layout.cells.get(variable) as Cell;
      if (cell.width < 8 || this.known(variable)) continue;
      const room = 2 ** Math.ceil(Math.log2(hi - lo + 1));
      this.ranges.set(variable, [lo, lo + room - 1]);
    }
  }

  /** Whether declarations or assignments bound a variable well enough: a guess from the first states would be worse. */
  private known(variable: Variable): boolean {
    if (variable.domain.kind !== 'int') return false;
    const interval = this.built.compiled.intervals.of(variable);
    return variable.domain.declared !== null || (interval !== null && interval[1] - interval[0] < 2 ** 16);
  }

  /** Doubles the range of the variable whose value did not fit, or more. */
  private widen(machine: Machine, search: Search): void {
    this.restarts++;
    const { failure, attempt: value } = search.aborted as { failure: number; attempt: number };
    const variable = machine.ranges.variables[failure - machine.ranges.first] as Variable;
    for (const member of machine.layout.chunkOf.get(variable)?.chunk.family.elements ?? [variable]) {
      if (member !== null) this.widenOne(machine.layout, member, value);
    }
    this.widenGuesses(machine.layout, variable);
  }

  /** A bit more for every guess, because each that is wrong costs a search. */
  private widenGuesses(layout: Layout, except: Variable): void {
    for (const [variable, [lo, hi]] of this.ranges) {
      const cell = layout.cells.get(variable);
      if (variable === except || cell === undefined || cell.lo !== lo || cell.hi !== hi) continue;
      this.ranges.set(variable, clamp(lo, hi + (hi - lo + 1), hi));
    }
  }

  private widenOne(layout: Layout, variable: Variable, value: number): void {
    const cell = layout.cells.get(variable) as Cell;
    const size = cell.hi - cell.lo + 1;
    const [lo, hi] =
      value < cell.lo
        ? [Math.min(value, cell.lo - size), cell.hi]
        : [cell.lo, Math.max(value, cell.hi + size)];
    const range = clamp(lo, hi, value);
    // Nothing would change, or what was there would not fit any more.
    const isWhole = cell.hi - cell.lo === 2 ** 32 - 1;
    if (isWhole && (value < 0 || value >= 2 ** 32)) throw tooLarge(variable, value);
    this.ranges.set(variable, range);
  }
}

/** An integer turned out wider than its cell. */
function outgrown({ ranges }: Machine, { outcome, aborted }: Search): boolean {
  return outcome === 'aborted' && (aborted?.failure ?? 0) >= ranges.first;
}

function tooLarge({ name }: Variable, value: number): UserError {
  return new UserError(
    'UPY216',
    `${name} holds ${value}, which leaves 32 bits`,
    null,
    'a sum or product of large numbers is kept from one step to the next, or one variable holds both signs of 32 bits',
    'write the wrap that C would make (| 0, u32(…)) where the number is computed',
  );
}

function noCheckpoint(): UserError {
  return new UserError(
    'UPY340',
    'only breadth-first search with an exact store, in one thread and without reductions, leaves checkpoints',
    null,
    'a checkpoint is asked for together with another search, store, reduction, or several workers',
    'leave one of the two out',
  );
}

function oneWorker(): UserError {
  return new UserError(
    'UPY332',
    'several workers search breadth first, with an exact store and without reductions',
    null,
    'they are asked for together with another search or store, or with a reduction',
    'leave one of the two out',
  );
}

/** At most 32 bits, and `value` among them. */
function clamp(lo: number, hi: number, value: number): Range {
  if (value >= 2 ** 31) return [0, 2 ** 32 - 1];
  return [Math.max(lo, -(2 ** 31)), Math.min(hi, 2 ** 31 - 1)];
}

const ones = (count: number): number => (count >= 31 ? 0x7fffffff : (1 << count) - 1);
