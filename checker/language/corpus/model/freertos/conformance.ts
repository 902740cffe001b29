import { atomic, busy, me, note } from 'upy-check/model';
import { Core, Irq } from '../hardware/core.ts';
import { timerLine } from '../hardware/timer.ts';
import { Kernel } from './kernel.ts';
import { taskOp, type Op } from './task_ops.ts';
import { isrOp, type IsrOp } from './isr_ops.ts';
import { EventGroup } from './events.ts';
import { Queue } from './queue.ts';
import { Daemon, Timer } from './timers.ts';
import type { IrqProgram, OpList, Program, TaskProgram } from './program.ts';
import { Task } from './task.ts';
import { freeTcb, taskYIELD, vTaskDelete, vTaskSuspend } from './tasks.ts';

/** What names in a program stand for. */
export interface World {
  readonly kernel: Kernel;
  readonly program: Program;
  readonly objects: Map<string, Queue>;
  readonly groups: Map<string, EventGroup>;
  readonly timers: Map<string, Timer>;
  /** The timer daemon, when the program has one. */
  daemon: Daemon | null;
  readonly tasks: Map<string, Runner>;
  readonly lines: Irq[];
}

/** A task of a program with what the op list needs to remember. */
export class Runner {
  /** Ops completed since creation, for `after` interrupts. */
  completed = 0;
  lastWake = 0;
  reachedEnd = false;
  task!: Task;
  /** Device interrupts raised right after this task's n-th op. */
  readonly after: { count: number; line: Irq }[] = [];
  constructor(readonly program: TaskProgram) {}
}

/**
 * One program on the model kernel. Its op lists are *compiled by elaboration*: every op becomes a
 * closure over its operands, so that the checker sees the kernel call itself, with constants.
 */
export function load(program: Program): World {
  const { config } = program;
  const core = new Core('cpu');
  const pendsv = new Irq(core, 'switch', 2, () => kernel.vTaskSwitchContext());
  const kernel: Kernel = new Kernel(core, () => pendsv.raise(), {
    preemption: config.preemption === 1, timeSlicing: config.timeSlicing === 1,
    priorities: 8, countTicks: true, initialTick: config.initialTick | 0,
  });
  const world: World = { kernel, program, objects: new Map(), groups: new Map(), timers: new Map(),
    daemon: null, tasks: new Map(), lines: [] };
  for (const [name, kind, ...rest] of program.objects) makeObject(world, name, kind, rest.map(Number));
  for (const definition of program.tasks) world.tasks.set(definition.name, new Runner(definition));
  declareDaemon(world);
  for (const [number, irq] of program.irqs.entries()) world.lines.push(device(world, irq, number));
  for (const runner of world.tasks.values()) declare(world, runner);
  timerLine(core, 'tick', 3, config.tickUnits, () => {
    atomic(() => { if (kernel.xTaskIncrementTick()) pendsv.raise(); });
  });
  for (const runner of world.tasks.values())
    if (runner.program.start !== 'none') kernel.createBeforeStart(runner.task);
  kernel.createBeforeStart(kernel.declare('IDLE', 0, idleBody(world)));
  if (world.daemon !== null) kernel.createBeforeStart(world.daemon.task);
  return world;
}

function makeObject(world: World, name: string, kind: string, rest: readonly number[]): void {
  const { objects, groups, timers } = world;
  const full = (count: number) => new Array<number>(count).fill(0);
  switch (kind) {
    case 'queue': objects.set(name, new Queue(name, 'queue', rest[0]!)); break;
    case 'binary': objects.set(name, new Queue(name, 'semaphore', 1, full(rest[0]!))); break;
    case 'counting': objects.set(name, new Queue(name, 'semaphore', rest[0]!, full(rest[1]!))); break;
    case 'mutex': case 'recursive': objects.set(name, new Queue(name, 'mutex', 1, full(1))); break;
    case 'events': groups.set(name, new EventGroup(name)); break;
    case 'timer': timers.set(name, new Timer(name, rest[0]!, rest[1]! !== 0)); break;
    default: throw new Error(`unsupported object kind ${kind}`);
  }
}

/** The daemon task, and the callbacks of the timers as functions of this program. */
function declareDaemon(world: World): void {
  const { kernel, program } = world;
  const options = program.config.timers;
  if (options === null) return;
  const daemon = (world.daemon = new Daemon(kernel, options.queueLen));
  const runner = new Runner({ name: 'TMR', prio: options.prio, ops: [] });
  daemon.task = runner.task = kernel.declare('TMR', options.prio, daemon.body, [runner]);
  for (const [name, kind, , , list] of program.objects) {
    if (kind !== 'timer') continue;
    const timer = world.timers.get(name)!;
    const ops = ((list ?? []) as unknown as OpList).map((op) => taskOp(world, runner, op));
    timer.callback = () => {
      note('V', name);
      for (let j = 0; j < ops.length; j++) {
        const op = ops[j]!;
        busy(op.units ?? 0);
        const result = op.perform();
        note('v', name, j, result);
      }
    };
  }
}

/** README §3, "Task body". */
function declare(world: World, runner: Runner): void {
  const { program } = runner;
  const { kernel } = world;
  const cost = world.program.config.opCost;
  const ops: readonly Op[] = program.ops.map((op) => taskOp(world, runner, op));
  const loops = program.loop ?? 1;
  runner.task = kernel.declare(program.name, program.prio, () => {
    runner.lastWake = kernel.tick;
    for (let round = 0; loops === 0 || round < loops; round++)
      for (let pc = 0; pc < ops.length; pc++) {
        const op = ops[pc]!;
        busy(op.units ?? cost);
        note('op', program.name, pc);
        const result = op.perform();
        atomic(() => {
          runner.completed++;
          note('C', program.name, pc, result);
          for (const { count, line } of runner.after)
            if (runner.completed === count) line.pending = true;
        });
      }
    if (program.onEnd === 'suspend')
      for (;;) {
        note('E', program.name);
        vTaskSuspend(kernel, me(Task));
      }
    note('E', program.name);
    vTaskDelete(kernel, me(Task));
  }, [runner]);
}

function device(world: World, irq: IrqProgram, number: number): Irq {
  const { kernel } = world;
  const yields = irq.yield ?? true;
  const ops: readonly IsrOp[] = irq.ops.map((op) => isrOp(world, op));
  const handler = () =>
    atomic(() => {
      let any = false;
      for (let j = 0; j < ops.length; j++) {
        const [result, woken] = ops[j]!();
        note('i', number, j, result, woken);
        if (woken) any = true;
      }
      if (yields && any) kernel.portYield();
    });
  if (irq.at !== undefined) return atTime(kernel.core, number, irq.at, irq.every ?? 0, handler);
  const line = new Irq(kernel.core, `irq ${number}`, 1, handler);
  const [task, count] = irq.after!;
  world.tasks.get(task)!.after.push({ count, line });
  return line;
}

function atTime(core: Core, number: number, at: number, every: number, handler: () => void): Irq {
  return timerLine(core, `irq ${number}`, 1, every, handler, at);
}

function idleBody(world: World): () => void {
  const { kernel } = world;
  const { config } = world.program;
  return () => {
    while (true) {
      atomic(() => {
        while (kernel.terminated.length > 0) freeTcb(kernel, kernel.terminated.shift());
      });
      if (config.preemption === 0) taskYIELD(kernel);
      else if (config.idleYield === 1 && kernel.ready[0]!.count() > 1) taskYIELD(kernel);
      busy(1);
    }
  };
}
