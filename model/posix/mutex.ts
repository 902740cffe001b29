import { atomic, choose, demand, int, type Lock, me, type Sequence, sequence, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { EBUSY, EINTR, ETIMEDOUT } from './errno.ts';
import { Thread } from './thread.ts';

const NESTING_MAX = 4;

/** PTHREAD_MUTEX_NORMAL (a second time by its owner: for ever) or PTHREAD_MUTEX_RECURSIVE. */
export type MutexType = 'normal' | 'recursive';

/**
 * `pthread_mutex_t` of glibc: not fair, no hand-off. Waiting for it is not interrupted by signals: handlers run, and
 * the wait goes on.
 */
export class PthreadMutex implements Lock {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'owner', depth: 'depth' };

  owner: Thread | null = null;
  depth = int(0, NESTING_MAX);

  constructor(
    readonly name: string,
    readonly type: MutexType = 'normal',
  ) {}

  /** pthread_mutex_lock(3) */
  lock(): void {
    until(() => this.take());
  }

  /** pthread_mutex_trylock(3): 0, or EBUSY. */
  trylock(): number {
    return atomic(() => (this.take() ? 0 : EBUSY));
  }

  /** pthread_mutex_unlock(3). A normal mutex of glibc does not ask who owns it. */
  unlock(): void {
    atomic(() => this.give());
  }

  /** Whether the caller would get it now. */
  isFree(): boolean {
    return this.owner === null || (this.type === 'recursive' && this.owner === me(Thread));
  }

  take(): boolean {
    if (!this.isFree()) return false;
    this.owner = me(Thread);
    this.depth++;
    return true;
  }

  give(): void {
    demand(this.owner !== null, 'pthread_mutex_unlock() of a mutex that is not locked');
    if (this.type === 'recursive')
      demand(this.owner === me(Thread), 'a recursive mutex is unlocked by a thread that does not own it');
    this.depth--;
    if (this.depth === 0) this.owner = null;
  }
}

/** `pthread_cond_t`. Which waiter is woken is not said, and the woken one competes for the mutex like others. */
export class PthreadCond {
  static readonly drawing: Drawing = { kind: 'queue', items: 'waiters' };

  private readonly waiters: Sequence<Thread>;

  /** @param waitersMax threads that may wait at a time. */
  constructor(
    readonly name: string,
    waitersMax = 2,
  ) {
    this.waiters = sequence<Thread>(waitersMax);
  }

  /** pthread_cond_wait(3): gives the mutex up and waits, in one step. */
  wait(mutex: PthreadMutex): void {
    const self = me(Thread);
    this.block(mutex);
    until(() => !this.waiters.includes(self));
    mutex.lock();
  }

  /** pthread_cond_timedwait(3): 0, or ETIMEDOUT. */
  timedwait(mutex: PthreadMutex, timeout: number): number {
    const self = me(Thread);
    this.block(mutex);
    until(() => !this.waiters.includes(self), timeout);
    const timedOut = atomic(() => this.waiters.remove(self));
    mutex.lock();
    return timedOut ? ETIMEDOUT : 0;
  }

  /** pthread_cond_signal(3): wakes one, if somebody waits. It does not latch. */
  signal(): void {
    atomic(() => {
      const n = this.waiters.length;
      if (n > 0) this.waiters.remove(this.waiters.at(choose(n)));
    });
  }

  /** pthread_cond_broadcast(3) */
  broadcast(): void {
    this.waiters.clear();
  }

  private block(mutex: PthreadMutex): void {
    atomic(() => {
      mutex.give();
      this.waiters.push(me(Thread));
    });
  }
}

/** `sem_t`: a semaphore that counts. */
export class Semaphore {
  static readonly drawing: Drawing = { kind: 'count', value: 'value' };

  value: number;

  /** @param max model bound. */
  constructor(
    readonly name: string,
    value = 0,
    max = 3,
  ) {
    this.value = int(0, max, value);
  }

  /** sem_post(3): the only one of these that a signal handler may call. */
  post(): void {
    atomic(() => {
      this.value++;
    });
  }

  /** sem_wait(3): 0, or EINTR, which many a caller does not look at. */
  wait(): number {
    return me(Thread).restartableCall(() => (this.take() ? 1 : 0), -1) === EINTR ? EINTR : 0;
  }

  private take(): boolean {
    if (this.value === 0) return false;
    this.value--;
    return true;
  }
}
