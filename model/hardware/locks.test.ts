import { describe, expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import { always, ghost, int, pause, sometimes, stuck } from '../index.ts';
import { bareMetal, Core, edges, HardwareSpinLock, Irq, Mutex, RecursiveMutex, Spinlock } from './index.ts';

function twoCores(): [Core, Core] {
  const cluster: Core[] = [];
  const options = { eventRegister: true };
  return [new Core('core 0', cluster, options), new Core('core 1', cluster, options)];
}

/** Counts who is inside, for a property. */
class Inside {
  count = int(0, 2);

  visit(): void {
    ghost(() => {
      this.count++;
    });
    pause();
    ghost(() => {
      this.count--;
    });
  }
}

const spin = scenario('hardware spinlock', {
  about: 'both cores, and a handler on core 0, want the same spinlock',
  variants: {
    masked: { holds: true },
    // The handler spins for ever on the core that holds the lock.
    'without the mask': { violates: 'deadlock' },
    // One bit, no nesting.
    'taken twice': { violates: 'deadlock' },
    'unlocked by the other core': { violates: 'a spinlock is unlocked by a core that does not hold it' },
  },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const lock = new HardwareSpinLock('spinlock');
    const inside = new Inside();
    const seen = { handler: false };
    const section = (): void => {
      const saved = lock.spin_lock_blocking();
      inside.visit();
      lock.spin_unlock(saved);
    };
    bareMetal(core0, 'main 0', () => {
      if (variant === 'without the mask') {
        lock.spin_lock_unsafe_blocking();
        inside.visit();
        lock.spin_unlock_unsafe();
      } else if (variant === 'taken twice') {
        const saved = lock.spin_lock_blocking();
        section();
        lock.spin_unlock(saved);
      } else section();
    });
    bareMetal(core1, 'main 1', () => {
      if (variant !== 'unlocked by the other core') section();
      else if (lock.is_spin_locked()) lock.spin_unlock_unsafe();
    });
    edges(
      new Irq(core0, 'device', 1, () => {
        section();
        ghost(() => {
          seen.handler = true;
        });
      }),
      1,
    );
    return [
      always('one at a time', () => inside.count < 2),
      sometimes('the handler was inside', () => seen.handler),
      sometimes('core 1 waits', () => lock.holder === core0),
    ];
  },
});

const mutex = scenario('mutex_t', {
  about: 'main on both cores, and a handler on core 0, share a mutex of the pico-sdk',
  variants: {
    'two cores': { holds: true },
    // The owner is the core: the handler waits for what it interrupted, in a WFE that no SEV ends.
    'a handler enters': { violates: 'everybody gets through' },
    'a handler enters, recursive': { violates: 'one at a time' },
    'a handler tries': { holds: true },
    'left by the other core': { violates: 'a mutex is left by a core that does not own it' },
  },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const recursive = variant.endsWith('recursive');
    const lock = recursive ? new RecursiveMutex('mutex') : new Mutex('mutex');
    const inside = new Inside();
    const seen = { through: int(0, 2), handler: false };
    const section = (): void => {
      lock.enter_blocking();
      inside.visit();
      lock.exit();
      ghost(() => {
        seen.through++;
      });
    };
    bareMetal(core0, 'main 0', section);
    if (!variant.startsWith('a handler'))
      bareMetal(core1, 'main 1', () => {
        if (variant !== 'left by the other core') section();
        else lock.exit();
      });
    else
      edges(
        new Irq(core0, 'device', 1, () => {
          if (variant !== 'a handler tries') section();
          else if (lock.try_enter()) {
            inside.visit();
            lock.exit();
          }
          ghost(() => {
            seen.handler = true;
          });
        }),
        1,
      );
    return [
      always('one at a time', () => inside.count < 2),
      stuck(
        'everybody gets through',
        () => seen.through === (variant === 'two cores' ? 2 : 1) || seen.handler,
      ),
      sometimes('somebody is inside', () => inside.count === 1),
    ];
  },
});

const portmux = scenario('portMUX', {
  about: 'the spinlock of ESP-IDF nests on its core',
  variants: {
    nested: { holds: true },
    'unlocked by the other core': { violates: 'a spinlock is unlocked by a core that does not hold it' },
  },
  build({ variant }) {
    const [core0, core1] = twoCores();
    const lock = new Spinlock('portMUX');
    const inside = new Inside();
    bareMetal(core0, 'main 0', () => {
      lock.lock();
      lock.lock();
      inside.visit();
      lock.unlock();
      lock.unlock();
    });
    bareMetal(core1, 'main 1', () => {
      if (variant === 'nested') {
        lock.lock();
        inside.visit();
      } else core1.disableInterrupts();
      lock.unlock();
    });
    return [always('one at a time', () => inside.count < 2), sometimes('nested', () => lock.depth === 2)];
  },
});

describe('locks across cores', () => {
  test('a hardware spinlock has no owner and does not nest', async () => {
    expect(await outline(spin)).toMatchInlineSnapshot(`
      "masked | holds | 130 states, 226 transitions
      without the mask | violated | deadlock in 5 | 112 states, 174 transitions
      taken twice | violated | deadlock in 5 | 74 states, 121 transitions
      unlocked by the other core | violated | a spinlock is unlocked by a core that does not hold it in 4 | 84 states, 124 transitions"
    `);
  });

  test('the owner of a pico-sdk mutex is a core', async () => {
    expect(await outline(mutex)).toMatchInlineSnapshot(`
      "two cores | holds | 156 states, 228 transitions
      a handler enters | violated | everybody gets through in 20 | 116 states, 127 transitions
      a handler enters, recursive | violated | one at a time in 19 | 169 states, 187 transitions
      a handler tries | holds | 110 states, 123 transitions
      left by the other core | violated | a mutex is left by a core that does not own it in 3 | 33 states, 48 transitions"
    `);
  });

  test('a portMUX nests, and belongs to its core', async () => {
    expect(await outline(portmux)).toMatchInlineSnapshot(`
      "nested | holds | 48 states, 72 transitions
      unlocked by the other core | violated | a spinlock is unlocked by a core that does not hold it in 2 | 20 states, 28 transitions"
    `);
  });
});
