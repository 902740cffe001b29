import { type BuiltVariant, buildVariant, withoutRaces } from '../build_variant.ts';
import type { LoadedScenario } from '../check.ts';
import type { Block, ProcessCode, PropertyCode, Variable } from '../language/ir.ts';
import type { Parameters } from '../scenario.ts';
import { placeOf } from '../trace/frames.ts';
import { Placed, type Question } from './flow_facts.ts';
import { StepFlow } from './step_flow.ts';
import { type BodyContext, TlaBody } from './tla_body.ts';
import { OPERATORS, operatorTexts, TlaExpressions } from './tla_expression.ts';
import {
  and,
  commentText,
  type Definition,
  definitionLines,
  type Form,
  isTrue,
  or,
  text,
} from './tla_form.ts';
import { NOT_ALIVE, TlaNames, tlaIdentifier } from './tla_names.ts';
import { configuration, FailureLabels, leavesOut, propertiesOf } from './tla_properties.ts';
import {
  deadlockDefinitions,
  type ProcessNames,
  QUIET,
  statusDefinitions,
  TlaTime,
  WORLD_NAMES,
} from './tla_world.ts';

/** A compiled variant as a module for TLC. */
export interface TlaModel {
  /** The name of the module, which must be that of its file. */
  readonly name: string;
  readonly module: string;
  /** The configuration: what TLC is to check. */
  readonly cfg: string;
  /** What must hold in every state, by name, and what it decides: `<kind> <name>`. */
  readonly invariants: ReadonlyMap<string, string>;
  /** The same for `sometimes`: violated where it is reached. */
  readonly reachable: ReadonlyMap<string, string>;
  /** What it cannot decide: questions about paths. */
  readonly leavesOut: readonly string[];
}

/**
 * The compiled transition system as TLA+ (Lamport, "Specifying Systems", 2002): a variable is a variable, a step is an action
 * that is named after its line, the passing of time is one too, properties are invariants. So TLC finds exactly the states and
 * successors that the checker finds.
 */
export function exportTla(
  loaded: LoadedScenario,
  variant: string,
  parameters: Parameters = {},
  name: string = tlaIdentifier(loaded.scenario.name),
): { readonly module: string; readonly cfg: string } {
  return tlaOf(buildVariant(loaded, variant, parameters), name);
}

/** The same with what is known about it. */
export function tlaOf(
  built: BuiltVariant,
  name: string = tlaIdentifier(built.loaded.scenario.name),
): TlaModel {
  return new Exporter(withoutRaces(built), name, built.compiled.program.races !== null).model();
}

/** A step of a process, written. */
interface Step {
  readonly block: Block;
  readonly location: number;
  readonly name: string;
  readonly action: TlaBody;
  readonly form: Form;
  /** Whether it can be taken, if that is not certain; how it fails, if it may. */
  readonly can: Definition | null;
  readonly fails: Definition | null;
}

class Exporter {
  private readonly names: TlaNames;
  private readonly context: BodyContext;
  private readonly runs: readonly (string | null)[];
  private readonly named: readonly ProcessNames[];
  private readonly predicates: readonly string[];
  private readonly goals: readonly (string | null)[];
  private readonly labels = new FailureLabels();
  private readonly time: TlaTime;
  /** Whether there are disjunctions in run conditions. */
  private divided = false;

  constructor(
    private readonly built: BuiltVariant,
    private readonly moduleName: string,
    private readonly races: boolean,
  ) {
    const { program } = built.compiled;
    this.names = new TlaNames(built.compiled, [...WORLD_NAMES, ...Object.keys(OPERATORS), moduleName, 'd']);
    const { names } = this;
    const of = (index: number, what: string): string => names.fresh(`${names.process(index)}_${what}`);
    this.runs = program.processes.map(({ index, runs }) => (runs === null ? null : of(index, 'runs')));
    this.named = program.processes.map(({ index, busy, locations }) => ({
      can: of(index, 'can_step'),
      fails: of(index, 'fails'),
      busy: busy === null ? null : of(index, 'is_busy'),
      blocked: locations.some(({ cut }) => cut?.wait === 'until') ? of(index, 'is_blocked') : null,
      runs: this.runs[index] ?? null,
    }));
    this.predicates = program.properties.map((property) => names.fresh(predicateName(property)));
    this.goals = program.properties.map(({ name, goal, counter }) =>
      goal === null || counter === null ? null : names.fresh(`${name}_counted`),
    );
    const expressions = new TlaExpressions(names, (index) => this.runs[index] ?? 'TRUE');
    this.context = {
      program,
      names,
      expressions,
      placed: new Placed(program),
      label: (failure) => this.labels.of(failure),
    };
    this.time = new TlaTime(program, names, this.named, this.predicates, this.goals);
  }

