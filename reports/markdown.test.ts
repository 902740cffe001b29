import mermaid from 'mermaid';
import { expect, test } from 'vitest';
import type { Trace } from '../checker/trace.ts';
import type { ReportEvent } from './events.ts';
import { cut, expectedViolation, holds, lostWakeup, noLongerFails, place, run, surprise } from './fake.ts';
import { MarkdownReporter } from './markdown.ts';
import { mermaidText } from './mermaid.ts';
import { hostile, reported, sensorRun } from './testing.ts';

const markdown = (events: readonly ReportEvent[]): string =>
  reported((write) => new MarkdownReporter(write), events);

const diagrams = (text: string): string[] =>
  [...text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gmu)].map(([, diagram = '']) => diagram);

/** Mermaid's own parser, which needs no DOM for sequence diagrams. */
async function parsed(text: string): Promise<void> {
  expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'sequence' });
}

test('a real violation: a diagram, the trace, the command, the table', async () => {
  const text = markdown(await sensorRun());
  await expect(text).toMatchFileSnapshot('goldens/sensor.golden.md');
  expect(diagrams(text)).toHaveLength(1);
  for (const each of diagrams(text)) await parsed(each);
});

test('an expected violation is a row only; a surprise and an incomplete search are sections', () => {
  const text = markdown(run([holds, expectedViolation, surprise, noLongerFails, cut]));
  expect(text.split('\n').filter((line) => /^[#|]/u.test(line))).toEqual([
    '# ❌ upy-check: not as expected',
    '## ❌ uevent-wake / check-then-sleep',
    '### lost wakeup: uevent (scenarios/uevent\\_wake.ts:31)',
    '## ❌ uevent-wake / no-notify',
    '## ❔ uevent-wake / four-threads',
    '|   | scenario | variant | verdict | states | time |',
    '|---|---|---|---|--:|--:|',
    '| ✅ | uevent-wake | notify-always | holds | 12,345 | 0.4 s |',
    '| ✅ | uevent-wake | check-then-sleep | violated as expected | 2,001 | 0.4 s |',
    '| ❌ | uevent-wake | check-then-sleep | violated | 2,001 | 0.4 s |',
    '| ❌ | uevent-wake | no-notify | holds | 12,345 | 0.4 s |',
    '| ❔ | uevent-wake | four-threads | incomplete | 1,000,000 | 0.4 s |',
  ]);
});

test('names are only names: no HTML, no link, no mention, no table cell, no end of a block', async () => {
  const text = markdown(run([hostile]));
  const [diagram = ''] = diagrams(text);
  await parsed(diagram);
  expect(diagram.replaceAll('<br/>', '')).not.toMatch(/<|script>|["`%{}|]|\bend\b/u);
  const prose = text.replaceAll(/^(`{3,})\w+\n[\s\S]*?^\1$/gmu, '');
  expect(prose.match(/(?<!\\)<(?!\/?details>|\/?summary>)/gu)).toBeNull();
  expect(prose.match(/(?<!\\)[`[\]]/gu)).toBeNull();
  for (const line of prose.split('\n').filter((each) => each.startsWith('| ❌')))
    expect(line.match(/(?<!\\)\|/gu)).toHaveLength(7);
});

test('a long trace is cut to its last rows; a lasso says where it repeats', async () => {
  const [first, second] = lostWakeup.steps;
  if (first === undefined || second === undefined) throw new Error('no steps');
  const steps = Array.from({ length: 300 }, (_, i) => ({ ...(i % 2 === 0 ? first : second), index: i + 1 }));
  const long: Trace = { ...lostWakeup, steps, loop: 299 };
  const text = mermaidText(long);
  await parsed(text);
  expect(text).toContain('Note over p1,p2: the first 220 steps are left out');
  expect(text).toContain('Note over p1,p2: from here on it repeats for ever');
  expect(text.length).toBeLessThan(50_000);
});

test('of long statements there are fewer rows: a diagram has less than 50,000 characters', async () => {
  const [step] = lostWakeup.steps;
  if (step === undefined) throw new Error('no steps');
  const [who, statement] = [
    ['a', 'b'],
    place('a.ts', 1, 'x[y[0]] = (z[1] & ~(1 << n)) !== {} && '.repeat(9)),
  ];
  const steps = Array.from({ length: 1000 }, (_, i) => ({
    ...{ ...step, index: i + 1, process: who[Math.floor(i / 6) % 2] as string, place: statement },
  }));
  const text = mermaidText({ ...lostWakeup, steps });
  await parsed(text);
  expect(text.length).toBeGreaterThan(35_000);
  expect(text.length).toBeLessThan(50_000);
  expect(text).toMatch(/Note over p1,p2: the first \d+ steps are left out/u);
});

test('only what is violated has a ✗', () => {
  expect(mermaidText(lostWakeup)).toMatch(/Note over p1,p3: lost wakeup#58; uevent\n$/u);
  expect(markdown(run([surprise]))).toContain('Note over p1,p3: ✗ lost wakeup#58; uevent\n');
});

test('a run without any step is a diagram, too', async () => {
  await parsed(mermaidText({ ...lostWakeup, steps: [] }));
});

test('more than a job summary can hold is left out, and said', () => {
  const many = Array.from({ length: 400 }, (_, i) => ({ ...surprise, variant: `v${i}` }));
  const text = markdown(run(many));
  expect(new TextEncoder().encode(text).length).toBeLessThan(2 ** 20);
  expect(text).toMatch(
    /\n\d+ sections more would not fit into the summary of a job; the log has all of them\./u,
  );
  expect(text).toContain('<details><summary>All 400 verdicts</summary>');
});

test('a table of thousands of variants is cut, and says so', () => {
  const many = (length: number, name: string) =>
    markdown(run(Array.from({ length }, (_, i) => ({ ...holds, variant: `${name}${i}` }))));
  const all = many(1000, 'v');
  expect(all).toContain('<details><summary>All 1,000 verdicts</summary>');
  expect(all).not.toContain('more');
  const text = many(2500, 'v');
  expect(text).toContain('<details><summary>1,000 of 2,500 verdicts</summary>');
  expect(text.split('\n').filter((line) => line.startsWith('| ✅'))).toHaveLength(1000);
  expect(text).toMatch(/\| v999 \|.*\n\n1,500 verdicts more; the log has all of them\.\n\n<\/details>\n$/u);
  expect(many(900, 'long'.repeat(200)).length).toBeLessThan(500_000);
});
