import type { World } from '../../model/freertos/conformance/world.ts';
import { Core } from '../../model/hardware/core.ts';
import type { Elaboration } from '../../model/intrinsics/elaboration.ts';
import type { ProcessCode } from '../language/ir.ts';

/**
 * How several cores share an instant: the first one acts until it has come to rest, then the next; what one asks of
 * another is done when the one that asks rests. So of all that the model can do, one thing is next.
 */
export class LockStep {
  private turn = 0;

  constructor(
    private readonly world: World,
    private readonly elaboration: Elaboration,
  ) {}

  /** The steps of the core that acts now. The objects of the world show the state that they start from. */
  next<Step extends { readonly process: ProcessCode }>(steps: readonly Step[]): readonly Step[] {
    const { cpus } = this.world.kernel;
    for (let n = 0; n < cpus.length; n++) {
      const own = steps.filter(({ process }) => this.coreOf(process) === this.turn);
      if (own.length > 0) return own;
      this.turn = (this.turn + 1) % cpus.length;
    }
    return [];
  }

  /** Time has passed. */
  begin(): void {
    this.turn = 0;
  }

  /** A handler belongs to its core, and so does a pinned task; any other task is where it runs. */
  private coreOf({ index }: ProcessCode): number {
    const { kernel } = this.world;
    const handle = this.elaboration.processes[index];
    for (const role of handle?.roles ?? []) if (role instanceof Core) return role.index;
    return kernel.cpus.findIndex(({ running }) => running?.process === handle);
  }
}
