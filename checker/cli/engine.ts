import type { check, LoadedScenario, replay, replaySchedule, steps } from '../check.ts';
import type { exportPromela } from '../export/promela.ts';
import type { exportTla } from '../export/tla.ts';
import type { openSession } from '../live/open.ts';
import type { simulate } from '../simulate.ts';
import type { threads } from './search_threads.ts';

/** What the commands need of the checker; tests give another. */
export interface Engine {
  readonly loadScenarios: (path: string) => Promise<readonly LoadedScenario[]>;
  readonly check: typeof check;
  readonly replay: typeof replay;
  readonly replaySchedule: typeof replaySchedule;
  readonly steps: typeof steps;
  readonly simulate: typeof simulate;
  readonly openSession: typeof openSession;
  readonly exportPromela: typeof exportPromela;
  readonly exportTla: typeof exportTla;
  readonly threads: typeof threads;
}

/** Loads the checker. Late, so that `--help` and mistakes on the command line answer at once. */
export async function loadEngine(): Promise<Engine> {
  const [
    { check, replay, replaySchedule, steps },
    { loadScenarios },
    { simulate },
    { openSession },
    { exportPromela },
    { exportTla },
    { threads },
  ] = await Promise.all([
    import('../check.ts'),
    import('../language/loader.ts'),
    import('../simulate.ts'),
    import('../live/open.ts'),
    import('../export/promela.ts'),
    import('../export/tla.ts'),
    import('./search_threads.ts'),
  ]);
  return {
    check,
    replay,
    replaySchedule,
    steps,
    loadScenarios,
    simulate,
    openSession,
    exportPromela,
    exportTla,
    threads,
  };
}
