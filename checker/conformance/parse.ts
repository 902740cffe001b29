import type { IrqProgram, OpCode, TaskProgram } from '../../model/freertos/conformance/program.ts';
import type { Case } from './case.ts';
import { ISR_CALLS, type Kind, type Signature, TASK_CALLS } from './signatures.ts';

/** What is wrong with a file, and where in it. */
export class BadCase extends Error {
  override readonly name = 'BadCase';
}

type Fields = { readonly [key: string]: unknown };

/** Kinds of objects: what they are to the calls, and how many numbers describe them. */
const OBJECTS: Readonly<Record<string, { readonly kind: Kind; readonly numbers: number }>> = {
  queue: { kind: 'queue', numbers: 1 },
  binary: { kind: 'queue', numbers: 1 },
  counting: { kind: 'queue', numbers: 2 },
  mutex: { kind: 'queue', numbers: 0 },
  recursive: { kind: 'queue', numbers: 0 },
  events: { kind: 'events', numbers: 0 },
  timer: { kind: 'timer', numbers: 2 },
  stream: { kind: 'buffer', numbers: 2 },
  batch: { kind: 'buffer', numbers: 2 },
  message: { kind: 'buffer', numbers: 1 },
  set: { kind: 'set', numbers: 1 },
  func: { kind: 'func', numbers: 0 },
};

const ACTIONS = ['none', 'bits', 'inc', 'set', 'setNo'];
const PRIORITIES = 8;

/**
 * A case, if `text` is one.
 * @throws BadCase
 */
export function parseCase(text: string): Case {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BadCase('it is not JSON');
  }
  if (!isObject(value))
    throw new BadCase('it is no case: a JSON object with "program" and "trace" is expected');
  if (!isObject(value.program)) throw new BadCase('it is no case: it has no "program"');
  new Checker(value.program).check();
  if (!Array.isArray(value.trace) || !value.trace.every((record) => Array.isArray(record)))
    throw new BadCase('it is no case: it has no "trace", a list of records');
  if (value.status !== 'ok' && value.status !== 'assert')
    throw new BadCase('it is no case: "status" is neither "ok" nor "assert"');
  if (value.status === 'ok' && !isObject(value.final)) throw new BadCase('it is no case: it has no "final"');
  return value as unknown as Case;
}

