import type { Site, Variable } from '../ir.ts';
import { refuse } from './refusal.ts';

/** Watches that what `ghost` blocks assign is read by properties and other `ghost` blocks only. */
export class Bookkeeping {
  private readonly assigned = new Set<Variable>();
  private readonly read = new Map<Variable, Site>();

  /** An access; `process` is -1 in a property. */
  note(
    operation: 'read' | 'write' | 'access',
    variables: readonly Variable[],
    site: Site,
    ghost: boolean,
    process: number,
  ): void {
    for (const variable of variables) {
      if (ghost && operation !== 'read') this.assigned.add(variable);
      if (!ghost && operation !== 'write' && process >= 0 && !this.read.has(variable))
        this.read.set(variable, site);
    }
  }

  /** The same accesses again. */
  append(other: Bookkeeping): void {
    for (const variable of other.assigned) this.assigned.add(variable);
    for (const [variable, site] of other.read) if (!this.read.has(variable)) this.read.set(variable, site);
  }

  /** Refuses the first process or run condition that reads what is only bookkeeping. */
  verify(): void {
    for (const variable of this.assigned) {
      const site = this.read.get(variable);
      if (site !== undefined)
        refuse('UPY137', site.source, site, `reading '${variable.name}', which ghost(…) assigns,`);
    }
  }
}
