import { Effects } from './effects.ts';
import { Reading } from './reading.ts';
import type { Registry } from './registry.ts';

interface Last<T> {
  readonly result: T;
  readonly reading: Reading;
  readonly effects: Effects;
}

/**
 * A process or a property. It is lowered again only when something that it was told has changed since; otherwise lowering it
 * would learn nothing new and give the same code.
 */
export class Unit<T> {
  private last: Last<T> | null = null;

  constructor(private readonly lower: (registry: Registry) => T) {}

  lowered(registry: Registry): T {
    const { last } = this;
    // What a specification does depends on the marks of all processes, which nobody notes.
    if (last !== null && registry.specified.length === 0 && last.reading.holds(registry.nameOf)) {
      registry.repeat(last.effects);
      return last.result;
    }
    this.last = null;
    const [reading, effects] = [new Reading(), new Effects()];
    const result = registry.recording(reading, effects, () => this.lower(registry));
    this.last = { result, reading, effects };
    return result;
  }
}
