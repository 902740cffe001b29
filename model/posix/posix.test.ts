/**
 * What the system calls promise, each against signal(7) and the page of its own. A C program that made the same calls on
 * Linux with glibc had the same results: which calls a handler ends, with SA_RESTART and without, and whom the kernel chooses.
 */
import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, clock, ghost, idle, int, pause, process, sometimes, stuck } from '../index.ts';
import * as p from './index.ts';

const FULL = 200_000;
const nothing = () => {};
const MAIN_KNOWS = 'main sees the signal';

const interrupted = scenario('interrupted', {
  about: 'a signal while a system call waits: EINTR, or on as if nothing had been?',
  timing: 'prompt',
  variants: {
    read: { violates: 'no EINTR' },
    'read, SA_RESTART': { holds: true },
    poll: { violates: 'no EINTR' },
    'poll, SA_RESTART': { violates: 'no EINTR' },
    'sleep, SA_RESTART': { violates: 'no EINTR' },
    'select, SA_RESTART': { violates: 'no EINTR' },
    sem_wait: { violates: 'no EINTR' },
    'sem_wait, SA_RESTART': { holds: true },
    'poll, blocked signal': { holds: true },
  },
  build({ variant }) {
    const unix = new p.PosixProcess();
    const [ours, theirs] = p.socketpair('s', 1);
    const semaphore = new p.Semaphore('semaphore');
    const seen = { eintr: false, done: false };
    const left = clock();
    unix.sigaction(p.SIGUSR1, nothing, {
      restart: variant.includes('RESTART'),
    });
    const fds = [new p.PollFd(ours, p.POLLIN)];
    const call = () => {
      if (variant.startsWith('read')) return ours.read();
      if (variant.startsWith('poll')) return p.poll(fds, FULL);
      if (variant.startsWith('sem_wait')) return semaphore.wait();
      if (variant.startsWith('sleep')) return p.sleep(FULL);
      left.arm(FULL);
      return p.select(left);
    };
    unix.thread(
      'main',
      () => {
        const result = call();
        ghost(() => {
          seen.eintr = result === p.EINTR;
          seen.done = true;
        });
      },
      { mask: variant.endsWith('blocked signal') ? p.SIGUSR1 : p.NO_SIGNALS },
    );
    process(
      'sender',
      () => {
        unix.kill(p.SIGUSR1);
        pause();
        theirs.writeNonBlocking();
        semaphore.post();
      },
      { outside: true },
    );
    return [
      always('no EINTR', () => !seen.eintr),
      sometimes('the call ends', () => seen.done),
      sometimes('what was waited for', () => seen.done && !seen.eintr),
    ];
  },
});

/** A signal between the last look at a flag and the wait; who may take it. */
const delivery = scenario('delivery', {
  about: 'does the signal end the wait of the main thread?',
  variants: {
    alone: { violates: MAIN_KNOWS, through: ['poll'] },
    ppoll: { holds: true },
    'ppoll, a worker does not block it': { violates: MAIN_KNOWS, through: ['ppoll'] },
    'ppoll, Linux prefers main': { violates: MAIN_KNOWS, through: ['ppoll'] },
    'ppoll, a worker inherits the mask': { holds: true },
    'ppoll, directed': { holds: true },
    sigwait: { holds: true },
  },
  build({ variant }) {
    const unix = new p.PosixProcess({ delivery: variant.endsWith('prefers main') ? 'main' : 'any' });
    const flag = { set: false };
    const seen = { main: false, handledIn: int(0, 2) };
    unix.sigaction(p.SIGUSR1, () => {
      flag.set = true;
    });
    let worker: p.Thread | null = null;
    const main = unix.thread(
      'main',
      () => {
        if (variant !== 'alone' && variant !== 'sigwait') p.pthread_sigmask(p.SIGUSR1);
        if (worker !== null) p.pthread_create(worker);
        if (variant === 'sigwait') {
          p.sigwait(p.SIGUSR1);
          flag.set = true;
        }
        while (!flag.set)
          if (variant === 'alone') p.poll([], -1);
          else p.ppoll([], -1, p.NO_SIGNALS);
        ghost(() => {
          seen.main = true;
        });
      },
      { mask: variant === 'sigwait' ? p.SIGUSR1 : p.NO_SIGNALS },
    );
    if (variant.includes('worker') || variant.includes('Linux')) {
      const inherits = variant.endsWith('inherits the mask');
      worker = unix.thread(
        'worker',
        () => {
          if (!inherits) p.pthread_sigmask(p.NO_SIGNALS);
          p.sleep(-1);
        },
        { dormant: true },
      );
    }
    process(
      'sender',
      () => {
        if (variant.endsWith('directed')) p.pthread_kill(main, p.SIGUSR1);
        else unix.kill(p.SIGUSR1);
      },
      { outside: true },
    );
    return [stuck(MAIN_KNOWS, () => seen.main || !flag.set), sometimes('main sees it', () => seen.main)];
  },
});

