import { Notify, On, Task } from '../../model/freertos/task.ts';
import { Core } from '../../model/hardware/core.ts';
import { Irq } from '../../model/hardware/irq.ts';
import type { Why } from './view.ts';

/**
 * Why the hardware, or the FreeRTOS kernel, gives a process no turn. The objects are those that `build()` left, with the
 * values of the state put back into them, so that the model's own functions can be asked.
 */
export interface Surroundings {
  readonly roles: readonly object[];
  /** What a trace calls an object. */
  readonly nameOf: (object: object) => string;
}

function role<T>(roles: readonly object[], kind: abstract new (...args: never[]) => T): T | null {
  return (roles.find((each) => each instanceof kind) as T | undefined) ?? null;
}

export function whyHardware({ roles, nameOf }: Surroundings): Why[] {
  const irq = role(roles, Irq);
  if (irq !== null) return whyHandler(irq);
  const task = role(roles, Task);
  if (task !== null) return whyTask(task, nameOf);
  const core = role(roles, Core);
  return core === null ? [] : whyThreadLevel(core);
}

/** The thread level of a core: handlers come first. */
function whyThreadLevel(core: Core): Why[] {
  const found: Why[] = core.stalled ? [{ kind: 'stalled', core: core.name }] : [];
  const first = core.executing();
  if (first !== null) found.push(interruptedBy(core, first));
  return found;
}

function interruptedBy(core: Core, by: Irq): Why {
  const { name, priority } = by;
  return {
    kind: 'interrupted',
    core: core.name,
    by: name,
    due: core.active !== by,
    priority: Number(priority),
  };
}

function whyHandler(line: Irq): Why[] {
  const { core } = line;
  const found: Why[] = core.stalled ? [{ kind: 'stalled', core: core.name }] : [];
  const priority = Number(line.priority);
  if (core.active === line) {
    const first = core.executing();
    if (first !== null && first !== line) found.push(interruptedBy(core, first));
    return found;
  }
  if (!line.requested())
    found.push({ kind: 'not requested', line: line.name, pending: line.isPending(), enabled: line.enabled });
  else if (core.power !== null && !core.power.lets(line))
    found.push({
      kind: 'sleep mode',
      core: core.name,
      mode: core.power.mode.name,
      source: String(line.wakes),
    });
  if (core.masked)
    found.push({ kind: 'masked', core: core.name, primask: core.primask, maskDepth: Number(core.maskDepth) });
  if (priority >= core.level && core.active !== null)
    found.push({ kind: 'level', core: core.name, by: core.active.name, level: core.level, priority });
  if (priority >= core.basepri)
    found.push({ kind: 'basepri', core: core.name, basepri: Number(core.basepri), priority });
  const first = core.executing();
  if (found.length === 0 && first !== null && first !== line) found.push(interruptedBy(core, first));
  return found;
}

function whyTask(task: Task, nameOf: (object: object) => string): Why[] {
  const { kernel } = task;
  const cpu = kernel.cpus.find(({ running }) => running === task);
  if (cpu !== undefined) return whyThreadLevel(cpu.core);
  const found: Why[] = [];
  const on = Number(task.on);
  if (on !== On.Ready) {
    const left = Number(task.left);
    const isOver = !task.process.alive || on === On.None;
    found.push({
      kind: 'blocked',
      state: isOver ? 'deleted' : on === On.Delayed ? 'delayed' : 'suspended',
      list: task.waitingIn === null ? null : nameOf(task.waitingIn),
      notification: slotIn(task),
      ticksLeft: on === On.Delayed && left >= 0 ? left : null,
      since: null,
    });
  }
  const cpus = task.pinned === null ? kernel.cpus : [task.pinned];
  const others = cpus.flatMap(({ running }) => (running === null ? [] : [running]));
  found.push({
    kind: 'another runs',
    core: task.pinned === null ? null : task.pinned.core.name,
    running: others.map(({ name }) => name),
    priority: Number(task.priority),
    priorities: others.map(({ priority }) => Number(priority)),
  });
  return found;
}

/** The slot in which it waits for a notification. */
function slotIn({ notified }: Task): number | null {
  const slot = notified.findIndex(({ state }) => Number(state) === Notify.Waiting);
  return slot < 0 ? null : slot;
}
