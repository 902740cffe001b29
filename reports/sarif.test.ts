import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import type { ReportEvent } from './events.ts';
import {
  cut,
  expectedViolation,
  holds,
  noLongerFails,
  place,
  property,
  run,
  surprise,
  variant,
} from './fake.ts';
import { SarifReporter } from './sarif.ts';
import { EVIL, hostile, reported, sensorRun } from './testing.ts';

/** The published schema. Its formats (uri, date-time) are checked by hand below. */
const schema = JSON.parse(
  readFileSync(
    join(
      dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif')),
      'schemas/sarif-2.1.0-rtm.5.json',
    ),
    'utf8',
  ),
);
// It is of JSON Schema draft 4, which said `id` for `$id`.
const { $schema: _, id: __, ...schemaBody } = schema;
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schemaBody);

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly snippet?: { readonly text: string } };
  };
  readonly message?: { readonly text: string };
}
interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly Location[];
  readonly relatedLocations?: readonly Location[];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly { readonly locations: readonly { readonly location: Location }[] }[];
  }[];
}

const digest = (text: string): string => `digest of ${text}`;
const sarif = (events: readonly ReportEvent[]): string =>
  reported((write) => new SarifReporter(write, digest), events);

function resultsOf(text: string): readonly Result[] {
  const log = JSON.parse(text) as { readonly runs: readonly { readonly results: readonly Result[] }[] };
  expect(validate(log), JSON.stringify(validate.errors, null, 1)).toBe(true);
  return log.runs[0]?.results ?? [];
}

test('a real violation is a result with its trace as the code flow', async () => {
  const text = sarif(await sensorRun());
  expect(resultsOf(text)).toHaveLength(1);
  await expect(text).toMatchFileSnapshot('goldens/sensor.golden.sarif');
});

test('only what is not as stated is a result; an incomplete search is a warning', () => {
  const results = resultsOf(sarif(run([holds, expectedViolation, surprise, noLongerFails, cut])));
  expect(results.map(({ ruleId, level, message }) => `${level} ${ruleId}: ${message.text}`)).toEqual([
    "error lost-wakeup: 'lost wakeup: uevent' is violated in uevent-wake / check-then-sleep: The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The interrupt came after main had seen an empty queue and before it said that it waits.",
    "error not-as-expected: uevent-wake / no-notify is not as expected: 'lost wakeup' must be violated, but it holds",
    'warning incomplete: uevent-wake / four-threads is incomplete: the search was stopped by --max-states 1,000,000 after 1,000,000 states',
  ]);
});

test('the fingerprint is that of property and schedule, wherever they stand in the file', () => {
  const prints = (line: number) =>
    resultsOf(
      sarif(
        run([
          {
            ...surprise,
            properties: surprise.properties.map((each) => ({ ...each, place: place('x.ts', line, 'x') })),
          },
        ]),
      ),
    ).map(({ partialFingerprints }) => partialFingerprints);
  const print =
    'digest of ["lost wakeup","uevent-wake","check-then-sleep","lost wakeup: uevent","u1.0102013a0"]';
  expect(prints(3)).toEqual([{ 'upyCheck/v1': print, primaryLocationLineHash: print }]);
  expect(prints(99)).toEqual(prints(3));
});

test('a property that a board brings is shown where the scenario comes to it', () => {
  const { trace } = surprise.properties[0] ?? property();
  const stated = place('upy-check/model/ports/esp32.ts', 173, 'lostWakeup(…)');
  const [result] = resultsOf(
    sarif(
      run([
        variant({ ...surprise, properties: [property({ ...surprise.properties[0], place: stated, trace })] }),
      ]),
    ),
  );
  const shown = (locations: readonly Location[] | undefined) =>
    locations?.map(
      ({ physicalLocation: { artifactLocation, region } }) => `${artifactLocation.uri}:${region.startLine}`,
    );
  expect(shown(result?.locations)).toEqual(['scenarios/uevent_wake.ts:40']);
  expect(shown(result?.relatedLocations)).toEqual(['upy-check/model/ports/esp32.ts:173']);
});

test('what cannot be checked is a notification, and the run was not successful', () => {
  const refusal: ReportEvent = {
    type: 'error',
    file: 'x.ts',
    scenario: 'x',
    variant: null,
    problem: {
      code: 'UPY110',
      what: 'async',
      place: place('x.ts', 7, 'async'),
      likely: 'asyncio',
      remedy: 'use it',
    },
  };
  const log = JSON.parse(
    sarif([...run([holds]).slice(0, -1), refusal, ...run([holds], { errors: 1 }).slice(-1)]),
  );
  expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
  expect(log.runs[0].invocations).toMatchObject([
    {
      executionSuccessful: false,
      exitCode: 2,
      toolExecutionNotifications: [
        { descriptor: { id: 'UPY110' }, message: { text: 'x: async\nlikely: asyncio\ndo: use it' } },
      ],
    },
  ]);
});

test('names that are markup, links or half a character stay names', () => {
  const [result] = resultsOf(sarif(run([hostile])));
  const uris = [
    ...(result?.locations ?? []),
    ...(result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? []).map(({ location }) => location),
  ].map(({ physicalLocation }) => physicalLocation.artifactLocation.uri);
  expect(uris).toHaveLength(11);
  for (const uri of uris) {
    expect(uri).toMatch(/^(?:[\w.~!*'()-]|%[\dA-F]{2}|\/)+$/u);
    expect(uri.split('/').map(decodeURIComponent).join('/')).toBe(EVIL.replace('\ud800', '\ufffd'));
  }
  expect(result?.message.text).toContain('{{0}} \\[l](u)');
});
