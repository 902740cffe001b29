import { afterAll, describe, expect, test } from 'vitest';
import { explore } from '../explore.ts';
import { Workshop } from '../language/testing.ts';
import { disagreement } from '../machine/agreement.ts';
import { decide } from './decide.ts';

/** The response-time examples of text books: what `within` says of them. A µs stands for the book's unit of time. */

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** Period, execution time, and what is asked for: the response time that is allowed. Most urgent first. */
type Task = readonly [period: number, execution: number, allowed: number];

/** Joseph and Pandya, "Finding response times in a real-time system", 1986: the least fixed point. `null`: beyond the period. */
function responseTime(tasks: readonly Task[], i: number): number | null {
  const [period, execution] = tasks[i] as Task;
  for (let r = execution; r <= period; ) {
    const next = tasks.slice(0, i).reduce((sum, [t, c]) => sum + Math.ceil(r / t) * c, execution);
    if (next === r) return r;
    r = next;
  }
  return null;
}

/**
 * Periodic tasks under preemptive fixed priorities, released together. In half units: in the book a job that ends when another
 * is released has ended, so the last half unit of a job is not interrupted.
 */
const periodic = (tasks: readonly Task[]): string => `
const tasks = [${tasks.map(() => '{ active: false, ends: false, timer: clock() }').join(', ')}];
${tasks
  .map(
    ([period, execution, allowed], i) => `
tasks[${i}].timer.arm(2);
process('timer ${i}', () => {
  until(() => tasks[${i}].timer.expired && (tasks[${i}].timer.every(${2 * period}), (tasks[${i}].active = true)));
  while (true) until(() => tasks[${i}].timer.expired && (tasks[${i}].timer.clear(), (tasks[${i}].active = true)));
}, { prompt: true, background: true });
process('task ${i}', () => {
  while (true) {
    rest(() => tasks[${i}].active);
    busy(${2 * execution - 1});
    tasks[${i}].ends = true;
    busy(1);
    atomic(() => { tasks[${i}].active = tasks[${i}].ends = false; });
  }
}, { runs: () => tasks[${i}].ends || !tasks.some((task, k) => k < ${i} && task.active) });
within('R${i}', ${2 * allowed}, () => tasks[${i}].active);`,
  )
  .join('\n')}`;

/** `R1 20 of 50`, or that it takes too long. */
async function responses(body: string, unit = 1): Promise<string[]> {
  const built = await workshop.compile(body, '', "timing: 'prompt',");
  expect(disagreement(built, 2_000)).toBeNull();
  return decide(await explore(built, {}), false)
    .filter(({ kind, status }) => kind === 'within' || status === 'violated')
    .map(({ name, status, worst }) =>
      worst === undefined ? `${name} ${status}` : `${name} ${worst.value / unit} of ${worst.limit / unit}`,
    )
    .sort();
}

/** What the analysis says of the same tasks. */
const analysed = (tasks: readonly Task[]): string[] =>
  tasks.map(([, , allowed], i) => {
    const response = responseTime(tasks, i);
    return response === null || response > allowed ? `R${i} violated` : `R${i} ${response} of ${allowed}`;
  });

describe('periodic tasks', () => {
  /** Burns and Wellings, "Real-Time Systems and Programming Languages", the tables of the chapter on scheduling. */
  test.each<[name: string, tasks: readonly Task[], stated: readonly string[]]>([
    [
      'R = 3, 6, 20',
      [
        [7, 3, 7],
        [12, 3, 12],
        [20, 5, 20],
      ],
      ['R0 3 of 7', 'R1 6 of 12', 'R2 20 of 20'],
    ],
    [
      'utilization 0.82, yet the last one misses: R = 10, 20, 52 > 50',
      [
        [30, 10, 30],
        [40, 10, 40],
        [50, 12, 50],
      ],
      ['R0 10 of 30', 'R1 20 of 40', 'R2 violated'],
    ],
    [
      'utilization 1, yet none misses: R = 5, 15, 80',
      [
        [20, 5, 20],
        [40, 10, 40],
        [80, 40, 80],
      ],
      ['R0 5 of 20', 'R1 15 of 40', 'R2 80 of 80'],
    ],
    [
      'deadlines before the period: R = 3, 6, 10, 20',
      [
        [20, 3, 5],
        [15, 3, 7],
        [10, 4, 10],
        [20, 3, 20],
      ],
      ['R0 3 of 5', 'R1 6 of 7', 'R2 10 of 10', 'R3 20 of 20'],
    ],
    /** Sha and Goodenough, "Real-time scheduling theory and Ada", 1990, in tens of milliseconds. */
    [
      'completes at 300: R = 4, 8, 30',
      [
        [10, 4, 10],
        [15, 4, 15],
        [35, 10, 35],
      ],
      ['R0 4 of 10', 'R1 8 of 15', 'R2 30 of 35'],
    ],
  ])(
    '%s',
    async (_, tasks, stated) => {
      expect(await responses(periodic(tasks), 2)).toEqual(stated);
      expect([...stated]).toEqual(analysed(tasks));
    },
    60_000,
  );
});

