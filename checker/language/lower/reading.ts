/**
 * Something that lowering knows and may learn more about. Time is counted in what was learnt: see `Facts.now`.
 */
export interface Known {
  /** Whether anything was learnt about it after `time`. */
  changedSince(time: number): boolean;
  /** The reading that has noted it last: one look-up for what is read again and again. */
  notedBy: Reading | null;
}

/** What one lowering of a process or property was told, so that it need not be repeated while that stays true. */
export class Reading {
  private readonly known: Known[] = [];
  private readonly times: number[] = [];
  private readonly names = new Map<object, string>();
  /** It was told something that was out of date at that time. */
  private stale = false;

  /** `known` is read at time `now`. */
  note(known: Known, now: number): void {
    if (known.notedBy === this) return;
    known.notedBy = this;
    this.known.push(known);
    this.times.push(now);
  }

  /** What was made at `time` from `known` is read at time `now`. */
  noteMade(known: readonly Known[], time: number, now: number): void {
    for (const each of known) {
      this.note(each, now);
      if (each.changedSince(time)) this.stale = true;
    }
  }

  noteName(object: object, name: string): void {
    this.names.set(object, name);
  }

  /** Whether the same lowering would be told the same now. */
  holds(nameOf: (object: object) => string): boolean {
    if (this.stale) return false;
    for (let i = 0; i < this.known.length; i++)
      if ((this.known[i] as Known).changedSince(this.times[i] as number)) return false;
    for (const [object, name] of this.names) if (nameOf(object) !== name) return false;
    return true;
  }
}

/** Something that becomes true once. */
export class Flag implements Known {
  notedBy: Reading | null = null;
  changedAt = 0;
  isSet = false;

  changedSince(time: number): boolean {
    return this.changedAt > time;
  }
}