  private get program() {
    return this.built.compiled.program;
  }

  model(): TlaModel {
    const { names } = this;
    const runs = this.program.processes.flatMap(({ index, runs }) =>
      runs === null ? [] : [definition(this.predicate(this.runs[index] as string, runs.entry))],
    );
    this.divided = runs.some((each) => each.includes('\\/'));
    const predicates = this.program.properties.map(({ predicate }, i) =>
      this.predicate(this.predicates[i] as string, predicate.entry),
    );
    const goals = this.program.properties.flatMap(({ goal }, i) => {
      const name = this.goals[i] ?? null;
      return goal === null || name === null ? [] : [this.predicate(name, goal.entry)];
    });
    const processes = this.program.processes.map((process) => this.steps(process));
    const moving = this.moving(processes.flat());
    const unchanged = (changed: ReadonlySet<Variable>): Form => this.unchanged(moving, changed);
    const sections = processes.map((steps, i) =>
      this.section(this.program.processes[i] as ProcessCode, steps, unchanged),
    );
    const time = this.time.action(unchanged);
    const fails = this.named.map((each) => each.fails);
    const properties = propertiesOf(this.built, names, this.predicates, this.labels, fails);
    const deadlock = this.deadlock(properties.invariants);
    const body = [
      this.variables(moving),
      rule('Run conditions and properties, as they are in one state'),
      ...runs,
      ...predicates.map((each, i) => this.aboutProperty(i) + definition(each)),
      ...goals.map(definition),
      ...sections,
      rule('Who can step, and the passing of time'),
      ...statusDefinitions(this.program, this.named).map(definition),
      ...this.time.definitions().map(definition),
      ...(time === null ? [] : [definition({ head: 'Time', body: time })]),
      rule('All together'),
      this.next(time !== null),
      rule('What must hold in every state'),
      ...QUIET.map(definition),
      ...properties.definitions.map(definition),
      ...deadlock.map(definition),
    ];
    // Only now is it known what they use.
    const module = [
      this.header(),
      `---- MODULE ${this.moduleName} ----`,
      'EXTENDS Integers, Sequences\n',
      ...operatorTexts(this.context.expressions.used).map((each) => `${each}\n`),
      ...body,
      '====\n',
    ].join('\n');
    const { invariants, reachable } = properties;
    return {
      name: this.moduleName,
      module,
      cfg: configuration(invariants, reachable),
      invariants,
      reachable,
      leavesOut: leavesOut(this.built, this.names, this.races),
    };
  }

  // ---- states ----

  /** Variables that some step changes; what never changes is a constant. */
  private moving(steps: readonly Step[]): Variable[] {
    const changed = new Set<Variable>(this.time.changed);
    for (const { action } of steps) for (const variable of action.changed) changed.add(variable);
    for (const { location } of this.program.processes) changed.add(location);
    return this.names.cells.filter((variable) => changed.has(variable));
  }

  private variables(moving: readonly Variable[]): string {
    const still = this.names.cells.filter((variable) => !moving.includes(variable));
    const lines = moving.map((variable, i) => {
      const end = i === moving.length - 1 ? '' : ',';
      const legend = this.legend(variable);
      return `  ${this.names.of(variable)}${end}${legend === '' ? '' : `  \\* ${legend}`}`;
    });
    const init = moving.map((variable) => text(`${this.names.of(variable)} = ${this.initial(variable)}`));
    return [
      ...(lines.length === 0 ? [] : ['VARIABLES', ...lines, '']),
      `vars == <<${moving.map((v) => this.names.of(v)).join(', ')}>>\n`,
      ...(still.length === 0 ? [] : ['\\* What never changes.']),
      ...still.map((variable) => `${this.names.of(variable)} == ${this.initial(variable)}`),
      ...(still.length === 0 ? [] : ['']),
      definition({ head: 'Init', body: and(...init) }),
    ].join('\n');
  }