/** Each letter is a tick: E executes, Q and V hold that lock. Priority is the order, the least urgent first. */
const sporadic = (
  inherits: boolean,
  tasks: readonly (readonly [release: number, ticks: string])[],
): string => `
const owner = [-1, -1, -1];
const tasks = [${tasks.map(([release]) => `{ active: ${release === 0}, wants: 0 }`).join(', ')}];
const isBlocked = (u: number) => tasks[u]!.wants !== 0 && owner[tasks[u]!.wants] !== -1;
const urgency = (u: number) => {
  let most = u;
  if (${inherits}) for (const [h, { wants }] of tasks.entries()) if (wants !== 0 && owner[wants] === u && h > most) most = h;
  return most;
};
const isNext = (t: number) => {
  const own = urgency(t);
  return !tasks.some((task, u) => u !== t && task.active && !isBlocked(u) && urgency(u) > own);
};
const lock = (t: number, l: number) => {
  tasks[t]!.wants = l;
  until(() => owner[l] === -1 && ((owner[l] = t), (tasks[t]!.wants = 0), true));
};
const unlock = (l: number) => atomic(() => { owner[l] = -1; });
${tasks
  .map(([release, ticks], t) => {
    const body = ticks.replaceAll(/Q+|V+|E+/g, (run) => {
      const l = 'EQV'.indexOf(run.charAt(0));
      return l === 0 ? `busy(${run.length}); ` : `lock(${t}, ${l}); busy(${run.length}); unlock(${l}); `;
    });
    return `
const timer${t} = clock();
${release === 0 ? '' : `timer${t}.arm(${release}); process('release ${t}', () => { until(() => timer${t}.expired); tasks[${t}]!.active = true; }, { prompt: true });`}
process('${'abcd'[t]}', () => {
  until(() => tasks[${t}]!.active);
  ${body}
  tasks[${t}]!.active = false;
}, { runs: () => isNext(${t}) });
within('${'abcd'[t]}', 20, () => tasks[${t}]!.active);`;
  })
  .join('\n')}`;

describe('blocking', () => {
  /** The example of Burns and Wellings for priority inheritance (Sha, Rajkumar and Lehoczky, 1990): d and a share Q, d and c V. */
  const FOUR = [
    [0, 'EQQQQE'],
    [2, 'EE'],
    [2, 'EVVE'],
    [4, 'EEQVE'],
  ] as const;

  test('without priority inheritance d takes 12: b and c, which are less urgent, come before it', async () => {
    expect(await responses(sporadic(false, FOUR))).toEqual([
      'a 17 of 20',
      'b 8 of 20',
      'c 6 of 20',
      'd 12 of 20',
    ]);
  });

  test('with priority inheritance d takes 9', async () => {
    expect(await responses(sporadic(true, FOUR))).toEqual([
      'a 17 of 20',
      'b 14 of 20',
      'c 12 of 20',
      'd 9 of 20',
    ]);
  });
});

describe('where the worst case comes from', () => {
  const body = `
const s = { asked: false };
const timer = clock();
timer.arm(3);
process('device', () => { until(() => timer.expired); atomic(() => { s.asked = true; }); }, { prompt: true });
process('task', () => { until(() => s.asked); busy(choose(3) * 5); s.asked = false; });
within('answered', 20, () => s.asked);
within('never asked', 7, () => false);`;

  test('a trace to the end of the longest run, if asked for', async () => {
    const explored = await explore(await workshop.compile(body, '', "timing: 'prompt',"), {});
    const [answered, never] = decide(explored, true).filter(({ kind }) => kind === 'within');
    expect(answered?.worst).toEqual({ value: 10, limit: 20, unit: 'µs' });
    expect(answered?.trace?.explanation).toBe(
      "'answered' is pending for 10 µs here (20 allowed, at 13 µs), and no run does worse.",
    );
    expect(answered?.trace?.steps.at(-1)?.timeUs).toBe(13);
    expect(never).toMatchObject({ worst: { value: 0, limit: 7, unit: 'µs' }, trace: null });
    expect(decide(explored, false).map(({ trace }) => trace)).toEqual([null, null, null, null]);
  });

  test('nothing is said after a search that did not finish', async () => {
    const explored = await explore(await workshop.compile(body, '', "timing: 'prompt',"), { maxStates: 4 });
    const [answered] = decide(explored, true);
    expect(answered).toMatchObject({ name: 'answered', status: 'undecided', trace: null });
    expect(answered?.worst).toBeUndefined();
  });

  test('what the own run condition reads is assigned when the time of a busy has passed', async () => {
    const early = `
const s = { high: true, own: false };
process('task', () => { busy(4); s.own = true; }, { runs: () => s.own || !s.high });
process('device', () => { busy(2); s.high = false; });
within('high', 20, () => s.high);
within('own', 20, () => !s.own);`;
    expect(await responses(early)).toEqual(['high 2 of 20', 'own 6 of 20']);
  });
});
