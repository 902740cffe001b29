import { describe, expect, test } from 'vitest';
import { type CheckedVariant, publish, type ReportEvent, type Reporter, type Write } from './events.ts';
import {
  cut,
  expectedViolation,
  holds,
  noLongerFails,
  place,
  property,
  run,
  silent,
  surprise,
  variant,
} from './fake.ts';
import { GithubReporter } from './github.ts';
import { type JsonReport, JsonReporter } from './json.ts';
import { JunitReporter } from './junit.ts';

function report(make: (write: Write) => Reporter, events: readonly ReportEvent[]): string {
  let text = '';
  const reporter = make((part) => {
    text += part;
  });
  for (const event of events) publish([reporter], event);
  return text;
}

const json = (events: readonly ReportEvent[]) => report((write) => new JsonReporter(write), events);
const junit = (events: readonly ReportEvent[]) => report((write) => new JunitReporter(write), events);
const github = (events: readonly ReportEvent[]) => report((write) => new GithubReporter(write), events);

const EVIL = 'a<b>&"\'\u0000\u001b[31m]]>\ud800%0A::error::,\r\n\t€';
const hostile: CheckedVariant = variant({
  ...surprise,
  scenario: EVIL,
  variant: EVIL,
  file: EVIL,
  about: EVIL,
  because: [EVIL],
  assumptions: [EVIL],
  properties: surprise.properties.map((each) => ({
    ...each,
    name: EVIL,
    place: place(EVIL, 3, EVIL),
    detail: EVIL,
    trace:
      each.trace === null
        ? null
        : { ...each.trace, scenario: EVIL, variant: EVIL, file: EVIL, explanation: EVIL },
  })),
});
const refusal: ReportEvent = {
  type: 'error',
  file: 'scenarios/x.ts',
  scenario: 'x',
  variant: null,
  problem: {
    code: 'UPY110',
    what: 'async functions',
    place: place('scenarios/x.ts', 7, 'async () => {'),
    likely: 'asyncio',
    remedy: 'use it',
  },
};

/** A strict little reader of XML: throws where a document is not well-formed; returns the elements' names. */
function elements(xml: string): string[] {
  const stack: string[] = [];
  const seen: string[] = [];
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error('illegal character');
  const token = /<\?xml [^<>]*\?>|<(\/?)([a-z-]+)((?: [a-z]+="[^"<\n\t]*")*)(\/?)>|([^<]+)/gy;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (match === null) throw new Error(`not well-formed at ${JSON.stringify(xml.slice(at, at + 60))}`);
    const [, close, name, attributes = '', empty, text = ''] = match;
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/u.test(attributes + text) || text.includes(']]>'))
      throw new Error(`bare & or ]]> in ${attributes}${text}`);
    if (name === undefined) continue;
    if (close === '/') {
      if (stack.pop() !== name) throw new Error(`</${name}> closes another element`);
    } else {
      seen.push(name);
      if (empty !== '/') stack.push(name);
    }
  }
  if (stack.length > 0) throw new Error(`<${stack.join('>, <')}> stay open`);
  return seen;
}

describe('the JSON report', () => {
  test('has its schema, and gives back what it was given', () => {
    const document = JSON.parse(
      json([
        ...run([holds, surprise]).slice(0, -1),
        refusal,
        ...run([holds, surprise], { errors: 1 }).slice(-1),
      ]),
    ) as JsonReport;
    const { results, ...rest } = document;
    expect(results).toEqual([
      { ...holds, wallMs: 400 },
      { ...surprise, wallMs: 400 },
    ]);
    expect(rest).toMatchInlineSnapshot(`
      {
        "errors": [
          {
            "code": "UPY110",
            "file": "scenarios/x.ts",
            "likely": "asyncio",
            "place": {
              "column": 5,
              "file": "scenarios/x.ts",
              "line": 7,
              "text": "async () => {",
            },
            "remedy": "use it",
            "scenario": "x",
            "variant": null,
            "what": "async functions",
          },
        ],
        "exit": {
          "code": 2,
          "reason": "error",
        },
        "scenarios": [],
        "schema": "upy-check/report@1",
        "settings": {
          "bugDepth": null,
          "coverage": false,
          "maxDepth": null,
          "maxMemory": 4294967296,
          "maxStates": null,
          "maxTimeMs": null,
          "preemptions": null,
          "reduce": null,
          "runs": null,
          "search": "breadth-first",
          "seed": null,
          "store": "exact",
          "workers": null,
        },
        "shard": null,
        "totals": {
          "asExpected": 1,
          "errors": 1,
          "incomplete": 0,
          "notAsExpected": 1,
          "scenarios": 1,
          "states": 14346,
          "transitions": 52082,
          "variants": 2,
          "wallMs": 800,
        },
        "version": "0.1.0",
      }
    `);
  });

  test('holds whatever names there are', () => {
    expect((JSON.parse(json(run([hostile]))) as JsonReport).results[0]?.because).toEqual([EVIL]);
  });
});

