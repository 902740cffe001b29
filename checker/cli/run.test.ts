import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cut, expectedViolation, holds, lostWakeup, surprise } from '../../reports/fake.ts';
import type { LoadedScenario } from '../check.ts';
import type { CheckOptions, Stop } from '../options.ts';
import { parseCommandLine } from './arguments.ts';
import type { CheckCommand } from './commands.ts';
import type { Engine } from './engine.ts';
import { runReplay, runSteps } from './replay.ts';
import { runCheck } from './run.ts';
import { fakeWorld, isUserError, loaded, userError } from './testing.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'upy-check-run-'));
  for (const name of ['a', 'b', 'bad', 'helper']) writeFileSync(join(folder, `${name}.ts`), '// scenario');
  writeFileSync(join(folder, 'unrelated.ts'), '// nothing');
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const files: Readonly<Record<string, readonly LoadedScenario[]>> = {
  'a.ts': [loaded('a', ['fixed', 'buggy'], { k: 1 })],
  'b.ts': [loaded('b', ['fixed'], { mode: 'x' })],
};

function engineOf(
  check: (file: LoadedScenario, variant: string, options: CheckOptions) => Promise<typeof holds>,
): Partial<Engine> {
  return {
    loadScenarios: async (path) => {
      const name = path.slice(folder.length + 1);
      if (name === 'helper.ts') throw userError('UPY301');
      return (
        files[name] ??
        (() => {
          throw userError('UPY302');
        })()
      );
    },
    async *check(file, options = {}) {
      const [variant = ''] = options.variants ?? [];
      yield {
        ...(await check(file, variant, options)),
        scenario: file.scenario.name,
        variant,
        file: file.file,
      };
    },
  };
}

async function run(args: string, check: Parameters<typeof engineOf>[0] = async () => holds) {
  const fake = fakeWorld(folder, engineOf(check));
  const command = await parseCommandLine(args.split(' '), '0.1.0');
  const code = await runCheck(command as CheckCommand, fake.world);
  return { code, ...fake.text, listeners: fake.listeners.size };
}

describe('exit codes', () => {
  test('0: all as expected', async () => {
    const { code, out, listeners } = await run('a.ts b.ts', async (_, variant) =>
      variant === 'buggy' ? expectedViolation : holds,
    );
    expect(code).toBe(0);
    expect(out).toContain('3 variants in 2 scenarios: 3 as expected');
    expect(listeners).toBe(0);
  });

  test('1: not as expected, also beside an incomplete one', async () => {
    expect((await run('a.ts', async (_, variant) => (variant === 'buggy' ? surprise : cut))).code).toBe(1);
  });

  test('2: an error, and everything else is still checked', async () => {
    const { code, out } = await run('bad.ts a.ts', async (_, variant) => {
      if (variant === 'fixed') throw userError('UPY110', 'async');
      return surprise;
    });
    expect(code).toBe(2);
    expect(out).toContain('error UPY302');
    expect(out).toContain('error UPY110: async');
    expect(out).toContain('✗ buggy');
  });

  test('the same refusal in several variants is told once', async () => {
    const { out } = await run('a.ts', async () => {
      throw userError('UPY110');
    });
    expect(out.match(/error UPY110/gu)).toHaveLength(1);
    expect(out).toContain('1 error');
  });

  test('3: incomplete and nothing worse', async () => {
    expect(
      (await run('a.ts', async (_, variant) => (variant === 'buggy' ? expectedViolation : cut))).code,
    ).toBe(3);
  });

  test('70: an internal error, without a stack', async () => {
    const { code, out, err } = await run('a.ts', async () => {
      throw new TypeError('x is undefined');
    });
    expect(code).toBe(70);
    expect(out).toContain('error: internal error, please report: x is undefined');
    expect(out + err).not.toContain('run.test.ts');
  });

  test('130: interrupted; the rest is left out, and what was found is reported', async () => {
    const stops: (Stop | null)[] = [];
    const fake = fakeWorld(
      folder,
      engineOf(async (_file, _variant, options) => {
        fake.interrupt();
        stops.push(
          (await options.monitor?.({
            scenario: 'a',
            variant: 'x',
            states: 1,
            transitions: 1,
            depth: 1,
            frontier: 1,
            storeBytes: 1,
          })) ?? null,
        );
        return { ...cut, limit: { kind: 'interrupted', value: 'Ctrl-C', growing: [] } };
      }),
    );
    expect(
      await runCheck((await parseCommandLine(['a.ts', 'b.ts'], '0.1.0')) as CheckCommand, fake.world),
    ).toBe(130);
    expect(stops).toEqual([{ kind: 'interrupted', value: 'Ctrl-C' }]);
    expect(fake.text.out).toContain('1 variant in 1 scenario: 1 incomplete');
    expect(fake.text.out).toContain('Interrupted');
  });
});

