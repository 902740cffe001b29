import { afterAll, describe, expect, test } from 'vitest';
import { explore } from '../explore.ts';
import { Workshop } from '../language/testing.ts';
import { disagreement } from '../machine/agreement.ts';
import { decide } from './decide.ts';

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** What is said of bounded overtaking, and that the reference interpreter counts the same. */
async function found(body: string): Promise<string[]> {
  const built = await workshop.compile(body);
  expect(disagreement(built, 5_000)).toBeNull();
  return decide(await explore(built, {}), true)
    .filter(({ kind }) => kind === 'overtaking')
    .map(({ name, status, worst, trace }) =>
      [name, status, ...(worst === undefined ? [] : [worst.value]), trace?.steps.length ?? 'no trace'].join(),
    );
}

/** Each thread: waits after its doorway, enters, leaves. `who` is the first one's rival or rivals. */
const questions = (bounds: readonly number[]): string =>
  bounds
    .map(
      (bound) =>
        `overtaking('by one, ${bound}', ${bound}, () => seen.waits[0], () => seen.inside[1]);
overtaking('by all, ${bound}', ${bound}, () => seen.waits[0], () => seen.inside.some((inside, i) => inside && i > 0));`,
    )
    .join('\n');

const lock = (n: number, declarations: string, acquire: string, release: string): string => `
const n = ${n};
const seen = { waits: Array.from({ length: n }, () => false), inside: Array.from({ length: n }, () => false) };
${declarations}
for (let me = 0; me < n; me++) process('t' + me, () => {
  while (true) {
    ${acquire}
    ghost(() => { seen.waits[me] = false; seen.inside[me] = true; });
    pause();
    atomic(() => { ${release} ghost(() => { seen.inside[me] = false; }); });
  }
});
always('one at a time', () => !(seen.inside[0] && seen.inside[1]));
`;

const WAITS = 'ghost(() => { seen.waits[me] = true; });';
const PETERSON = lock(
  2,
  'const flag = [false, false]; const s = { turn: 0 };',
  `flag[me] = true; s.turn = 1 - me; ${WAITS} while (flag[1 - me] && s.turn === 1 - me);`,
  'flag[me] = false;',
);
/** Peterson's for n threads: Herlihy and Shavit, "The Art of Multiprocessor Programming", figure 2.7. */
const FILTER = lock(
  3,
  'const level = [0, 0, 0]; const victim = [0, 0, 0];',
  `for (const l of [1, 2]) {
     level[me] = l; victim[l] = me;
     if (l === 1) ${WAITS}
     until(() => victim[l] !== me || !level.some((other, k) => k !== me && other >= l));
   }`,
  'level[me] = 0;',
);
const TICKET = lock(
  3,
  'const s = { next: 0, serving: 0 };',
  `const mine = atomic(() => { const t = s.next; s.next = (t + 1) & 3; ${WAITS} return t; });
   while (s.serving !== mine);`,
  's.serving = (s.serving + 1) & 3;',
);
const ANDERSON = lock(
  3,
  'const free = [true, false, false]; const s = { tail: 0 };',
  `const slot = atomic(() => { const t = s.tail; s.tail = (t + 1) % 3; ${WAITS} return t; });
   while (!free[slot]);
   free[slot] = false;`,
  'free[(slot + 1) % 3] = true;',
);

describe('bounded overtaking', () => {
  test("Peterson's lock: once", async () => {
    expect(await found(PETERSON + questions([0, 1]))).toEqual([
      'by one, 0,violated,6',
      'by all, 0,violated,6',
      'by one, 1,holds,1,6',
      'by all, 1,holds,1,6',
    ]);
  });

  test('the filter lock: no bound', async () => {
    expect(await found(FILTER + questions([4, 9]))).toEqual([
      'by one, 4,violated,66',
      'by all, 4,violated,42',
      'by one, 9,violated,146',
      'by all, 9,violated,82',
    ]);
  });

  test('the ticket lock: once by each', async () => {
    expect(await found(TICKET + questions([1, 2]))).toEqual([
      'by one, 1,holds,1,3',
      'by all, 1,violated,7',
      'by one, 2,holds,1,3',
      'by all, 2,holds,2,7',
    ]);
  });

  test("Anderson's lock: once by each", async () => {
    expect(await found(ANDERSON + questions([1, 2]))).toEqual([
      'by one, 1,holds,1,4',
      'by all, 1,violated,9',
      'by one, 2,holds,1,4',
      'by all, 2,holds,2,9',
    ]);
  });

  test('no reduction by partial order: it leaves out orders in which one is passed', async () => {
    const built = await workshop.compile(PETERSON + questions([1]));
    await expect(explore(built, { reduce: 'por' })).rejects.toThrow(/UPY316.*it does not keep overtaking/);
  });
});