/** The name of the program in `text`, as far as there is one. */
export function nameIn(text: string): string | null {
  try {
    const value = JSON.parse(text) as { readonly program?: { readonly name?: unknown } } | null;
    return typeof value?.program?.name === 'string' ? value.program.name : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Checks that a program is one: whatever passes can be loaded. */
class Checker {
  private readonly kinds = new Map<string, Kind>();
  private hasTimers = false;
  private cores = 1;

  constructor(private readonly program: Fields) {}

  check(): void {
    const { program } = this;
    require(typeof program.name === 'string', 'program.name: a text is expected');
    this.config();
    wholeNumber(program.ticks, 'program.ticks', 1);
    const [objects, tasks, irqs] = [list(program, 'objects'), list(program, 'tasks'), list(program, 'irqs')];
    for (const [i, object] of objects.entries()) this.object(object, `objects[${i}]`);
    for (const [i, task] of tasks.entries()) this.taskName(task, `tasks[${i}]`);
    for (const [i, object] of objects.entries())
      if (Array.isArray(object) && (object[1] === 'timer' || object[1] === 'func')) {
        const place = object[1] === 'timer' ? 4 : 2;
        this.ops(object[place] ?? [], `objects[${i}][${place}]`, TASK_CALLS);
      }
    for (const [i, task] of tasks.entries()) this.task(task as Fields & TaskProgram, `tasks[${i}]`);
    for (const [i, irq] of irqs.entries()) this.irq(irq, `irqs[${i}]`);
  }

  private config(): void {
    const { config } = this.program;
    if (!isObject(config)) throw new BadCase('program.config: an object is expected');
    for (const key of ['preemption', 'timeSlicing', 'idleYield'])
      require(config[key] === 0 || config[key] === 1, `config.${key}: 0 or 1 is expected`);
    wholeNumber(config.tickUnits, 'config.tickUnits', 1);
    wholeNumber(config.opCost, 'config.opCost', 0);
    wholeNumber(config.initialTick, 'config.initialTick', 0, 2 ** 32 - 1);
    this.cores = (config.cores as number | undefined) ?? 1;
    wholeNumber(this.cores, 'config.cores', 1, 2);
    if (config.timers === null || config.timers === undefined) return;
    if (!isObject(config.timers)) throw new BadCase('config.timers: null or an object is expected');
    wholeNumber(config.timers.prio, 'config.timers.prio', 0, PRIORITIES - 1);
    wholeNumber(config.timers.queueLen, 'config.timers.queueLen', 1);
    this.hasTimers = true;
  }

  private object(object: unknown, where: string): void {
    if (!Array.isArray(object)) throw new BadCase(`${where}: a list is expected`);
    const [name, kind, ...rest] = object as readonly unknown[];
    require(typeof name === 'string', `${where}: a name is expected`);
    const form = typeof kind === 'string' && Object.hasOwn(OBJECTS, kind) ? OBJECTS[kind] : undefined;
    if (form === undefined) throw new BadCase(`${where}: no such kind of object: ${JSON.stringify(kind)}`);
    for (let i = 0; i < form.numbers; i++)
      wholeNumber(rest[i] === true ? 1 : rest[i] === false ? 0 : rest[i], `${where}[${i + 2}]`, 0);
    if (form.kind === 'queue' && form.numbers > 0 && kind !== 'binary')
      wholeNumber(rest[0], `${where}[2]`, 1);
    if (kind === 'timer' || kind === 'func')
      require(this.hasTimers, `${where}: a ${kind}, and config.timers is null`);
    if (kind === 'set') this.members(rest[1] ?? [], `${where}[3]`);
    this.declare(name as string, form.kind, where);
  }

  private members(members: unknown, where: string): void {
    if (!Array.isArray(members)) throw new BadCase(`${where}: a list of members is expected`);
    for (const [i, member] of members.entries()) this.operand('queue', member, `${where}[${i}]`);
  }

  private declare(name: string, kind: Kind, where: string): void {
    const key = kind === 'task' ? `task ${name}` : name;
    require(!this.kinds.has(key), `${where}: the name ${JSON.stringify(name)} is taken`);
    this.kinds.set(key, kind);
  }

  private taskName(task: unknown, where: string): void {
    if (!isObject(task)) throw new BadCase(`${where}: an object is expected`);
    if (typeof task.name !== 'string') throw new BadCase(`${where}.name: a text is expected`);
    this.declare(task.name, 'task', where);
  }

  private task(task: Fields & TaskProgram, where: string): void {
    wholeNumber(task.prio, `${where}.prio`, 0, PRIORITIES - 1);
    wholeNumber(task.loop ?? 1, `${where}.loop`, 0);
    require(['delete', 'suspend'].includes(task.onEnd ?? 'delete'), `${where}.onEnd: delete or suspend`);
    require(['auto', 'none'].includes(task.start ?? 'auto'), `${where}.start: auto or none`);
    wholeNumber(task.core ?? 0, `${where}.core`, 0, this.cores - 1);
    this.ops(task.ops, `${where}.ops`, TASK_CALLS);
  }

  private irq(value: unknown, where: string): void {
    if (!isObject(value)) throw new BadCase(`${where}: an object is expected`);
    const irq = value as Fields & IrqProgram;
    wholeNumber(irq.core ?? 0, `${where}.core`, 0, this.cores - 1);
    if (irq.after === undefined) {
      wholeNumber(irq.at, `${where}.at`, 0);
      wholeNumber(irq.every ?? 0, `${where}.every`, 0);
    } else {
      require(Array.isArray(irq.after), `${where}.after: [task, n] is expected`);
      this.operand('task', irq.after[0], `${where}.after[0]`);
      wholeNumber(irq.after[1], `${where}.after[1]`, 0);
    }
    require([undefined, true, false, 0, 1].includes(irq.yield), `${where}.yield: true or false`);
    this.ops(irq.ops, `${where}.ops`, ISR_CALLS);
  }

  private ops(ops: unknown, where: string, calls: ReadonlyMap<string, Signature>): void {
    if (!Array.isArray(ops)) throw new BadCase(`${where}: a list of ops is expected`);
    for (const [i, op] of ops.entries()) this.op(op as OpCode, `${where}[${i}]`, calls);
  }

  private op(op: OpCode, where: string, calls: ReadonlyMap<string, Signature>): void {
    if (!Array.isArray(op)) throw new BadCase(`${where}: a list is expected`);
    const [name, ...operands] = op as OpCode;
    const call = calls.get(name);
    if (call === undefined) {
      const place = calls === ISR_CALLS ? 'in an interrupt' : 'in a task';
      throw new BadCase(`${where}: no such op ${place}: ${JSON.stringify(name)}`);
    }
    const { length } = call.operands;
    if (operands.length > length || operands.length < length - call.optional)
      throw new BadCase(`${where}: ${name} takes ${call.operands.join(', ') || 'nothing'}`);
    require(!call.timers || this.hasTimers, `${where}: ${name} needs timers, and config.timers is null`);
    for (const [i, operand] of operands.entries())
      this.operand(call.operands[i] as Kind, operand, `${where}[${i + 1}]`);
  }

  private operand(kind: Kind, value: unknown, where: string): void {
    switch (kind) {
      case 'number':
        require(Number.isInteger(value) || typeof value === 'boolean', `${where}: a number is expected`);
        break;
      case 'bytes':
        require(Array.isArray(value) &&
          value.every(
            (byte) => Number.isInteger(byte) && byte >= 0 && byte < 256,
          ), `${where}: a list of bytes is expected`);
        break;
      case 'action':
        require(ACTIONS.includes(String(value)), `${where}: one of ${ACTIONS.join(', ')} is expected`);
        break;
      case 'task':
        require(value === 'self' ||
          this.kinds.has(`task ${String(value)}`), `${where}: there is no task ${JSON.stringify(value)}`);
        break;
      default:
        require(typeof value === 'string' &&
          this.kinds.get(value) ===
            kind, `${where}: there is no object of that kind: ${JSON.stringify(value)}`);
    }
  }
}

function list(program: Fields, key: string): readonly unknown[] {
  const value = program[key];
  if (!Array.isArray(value)) throw new BadCase(`program.${key}: a list is expected`);
  return value;
}

function wholeNumber(value: unknown, where: string, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new BadCase(`${where}: a whole number is expected, ${range}`);
}

function require(holds: boolean, otherwise: string): void {
  if (!holds) throw new BadCase(otherwise);
}
