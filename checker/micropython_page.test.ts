import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as asyncio from '../model/asyncio/index.ts';
import * as micropython from '../model/micropython/index.ts';
import * as posix from '../model/posix/index.ts';
import * as zephyr from '../model/zephyr/index.ts';
import { loadScenarios } from './language/loader.ts';
import { root } from './language/own.ts';

/**
 * docs/micropython.md says which scenario confirms or refutes a claim, and how: a link to its file, then variants, each
 * after ✓ (it holds) or ✗ (it is violated). That the variants have these verdicts is tested with the scenarios.
 */
const page = readFileSync(join(root, 'docs/micropython.md'), 'utf8');

interface Mention {
  readonly file: string;
  readonly mark: '✓' | '✗';
  readonly variant: string;
}

function mentions(): Mention[] {
  const found: Mention[] = [];
  for (const line of page.split('\n')) {
    let file = '';
    for (const [, linked, mark, variant] of line.matchAll(
      /\]\(\.\.\/(scenarios\/[\w/.-]+\.ts)\)|([✓✗]) `([^`]+)`/gu,
    )) {
      if (linked !== undefined) file = linked;
      else found.push({ file, mark: mark as Mention['mark'], variant: variant ?? '' });
    }
  }
  return found;
}

const files = readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' })
  .map((path) => `scenarios/${path.replaceAll('\\', '/')}`)
  .filter((path) => /(?<!\.test)\.ts$/u.test(path))
  .sort();

describe('docs/micropython.md', () => {
  test('has every scenario but those about FreeRTOS alone', () => {
    const about = files.filter((path) => !path.startsWith('scenarios/freertos/'));
    expect(about.filter((path) => !page.includes(`(../${path})`))).toEqual([]);
  });

  test.each(Object.entries({ micropython, asyncio, posix, zephyr }))(
    'names everything of upy-check/%s',
    (_, exported) => {
      const names = Object.keys(exported);
      expect(names.length).toBeGreaterThan(10);
      expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    },
  );

  test('links to files that are there', () => {
    const paths = [...page.matchAll(/\]\(\.\.\/([\w/.-]+)\)/gu)].map(([, path]) => path as string);
    expect(paths.length).toBeGreaterThan(100);
    expect([...new Set(paths)].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test('says of each variant that it names what its scenario states', async () => {
    const wrong: string[] = [];
    const all = mentions();
    for (const file of new Set(all.map((each) => each.file))) {
      if (!files.includes(file)) wrong.push(`${file} is no scenario`);
      else wrong.push(...(await differences(file, all)));
    }
    expect(wrong).toEqual([]);
    expect(all.length).toBeGreaterThan(100);
  });
});

async function differences(file: string, all: readonly Mention[]): Promise<string[]> {
  const stated = new Map<string, '✓' | '✗'>();
  for (const { scenario } of await loadScenarios(join(root, file)))
    for (const [variant, expectation] of Object.entries(scenario.spec.variants))
      stated.set(variant, 'holds' in expectation ? '✓' : '✗');
  return all
    .filter((each) => each.file === file && stated.get(each.variant) !== each.mark)
    .map(
      ({ mark, variant }) =>
        `${basename(file)}: ${mark} ${variant}, but ${stated.get(variant) ?? 'no variant'}`,
    );
}
