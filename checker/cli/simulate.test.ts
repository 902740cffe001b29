import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgram } from './program/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'upy-check-simulate-'));
const cli = (...args: string[]) => runProgram(folder, ...args);
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
beforeAll(() => cpSync(join(import.meta.dirname, 'fixtures'), folder, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('one run, by the real program', { timeout: 60_000 }, () => {
  test('simulate draws one run as lanes; --to json is what replay reads, and replay draws it, too', async () => {
    const { code, out } = await cli('simulate', 'violated.ts', '--variant', 'racy', '--seed', '2');
    expect(code).toBe(0);
    expect(out).toContain('one run, seed 2');
    expect(out).toMatch(/^ {3}┌ left$/mu);
    expect(out).toMatch(/^1 {2}[█│] [█│] {2}(left|right): /mu);
    expect(await cli('simulate', 'violated.ts', '--variant', 'racy', '--seed', '2')).toMatchObject({ out });
    const seed = ['simulate', 'violated.ts', '--variant', 'racy', '--seed', '2'];
    expect(await cli(...seed, '--to', 'json', '--out', 'run.json')).toMatchObject({ code: 0, out: '' });
    const again = await cli('replay', 'run.json', '--to', 'timeline', '--ascii');
    expect(again.code).toBe(0);
    expect(again.out).toMatch(/^ {3,4}\. left$/mu);
    expect(again.out).toContain('ok the scenario does exactly this');
    expect(JSON.parse((await cli(...seed, '--to', 'json')).out)).toEqual(JSON.parse(read('run.json')));
    expect((await cli(...seed, '--to', 'steps')).out).toContain('── left ─');
    expect(await cli(...seed, '--to', 'jsn')).toMatchObject({
      code: 2,
      err: expect.stringContaining("'json'?"),
    });
    expect(await cli(...seed, '--out', '.')).toMatchObject({
      code: 2,
      err: expect.stringContaining('UPY309'),
    });
  });

  test('a trace that fits no more is said on standard error, if the output is for a program', async () => {
    await cli('simulate', 'violated.ts', '--variant', 'racy', '--to', 'json', '--out', 'old.json');
    writeFileSync(join(folder, 'old.json'), read('old.json').replaceAll('"racy"', '"fixed"'));
    const { code, out, err } = await cli('replay', 'old.json', '--to', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(out).schema).toBe('upy-check/trace@1');
    expect(err).toMatch(/^✗ the scenario no longer does this: step \d+ does not fit\n/u);
  });

  test('a report of one run says the exit code of the command', async () => {
    const endOf = (text: string) => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');
    const one = { scenarios: 1, variants: 1, asExpected: 0, notAsExpected: 0, incomplete: 1, errors: 0 };
    const drawn = await cli('simulate', 'violated.ts', '--variant', 'racy', '--to', 'ndjson');
    expect(drawn.code).toBe(0);
    expect(endOf(drawn.out)).toMatchObject({ totals: one, exit: { code: 0, reason: 'as expected' } });
    await cli('simulate', 'violated.ts', '--variant', 'racy', '--to', 'json', '--out', 'racy.json');
    writeFileSync(join(folder, 'fixed.json'), read('racy.json').replaceAll('"racy"', '"fixed"'));
    const misfit = await cli('replay', 'fixed.json', '--to', 'ndjson');
    expect(misfit.code).toBe(1);
    expect(endOf(misfit.out)).toMatchObject({ totals: one, exit: { code: 1, reason: 'not as expected' } });
  });

  test('--timeline draws the traces of a check; --ascii has nothing else', async () => {
    const { out } = await cli('violated.ts', '--variant', 'racy', '--trace', 'all', '--timeline', '--ascii');
    expect(out).toMatch(/^ {3,4}\. left$/mu);
    expect([...out].filter((character) => character > '~')).toEqual([]);
  });

  test.each([
    ['perfetto', /^\{"?.*"traceEvents"/su],
    ['vcd', /^\$/u],
    ['itf', /"format": ?"ITF"/u],
    ['mermaid', /^sequenceDiagram\n/u],
    ['ndjson', /^\{"type":"run-started",.*^\{"type":"variant-finished".*"kind":"sometimes".*\n$/msu],
    ['html', /^<!doctype html>/iu],
  ])('--to %s', async (format, text) => {
    const { code, out } = await cli('simulate', 'violated.ts', '--variant', 'racy', '--to', format);
    expect(code).toBe(0);
    expect(out).toMatch(text);
    expect(out).toMatch(/[^\n]\n$/u);
  });
});
