import type { Line, Script } from '../../model/asyncio/conformance/script.ts';
import { load } from '../../model/asyncio/conformance/world.ts';
import { elaborate } from '../../model/intrinsics/elaboration.ts';
import type { Word } from '../conformance/case.ts';
import { OPTIONS } from '../conformance/simulate.ts';
import { wordsOf } from '../conformance/words.ts';
import { compileToRun } from '../language/compile.ts';
import { Interpreter, type Observer, type State } from '../machine/interpreter.ts';

/** Steps of a run, at most. */
const STEPS_MAX = 20_000;

/** What the one run of a script's model shows. */
export function runModel(script: Script): Line[] {
  const { elaboration } = elaborate(() => load(script));
  const interpreter = new Interpreter(compileToRun(elaboration, OPTIONS));
  return new Run(interpreter, script.ms).lines;
}

class Run {
  readonly lines: Line[] = [];
  private now = 0;
  private readonly observer: Observer = {
    entered: () => {},
    executed: (instruction, value) => {
      if (instruction.kind === 'note') this.tell(wordsOf(instruction.words, value));
    },
  };

  constructor(
    private readonly interpreter: Interpreter,
    private readonly ms: number,
  ) {
    let state = interpreter.initial(this.observer);
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      const next = this.step(state) ?? this.passTime(state);
      if (next === null) return;
      state = next;
    }
    throw new Error(`no end after ${STEPS_MAX} steps`);
  }

  /** The one step that can be made now; `null`: none, or the last one failed. */
  private step(state: State): State | null {
    for (const process of this.interpreter.compiled.program.processes) {
      if (this.interpreter.readiness(process, state) !== 'ready') continue;
      const [attempt] = this.interpreter.stepsOf(process, state, this.observer);
      if (attempt === undefined) continue;
      if (attempt.outcome.kind === 'state') return attempt.outcome.state;
      const name = attempt.outcome.kind === 'failure' ? attempt.outcome.failure.name : 'cut off';
      this.lines.push(['loop', -1, name.split(':')[0] ?? '', this.now]);
      this.now = Number.POSITIVE_INFINITY;
      return null;
    }
    return null;
  }

  private passTime(state: State): State | null {
    if (this.now >= this.ms) return null;
    const [attempt] = this.interpreter.passTime(state, false);
    if (attempt?.outcome.kind !== 'state') return null;
    this.now += attempt.elapsedUs / 1000;
    return attempt.outcome.state;
  }

  private tell([kind, who, place, result]: readonly Word[]): void {
    if (kind === 'line') this.lines.push([String(who), Number(place) | 0, shown(result), this.now]);
    else this.lines.push([String(who), -2, shown(place), this.now]);
  }
}

/** As Python shows it: exceptions by their class. */
function shown(result: Word | undefined): string {
  if (result === null || result === undefined) return 'None';
  if (typeof result === 'number') return result === 0 ? 'False' : 'True';
  return String(result).split(':')[0] ?? '';
}
