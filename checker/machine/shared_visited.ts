import { scanKeys } from './shared_keys.ts';
import { CHUNK_STATES, pagination, type Shared, type SpaceMap } from './shared_space.ts';
import type { SharedTable } from './shared_table.ts';
import type { Visit, VisitedStates } from './store.ts';

/** The states that a parallel search has found, when all workers rest. Their order depends on who was faster. */
export class SharedVisited implements VisitedStates {
  readonly kind: 'inline' | 'indexed';

  constructor(
    private readonly shared: Shared,
    private readonly map: SpaceMap,
    private readonly table: SharedTable,
  ) {
    this.kind = shared.kind;
  }

  lookup(states: Int32Array, at: number): boolean {
    return this.indexOf(states, at) >= 0;
  }

  indexOf(states: Int32Array, at: number): number {
    return this.table.find(states, at);
  }

  indexLimit(): number {
    const { table, pages } = this.map;
    const { words } = this.shared;
    return this.kind === 'inline' ? table.length / words : pages.length * (pagination(words).mask + 1);
  }

  scan(visit: Visit, backwards = false): void {
    const { table, pages } = this.map;
    const { words } = this.shared;
    if (this.kind === 'inline') return scanKeys(table, words, visit, backwards);
    for (let i = 0; i < pages.length; i++)
      this.#scanPage(backwards ? pages.length - 1 - i : i, visit, backwards);
  }

  #scanPage(index: number, visit: Visit, backwards: boolean): void {
    const { words } = this.shared;
    const { mask, chunks } = pagination(words);
    const page = this.map.pages[index] as Int32Array;
    for (let i = 0; i < chunks; i++) {
      const chunk = backwards ? chunks - 1 - i : i;
      const full = page[(mask + 1) * words + chunk] as number;
      for (let j = 0; j < full; j++) {
        const place = chunk * CHUNK_STATES + (backwards ? full - 1 - j : j);
        visit(page, place * words, index * (mask + 1) + place);
      }
    }
  }
}