describe('limits and progress', () => {
  const progress = {
    scenario: 'a',
    variant: 'fixed',
    states: 2_000_000,
    transitions: 1,
    depth: 9,
    frontier: 7,
    storeBytes: 5000,
  };

  async function stopped(args: string, ms: number) {
    let stop: Stop | null | undefined;
    const fake = fakeWorld(
      folder,
      engineOf(async (_file, _variant, options) => {
        fake.clock.ms += ms;
        stop = await options.monitor?.(progress);
        return cut;
      }),
    );
    await runCheck((await parseCommandLine(args.split(' '), '0.1.0')) as CheckCommand, fake.world);
    return { stop, err: fake.text.err };
  }

  test('--max-time and --max-memory', async () => {
    expect((await stopped('b.ts --max-time 2s', 1999)).stop).toBe(null);
    expect((await stopped('b.ts --max-time 2s', 2000)).stop).toEqual({ kind: 'max-time', value: '2s' });
    expect((await stopped('b.ts --max-memory 4K', 1)).stop).toEqual({ kind: 'max-memory', value: '4096' });
  });

  test('a line every 10 s where nobody watches', async () => {
    expect((await stopped('b.ts', 9999)).err).toBe('');
    expect((await stopped('b.ts', 10_000)).err).toBe(
      'a / fixed  2,000,000 states, 200,000 states/s, depth 9, frontier 7, 4.9 KB, 10.0 s\n',
    );
  });

  test('options reach the checker', async () => {
    let seen: CheckOptions = {};
    await run(
      'a.ts --variant fixed --set k=7 --max-states 10k --max-depth 5 --store fingerprint --reduce none --profile --witnesses',
      async (_, __, options) => {
        seen = options;
        return holds;
      },
    );
    const { monitor, ...rest } = seen;
    expect(monitor).toBeTypeOf('function');
    expect(rest).toEqual({
      coverage: false,
      graph: false,
      variants: ['fixed'],
      parameters: { k: 7 },
      maxStates: 10_000,
      maxDepth: 5,
      maxMemory: 1024 ** 3,
      store: 'fingerprint',
      search: 'breadth-first',
      workers: undefined,
      preemptions: undefined,
      runs: undefined,
      seed: undefined,
      bugDepth: undefined,
      reduce: 'none',
      profile: true,
      witnesses: true,
    });
  });
});