  private initial(variable: Variable): string {
    const value = this.names.initial(variable);
    const { domain } = variable;
    if (domain.kind === 'location') return `"${this.names.label(domain.process, value)}"`;
    if (domain.kind === 'bool') return value === 0 ? 'FALSE' : 'TRUE';
    const word = this.names.word(variable, value);
    return this.context.expressions.number(value) + (word === null ? '' : ` (* ${commentText(word)} *)`);
  }

  /** What the numbers of a variable stand for. */
  private legend(variable: Variable): string {
    const { domain, name } = variable;
    const own = tlaIdentifier(name) === this.names.of(variable) ? commentText(name) : '';
    if (domain.kind === 'symbol') {
      const words = domain.members.map((_, i) => `${i} ${this.names.word(variable, i)}`);
      return commentText(words.join(', ')).slice(0, 100);
    }
    return own === this.names.of(variable) ? '' : own;
  }

  private unchanged(moving: readonly Variable[], changed: ReadonlySet<Variable>): Form {
    const same = moving.filter((v) => !changed.has(v) && !this.time.isMonitor(v));
    return same.length === 0
      ? and()
      : text(`UNCHANGED <<${same.map((variable) => this.names.of(variable)).join(', ')}>>`);
  }

  // ---- processes ----

  private body(from: Block, question: Question, process: number, kept: readonly Variable[] = []): TlaBody {
    return new TlaBody(this.context, new StepFlow(this.program, from), question, process, kept);
  }

  private predicate(head: string, entry: Block): Definition {
    return { head, body: this.body(entry, 'value', -1).form() };
  }

  private steps(process: ProcessCode): Step[] {
    const { index, locations } = process;
    return locations.map((block, i) => {
      const location = i + 1;
      const label = this.names.label(index, location);
      const name = this.names.fresh(`${this.names.process(index)}_${label}`);
      const action = this.body(block, 'action', index, process.live[i]);
      const asked = (question: 'can' | 'fails', what: string): Definition | null => {
        const body = this.body(block, question, index);
        if (body.trivial) return null;
        const form = body.form();
        if (isTrue(form) || (form.kind === 'text' && form.text === '{}')) return null;
        return { head: this.names.fresh(`${name}_${what}`), body: form };
      };
      const form = action.form();
      return {
        block,
        location,
        name,
        action,
        form,
        can: asked('can', 'can'),
        fails: asked('fails', 'fails'),
      };
    });
  }

  private section(
    process: ProcessCode,
    steps: readonly Step[],
    unchanged: (changed: ReadonlySet<Variable>) => Form,
  ): string {
    const { index } = process;
    const named = this.named[index] as ProcessNames;
    const { expressions } = this.context;
    const pc = this.names.of(process.location);
    const busy = process.busy === null ? null : this.names.of(process.busy);
    const ready = [
      ...(named.runs === null ? [] : [text(this.divided ? expressions.holds(named.runs) : named.runs)]),
      ...(busy === null ? [] : [text(`${busy} = 0`)]),
    ];
    const texts = steps.map((step) => {
      const at = text(`${pc} = "${this.names.label(index, step.location)}"`);
      const action = and(at, ...ready, step.form, unchanged(step.action.changed), ...this.time.watch(null));
      const also = [step.can, step.fails].flatMap((each) => (each === null ? [] : [definition(each)]));
      return [describe(step.block), definition({ head: step.name, body: action }), ...also].join('\n');
    });
    const world = this.standing(process, steps, ready);
    return [rule(`${process.name}${kindOf(process)}`), ...texts, ...world.map(definition)].join('\n');
  }

  /** Whether it can step, is busy or blocked, and what its next step may be. */
  private standing(process: ProcessCode, steps: readonly Step[], ready: readonly Form[]): Definition[] {
    const { index } = process;
    const named = this.named[index] as ProcessNames;
    const pc = this.names.of(process.location);
    const busy = process.busy === null ? null : this.names.of(process.busy);
    const untils = steps.filter(({ block }) => block.cut?.wait === 'until');
    const alive = text(`${pc} # "${NOT_ALIVE}"`);
    const can = steps.flatMap(({ location, can }) =>
      can === null ? [] : [text(`${pc} = "${this.names.label(index, location)}" => ${can.head}`)],
    );
    return [
      { head: named.can, body: and(alive, ...ready, ...can) },
      ...(named.busy === null
        ? []
        : [{ head: named.busy, body: and(alive, ...ready.slice(0, -1), text(`${busy} # 0`)) }]),
      ...(named.blocked === null
        ? []
        : [
            {
              head: named.blocked,
              body: and(
                text(
                  `${pc} \\in {${untils.map(({ location }) => `"${this.names.label(index, location)}"`).join(', ')}}`,
                ),
                ...ready,
                text(`~${named.can}`),
              ),
            },
          ]),
      { head: named.fails, body: this.failing(pc, index, steps, ready) },
      { head: this.names.process(index), body: or(...steps.map(({ name }) => text(name))) },
    ];
  }

