import type { Reporter, TestModule } from 'vitest/node';

/** How many models one oracle was asked about by a test, and how many it saw otherwise. */
export interface Compared {
  /** Who was asked, and about what. */
  readonly oracle: string;
  models: number;
  different: number;
}

/** Counts the models that each oracle is asked about. */
export class Asked {
  readonly #sums = new Map<string, Compared>();

  readonly count = (oracle: string): void => {
    const sum = this.#sums.get(oracle) ?? { oracle: `${oracle}, random models`, models: 0, different: 0 };
    this.#sums.set(oracle, sum);
    sum.models++;
  };

  isAsked(oracle: string): boolean {
    return this.#sums.has(oracle);
  }

  get compared(): Compared[] {
    return [...this.#sums.values()];
  }
}

declare module 'vitest' {
  interface TaskMeta {
    /** For the lines at the end of a run. */
    compared?: Compared[];
  }
}

/** One line for each oracle at the end of a run of Vitest: how many models were compared, and how many differ. */
export default class OracleSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const all = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => test.meta().compared ?? []),
    );
    process.stdout.write(summaryOf(all));
  }
}

/** The lines, in the order in which the oracles were first asked. */
export function summaryOf(all: readonly Compared[]): string {
  const sums = new Map<string, Compared>();
  for (const { oracle, models, different } of all) {
    const sum = sums.get(oracle) ?? { oracle, models: 0, different: 0 };
    sum.models += models;
    sum.different += different;
    sums.set(oracle, sum);
  }
  return [...sums.values()]
    .map(({ oracle, models, different }) => `oracle: ${oracle}: ${models} compared, ${different} differ\n`)
    .join('');
}
