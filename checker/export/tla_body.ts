import type { Expr, Failure, Program, Variable } from '../language/ir.ts';
import { FlowFacts, type Placed, type Question } from './flow_facts.ts';
import { type FlowInstruction, type FlowNode, type StepFlow, successors } from './step_flow.ts';
import type { Environment, TlaExpressions } from './tla_expression.ts';
import {
  and,
  type Definition,
  define,
  FALSE,
  type Form,
  isFalse,
  isTrue,
  or,
  TRUE,
  text,
  tight,
} from './tla_form.ts';
import type { TlaNames } from './tla_names.ts';

/** What all bodies of a module share. */
export interface BodyContext {
  readonly program: Program;
  readonly names: TlaNames;
  readonly expressions: TlaExpressions;
  readonly placed: Placed;
  readonly label: (failure: Failure) => string;
}

/** Values that differ from those before the step. */
type Changes = ReadonlyMap<Variable, string>;

/** Longer text of a value that is kept gets a name. */
const INLINE_MAX = 32;
const NONE = text('{}');

/**
 * One step, or one predicate, as a formula. Assignments become definitions, a place where paths meet becomes an operator
 * whose parameters are what may have been assigned before (Appel, "SSA is functional programming", 1998), and a loop one
 * that calls itself.
 */
export class TlaBody {
  private readonly env: Changes = new Map();
  private readonly facts: FlowFacts;
  private readonly meeting = new Map<
    FlowNode,
    { name: string; parameters: readonly Variable[]; loops: boolean }
  >();
  private readonly begun = new Set<FlowNode>();
  private readonly operators: Definition[] = [];
  private readonly used = new Set<string>();
  /** Variables that some end of the step leaves with another value. */
  readonly changed = new Set<Variable>();

  constructor(
    private readonly context: BodyContext,
    private readonly flow: StepFlow,
    private readonly question: Question,
    /** Who steps; -1: a predicate. */
    private readonly process: number,
    /** Own locals that have a value where the step begins. */
    private readonly kept: readonly Variable[],
  ) {
    const { program, names, placed } = context;
    this.facts = new FlowFacts(program, names, placed, flow, question, process);
    this.findMeetings();
  }

  /** Whether the answer is always the same: a step that can always be taken, or never fails. */
  get trivial(): boolean {
    return !this.facts.relevant.has(this.flow.root);
  }

  form(): Form {
    const body = this.from(this.flow.root, this.env);
    return this.operators.length === 0 ? body : withOperators(this.operators, body);
  }

  // ---- where paths meet ----

  private findMeetings(): void {
    /** How often a node is written, as long as it is no operator of its own. */
    const times = new Map<FlowNode, number>([[this.flow.root, 1]]);
    const order = new Map(this.flow.nodes.map((node, i) => [node, i]));
    const heads = new Set(
      this.flow.nodes.flatMap((node, i) => successors(node).filter((to) => (order.get(to) as number) <= i)),
    );
    for (const node of this.flow.nodes) {
      let own = times.get(node) ?? 0;
      const loops = heads.has(node);
      if ((own > 1 || loops) && this.facts.relevant.has(node) && !(this.isShort(node) && !loops)) {
        own = 1;
        const live = this.facts.live.get(node) as ReadonlySet<Variable>;
        const parameters = [...(this.facts.changedBefore.get(node) ?? [])].filter((v) => live.has(v));
        this.meeting.set(node, { name: this.name('Then'), parameters, loops });
      }
      for (const to of successors(node)) times.set(to, (times.get(to) ?? 0) + own);
    }
  }

  /** An end that is better written twice. */
  private isShort(node: FlowNode): boolean {
    const { code, end } = node;
    if (code.length > 0) return false;
    if (end.kind === 'branch') return end.test.kind === 'var';
    return ['abort', 'cutoff', 'fail', 'result'].includes(end.kind);
  }

  // ---- formulas ----

  private name(wanted: string): string {
    let i = 1;
    let name = `${wanted}_${i}`;
    while (this.used.has(name) || this.context.names.isTaken(name)) name = `${wanted}_${++i}`;
    this.used.add(name);
    return name;
  }