  /** What goes wrong in the next step. */
  private failing(pc: string, index: number, steps: readonly Step[], ready: readonly Form[]): Form {
    const arms = steps.flatMap(({ location, fails }) =>
      fails === null ? [] : [[`${pc} = "${this.names.label(index, location)}"`, text(fails.head)] as const],
    );
    if (arms.length === 0) return text('{}');
    const found: Form = { kind: 'case', arms: [...arms, ['OTHER', text('{}')]] };
    if (ready.length === 0) return found;
    const test = ready.map((each) => (each.kind === 'text' ? each.text : '')).join(' /\\ ');
    return { kind: 'if', test, yes: found, no: text('{}') };
  }

  private next(time: boolean): string {
    const all = this.program.processes.map(({ index }) => text(this.names.process(index)));
    return [
      definition({ head: 'Next', body: or(...all, ...(time ? [text('Time')] : [])) }),
      definition({ head: 'Spec', body: text('Init /\\ [][Next]_vars') }),
    ].join('\n');
  }

  // ---- properties ----

  private aboutProperty(i: number): string {
    const { kind, name, fails, predicate } = this.program.properties[i] as PropertyCode;
    const { file, line } = placeOf(predicate.site);
    return `\\* ${commentText(`${fails?.kind ?? kind} '${name}' (${file.split('/').at(-1)}:${line})`)}\n`;
  }

  private deadlock(invariants: Map<string, string>): Definition[] {
    if (this.built.loaded.scenario.spec.without?.includes('deadlock') === true) return [];
    const definitions = deadlockDefinitions(this.built.compiled, this.names, this.named);
    const head = this.names.fresh('no_deadlock');
    invariants.set(head, 'deadlock deadlock');
    return [...definitions, { head, body: text('~Deadlock') }];
  }

  // ---- texts ----

  private header(): string {
    const { loaded, variant, parameters } = this.built;
    const given = Object.entries(parameters).map(([name, value]) => ` ${name}=${value}`);
    const { moduleName } = this;
    const left = leavesOut(this.built, this.names, this.races);
    const lines = [
      `${loaded.scenario.name}, variant ${variant}${given.join('')}, exported by upy-check`,
      '',
      `java -XX:+UseParallelGC -Xss64m -cp tla2tools.jar tlc2.TLC -workers 1 -noGenerateSpecTE ${moduleName}`,
      '',
      'One action is one step of upy-check, named after its process and line, so states and successors are equal.',
      'An operator that ends in _can says whether a step that may wait can be taken, one in _fails how it goes wrong.',
      ...(left.length === 0
        ? []
        : ['Not asked, because they are no invariants:', ...left.map((each) => `  ${each}`)]),
    ];
    return lines.map((line) => `\\* ${commentText(line)}`.trimEnd()).join('\n');
  }
}

const definition = (each: Definition): string =>
  [
    ...(each.recursive === undefined ? [] : [`RECURSIVE ${each.recursive}`]),
    ...definitionLines(each),
    '',
  ].join('\n');

const rule = (title: string): string => `\\* ---- ${commentText(title)} ----\n`;

function kindOf({ outside, background, prompt }: ProcessCode): string {
  const words = [outside ? 'outside' : '', background ? 'background' : '', prompt ? 'prompt' : ''].filter(
    (word) => word !== '',
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function predicateName({ kind, name }: PropertyCode): string {
  return kind === 'lost wakeup' ? `pending_${name}` : name;
}

/** What a step does first, with its line. */
function describe({ cut }: Block): string {
  if (cut === null) return '\\* begin';
  const { file, line, text } = placeOf(cut.site);
  return `\\* ${commentText(`${cut.operation}: ${text.trim()} (${file.split('/').at(-1)}:${line}, ${cut.site.frame.name})`)}`;
}
