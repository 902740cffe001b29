import { isDeleted, type Kernel, Notify, type Queue, stateOf, type Task } from '../index.ts';
import { finalExtended } from './extended_objects.ts';
import type { Actor, World } from './world.ts';

/**
 * What can be said about the objects of a world, as plain data. This is not compiled: it looks at the objects as
 * they are, after `build()` or when somebody has put a state of the model into them.
 */
export interface Settled {
  readonly task: string;
  readonly state: string;
  /** The priority in force; `null` for a deleted task. */
  readonly priority: number | null;
}

/** State and priority of every task that was ever created, in the order of the program; the timer service last. */
export function settled({ kernel, actors, daemon }: World): Settled[] {
  const all = [...actors.values(), ...(daemon === null ? [] : [daemon])];
  return all
    .filter(({ created }) => created)
    .map(({ task }) =>
      !isDeleted(task)
        ? { task: task.name, state: settledState(kernel, task), priority: Number(task.priority) }
        : { task: task.name, state: 'D', priority: null },
    );
}

/** On two cores a task that ought to switch still runs. */
function settledState(kernel: Kernel, task: Task): string {
  const state = stateOf(kernel, task);
  return state === 'R' && kernel.cpus.some(({ running }) => running === task) ? 'X' : state;
}

/** Who runs, by core; `null` before the start. */
export function running({ kernel }: World): (string | null)[] {
  return kernel.cpus.map((cpu) => (cpu.running?.idle ? 'IDLE' : (cpu.running?.name ?? null)));
}

type Json = number | string | null | readonly Json[] | { readonly [key: string]: Json };

/** What is left when the run is over. */
export interface Final {
  readonly tick: number;
  /** Of one core only. */
  readonly ntasks?: number;
  readonly running: Json;
  readonly tasks: Readonly<Record<string, Json>>;
  readonly objs: Readonly<Record<string, Json>>;
}

export function finalOf(world: World): Final {
  const { kernel, actors, program } = world;
  const tasks: Record<string, Json> = {};
  for (const [name, actor] of actors) if (actor.created) tasks[name] = finalTask(kernel, actor);
  const objs: Record<string, Json> = {};
  for (const [name, kind] of program.objects) objs[name] = finalObject(world, name, kind);
  const names = running(world);
  return {
    tick: kernel.tick >>> 0,
    ...(names.length === 1 ? { ntasks: Number(kernel.taskCount) } : {}),
    running: names.length === 1 ? names[0]! : names,
    tasks,
    objs,
  };
}

function finalTask(kernel: Kernel, { task, completed }: Actor): Json {
  if (isDeleted(task)) return ['D', null, null, completed];
  return [
    stateOf(kernel, task),
    Number(task.priority),
    Number(task.base),
    completed,
    task.notified.map(({ value }) => value >>> 0),
    task.notified.map(({ state }) => (state === Notify.Received ? 1 : 0)),
  ];
}

function finalObject(world: World, name: string, kind: string): Json {
  const queue = world.queues.get(name);
  if (queue !== undefined) return finalQueue(queue, kind);
  const timer = world.timers.get(name);
  if (timer !== undefined) return timer.deleted || world.kernel.cpus.length > 1 ? null : Number(timer.active);
  const group = world.groups.get(name);
  if (group !== undefined) return group.deleted ? null : group.bits;
  return finalExtended(world, name) ?? null;
}

function finalQueue(queue: Queue, kind: string): Json {
  if (kind === 'queue') return [...queue.items];
  if (kind === 'mutex' || kind === 'recursive') return nameOf(queue.holder);
  return queue.items.length;
}

const nameOf = (task: Task | null): string | null => (task === null ? null : task.name);