const nested = scenario('nested', {
  about: 'a handler interrupts another one unless sa_mask blocks it; each returns to what it interrupted',
  variants: { open: { violates: 'one handler at a time' }, sa_mask: { holds: true } },
  build({ variant }) {
    const unix = new p.PosixProcess();
    const inside = { count: int(0, 2) };
    const seen = { done: false };
    const handler = () => {
      ghost(() => {
        inside.count++;
      });
      pause();
      ghost(() => {
        inside.count--;
      });
    };
    const mask = variant === 'sa_mask' ? p.ALL_SIGNALS : p.NO_SIGNALS;
    unix.sigaction(p.SIGUSR1, handler, { mask });
    unix.sigaction(p.SIGUSR2, handler, { mask });
    const main = unix.thread('main', () => {
      pause();
      ghost(() => {
        seen.done = true;
      });
    });
    process(
      'sender',
      () => {
        p.pthread_kill(main, p.SIGUSR1);
        p.pthread_kill(main, p.SIGUSR2);
      },
      { outside: true },
    );
    return [
      always('one handler at a time', () => inside.count < 2),
      idle('everything returns', () => inside.count === 0 && seen.done && main.handling === 0),
      sometimes('a signal waits for the first handler', () => main.active !== 0 && main.pending !== 0),
    ];
  },
});

const mutex = scenario('mutex', {
  about: 'pthread_mutex_t and pthread_cond_t: exclusion, nesting, and what a signal to a condition leaves',
  variants: {
    normal: { holds: true },
    // Its owner waits for itself, and the worker for the owner.
    'normal, twice': { violates: 'deadlock', also: ['the waiter goes on'] },
    'recursive, twice': { holds: true },
    // What it waits for is what it interrupted.
    'in a handler': { violates: 'deadlock', also: ['the waiter goes on'] },
    condition: { holds: true },
    // The signal came before the wait, and does not latch.
    'condition without a predicate': { violates: 'the waiter goes on', also: ['deadlock'] },
    'condition, timed': { holds: true },
  },
  build({ variant }) {
    const unix = new p.PosixProcess();
    const lock = new p.PthreadMutex('mutex', variant.startsWith('recursive') ? 'recursive' : 'normal');
    const cond = new p.PthreadCond('condition');
    const shared = { ready: false };
    const seen = { inside: int(0, 3), through: int(0, 2), timedOut: false };
    const enter = () => {
      lock.lock();
      ghost(() => {
        seen.inside++;
      });
      pause();
      ghost(() => {
        seen.inside--;
      });
    };
    const section = () => {
      enter();
      if (variant.endsWith('twice')) {
        lock.lock();
        lock.unlock();
      }
      lock.unlock();
    };
    unix.sigaction(p.SIGUSR1, section);
    const main = unix.thread('main', () => {
      if (variant.startsWith('condition')) {
        lock.lock();
        if (variant === 'condition without a predicate') cond.wait(lock);
        else
          while (!shared.ready)
            if (variant.endsWith('timed')) {
              if (cond.timedwait(lock, 1000) === p.ETIMEDOUT) {
                ghost(() => {
                  seen.timedOut = true;
                });
                break;
              }
            } else cond.wait(lock);
        lock.unlock();
      } else section();
      ghost(() => {
        seen.through++;
      });
    });
    if (variant === 'in a handler')
      process('sender', () => p.pthread_kill(main, p.SIGUSR1), { outside: true });
    else
      unix.thread('worker', () => {
        enter();
        shared.ready = true;
        cond.signal();
        lock.unlock();
        ghost(() => {
          seen.through++;
        });
      });
    return [
      always('one at a time', () => seen.inside < 2),
      stuck('the waiter goes on', () => seen.through === (variant === 'in a handler' ? 1 : 2)),
      sometimes('it goes on', () => seen.through > 0),
      sometimes('or times out', () => seen.timedOut || !variant.endsWith('timed')),
    ];
  },
});

