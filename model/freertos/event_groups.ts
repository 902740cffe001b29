import { blocks, check, me, meOrNull, type Sequence, sequence } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { refuse } from './context.ts';
import type { Kernel } from './kernel.ts';
import { beforeBlocking, mayBlock, resumeAllAndYield, resumed } from './suspend_all.ts';
import { Task } from './task.ts';
import { waitIsOver } from './tasks.ts';

/** An event group (event_groups.c): 24 bits, and the tasks that wait for some, in order of arrival. */
export class EventGroup {
  static readonly drawing: Drawing = { kind: 'bits', value: 'bits', also: ['waiters'] };

  bits = 0;
  /** vEventGroupDelete was called; the memory is free. */
  deleted = false;
  readonly waiters: Sequence<Task>;

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
  ) {
    this.waiters = sequence<Task>(kernel.config.tasksMax);
  }
}

/** An event group with all bits clear. Elaboration only. */
export function xEventGroupCreate(kernel: Kernel, name: string): EventGroup {
  return new EventGroup(kernel, name);
}

/** The heart of xEventGroupSetBits, with the scheduler suspended. Returns the bits after clearing. */
function set(kernel: Kernel, group: EventGroup, bits: number): number {
  group.bits |= bits;
  let clear = 0;
  for (const task of group.waiters) {
    const wait = task.eventWait;
    if (!wait.met(group.bits)) continue;
    if (wait.clear) clear |= wait.bits;
    wait.released = true;
    wait.result = group.bits;
    vTaskRemoveFromUnorderedEventList(kernel, task);
  }
  group.bits &= ~clear;
  return group.bits;
}

function vTaskRemoveFromUnorderedEventList(kernel: Kernel, task: Task): void {
  kernel.makeReady(task);
  if (kernel.scheduling.yieldRequired(kernel, task, false)) kernel.here().yieldPending = true;
}

/** Returns the bits as they are when it has released whom they satisfy. */
export function xEventGroupSetBits(kernel: Kernel, group: EventGroup, bits: number): number {
  if (meOrNull(Task) === null) return refuse('xEventGroupSetBits', 0);
  return kernel.call(() => {
    const result = set(kernel, group, bits);
    resumed(kernel);
    return result;
  });
}

/** Clears these bits; returns what all were before. */
export function xEventGroupClearBits(kernel: Kernel, group: EventGroup, bits: number): number {
  if (meOrNull(Task) === null) return refuse('xEventGroupClearBits', 0);
  return kernel.call(() => {
    const before = group.bits;
    group.bits = before & ~bits;
    return before;
  });
}

/** vEventGroupDelete: releases all who wait, with no bits. The group must not be used any more. */
export function vEventGroupDelete(kernel: Kernel, group: EventGroup): void {
  if (meOrNull(Task) === null) return refuse('vEventGroupDelete', undefined);
  kernel.call(() => {
    group.deleted = true;
    while (group.waiters.length > 0) {
      const task = group.waiters.at(0);
      task.eventWait.released = true;
      task.eventWait.result = 0;
      vTaskRemoveFromUnorderedEventList(kernel, task);
    }
    group.bits = 0;
    resumed(kernel);
  });
}

/** The bits as they are now. */
export function xEventGroupGetBits(group: EventGroup): number {
  return group.kernel.call(() => group.bits);
}

/** Blocks the caller on the group; within a step. */
function block(kernel: Kernel, group: EventGroup, self: Task, ticks: number): void {
  self.waitPriorityInUse = true;
  self.waitingIn = group.waiters;
  group.waiters.push(self);
  kernel.delayCurrent(self, ticks);
  resumeAllAndYield(kernel);
}

/** After a wait: the bits that released it, or those there are now (uxTaskResetEventItemValue). */
function finish(kernel: Kernel, group: EventGroup): number {
  return kernel.call(() => {
    const self = me(Task);
    const wait = self.eventWait;
    self.waitPriorityInUse = false;
    self.waitPriority = self.priority;
    waitIsOver(self);
    let result = group.bits;
    if (wait.released) result = wait.result;
    else if (wait.met(result) && wait.clear) group.bits &= ~wait.bits;
    wait.forget();
    return result;
  });
}

/** Returns the bits that ended the wait, before clearing; after a timeout those there are then. */
export function xEventGroupWaitBits(
  kernel: Kernel,
  group: EventGroup,
  bits: number,
  clearOnExit: boolean,
  waitForAll: boolean,
  ticks: number,
): number {
  if (meOrNull(Task) === null) return refuse('xEventGroupWaitBits', 0);
  blocks('xEventGroupWaitBits', ticks);
  beforeBlocking(kernel);
  const [blocked, result] = kernel.call((): [boolean, number] => {
    const self = me(Task);
    const wait = self.eventWait;
    check(bits !== 0, 'configASSERT: a task waits for no event bits');
    mayBlock(kernel, ticks);
    const now = group.bits;
    wait.begin(bits, clearOnExit, waitForAll);
    const ready = wait.met(now);
    if (ready && clearOnExit) group.bits &= ~bits;
    if (ready || ticks === 0) {
      wait.forget();
      resumed(kernel);
      return [false, now];
    }
    block(kernel, group, self, ticks);
    return [true, 0];
  });
  return blocked ? finish(kernel, group) : result;
}

/** Sets `bits` and waits for all of `waitFor`, as one: a rendezvous. */
export function xEventGroupSync(
  kernel: Kernel,
  group: EventGroup,
  bits: number,
  waitFor: number,
  ticks: number,
): number {
  if (meOrNull(Task) === null) return refuse('xEventGroupSync', 0);
  blocks('xEventGroupSync', ticks);
  beforeBlocking(kernel);
  const [blocked, result] = kernel.call((): [boolean, number] => {
    const self = me(Task);
    check(waitFor !== 0, 'configASSERT: a task waits for no event bits');
    mayBlock(kernel, ticks);
    const complete = group.bits | bits;
    set(kernel, group, bits);
    if ((complete & waitFor) === waitFor) {
      group.bits &= ~waitFor;
      resumed(kernel);
      return [false, complete];
    }
    if (ticks === 0) {
      resumed(kernel);
      return [false, group.bits];
    }
    self.eventWait.begin(waitFor, true, true);
    block(kernel, group, self, ticks);
    return [true, 0];
  });
  return blocked ? finish(kernel, group) : result;
}
