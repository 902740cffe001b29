import { expect, test } from 'vitest';
import type { ReportEvent } from './events.ts';
import { expectedViolation, holds, run } from './fake.ts';
import { NdjsonReporter } from './ndjson.ts';
import { hostile, reported } from './testing.ts';

const lines = (events: readonly ReportEvent[]): unknown[] => {
  const text = reported((write) => new NdjsonReporter(write), events);
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
};

test('each event is a line, as it was published; the first names the schema', () => {
  const events: ReportEvent[] = run([holds, expectedViolation, hostile]);
  const [first, ...rest] = lines(events);
  expect(first).toEqual({ ...events[0], schema: 'upy-check/events@1' });
  expect(rest).toEqual(events.slice(1));
});

test('every kind of event has its line, progress too', () => {
  const progress = {
    type: 'progress',
    elapsedMs: 5,
    progress: {
      scenario: 's',
      variant: 'v',
      states: 1,
      transitions: 2,
      depth: 3,
      frontier: 4,
      storeBytes: 5,
    },
  } as const;
  const others: ReportEvent[] = [
    progress,
    { type: 'source-read', file: 'f', text: 'a\nb\u2028' },
    { type: 'shard-planned', index: 1, of: 2, plan: [] },
    { type: 'scenario-finished', scenario: 's', file: 'f', unreached: null },
    { type: 'coverage-collected', files: [] },
    {
      type: 'error',
      problem: { code: null, what: 'w', place: null, likely: 'l', remedy: 'r' },
      file: null,
      scenario: null,
      variant: null,
    },
  ];
  expect(lines(others)).toEqual(others);
});
