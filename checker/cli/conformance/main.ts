import { availableParallelism } from 'node:os';
import { countText, failureText } from '../../../reports/conformance.ts';
import type { Ran } from '../../conformance/run_case.ts';
import { jobsIn } from './jobs.ts';
import { runAll } from './pool.ts';

const USAGE = `Usage: npm run conformance -- <file or folder>…

Runs programs of the neutral language on the FreeRTOS model, and compares with what the real kernel did.
A file holds one case (.json), or one in each line (.jsonl); of a folder, all its files are taken.
`;

/** Exit codes: 0: all the same; 1: some are not; 2: nothing was asked. */
async function main(paths: readonly string[]): Promise<number> {
  if (paths.length === 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  let [passed, failed] = [0, 0];
  const tell = (ran: Ran, place: string): void => {
    if (ran.failure === null) passed++;
    else {
      failed++;
      process.stdout.write(`${failureText(ran, place)}\n`);
    }
  };
  const jobs = jobsIn(paths);
  const cases = jobs.filter((job) => 'text' in job);
  for (const job of jobs)
    if ('problem' in job) tell({ name: null, failure: { kind: 'problem', what: job.problem } }, job.place);
  await runAll(
    cases.map(({ text }) => text),
    availableParallelism(),
    (ran, i) => tell(ran, cases[i]?.place ?? ''),
  );
  process.stdout.write(`${countText(passed, failed)}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