describe('selection', () => {
  test('a variant or parameter must exist somewhere', async () => {
    expect((await run('a.ts b.ts --variant buggy')).out).toContain('1 variant in 1 scenario');
    expect(await run('a.ts b.ts --variant bugy')).toMatchObject({
      code: 2,
      out: expect.stringContaining("did you mean 'buggy'?"),
    });
    expect(await run('a.ts b.ts --set mod=y')).toMatchObject({
      code: 2,
      out: expect.stringContaining("UPY305: none of the 2 scenarios has a parameter 'mod'"),
    });
    expect((await run('a.ts b.ts --set mode=3')).code).toBe(0);
  });

  test('a folder passes over what holds no scenario, but not over what fails', async () => {
    expect((await run('.')).out).toContain('error UPY302');
    await expect(run('empty')).rejects.toThrow(isUserError('UPY311'));
    expect((await run('helper.ts')).out).toContain('error UPY301');
    expect((await run('[ab].ts')).code).toBe(0);
    expect((await run('{a,b}.ts')).out).toContain('2 scenarios');
  });

  test('--list', async () => {
    const { code, out } = await run('a.ts --list');
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "a  a.ts
        about a
        --variant fixed  holds
        --variant buggy  holds
        --set k=1
      "
    `);
  });
});

test('reports in files, the console beside them', async () => {
  const { out } = await run('a.ts --reporter json=sub/r.json --reporter junit=j.xml --seed 7');
  expect(out).toContain('2 as expected');
  expect(JSON.parse(readFileSync(join(folder, 'sub/r.json'), 'utf8'))).toMatchObject({
    settings: { seed: 7 },
    exit: { code: 0 },
  });
  expect(readFileSync(join(folder, 'j.xml'), 'utf8')).toContain('<testsuite name="a"');
});

describe('replay and steps', () => {
  const engine: Partial<Engine> = {
    ...engineOf(async () => holds),
    replay: async (_, trace) => ({ fits: true, trace }),
    replaySchedule: async (file, variant, schedule, options) => ({
      fits: false,
      trace: {
        ...lostWakeup,
        scenario: file.scenario.name,
        variant,
        schedule,
        parameters: options?.parameters ?? {},
      },
      failedAt: 3,
      expected: 'x',
      possible: [],
    }),
    steps: (file, variant) => ({
      scenario: file.scenario.name,
      variant,
      states: 1,
      complete: true,
      functions: [],
    }),
  };

  async function replay(args: string) {
    const fake = fakeWorld(folder, engine);
    const command = await parseCommandLine(['replay', ...args.split(' ')], '0.1.0');
    if (command.command !== 'replay') throw new Error('not a replay');
    return { code: await runReplay(command, fake.world), ...fake.text };
  }

  test('of a schedule', async () => {
    const { code, out } = await replay('a.ts --variant buggy --schedule u1.00 --set k=2');
    expect(code).toBe(1);
    expect(out).toContain(
      'upy-check replay scenarios/uevent_wake.ts --variant buggy --set k=2 --schedule u1.00',
    );
    await expect(replay('a.ts --variant buggy')).rejects.toThrow(isUserError('UPY310'));
    await expect(replay('a.ts --schedule u1.0')).rejects.toThrow(isUserError('UPY310'));
    await expect(replay('a.ts --variant bugy --schedule u1.0')).rejects.toThrow(isUserError('UPY304'));
  });

  test('of a report and of a trace', async () => {
    const trace = { ...lostWakeup, file: 'a.ts', scenario: 'a', variant: 'buggy' };
    const report = { schema: 'upy-check/report@1', results: [{ properties: [{ trace: null }, { trace }] }] };
    for (const [name, content] of Object.entries({
      report,
      trace,
      other: { schema: 'upy-check/report@2' },
      list: [1],
      none: { schema: 'upy-check/report@1', results: [] },
    })) {
      writeFileSync(join(folder, `${name}.json`), JSON.stringify(content));
    }
    writeFileSync(join(folder, 'broken.json'), '{');
    expect((await replay('report.json')).code).toBe(0);
    expect((await replay('trace.json')).out).toContain('✓ the scenario does exactly this');
    for (const bad of ['other.json', 'list.json', 'none.json', 'broken.json', 'report.json --property x']) {
      await expect(replay(bad)).rejects.toThrow(isUserError('UPY307'));
    }
  });

  test('steps of the first variant, or of the one that is named', async () => {
    const fake = fakeWorld(folder, engine);
    await runSteps(
      { command: 'steps', path: 'a.ts', scenario: null, variant: null, assignments: [] },
      fake.world,
    );
    expect(fake.text.out).toContain('a / fixed');
  });
});