describe('the JUnit report', () => {
  test('of verdicts that are as expected', () => {
    expect(
      junit(run([holds, variant({ ...expectedViolation, properties: [property()] })])),
    ).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="upy-check" tests="4" failures="0" errors="0" skipped="0" time="0.800">
        <testsuite name="uevent-wake" file="scenarios/uevent_wake.ts" tests="4" failures="0" errors="0" skipped="0" time="0.800">
          <testcase classname="uevent-wake.notify-always" name="lost wakeup: uevent" time="0.133">
            <properties>
              <property name="file" value="scenarios/uevent_wake.ts:31"/>
              <property name="expected" value="holds"/>
              <property name="verdict" value="holds"/>
              <property name="status" value="holds"/>
              <property name="states" value="12345"/>
              <property name="transitions" value="45678"/>
              <property name="depth" value="37"/>
            </properties>
          </testcase>
          <testcase classname="uevent-wake.notify-always" name="both edges are seen" time="0.133">
            <properties>
              <property name="file" value="scenarios/uevent_wake.ts:34"/>
              <property name="expected" value="holds"/>
              <property name="verdict" value="holds"/>
              <property name="status" value="holds"/>
              <property name="states" value="12345"/>
              <property name="transitions" value="45678"/>
              <property name="depth" value="37"/>
            </properties>
          </testcase>
          <testcase classname="uevent-wake.notify-always" name="deadlock" time="0.133">
            <properties>
              <property name="file" value="scenarios/uevent_wake.ts"/>
              <property name="expected" value="holds"/>
              <property name="verdict" value="holds"/>
              <property name="status" value="holds"/>
              <property name="states" value="12345"/>
              <property name="transitions" value="45678"/>
              <property name="depth" value="37"/>
            </properties>
          </testcase>
          <testcase classname="uevent-wake.check-then-sleep" name="deadlock" time="0.400">
            <properties>
              <property name="file" value="scenarios/uevent_wake.ts"/>
              <property name="expected" value="violates 'lost wakeup'"/>
              <property name="verdict" value="violated"/>
              <property name="status" value="holds"/>
              <property name="states" value="2001"/>
              <property name="transitions" value="6404"/>
              <property name="depth" value="10"/>
            </properties>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('of verdicts that are not', () => {
    const lines = junit(run([surprise, noLongerFails, silent, cut])).split('\n');
    expect(
      lines.filter((line) => /<(testsuite|testcase|failure|error|skipped)/u.test(line)).join('\n'),
    ).toMatchInlineSnapshot(`
      "<testsuites name="upy-check" tests="9" failures="3" errors="1" skipped="0" time="1.600">
        <testsuite name="uevent-wake" file="scenarios/uevent_wake.ts" tests="9" failures="3" errors="1" skipped="0" time="1.600">
          <testcase classname="uevent-wake.check-then-sleep" name="lost wakeup: uevent" time="0.200">
            <failure message="The event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The interrupt came after main had seen an empty queue and before it said that it waits.">10 steps, no shorter trace exists. A numbered line is one indivisible step, with what it changed below; others may run
          <testcase classname="uevent-wake.check-then-sleep" name="deadlock" time="0.200">
          <testcase classname="uevent-wake.no-notify" name="lost wakeup: uevent" time="0.133">
            <failure message="must be violated, but holds">'lost wakeup' must be violated, but it holds</failure>
          <testcase classname="uevent-wake.no-notify" name="both edges are seen" time="0.133">
          <testcase classname="uevent-wake.no-notify" name="deadlock" time="0.133">
          <testcase classname="uevent-wake.deaf" name="both edges are seen" time="0.200">
            <failure message="never reached">never reached</failure>
          <testcase classname="uevent-wake.deaf" name="deadlock" time="0.200">
          <testcase classname="uevent-wake.four-threads" name="both edges are seen" time="0.200">
          <testcase classname="uevent-wake.four-threads" name="deadlock" time="0.200">
            <error message="undecided: the search was stopped by --max-states 1,000,000">the search was cut off"
    `);
  });

  test('holds the trace and the replay command', () => {
    const xml = junit(run([surprise]));
    expect(xml).toContain('⇄ SWITCH from pin 4');
    expect(xml).toContain(
      '<property name="replay" value="npx upy-check replay scenarios/uevent_wake.ts --variant check-then-sleep --set edges=1 --schedule u1.0102013a0"/>',
    );
  });

  test('never passes a variant that is not as expected', () => {
    const odd = variant({ asExpected: false, because: ['the trace does not pass through poll_ms'] });
    expect(junit(run([odd]))).toContain('<failure message="the trace does not pass through poll_ms">');
  });

  test('never passes an incomplete search', () => {
    const xml = junit(run([variant({ ...cut, asExpected: true, properties: [property()] })]));
    expect(xml).toContain('errors="1"');
  });

  test('is well-formed, with scenarios that could not be checked', () => {
    expect(
      elements(junit([...run([surprise]).slice(0, -1), refusal, ...run([surprise]).slice(-1)])).filter(
        (name) => name === 'testsuite',
      ),
    ).toHaveLength(2);
  });

  test('is well-formed with hostile names', () => {
    const names = elements(junit(run([hostile, cut, silent])));
    expect(names.filter((name) => name === 'testcase')).toHaveLength(6);
    expect(() => elements('<a b="1>2"></a>')).not.toThrow();
    expect(() => elements('<a b="&"></a>')).toThrow();
    expect(() => elements('<a><b></a></b>')).toThrow();
  });
});

describe('the GitHub report', () => {
  test('annotates the line of the property', () => {
    const [first = ''] = github(run([surprise])).split('\n');
    expect(first.slice(0, 330)).toMatchInlineSnapshot(
      `"::error file=scenarios/uevent_wake.ts,line=31,col=5,title=uevent-wake / check-then-sleep%3A lost wakeup%3A uevent::it must hold, but 'lost wakeup: uevent' is violated%0AThe event of pin 4 is in the queue, but main sleeps in ulTaskNotifyTake and nobody is left to wake it. The interrupt came after main had seen an empty queue and "`,
    );
    expect(first).toMatch(/%0A%0Anpx upy-check replay scenarios\/uevent_wake\.ts .*u1\.0102013a0$/u);
  });

  test('of everything else', () => {
    expect(
      github([
        ...run([holds, expectedViolation, noLongerFails, silent, cut]).slice(0, -1),
        refusal,
        ...run([holds, expectedViolation, noLongerFails, silent, cut], { errors: 1 }).slice(-1),
      ]),
    ).toMatchInlineSnapshot(`
      "::error file=scenarios/uevent_wake.ts,line=1,col=1,title=uevent-wake / no-notify%3A not as expected::'lost wakeup' must be violated, but it holds
      ::error file=scenarios/uevent_wake.ts,line=34,col=5,title=uevent-wake / deaf%3A both edges are seen::'both edges are seen' is never reached
      ::warning file=scenarios/uevent_wake.ts,line=1,col=1,title=uevent-wake / four-threads%3A incomplete::the search was stopped by --max-states 1,000,000 after 1,000,000 states%0Astill growing: seen.edges, esp32.ticks
      ::error file=scenarios/x.ts,line=7,col=5,title=UPY110 x::error UPY110: async functions%0A  at      scenarios/x.ts:7:5%0A            async () => {%0A  likely  asyncio%0A  do      use it
      ::notice title=upy-check%3A error::5 variants in 1 scenario: 2 as expected, 2 not as expected, 1 incomplete, 1 error; 1,039,036 states in 2.0 s
      "
    `);
  });

  test('one command a line, whatever the names', () => {
    const lines = github(run([hostile]))
      .trimEnd()
      .split('\n');
    // Both properties have the hostile name, and are violated or not by their own status.
    expect(lines.map((line) => line.slice(0, line.indexOf(' ')))).toEqual(['::error', '::notice']);
    const shown = 'a<b>&"\'\\x00\\x1b[31m]]>\ud800%250A%3A%3Aerror%3A%3A%2C\\x0d%0A €';
    expect(lines[0]?.split('::')[1]).toBe(
      `error file=${shown},line=3,col=5,title=${shown} / ${shown}%3A ${shown}`,
    );
  });
});
