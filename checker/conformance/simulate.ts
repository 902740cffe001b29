import { finalOf, running, settled } from '../../model/freertos/conformance/observe.ts';
import type { Program } from '../../model/freertos/conformance/program.ts';
import { load, type World } from '../../model/freertos/conformance/world.ts';
import { elaborate } from '../../model/intrinsics/elaboration.ts';
import { compileToRun } from '../language/compile.ts';
import type { Program as Compiled, ProcessCode, Site } from '../language/ir.ts';
import type { LowerOptions } from '../language/lower/program.ts';
import { Interpreter, type Observer, type Outcome, type State } from '../machine/interpreter.ts';
import type { Recorded, TraceRecord, Word } from './case.ts';
import { LockStep } from './lock_step.ts';
import { Reflection } from './reflect.ts';
import { wordsOf } from './words.ts';

/** Time passes only when nothing can step: the one scheduling that the language prescribes. */
export const OPTIONS: LowerOptions = {
  timing: 'prompt',
  timeUnit: 0,
  granularity: 'access',
  criticals: 'atomic',
  reentry: 2,
  races: false,
};

/** Steps that a run may make at one instant. */
const STEPS_AT_ONCE_MAX = 20_000;

/** The model cannot tell what the program does: its own fault, or a program that is none. */
export class CannotRun extends Error {
  override readonly name = 'CannotRun';
}

/** Told of what is compiled, and then of everything that a run executes. */
export interface Watch {
  begin(program: Compiled): void;
  at(site: Site): void;
}

/** Runs a program on the model kernel, from its start to its last tick or to an assertion of the kernel. */
export function simulate(program: Program, watch: Watch | null = null): Recorded {
  const { elaboration, result: world } = elaborate(() => load(program));
  const executable = compileToRun(elaboration, OPTIONS);
  watch?.begin(executable.program);
  const interpreter = new Interpreter(executable);
  const reflection = new Reflection(interpreter, executable, elaboration);
  const cores = new LockStep(world, elaboration);
  return new Simulation(world, interpreter, reflection, cores, watch).run();
}

interface Note {
  readonly words: readonly Word[];
  /** It stands between two steps, and belongs to the later one. */
  readonly next: boolean;
}

interface Step {
  readonly process: ProcessCode;
  readonly notes: readonly Note[];
  readonly outcome: Outcome;
}

/** The records that notes of the model become. */
const KINDS: Readonly<Record<string, string>> = {
  C: 'C',
  E: 'E',
  i: 'i',
  V: 'V',
  v: 'v',
  freed: 'F',
  tickless: 'Z',
};

/** One run. What its steps note becomes records; who runs, and how each task stands, is read from the state. */
class Simulation {
  private readonly trace: TraceRecord[] = [];
  private state: State;
  private now = 0;
  private readonly limit: number;
  private running: (string | null)[];
  /** What the last P record of each task said. */
  private readonly reported = new Map<string, string>();
  /** Where each process is in its list of ops. */
  private readonly place = new Map<ProcessCode, readonly Word[]>();
  /** Notes between two steps belong to the later one. */
  private readonly later = new Map<ProcessCode, (readonly Word[])[]>();

  constructor(
    private readonly world: World,
    private readonly interpreter: Interpreter,
    private readonly reflection: Reflection,
    private readonly cores: LockStep,
    private readonly watch: Watch | null,
  ) {
    this.state = interpreter.initial();
    this.limit = world.program.ticks * world.program.config.tickUnits;
    this.running = world.kernel.cpus.map(() => null);
  }

  run(): Recorded {
    this.tellSwitches();
    let steps = 0;
    while (this.now < this.limit) {
      const step = this.next();
      if (step === null) {
        this.tellTasks();
        this.passTime();
        steps = 0;
      } else if (!this.take(step)) return this.recorded('assert');
      else if (++steps > STEPS_AT_ONCE_MAX) throw new CannotRun(`the time ${this.now} does not end`);
    }
    return this.recorded('ok');
  }