  private readonly values = (env: Changes): Environment => {
    const { names } = this.context;
    return (variable) =>
      env.get(variable) ??
      (names.isCell(variable) ? names.of(variable) : names.sort(variable) === 'bool' ? 'FALSE' : '0');
  };

  /** The answer where nothing that matters follows. */
  private get nothing(): Form {
    return this.question === 'fails' ? NONE : TRUE;
  }

  private from(node: FlowNode, env: Changes): Form {
    if (!this.facts.relevant.has(node)) return this.nothing;
    const meeting = this.meeting.get(node);
    if (meeting === undefined) return this.code(node, 0, env, this.facts.liveAfterEach(node));
    const { name, parameters, loops } = meeting;
    if (!this.begun.has(node)) {
      this.begun.add(node);
      const own = parameters.map((variable) => [variable, this.name(this.shortName(variable))] as const);
      const body = this.code(node, 0, new Map(own), this.facts.liveAfterEach(node));
      const list = own.map(([, parameter]) => parameter);
      const blanks = own.map(() => '_');
      const call = (each: readonly string[]): string =>
        each.length === 0 ? name : `${name}(${each.join(', ')})`;
      this.operators.push({ head: call(list), body, ...(loops ? { recursive: call(blanks) } : {}) });
    }
    const values = this.values(env);
    const given = parameters.map((variable) => values(variable));
    return text(given.length === 0 ? name : `${name}(${given.join(', ')})`);
  }

  private shortName(variable: Variable): string {
    const { names } = this.context;
    const plain = names.isCell(variable) ? names.of(variable) : variable.name.replace(/[^A-Za-z0-9]+/g, '_');
    return (/^[A-Za-z]/.test(plain) ? plain : `v${plain}`).replace(/_+$/, '');
  }

  private code(node: FlowNode, at: number, env: Changes, live: readonly ReadonlySet<Variable>[]): Form {
    const instruction = node.code[at];
    if (instruction === undefined) return this.end(node, env);
    const rest = (next: Changes): Form => this.code(node, at + 1, next, live);
    if (instruction.kind === 'assert') {
      const holds = this.context.expressions.bool(instruction.condition, this.values(env));
      if (holds === 'TRUE') return rest(env);
      return this.branch(holds, rest(env), this.failure(instruction.failure));
    }
    const needed = this.facts.writes(instruction).filter((v) => live[at]?.has(v));
    if (instruction.kind === 'choose') return this.choice(instruction, env, rest);
    if (needed.length === 0) return rest(env);
    const next = new Map(env);
    const definitions: Definition[] = [];
    const assign = (variable: Variable, value: string): void => {
      next.set(variable, this.keep(variable, value, definitions));
    };
    this.execute(instruction, env, new Set(needed), assign);
    return definitions.reduceRight((form, definition) => define(definition, form), rest(next));
  }

  /** A value as text that may be repeated: a short one, or the name of a longer. */
  private keep(variable: Variable, value: string, definitions: Definition[]): string {
    if (value.length <= INLINE_MAX) return value;
    const name = this.name(this.shortName(variable));
    definitions.push({ head: name, body: text(value) });
    return name;
  }

  private choice(
    { variable, count }: FlowInstruction & { kind: 'choose' },
    env: Changes,
    rest: (env: Changes) => Form,
  ): Form {
    const name = this.name(this.shortName(variable));
    const { expressions } = this.context;
    const last =
      count.kind === 'const'
        ? String(count.value - 1)
        : `(${expressions.value(count, this.values(env))}) - 1`;
    const body = rest(new Map(env).set(variable, name));
    if (body === NONE || isTrue(body)) return body;
    return { kind: this.question === 'fails' ? 'union' : 'exists', name, set: `0..${last}`, body };
  }

