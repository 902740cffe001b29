import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { publish, type ReportEvent } from '../events.ts';
import { expectedViolation, holds, run, variant } from '../fake.ts';
import type { ReportData } from './data.ts';
import { documentOf } from './document.ts';
import { HtmlReporter, titleOf } from './reporter.ts';
import { type Shared, unshare } from './sharing.ts';

const packing = {
  gzip: (text: string) => gzipSync(text).toString('base64'),
  sha256: (text: string) => createHash('sha256').update(text).digest('base64'),
};
const page = { script: 'const end = "</script>" + "<!--";', style: 'body { margin: 0 }' };

function report(events: readonly ReportEvent[]): string {
  let out = '';
  const reporter = new HtmlReporter(
    (text) => {
      out += text;
    },
    page,
    packing,
  );
  for (const event of events) publish([reporter], event);
  return out;
}

function dataIn(html: string): ReportData {
  const packed = /<script type="text\/plain" id="report-data">([A-Za-z0-9+/=]*)<\/script>/u.exec(html);
  const text = gunzipSync(Buffer.from(packed?.[1] ?? '', 'base64')).toString();
  return unshare(JSON.parse(text) as Shared) as ReportData;
}

const source: ReportEvent = { type: 'source-read', file: expectedViolation.file, text: 'line 1\nline 2' };

describe('the HTML report', () => {
  test('holds the run: verdicts, traces, sources', () => {
    const [started, ...rest] = run([expectedViolation, holds]);
    const data = dataIn(report([started as ReportEvent, source, ...rest]));
    expect(data.schema).toBe('upy-check/html@1');
    expect(data.results.map((each) => [each.variant, each.verdict, each.wallMs])).toEqual([
      ['check-then-sleep', 'violated', 400],
      ['notify-always', 'holds', 400],
    ]);
    expect(data.results[0]?.properties[0]?.trace).toEqual(expectedViolation.properties[0]?.trace);
    expect(Object.keys(data.results[0] ?? {})).not.toContain('coverage');
    expect(data.sources).toEqual({ [expectedViolation.file]: 'line 1\nline 2' });
    expect(data.scenarios).toEqual([
      {
        scenario: 'uevent-wake',
        about: holds.about,
        file: holds.file,
        alone: true,
        unreached: null,
      },
    ]);
  });

  test('holds what no variant reaches, by file, and what could not be checked', () => {
    const [started] = run([]);
    const unreached = [{ line: 3, column: 5, text: 'never();', reached: false }];
    const begun = [
      ['twin', 'a.ts'],
      ['twin', 'b.ts'],
      ['other', 'a.ts'],
    ].map(
      ([scenario = '', file = '']): ReportEvent => ({
        type: 'scenario-started',
        scenario,
        about: '',
        file,
        variants: [],
        alone: true,
      }),
    );
    const problem = { code: 'UPY302', what: 'it throws', place: null, likely: 'x', remedy: 'y' };
    const failed = { file: 'a.ts', scenario: 'twin', variant: null };
    const data = dataIn(
      report([
        started as ReportEvent,
        ...begun,
        { type: 'scenario-finished', scenario: 'twin', file: 'a.ts', unreached },
        { type: 'error', problem, ...failed },
        ...run([]).slice(-1),
      ]),
    );
    expect(data.scenarios.map((each) => [each.scenario, each.file, each.unreached])).toEqual([
      ['twin', 'a.ts', unreached],
      ['twin', 'b.ts', null],
      ['other', 'a.ts', null],
    ]);
    expect(data.errors).toEqual([{ ...problem, ...failed }]);
  });

  test('the same run gives the same bytes', () => {
    expect(report(run([expectedViolation]))).toBe(report(run([expectedViolation])));
  });

  test('its policy lets in this script and this style only, and no connection', () => {
    const html = report(run([holds]));
    const script = html.match(/<script>(.*)<\/script>/su)?.[1] ?? '';
    expect(script).toBe('const end = "\\x3c/script>" + "\\x3c!--";');
    expect(html).toContain(
      `content="default-src 'none'; script-src 'sha256-${packing.sha256(script)}'; style-src 'sha256-${packing.sha256(page.style)}'; img-src data:; connect-src 'none'; base-uri 'none'; form-action 'none'"`,
    );
  });

  test('hostile names stay in the packed data and in the escaped title', () => {
    const evil = '</title><script>alert(1)</script><!-- & "';
    const html = report(run([variant({ scenario: evil, variant: evil })]));
    expect(html.match(/<script/gu)).toHaveLength(2);
    expect(html).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &amp; "');
    expect(dataIn(html).results[0]?.variant).toBe(evil);
  });
});

test('a live page has no data, and may ask the server that it comes from', () => {
  const html = documentOf({ title: 'live', page, data: null, connects: 'self' }, packing);
  expect(html).toContain("connect-src 'self'");
  expect(html).not.toContain('report-data');
});

test('the title says whether anything is wrong', () => {
  const totals = {
    scenarios: 2,
    variants: 2,
    asExpected: 1,
    notAsExpected: 1,
    incomplete: 0,
    errors: 0,
    states: 1,
    transitions: 1,
    wallMs: 1,
  };
  const scenario = { scenario: 'one', about: '', file: 'one.ts', alone: true, unreached: null };
  const exit = { code: 0, reason: 'as expected' } as const;
  const good = { ...totals, notAsExpected: 0 };
  const title = (over: Partial<Parameters<typeof titleOf>[0]>) =>
    titleOf({ scenarios: [scenario], totals: good, exit, ...over });
  expect(title({ totals })).toBe('✗ one – upy-check');
  expect(title({ totals: { ...totals, incomplete: 1 } })).toBe('✗ one – upy-check');
  expect(title({ totals: { ...good, errors: 1 } })).toBe('✗ one – upy-check');
  expect(title({ totals: { ...good, incomplete: 1 } })).toBe('? one – upy-check');
  expect(title({ exit: { code: 130, reason: 'interrupted' } })).toBe('? one – upy-check');
  expect(title({ scenarios: [scenario, scenario] })).toBe('✓ 2 scenarios – upy-check');
});