const everybody = scenario('broadcast', {
  about: 'two threads wait for one condition: a signal wakes one of them, a broadcast both',
  variants: {
    broadcast: { holds: true },
    'one signal': { violates: 'both go on' },
    'two signals': { holds: true },
  },
  build({ variant }) {
    const unix = new p.PosixProcess();
    const [lock, cond] = [new p.PthreadMutex('mutex'), new p.PthreadCond('condition')];
    const shared = { ready: false };
    const seen = { through: int(0, 2) };
    for (const name of ['first', 'second'])
      unix.thread(name, () => {
        lock.lock();
        while (!shared.ready) cond.wait(lock);
        lock.unlock();
        ghost(() => {
          seen.through++;
        });
      });
    unix.thread('worker', () => {
      lock.lock();
      shared.ready = true;
      if (variant === 'broadcast') cond.broadcast();
      else cond.signal();
      if (variant === 'two signals') cond.signal();
      lock.unlock();
    });
    return [
      stuck('both go on', () => seen.through === 2),
      sometimes('one goes on', () => seen.through === 1),
    ];
  },
});

const foreign = scenario('foreign unlock', {
  about: 'a mutex is unlocked by a thread that does not own it: glibc asks only for a recursive one',
  variants: {
    normal: { holds: true },
    recursive: { violates: 'a recursive mutex is unlocked by a thread that does not own it' },
    'not locked': { violates: 'pthread_mutex_unlock() of a mutex that is not locked' },
  },
  build({ variant }) {
    const unix = new p.PosixProcess();
    const lock = new p.PthreadMutex('mutex', variant === 'recursive' ? 'recursive' : 'normal');
    const owner = unix.thread('owner', () => {
      if (variant !== 'not locked') lock.lock();
    });
    unix.thread('main', () => {
      p.pthread_join(owner);
      lock.unlock();
    });
    return [sometimes('it is free', () => lock.owner === null)];
  },
});

test('EINTR and SA_RESTART, call by call', async () => {
  expect(await outline(interrupted)).toMatchInlineSnapshot(`
    "read | violated | no EINTR in 5 | 48 states, 79 transitions
    read, SA_RESTART | holds | 36 states, 62 transitions
    poll | violated | no EINTR in 5 | 87 states, 150 transitions
    poll, SA_RESTART | violated | no EINTR in 5 | 87 states, 150 transitions
    sleep, SA_RESTART | violated | no EINTR in 5 | 77 states, 135 transitions
    select, SA_RESTART | violated | no EINTR in 6 | 94 states, 169 transitions
    sem_wait | violated | no EINTR in 5 | 43 states, 68 transitions
    sem_wait, SA_RESTART | holds | 31 states, 51 transitions
    poll, blocked signal | holds | 29 states, 44 transitions"
  `);
});

test('whom a signal wakes', async () => {
  expect(await outline(delivery)).toMatchInlineSnapshot(`
    "alone | violated | main sees the signal in 6 | 18 states, 20 transitions
    ppoll | holds | 17 states, 20 transitions
    ppoll, a worker does not block it | violated | main sees the signal in 10 | 79 states, 129 transitions
    ppoll, Linux prefers main | violated | main sees the signal in 10 | 79 states, 127 transitions
    ppoll, a worker inherits the mask | holds | 32 states, 49 transitions
    ppoll, directed | holds | 17 states, 20 transitions
    sigwait | holds | 8 states, 8 transitions"
  `);
});

test('handlers nest', async () => {
  expect(await outline(nested)).toMatchInlineSnapshot(`
    "open | violated | one handler at a time in 4 | 71 states, 93 transitions
    sa_mask | holds | 41 states, 57 transitions"
  `);
});

test('mutexes and conditions', async () => {
  expect(await outline(mutex)).toMatchInlineSnapshot(`
    "normal | holds | 24 states, 32 transitions
    normal, twice | violated | the waiter goes on in 2 | deadlock in 2 | 12 states, 13 transitions
    recursive, twice | holds | 30 states, 40 transitions
    in a handler | violated | the waiter goes on in 3 | deadlock in 3 | 25 states, 29 transitions
    condition | holds | 27 states, 34 transitions
    condition without a predicate | violated | the waiter goes on in 7 | deadlock in 7 | 26 states, 32 transitions
    condition, timed | holds | 72 states, 112 transitions"
  `);
});

test('who is woken by a condition', async () => {
  expect(await outline(everybody)).toMatchInlineSnapshot(`
    "broadcast | holds | 64 states, 86 transitions
    one signal | violated | both go on in 14 | deadlock in 14 | 70 states, 86 transitions
    two signals | holds | 73 states, 101 transitions"
  `);
});

test('who may unlock', async () => {
  expect(await outline(foreign)).toMatchInlineSnapshot(`
    "normal | holds | 5 states, 4 transitions
    recursive | violated | a recursive mutex is unlocked by a thread that does not own it in 4 | 4 states, 3 transitions
    not locked | violated | pthread_mutex_unlock() of a mutex that is not locked in 3 | 3 states, 2 transitions"
  `);
});