  private execute(
    instruction: FlowInstruction,
    env: Changes,
    needed: ReadonlySet<Variable>,
    assign: (variable: Variable, value: string) => void,
  ): void {
    const { expressions } = this.context;
    const values = this.values(env);
    switch (instruction.kind) {
      case 'set':
        assign(instruction.variable, expressions.assigned(instruction.variable, instruction.expr, values));
        return;
      case 'store':
      case 'remove':
      case 'insert':
        this.move(instruction, values, needed, assign);
        return;
      case 'place':
        this.place(instruction.process, instruction.location, values, assign);
        return;
      default:
    }
  }

  private move(
    instruction: FlowInstruction & { kind: 'store' | 'remove' | 'insert' },
    values: Environment,
    needed: ReadonlySet<Variable>,
    assign: (variable: Variable, value: string) => void,
  ): void {
    const { expressions } = this.context;
    const { elements } = instruction.family;
    const zero = { kind: 'const', value: 0 } as const;
    const other = (variable: Variable, from: Variable | null | undefined): string =>
      expressions.assigned(
        variable,
        from === null || from === undefined ? zero : { kind: 'var', variable: from },
        values,
      );
    const i = expressions.value(instruction.index, values);
    const constant = instruction.index.kind === 'const' ? instruction.index.value : null;
    const at = /^\w+$/.test(i) ? i : `(${i})`;
    for (const [k, variable] of elements.entries()) {
      if (variable === null || !needed.has(variable)) continue;
      const old = values(variable);
      const given =
        instruction.kind === 'remove' ? '' : expressions.assigned(variable, instruction.expr, values);
      const pick = (test: string, known: boolean, yes: string, no: string): string =>
        constant === null
          ? yes === no
            ? yes
            : `IF ${at} ${test} THEN ${bracket(yes)} ELSE ${bracket(no)}`
          : known
            ? yes
            : no;
      const i0 = constant ?? 0;
      if (instruction.kind === 'store') assign(variable, pick(`= ${k}`, i0 === k, given, old));
      else if (instruction.kind === 'remove')
        assign(variable, pick(`<= ${k}`, i0 <= k, other(variable, elements[k + 1]), old));
      else {
        const moved = k === 0 ? old : pick(`< ${k}`, i0 < k, other(variable, elements[k - 1]), old);
        assign(variable, pick(`= ${k}`, i0 === k, given, moved));
      }
    }
  }

  /** A process comes to stand somewhere: what is not live there is 0. */
  private place(
    process: number,
    location: number,
    values: Environment,
    assign: (variable: Variable, value: string) => void,
  ): void {
    const { program, names } = this.context;
    const code = program.processes[process] as Program['processes'][number];
    const live = new Set(location === 0 ? [] : code.live[location - 1]);
    for (const variable of this.context.placed.of(process)) {
      if (variable === code.location) assign(variable, `"${names.label(process, location)}"`);
      else if (variable === code.busy || variable === code.timeout) {
        if (location === 0) assign(variable, variable === code.busy ? '0' : '-1');
      } else if (location === 0 || (names.isCell(variable) && !live.has(variable)))
        assign(variable, names.sort(variable) === 'bool' ? 'FALSE' : '0');
      else assign(variable, values(variable));
    }
  }

  private failure(failure: Failure): Form {
    if (this.question === 'fails') return text(`{${this.context.label(failure)}}`);
    return this.question === 'can' ? TRUE : FALSE;
  }

  private end(node: FlowNode, env: Changes): Form {
    const { end } = node;
    const { expressions } = this.context;
    switch (end.kind) {
      case 'goto':
        return this.from(end.to, env);
      case 'branch': {
        const values = this.values(env);
        const test = expressions.bool(end.test, values);
        if (test === 'TRUE') return this.from(end.yes, env);
        if (test === 'FALSE') return this.from(end.no, env);
        const [yes, no] = [
          this.from(end.yes, this.knowing(end.test, 'TRUE', env)),
          this.from(end.no, this.knowing(end.test, 'FALSE', env)),
        ];
        if (isFalse(yes) && this.question !== 'fails')
          return this.both(expressions.not(end.test, values), no);
        return this.branch(test, yes, no);
      }
      case 'switch':
        return this.selection(end.on, end.targets, env);
      case 'arrive':
        return this.arrival(end.location, env);
      case 'result':
        return result(expressions.bool(end.expr, this.values(env)));
      case 'abort':
        return this.question === 'fails' ? NONE : FALSE;
      case 'cutoff':
        return this.question === 'fails' ? NONE : this.question === 'can' ? TRUE : FALSE;
      case 'fail':
        return this.failure(end.failure);
    }
  }

