import { afterAll, describe, expect, test } from 'vitest';
import { explore } from '../explore.ts';
import { Workshop } from '../language/testing.ts';
import { disagreement } from '../machine/agreement.ts';
import type { CheckOptions } from '../options.ts';
import type { PropertyVerdict } from '../verdict.ts';
import { decide } from './decide.ts';

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** `s.o` is null after two steps of p, at last it is a box again; `s.i` is 0, 1, 2. */
const MODEL = `const box = { v: 1 };
const s = { o: box as { v: number } | null, i: 0 };
const list = [5, 6];
process('p', () => {
  box.v = 2;
  s.i = 1;
  s.o = null;
  s.i = 2;
  s.o = box;
});
`;

async function verdicts(properties: string, options: CheckOptions = {}): Promise<PropertyVerdict[]> {
  const built = await workshop.compile(MODEL + properties);
  expect(disagreement(built, 1000)).toBeNull();
  return decide(await explore(built, options), false);
}

/** What is not as it should be, with the last step of its trace, and checks. */
async function found(properties: string, options: CheckOptions = {}): Promise<string[]> {
  return (await verdicts(properties, options))
    .filter(({ kind, status }) => status === 'violated' || kind === 'check')
    .map(
      ({ kind, name, status, trace }) =>
        `${kind} ${name} ${status}: ${trace?.steps.at(-1)?.place?.text.trim() ?? '-'}`,
    );
}

describe('a property that cannot be evaluated is a fault of the model', () => {
  const NULL = 'model error null dereference violated: s.o = null;';
  test.each([
    ["always('a', () => s.o!.v < 9);", [NULL]],
    ["sometimes('a', () => s.o!.v > 1);", [NULL]],
    ["sometimes('a', () => s.o!.v > 9);", [NULL, 'sometimes a violated: -']],
    ["alwaysPossible('a', () => s.o!.v > 1);", [NULL]],
    ["eventually('a', () => s.o!.v > 1);", [NULL]],
    ["eventually('a', () => s.o!.v > 9);", [NULL, 'eventually a violated: s.o = box;']],
    ["leadsTo('a', () => s.o!.v > 1, () => s.i === 2);", [NULL]],
    ["leadsTo('a', () => s.i === 1, () => s.o!.v > 1);", [NULL]],
    ["leadsTo('a', () => s.i === 1, () => s.o!.v > 9);", [NULL, 'leadsTo a violated: s.o = box;']],
    ["within('a', 5, () => s.o!.v > 9);", [NULL]],
    ["overtaking('a', 1, () => s.o!.v > 9, () => s.i === 2);", [NULL]],
    ["overtaking('a', 1, () => s.i === 2, () => s.o!.v > 9);", [NULL]],
    // Nothing is asked before the end, where all is well.
    ["idle('a', () => s.o!.v === 2);", []],
    ["stuck('a', () => s.o!.v === 2);", []],
    ["lostWakeup('a', () => s.o!.v > 9, null);", []],
    ["idle('a', () => list[s.i]! > 9);", ['model error index out of range violated: s.i = 2;']],
    ["stuck('a', () => list[s.i]! > 9);", ['model error index out of range violated: s.i = 2;']],
    ["lostWakeup('a', () => list[s.i]! > 4, null);", ['model error index out of range violated: s.i = 2;']],
  ])('%s', async (properties, expected) => {
    expect((await found(properties)).filter((line) => !line.startsWith('within'))).toEqual(expected);
  });

  test('each way in which it fails is told once, with the shortest run, whichever property it was', async () => {
    const properties = `always('a', () => s.o!.v < 9 && list[s.i]! < 9);
always('b', () => list[s.i]! > 4 || s.o !== null);
always('fine', () => s.i < 3);
idle('c', () => list[s.i + 1]! > 4);`;
    expect(await found(properties)).toEqual([
      'model error null dereference violated: s.o = null;',
      'model error index out of range violated: s.i = 2;',
      'model error index out of range violated: s.o = box;',
    ]);
  });

  test('a check in what it calls, which is listed when it holds, too', async () => {
    const asked = "const small = (most: number) => { check(s.i < most, 'i is small'); return true; };\n";
    expect(await found(`${asked}always('a', () => small(2));`)).toEqual([
      'check i is small violated: s.i = 2;',
    ]);
    expect(await found(`${asked}always('a', () => small(3));`)).toEqual(['check i is small holds: -']);
  });

  test.each<CheckOptions>([
    { reduce: 'none' },
    { reduce: 'por' },
    { search: 'depth-first' },
    { search: 'fewest-switches' },
    { store: 'fingerprint' },
    { search: 'random', runs: 5, seed: 1 },
  ])('%o finds it', async (options) => {
    expect((await found("always('a', () => s.o!.v < 9);", options))[0]).toMatch(
      /^model error null dereference violated: s.[oi] = /,
    );
  });

  test('what is said', async () => {
    const [all, helper] = [
      await verdicts("always('box', () => s.o!.v < 9);"),
      await verdicts("const at = (i: number) => list[i]!; idle('in the list', () => at(s.i) < 9);"),
    ].map((each) => each.find(({ status }) => status === 'violated'));
    const inShort = (found?: PropertyVerdict) =>
      found?.trace?.explanation.replaceAll(/\/[^ ]*\/model\.ts/g, 'model.ts');
    expect(inShort(all)).toBe(
      "null dereference as 'box' is evaluated (model.ts:14): a reference is used that is null (or no object) at this moment; test it, or wait until it is set. That is so after step 2: p (model.ts:10): s.o went from box to null.",
    );
    expect([all?.place?.text.trim(), all?.detail]).toEqual([
      's.o!.v < 9',
      'a reference is used that is null (or no object) at this moment; test it, or wait until it is set',
    ]);
    expect(inShort(helper)).toBe(
      "index out of range as 'in the list' is evaluated (model.ts:14): the index is outside of 0 … 1. That is so after step 2: p (model.ts:11): s.i went from 1 to 2.",
    );
  });
});

test('a run condition that cannot be evaluated is false', async () => {
  const waits = "process('q', () => { until(() => s.i === 2); s.i = 3; }, { runs: () => s.o!.v > 0 });";
  expect(
    await found(
      `${waits}\nalways('late', () => s.i !== 3 || s.o !== null); sometimes('done', () => s.i === 3);`,
    ),
  ).toEqual([]);
  const never =
    "process('q', () => { s.i = 7; }, { runs: () => (s.o === null ? null as unknown as { v: number } : null as unknown as { v: number }).v > 0 });";
  expect(await found(`${never}\nalways('never', () => s.i !== 7);`)).toEqual([]);
});
