import { running } from '../../model/freertos/conformance/observe.ts';
import { freeTiming } from '../../model/freertos/conformance/timing.ts';
import { load, type World } from '../../model/freertos/conformance/world.ts';
import { elaborate } from '../../model/intrinsics/elaboration.ts';
import { compileToRun } from '../language/compile.ts';
import type { ProcessCode } from '../language/ir.ts';
import { Interpreter, type State } from '../machine/interpreter.ts';
import type { Case, TraceRecord, Word } from './case.ts';
import { Reflection } from './reflect.ts';
import { OPTIONS } from './simulate.ts';
import { wordsOf } from './words.ts';

/** Whether the model, left to itself, can do what the real kernel did. */
export interface Possible {
  /** All records were matched, in order. */
  readonly found: boolean;
  /** How many were, at best; the next one is what the model cannot do. */
  readonly matched: number;
  readonly records: number;
  /** States of the model, each with a place in the trace, that were looked at. */
  readonly visited: number;
}

/**
 * Looks for the real trace, without its times, among all behaviours of the model: interrupts and ticks come at any
 * moment. Depth first, and what matches the next record first; P records are left out, for they tell of moments.
 */
export function possible(expected: Case, visitedMax: number): Possible {
  const { program } = expected;
  const limit = program.ticks * program.config.tickUnits;
  const timing = freeTiming({
    tickUs: 'any',
    raises: ({ at, every = 0 }) => (at === undefined || every === 0 ? 1 : Math.ceil((limit - at) / every)),
  });
  const { elaboration, result: world } = elaborate(() => load(program, timing));
  const executable = compileToRun(elaboration, { ...OPTIONS, timing: 'any' });
  const interpreter = new Interpreter(executable);
  const reflection = new Reflection(interpreter, executable, elaboration);
  return new Hunt(expected, world, interpreter, reflection, visitedMax).run();
}

interface Node {
  readonly state: State;
  /** Records that are matched. */
  readonly matched: number;
  /** Notes that belong to the next step of their process, by its index. */
  readonly later: ReadonlyMap<number, readonly Told[]>;
}

type Told = readonly Word[];

interface Next extends Node {
  /** The smaller, the sooner it is tried. */
  readonly rank: number;
}

/** The records that notes become. */
const KINDS: Readonly<Record<string, string>> = { C: 'C', E: 'E', i: 'i', V: 'V', v: 'v', freed: 'F' };

class Hunt {
  private readonly wanted: readonly string[];
  /** How many ticks there were when each of them was told. A hint only: it says what to try first. */
  private readonly ticksThen: readonly number[];
  private readonly seen = new Set<string>();
  private best = 0;

  constructor(
    { trace }: Case,
    private readonly world: World,
    private readonly interpreter: Interpreter,
    private readonly reflection: Reflection,
    private readonly visitedMax: number,
  ) {
    const told = trace.filter(([kind]) => kind !== 'P' && kind !== 'A');
    const { tickUnits } = world.program.config;
    this.ticksThen = told.map(([, time]) => Math.floor((time - 1) / tickUnits));
    this.wanted = told.map(([kind, , ...words]: TraceRecord) => JSON.stringify([kind, ...words]));
  }

  run(): Possible {
    const stack: Node[] = [{ state: this.interpreter.initial(), matched: 1, later: new Map() }];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      this.best = Math.max(this.best, node.matched);
      if (node.matched === this.wanted.length || this.seen.size > this.visitedMax) break;
      const key = `${node.state.join()}|${node.matched}|${[...node.later].join()}`;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      stack.push(...this.successors(node).sort((a, b) => b.rank - a.rank));
    }
    const records = this.wanted.length;
    return { found: this.best === records, matched: this.best, records, visited: this.seen.size };
  }

  private successors(node: Node): Next[] {
    const found: Next[] = [];
    this.reflection.show(node.state);
    const before = running(this.world);
    const { kernel, program } = this.world;
    const ticks = ((kernel.tick - program.config.initialTick) | 0) + Number(kernel.pendedTicks);
    const ticksAreMissing = ticks < (this.ticksThen[node.matched] ?? 0);
    for (const process of this.interpreter.compiled.program.processes) {
      if (process.name === 'tick' && ticks > program.ticks) continue;
      if (this.interpreter.readiness(process, node.state) !== 'ready') continue;
      for (const next of this.stepsOf(process, node, before))
        found.push(process.name === 'tick' && ticksAreMissing ? { ...next, rank: -1 } : next);
    }
    return found;
  }

  private stepsOf(process: ProcessCode, node: Node, before: readonly (string | null)[]): Next[] {
    const now: Told[] = [...(node.later.get(process.index) ?? [])];
    const next: Told[] = [];
    const [attempt] = this.interpreter.stepsOf(process, node.state, {
      entered: () => {},
      executed: (instruction, value) => {
        if (instruction.kind !== 'note') return;
        const words = wordsOf(instruction.words, value);
        if (KINDS[String(words[0])] !== undefined) (instruction.next ? next : now).push(words);
      },
    });
    if (attempt?.outcome.kind !== 'state') return [];
    const { state } = attempt.outcome;
    const records = now.map(([note, ...words]) => JSON.stringify([KINDS[String(note)], ...words]));
    this.reflection.show(state);
    for (const [core, to] of running(this.world).entries())
      if (before[core] !== to) records.push(JSON.stringify(['S', before[core], to]));
    if (records.some((record, i) => record !== this.wanted[node.matched + i])) return [];
    const later = new Map(node.later);
    if (next.length > 0) later.set(process.index, next);
    else later.delete(process.index);
    return [{ state, matched: node.matched + records.length, later, rank: this.rank(process, records) }];
  }

  /** What matches comes first, then what goes on by itself; interrupts only when nothing else leads on. */
  private rank(process: ProcessCode, records: readonly string[]): number {
    if (records.length > 0) return 0;
    if (!process.outside) return 1;
    return process.name === 'tick' ? 3 : 2;
  }
}
