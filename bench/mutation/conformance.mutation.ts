/** What the real FreeRTOS kernel did must be what a mutated model does. Only the mutation run loads this. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { jobsIn } from '../../checker/cli/conformance/jobs.ts';
import { runCase } from '../../checker/conformance/run_case.ts';

const folder = fileURLToPath(new URL('../../checker/conformance/', import.meta.url));

test.each(['programs', 'two-cores', 'extended'])('%s', { timeout: 1_800_000 }, (programs) => {
  const jobs = jobsIn([`${folder}${programs}`]);
  expect(jobs.length).toBeGreaterThan(50);
  for (const job of jobs)
    expect([job.place, 'text' in job ? runCase(job.text).failure : job.problem]).toEqual([job.place, null]);
});
