/**
 * docs/trust.md says only what is so: its commands and files exist, its numbers are those of the tests that they come from, and
 * everything that may end a search without a verdict is shown. Its examples are executed by documents.test.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from './check.ts';
import { CHECK_OPTIONS } from './cli/check_options.ts';
import { jobsIn } from './cli/conformance/jobs.ts';
import { loadScenarios } from './language/loader.ts';
import { root } from './language/own.ts';
import { OPINIONS } from './oracles/opinions.ts';
import type { Parameters } from './scenario.ts';
import { blocksOf } from './testing.ts';
import type { Limit } from './verdict.ts';

const PAGE = 'docs/trust.md';
const sourceOf = (file: string): string => readFileSync(join(root, file), 'utf8');
const page = sourceOf(PAGE);
/** A sentence may go over several lines, and a cell of a table may be wide. */
const flowing = page.replaceAll(/\s+/gu, ' ');

test('its commands are scripts', () => {
  const { scripts } = JSON.parse(sourceOf('package.json')) as { scripts: Record<string, string> };
  const named = new Set([...page.matchAll(/npm run ([\w:]+)/gu)].map(([, name = '']) => name));
  expect([...named].sort()).toEqual(['conformance', 'mutation', 'nightly', 'test:oracles', 'test:tlc']);
  expect([...named, 'test'].filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('its files exist', () => {
  const named = [...page.matchAll(/`((?:model|checker|reports|scenarios|bench)\/[\w./-]*)`/gu)];
  const files = named.map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('its links lead to headings', () => {
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/gu, '')
      .replaceAll(' ', '-');
  const links = [...page.matchAll(/\]\(([^)#:]+)(?:#([^)]*))?\)/gu)];
  const broken = links.filter(([, target = '', anchor]) => {
    const file = join(root, dirname(PAGE), target);
    if (!existsSync(file)) return true;
    const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gmu)].map(([, text = '']) =>
      slug(text),
    );
    return anchor !== undefined && !headings.includes(anchor);
  });
  expect(links.length).toBeGreaterThan(6);
  expect(broken.map(([link]) => link)).toEqual([]);
});

/** A number of the page, and where it is decided. */
const NUMBERS: readonly (readonly [said: RegExp, file: string, decided: RegExp])[] = [
  [
    /`scenarios\/\*\.ts`, ([\d,]+) random programs/u,
    'checker/machine/agreement.test.ts',
    /PROGRAMS \?\? (\d+)/u,
  ],
  [
    /([\d,]+) random models, [\d,]+ with something to reduce/u,
    'checker/oracles/opinions.oracle.ts',
    /MODELS \?\? (\d+)/u,
  ],
  [
    /([\d,]+) with something to reduce \| verdicts, counts, traces/u,
    'checker/oracles/reducible_opinions.oracle.ts',
    /MODELS \?\? (\d+)/u,
  ],
  [
    /([\d,]+) random models, `scenarios\/\*/u,
    'checker/search/parallel_models.test.ts',
    /PROGRAMS \?\? (\d+)/u,
  ],
  [
    /`bench\/models\/`, ([\d,]+) random models/u,
    'checker/export/random_spin.oracle.ts',
    /MODELS \?\? (\d+)/u,
  ],
  [/asks for more models than ([\d,]+)/u, 'checker/export/random_spin.oracle.ts', /MODELS \?\? (\d+)/u],
  [/must have at most ([\d,]+) states/u, 'checker/export/spin.oracle.ts', /STATES_MAX = ([\d_]+)/u],
  [
    /variants with at most ([\d,]+) states, [\d,]+ random/u,
    'checker/export/tlc/scenarios.oracle.ts',
    /STATES \?\? ([\d_]+)/u,
  ],
  [
    /all variants with at most ([\d,]+) states; /u,
    'checker/export/tlc/scenarios.oracle.ts',
    /STATES \?\? ([\d_]+)/u,
  ],
  [
    /states, ([\d,]+) random models \| states, transitions/u,
    'checker/export/tlc/random.oracle.ts',
    /MODELS \?\? (\d+)/u,
  ],
  [/states; ([\d,]+) random models/u, 'checker/export/tlc/random.oracle.ts', /MODELS \?\? (\d+)/u],
  [/all but TLC \| ([\d,]+) random models/u, 'bench/nightly/run.ts', /models: \{[^}]*default: '(\d+)'/u],
  [/npm run nightly # ([\d,]+) random models/u, 'bench/nightly/run.ts', /models: \{[^}]*default: '(\d+)'/u],
  [/have the latter from ([\d,]+) on/u, 'checker/export/tla_expression.ts', /Symbols == (\d+)/u],
];

describe('its numbers', () => {
  const numberIn = (text: string, pattern: RegExp): number =>
    Number((pattern.exec(text)?.[1] ?? '?').replaceAll(/[,_]/gu, ''));

  test.each(NUMBERS)('%s', (said, file, decided) => {
    const number = numberIn(flowing, said);
    expect(number).toBeGreaterThan(0);
    expect(number).toBe(numberIn(sourceOf(file), decided));
  });

  test('two million', () => {
    expect(flowing.match(/two million states/gu)).toHaveLength(2);
    expect(numberIn(sourceOf('bench/nightly/job.ts'), /EXPORTED_STATES_MAX = ([\d_]+)/u)).toBe(2_000_000);
  });

  test('programs of the real kernel', () => {
    const programs = (folder: string): number => {
      const jobs = jobsIn([join(root, 'checker/conformance', folder)]);
      expect(jobs.filter((job) => 'problem' in job)).toEqual([]);
      return jobs.length;
    };
    const [one, two, more] = [programs('programs'), programs('two-cores'), programs('extended')];
    expect(flowing).toContain(`${one} programs for one core, ${two} for two, ${more} with buffers`);
  });
});

/** What TLC was asked by hand. It counts the initial state as generated. */
describe('what TLC counted is what is counted today', () => {
  test.each<[file: string, variant: string, parameters: Parameters, said: RegExp]>([
    ['scenarios/uevent-wake.ts', 'notify-from-isr', {}, /`notify-from-isr` \((.*?) generated\)/u],
    [
      'bench/models/uevent-wake.ts',
      'fixed',
      { k: 2, n: 2, m: 1 },
      /\(fixed\) with `k=2 n=2 m=1` \((.*?) generated\)/u,
    ],
    [
      'bench/models/peterson.ts',
      'fixed',
      { n: 4 },
      /`bench\/models\/peterson.ts` with four processes \((.*?) generated\)/u,
    ],
  ])('%s %s', async (file, variant, parameters, said) => {
    const [loaded] = await loadScenarios(join(root, file));
    if (loaded === undefined) throw new Error(`${file} has no scenario`);
    for await (const { figures } of check(loaded, { variants: [variant], parameters, reduce: 'none' })) {
      const [states, generated] = [figures.states, figures.transitions + 1].map((n) =>
        n.toLocaleString('en'),
      );
      expect(said.exec(flowing)?.[1]).toBe(`${states} states, ${generated}`);
    }
  });
});

describe('what may be missed', () => {
  const commands = blocksOf(PAGE).flatMap(({ language, text }) =>
    language === 'console' ? [text.split('\n')[0] as string] : [],
  );

  /** Each limit: a command that is executed on the page, or a test that runs into it. */
  const SHOWN: Readonly<Record<Limit['kind'], { command: RegExp } | { test: string; says: string }>> = {
    'max-states': { command: /--max-states 100;/u },
    'max-depth': { command: /--max-depth 3;/u },
    'max-memory': { command: /--max-memory 1k;/u },
    // Time is not to be relied on.
    'max-time': { test: 'checker/cli/run.test.ts', says: "kind: 'max-time'" },
    interrupted: { test: 'checker/cli/main.test.ts', says: "toEqual({ code: 130, reason: 'interrupted' })" },
    preemptions: { command: /no-lock --preemptions 0;/u },
    omission: { command: /--store bitstate;/u },
    sample: { command: /--search random --runs 9;/u },
    're-entry': { command: /hook\.ts;/u },
    unsupported: {
      test: 'checker/property/linearizability.test.ts',
      says: 'undecided: more than 8 operations of killed processes are open',
    },
  };

  test.each(Object.entries(SHOWN))('%s', (kind, shown) => {
    expect(page).toContain(`\`${kind}\``);
    if ('command' in shown) expect(commands.filter((command) => shown.command.test(command))).toHaveLength(1);
    else expect(sourceOf(shown.test)).toContain(shown.says);
  });

  test.each(['store', 'search', 'reduce'])('every --%s', (option) => {
    const { choices = [] } = CHECK_OPTIONS.find(({ name }) => name === option) ?? {};
    const plain = ['exact', 'breadth-first', 'none', 'por,symmetry'];
    const others = choices.filter((choice) => !plain.includes(choice));
    expect(others.length).toBeGreaterThan(2);
    const named = (choice: string) =>
      page.includes(`--${option} ${choice}\``) || page.includes(`\`${choice}\``);
    expect(others.filter((choice) => !named(choice))).toEqual([]);
  });
});

describe('what every search, store and reduction must say about random models', () => {
  const list = /nobody may contradict plain search\.(.*?)```/u.exec(flowing)?.[1]?.toLowerCase() ?? '';
  const [counts = '', verdicts = '', open = ''] = list.split(' - ').slice(1);

  test.each(OPINIONS)('$name', ({ name, sameCounts = false, partial = false }) => {
    const said = [counts, verdicts, open].map((item) => item.includes(name));
    expect(said).toEqual([sameCounts, !(sameCounts || partial), partial && !sameCounts]);
    if (sameCounts) expect(counts.split('. ')[1]?.startsWith(`${name} `)).toBe(partial);
  });
});
