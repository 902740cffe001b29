import { atomic, check, int, type Lock, me, until } from '../index.ts';
import type { Drawing } from '../intrinsics/drawing.ts';
import { Core } from './core.ts';

const NESTING_MAX = 3;

/**
 * A recursive spinlock that masks its own core first: `portMUX_TYPE` with `portENTER_CRITICAL` of ESP-IDF. The
 * mask keeps out the own core's interrupts, the lock word the other core. The mask must come first, or an
 * interrupt that wants the lock too spins for ever on the core that holds it.
 */
export class Spinlock implements Lock {
  static readonly drawing: Drawing = { kind: 'owner', owner: 'owner', depth: 'depth' };

  owner: Core | null = null;
  depth = int(0, NESTING_MAX);

  constructor(readonly name: string) {}

  lock(): void {
    const core = me(Core);
    core.disableInterrupts();
    until(() => {
      if (this.owner !== null && this.owner !== core) return false;
      this.owner = core;
      this.depth++;
      return true;
    });
  }

  unlock(): void {
    atomic(() => {
      check(this.owner === me(Core), 'a spinlock is unlocked by a core that does not hold it');
      this.depth--;
      if (this.depth === 0) this.owner = null;
    });
    me(Core).enableInterrupts();
  }
}

/**
 * Masking the calling core and nothing else. A correct lock on a single core; on two it excludes half of the
 * system (esp32 before MicroPython 05ac69329d).
 */
export class CoreMask implements Lock {
  lock(): void {
    me(Core).disableInterrupts();
  }

  unlock(): void {
    me(Core).enableInterrupts();
  }
}
