import { atomic, blocks, int } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import {
  DList,
  DNode,
  sys_dlist_append,
  sys_dlist_get,
  sys_dlist_remove,
  sys_dnode_is_linked,
} from './dlist.ts';
import { EAGAIN, K_NO_WAIT, type Kernel, type Thread } from './kernel.ts';

/** The state of an event: K_POLL_STATE_…. */
export const STATE_NOT_READY = 0;
export const STATE_SIGNALED = 1;
export const STATE_SEM_AVAILABLE = 2;

/** `sys_dlist_t poll_events` of an object that can be polled. */
export class PollEvents extends DList {}

/** `struct k_poll_signal`: one bit, which stays until somebody clears it. */
export class PollSignal {
  static readonly drawing: Drawing = { kind: 'fields', also: ['signaled'] };

  signaled = int(0, 1);
  readonly pollEvents = new PollEvents();
}

/** What an event can be about. */
export interface Condition {
  readonly pollEvents: PollEvents;
  /** is_condition_met: the state, or {@link STATE_NOT_READY}. */
  readonly met: () => number;
}

/** `struct k_poll_event`. It is one node in one list, so it belongs to one k_poll() at a time. */
export class PollEvent extends DNode {
  static readonly drawing: Drawing = { kind: 'fields', also: ['state', 'poller'] };

  state = int(0, STATE_SIGNALED | STATE_SEM_AVAILABLE);
  /** Who waits with it. */
  poller: Thread | null = null;

  constructor(
    readonly name: string,
    readonly about: Condition,
  ) {
    super();
  }
}

/** `K_POLL_TYPE_SIGNAL`: an event that is ready while the signal is raised. Elaboration only. */
export function signalEvent(name: string, signal: PollSignal): PollEvent {
  return new PollEvent(name, {
    pollEvents: signal.pollEvents,
    met: () => (signal.signaled === 0 ? STATE_NOT_READY : STATE_SIGNALED),
  });
}

/**
 * `k_poll` (kernel/poll.c): waits until one of `events` is ready; 0 or -EAGAIN. Registering and beginning to wait are one
 * step here: what comes between them makes the real one return at once. Which events are ready is in their states.
 * @param us µs, K_NO_WAIT or K_FOREVER
 */
export function k_poll(kernel: Kernel, events: readonly PollEvent[], us: number): number {
  blocks('k_poll', us);
  const self = kernel.self();
  const waits = atomic(() => {
    if (anyReady(events)) return 0;
    if (us === K_NO_WAIT) return -EAGAIN;
    for (const event of events) register(event, self);
    kernel.pend(self, null, us);
    return 1;
  });
  if (waits !== 1) return waits;
  const result = kernel.rested(self);
  atomic(() => {
    for (const event of events) clearRegistration(event);
  });
  return result;
}

function anyReady(events: readonly PollEvent[]): boolean {
  let ready = false;
  for (const event of events) {
    const state = event.about.met();
    if (state !== STATE_NOT_READY) {
      setReady(event, state);
      ready = true;
    }
  }
  return ready;
}

/** register_event and add_event: behind others of the same priority. That it is in a list already nobody notices. */
function register(event: PollEvent, self: Thread): void {
  sys_dlist_append(event.about.pollEvents, event);
  event.poller = self;
}

function clearRegistration(event: PollEvent): void {
  event.poller = null;
  if (sys_dnode_is_linked(event)) sys_dlist_remove(event);
}

function setReady(event: PollEvent, state: number): void {
  event.poller = null;
  event.state |= state;
}

/** `k_poll_signal_raise`: sets the bit and wakes the *first* event that is registered. May be called by an interrupt. */
export function k_poll_signal_raise(kernel: Kernel, signal: PollSignal): void {
  atomic(() => {
    signal.signaled = 1;
    handlePollEvents(kernel, signal.pollEvents, STATE_SIGNALED);
  });
}

/** `k_poll_signal_reset`: from now on it is not raised. */
export function k_poll_signal_reset(signal: PollSignal): void {
  signal.signaled = 0;
}

/** z_handle_obj_poll_events and signal_poll_event. */
export function handlePollEvents(kernel: Kernel, list: PollEvents, state: number): void {
  const event = sys_dlist_get(list) as PollEvent | null;
  if (event === null) return;
  const thread = event.poller;
  if (thread?.pending) kernel.wake(thread, 0);
  setReady(event, state);
}
