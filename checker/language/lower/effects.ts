import type { Variable } from '../ir.ts';
import { Bookkeeping } from './bookkeeping.ts';
import type { Registry } from './registry.ts';

type Effect = (registry: Registry) => void;

/** What the lowering of one process or property asked of the registry, in order: it can be asked again without lowering. */
export class Effects {
  readonly bookkeeping = new Bookkeeping();
  /** A variable stands for itself: it is a local. */
  private readonly list: (Variable | Effect)[] = [];
  private readonly asked = new Set<object>();

  /** Whether `what` is asked for the first time; asking again changes nothing. */
  isFirst(what: object): boolean {
    if (this.asked.has(what)) return false;
    this.asked.add(what);
    return true;
  }

  add(effect: Variable | Effect): void {
    this.list.push(effect);
  }

  repeat(registry: Registry): void {
    for (const effect of this.list) {
      if (typeof effect === 'function') effect(registry);
      else registry.localAgain(effect);
    }
  }
}