  /** TLC takes a disjunction in an action as several steps. */
  private guard(test: string): string {
    return this.question === 'action' && test.includes('\\/') ? this.context.expressions.holds(test) : test;
  }

  /** Behind a test of a truth value, all that have this value are known. */
  private knowing(test: Expr, value: string, env: Changes): Changes {
    if (test.kind !== 'var' || this.context.names.sort(test.variable) !== 'bool') return env;
    const known = env.get(test.variable);
    if (known === undefined) return env;
    const next = new Map(env);
    for (const [variable, each] of env)
      if (each === known && this.context.names.sort(variable) === 'bool') next.set(variable, value);
    return next;
  }

  private both(test: string, rest: Form): Form {
    return isFalse(rest) ? FALSE : and(text(this.guard(test)), rest);
  }

  private branch(test: string, yes: Form, no: Form): Form {
    if (this.question !== 'fails') {
      if (isFalse(no)) return this.both(test, yes);
      if (isTrue(yes)) return isTrue(no) ? TRUE : or(text(test), no);
    }
    return { kind: 'if', test, yes, no };
  }

  private selection(on: Expr, targets: readonly FlowNode[], env: Changes): Form {
    const values = new Map<FlowNode, number[]>();
    for (const [value, to] of targets.entries()) values.set(to, [...(values.get(to) ?? []), value]);
    const what = this.context.expressions.value(on, this.values(env));
    const arms = [...values].map(([to, each]) => {
      const test = each.length === 1 ? `= ${each[0]}` : `\\in {${each.join(', ')}}`;
      return [`(${what}) ${test}`, this.from(to, env)] as const;
    });
    return arms.every(([, form]) => form === NONE || isTrue(form)) ? this.nothing : { kind: 'case', arms };
  }

  private arrival(location: number, env: Changes): Form {
    if (this.question !== 'action') return this.nothing;
    const { names, program } = this.context;
    const process = program.processes[this.process] as Program['processes'][number];
    const live = this.facts.liveAt(location);
    const values = this.values(env);
    const left = new Map<Variable, string>();
    for (const variable of names.cells) {
      if (variable === process.location) left.set(variable, `"${names.label(this.process, location)}"`);
      else if (variable.kind === 'local' && variable.process === this.process && !live.has(variable))
        left.set(variable, names.sort(variable) === 'bool' ? 'FALSE' : '0');
      else if (location === 0 && variable === process.busy) left.set(variable, '0');
      else if (location === 0 && variable === process.timeout) left.set(variable, '-1');
      else left.set(variable, values(variable));
      if (left.get(variable) !== names.of(variable) && !this.wasClear(variable, left))
        this.changed.add(variable);
    }
    const form = (): Form =>
      and(
        ...[...left].flatMap(([variable, value]) =>
          this.changed.has(variable) ? [text(`${names.of(variable)}' = ${equated(value)}`)] : [],
        ),
      );
    return { kind: 'later', form };
  }

  /** A local that is clear where the step begins, and stays so. */
  private wasClear(variable: Variable, left: Changes): boolean {
    if (variable.kind !== 'local' || variable.process !== this.process) return false;
    const value = left.get(variable);
    return (value === '0' || value === 'FALSE') && !this.kept.includes(variable);
  }
}

const result = (value: string): Form => (value === 'TRUE' ? TRUE : text(value));
/** On the right of an equals sign. */
const equated = (value: string): string => (/[=#<>~]|\\\/|\/\\|\\in /.test(value) ? tight(value) : value);
const bracket = (value: string): string => (/^-?\w+$|^"/.test(value) ? value : `(${value})`);

function withOperators(operators: readonly Definition[], body: Form): Form {
  return operators.reduceRight((form, operator) => define(operator, form), body);
}
