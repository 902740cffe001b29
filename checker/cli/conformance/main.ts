import { availableParallelism } from 'node:os';
import { countText, coverageText, failureText } from '../../../reports/conformance.ts';
import { type Lines, summarize } from '../../conformance/coverage.ts';
import type { Question, Ran } from '../../conformance/run_case.ts';
import { jobsIn } from './jobs.ts';
import { runAll } from './pool.ts';

const USAGE = `Usage: npm run conformance -- [--explore | --coverage] <file or folder>…

Runs programs of the neutral language on the FreeRTOS model, and compares with what the real kernel did.
A file holds one case (.json), or one in each line (.jsonl); of a folder, all its files are taken.

  --explore   with interrupts and ticks at any moment: the real trace must be among all that the model can do
  --coverage  also tell which lines of the kernel no program came to, and which functions left no instruction
`;

function asked(args: readonly string[]): { readonly paths: string[]; readonly question: Question | null } {
  const options = args.filter((arg) => arg.startsWith('--'));
  const paths = args.filter((arg) => !arg.startsWith('--'));
  const known = options.every((option) => option === '--explore' || option === '--coverage');
  const [explore, coverage] = [options.includes('--explore'), options.includes('--coverage')];
  const question: Question = { mode: explore ? 'possible' : 'exact', coverage };
  return { paths, question: known && !(explore && coverage) ? question : null };
}

/** Exit codes: 0: all the same; 1: some are not; 2: nothing was asked. */
async function main(args: readonly string[]): Promise<number> {
  const { paths, question } = asked(args);
  if (paths.length === 0 || question === null) {
    process.stderr.write(USAGE);
    return 2;
  }
  const shown: Lines[] = [];
  let [passed, failed] = [0, 0];
  const tell = (ran: Ran, place: string): void => {
    if (ran.lines !== null) shown.push(ran.lines);
    if (ran.failure === null) passed++;
    else {
      failed++;
      process.stdout.write(`${failureText(ran, place)}\n`);
    }
  };
  const jobs = jobsIn(paths);
  const cases = jobs.filter((job) => 'text' in job);
  for (const job of jobs)
    if ('problem' in job)
      tell({ name: null, failure: { kind: 'problem', what: job.problem }, lines: null }, job.place);
  await runAll(
    cases.map(({ text }) => text),
    question,
    availableParallelism(),
    (ran, i) => tell(ran, cases[i]?.place ?? ''),
  );
  if (question.coverage) process.stdout.write(coverageText(summarize(shown)));
  process.stdout.write(`${countText(passed, failed)}\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
