import type { Irq } from '../../hardware/index.ts';
import {
  type EventGroup,
  type Kernel,
  prvIdleTask,
  prvPassiveIdleTask,
  type Queue,
  type Task,
  Timer,
  TimerService,
  xEventGroupCreate,
  xQueueCreate,
  xSemaphoreCreateBinary,
  xSemaphoreCreateCounting,
  xSemaphoreCreateMutex,
} from '../index.ts';
import { callback } from './callback.ts';
import { device } from './device.ts';
import { ExtendedObjects, giveFunctions, makeExtended } from './extended_objects.ts';
import { boot } from './machine.ts';
import type { ObjectProgram, OpCode, Program, TaskProgram } from './program.ts';
import { taskBody } from './task_body.ts';
import { ticklessIdle } from './tickless_idle.ts';
import { exactTiming, type Timing } from './timing.ts';

/** A task of a program, with what running its list of ops needs to remember. */
export class Actor {
  /** Ops completed since it was created. */
  completed = 0;
  /** What xTaskDelayUntil is given and changes. */
  lastWake = 0;
  /** Whether it was ever created. */
  created: boolean;
  task!: Task;
  /** Device interrupts that come right after its n-th op: one for each core that it may run on. */
  readonly after: { readonly count: number; readonly lines: readonly Irq[] }[] = [];

  constructor(readonly program: TaskProgram) {
    this.created = program.start !== 'none';
  }
}

/** What the names in a program stand for. */
export class World {
  readonly kernel: Kernel;
  readonly queues = new Map<string, Queue>();
  readonly groups = new Map<string, EventGroup>();
  readonly timers = new Map<string, Timer>();
  readonly actors = new Map<string, Actor>();
  readonly extended = new ExtendedObjects();
  /** The timer service, and its task as one that runs ops; `null`: built without. */
  service: TimerService | null = null;
  daemon: Actor | null = null;

  constructor(
    readonly program: Program,
    readonly timing: Timing,
  ) {
    this.kernel = boot(program, timing);
  }
}

/**
 * A program on the kernel, as what a scenario's `build()` would leave. Its lists of ops are *compiled by
 * elaboration*: each op becomes a closure over its operands, so that the compiler sees the kernel call itself.
 */
export function load(program: Program, timing: Timing = exactTiming(program)): World {
  const world = new World(program, timing);
  for (const definition of program.tasks) world.actors.set(definition.name, new Actor(definition));
  if (program.config.timers !== null)
    world.daemon = new Actor({ name: 'TMR', prio: program.config.timers.prio, ops: [] });
  for (const definition of program.objects) makeObject(world, definition);
  giveCallbacks(world);
  giveFunctions(world);
  for (const [number, irq] of program.irqs.entries()) device(world, irq, number);
  for (const actor of world.actors.values()) makeTask(world, actor);
  makeIdleTasks(world);
  startTimerService(world);
  return world;
}

function makeIdleTasks(world: World): void {
  const { kernel, program } = world;
  const hook = () => world.timing.consume(1);
  if (program.config.tickless === 1) {
    kernel.create('IDLE', 0, ticklessIdle(world), { background: true, idle: true });
    return;
  }
  for (const { core } of kernel.cpus) {
    const first = core.index === 0;
    const body = first ? () => prvIdleTask(kernel, hook) : () => prvPassiveIdleTask(kernel, hook);
    kernel.create(first ? 'IDLE' : `IDLE${core.index}`, 0, body, { background: true, idle: true });
  }
}

function makeTask(world: World, actor: Actor): void {
  const { kernel } = world;
  const { name, prio, start, core } = actor.program;
  const body = taskBody(world, actor);
  const options = { roles: [actor], ...(core === undefined ? {} : { cpu: kernel.cpus[core]! }) };
  actor.task =
    start === 'none' ? kernel.declare(name, prio, body, options) : kernel.create(name, prio, body, options);
}

function makeObject(world: World, definition: ObjectProgram): void {
  const [name, kind, ...rest] = definition;
  const { kernel, queues, groups, timers } = world;
  const [first = 0, second = 0] = rest.map(Number);
  switch (kind) {
    case 'queue':
      queues.set(name, xQueueCreate(kernel, name, first));
      break;
    case 'binary':
      queues.set(name, xSemaphoreCreateBinary(kernel, name, first === 0 ? 0 : 1));
      break;
    case 'counting':
      queues.set(name, xSemaphoreCreateCounting(kernel, name, first, second));
      break;
    case 'mutex':
    case 'recursive':
      queues.set(name, xSemaphoreCreateMutex(kernel, name));
      break;
    case 'events':
      groups.set(name, xEventGroupCreate(kernel, name));
      break;
    case 'timer':
      timers.set(name, new Timer(name, first, second !== 0, nothing));
      break;
    default:
      if (!makeExtended(world, definition)) throw new Error(`no such kind of object: ${kind}`);
  }
}

/** A callback may name any timer, its own included: so they all exist before it is made. */
function giveCallbacks(world: World): void {
  for (const [name, , , , ops] of world.program.objects) {
    const timer = world.timers.get(name);
    if (timer !== undefined) timer.callback = callback(world, name, (ops ?? []) as readonly OpCode[]);
  }
}

function nothing(): void {}

/** The timer service is created last: among equal priorities it runs first. */
function startTimerService(world: World): void {
  const { kernel, program, daemon } = world;
  const { timers } = program.config;
  if (timers === null || daemon === null) return;
  world.service = new TimerService(kernel, {
    priority: timers.prio,
    queueLength: timers.queueLen,
    timersMax: Math.max(1, world.timers.size),
    roles: [daemon],
  });
  daemon.task = world.service.task;
}