  /** Of two cores, less is recorded: what depends on the order of their steps is left out. */
  private get severalCores(): boolean {
    return this.running.length > 1;
  }

  private recorded(status: Recorded['status']): Recorded {
    this.reflection.show(this.state);
    return { status, trace: this.trace, final: { t: this.now, ...finalOf(this.world) } };
  }

  /** The one step that can be made now; `null`: only time can pass. */
  private next(): Step | null {
    const steps: Step[] = [];
    for (const process of this.interpreter.compiled.program.processes) {
      if (this.interpreter.readiness(process, this.state) !== 'ready') continue;
      const notes: Note[] = [];
      const attempts = this.interpreter.stepsOf(process, this.state, this.observer(notes));
      for (const { outcome } of attempts) steps.push({ process, notes, outcome });
    }
    const [step = null, ...others] = this.cores.next(steps);
    if (others.length > 0) throw new CannotRun(`more than one thing can happen at time ${this.now}`);
    return step;
  }

  private observer(notes: Note[]): Observer {
    return {
      entered: ({ cut }) => {
        if (cut !== null) this.watch?.at(cut.site);
      },
      executed: (instruction, value) => {
        this.watch?.at(instruction.site);
        if (instruction.kind === 'note')
          notes.push({ words: wordsOf(instruction.words, value), next: instruction.next });
      },
    };
  }

  /** False: an assertion ends the run. */
  private take({ process, notes, outcome }: Step): boolean {
    const now = [...(this.later.get(process) ?? []), ...notes.filter(({ next }) => !next).map(wordsIn)];
    this.later.set(process, notes.filter(({ next }) => next).map(wordsIn));
    for (const words of now) this.tell(words);
    for (const { words } of notes)
      if (words[0] === 'op' || words[0] === 'isr') this.place.set(process, words);
    if (outcome.kind !== 'state') {
      this.tellAssertion(process, outcome);
      return false;
    }
    this.state = outcome.state;
    this.tellSwitches();
    if (!this.severalCores && now.some(([kind]) => kind === 'C' || kind === 'v')) this.tellTasks();
    return true;
  }

  private tell([note, ...words]: readonly Word[]): void {
    const kind = KINDS[String(note)];
    if (kind === undefined || (kind === 'F' && this.severalCores)) return;
    this.trace.push([kind, this.now, ...words]);
  }

  private tellAssertion(process: ProcessCode, outcome: Outcome): void {
    const failure = outcome.kind === 'failure' ? outcome.failure : null;
    const isAssertion = failure?.kind === 'check' || failure?.kind === 'context';
    if (!isAssertion || !failure.name.startsWith('configASSERT'))
      throw new CannotRun(`the model stops at time ${this.now}: ${failure?.name ?? 'assume'}`);
    const [kind, ...place] = this.place.get(process) ?? ['op', process.name, null];
    this.trace.push(['A', this.now, ...(kind === 'isr' ? [null] : []), ...place]);
  }

  private tellSwitches(): void {
    this.reflection.show(this.state);
    for (const [core, to] of running(this.world).entries()) {
      const from = this.running[core] as string | null;
      if (from !== to) this.trace.push(['S', this.now, ...(this.severalCores ? [core] : []), from, to]);
      this.running[core] = to;
    }
  }

  /** P records of the tasks that have changed since theirs. */
  private tellTasks(): void {
    this.reflection.show(this.state);
    for (const { task, state, priority } of settled(this.world)) {
      const said = `${state} ${priority}`;
      if (this.reported.get(task) === said) continue;
      this.reported.set(task, said);
      this.trace.push(['P', this.now, task, state, priority]);
    }
  }

  private passTime(): void {
    const [attempt] = this.interpreter.passTime(this.state, false);
    if (attempt?.outcome.kind !== 'state') throw new CannotRun(`nothing can happen at time ${this.now}`);
    this.state = attempt.outcome.state;
    this.now = Math.min(this.limit, this.now + attempt.elapsedUs);
    this.cores.begin();
  }
}

const wordsIn = ({ words }: Note): readonly Word[] => words;
