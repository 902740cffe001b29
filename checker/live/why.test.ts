import { afterAll, expect, test } from 'vitest';
import { Workshop } from '../language/testing.ts';
import { LiveSession } from './session.ts';

const workshop = new Workshop();
afterAll(() => workshop.remove());

/** Who cannot step, and why: one line each. */
function held(session: LiveSession, ...who: readonly string[]): string[] {
  return session
    .held()
    .filter(({ process }) => process !== null && who.includes(process))
    .flatMap(({ process, reasons }) =>
      reasons.map(({ kind, ...rest }) => `${process}: ${kind} ${JSON.stringify(rest).replaceAll('"', '')}`),
    );
}

/** Takes the first step of each of these. */
function take(session: LiveSession, ...who: readonly (string | null)[]): void {
  for (const process of who) {
    const choice = session.view().choices.find((each) => each.process === process);
    if (choice === undefined) throw new Error(`${process} cannot step`);
    session.take(choice.number);
  }
}

test('of interrupts: nobody asks, masks, levels, BASEPRI', async () => {
  const built = await workshop.compile(
    `
      const core = new Core('core 0');
      const seen = { slow: 0, fast: 0 };
      const slow = new Irq(core, 'slow', 5, () => { seen.slow++; seen.slow++; });
      const fast = new Irq(core, 'fast', 2, () => { seen.fast++; });
      bareMetal(core, 'main', () => {
        core.cpsid();
        core.disableInterrupts();
        core.enableInterrupts();
        core.cpsie();
        core.setBasepri(4);
        slow.disable();
        slow.enable();
        core.setBasepri(0);
        seen.slow = 0;
      });
      edges(slow, 1);
      edges(fast, 1);
      return [sometimes('fast', () => seen.fast > 0)];`,
    `import { bareMetal, Core, edges, Irq } from 'upy-check/hardware';`,
  );
  const session = new LiveSession(built);
  expect(held(session, 'slow', 'fast')).toEqual([
    'slow: not requested {line:slow,pending:false,enabled:true}',
    'fast: not requested {line:fast,pending:false,enabled:true}',
  ]);
  take(session, 'main', 'main', 'slow edge');
  expect(held(session, 'slow')).toEqual(['slow: masked {core:core 0,primask:true,maskDepth:1}']);
  take(session, 'main', 'main');
  expect(held(session, 'slow', 'main')).toEqual([
    'main: interrupted {core:core 0,by:slow,due:true,priority:5}',
  ]);
  take(session, 'slow');
  expect(held(session, 'slow', 'main')).toEqual([
    'main: interrupted {core:core 0,by:slow,due:false,priority:5}',
  ]);
  take(session, 'fast edge');
  expect(held(session, 'slow', 'main')).toEqual([
    'slow: interrupted {core:core 0,by:fast,due:true,priority:2}',
    'main: interrupted {core:core 0,by:fast,due:true,priority:2}',
  ]);

  session.go(0);
  take(session, 'main', 'main', 'main', 'main', 'main', 'slow edge');
  expect(held(session, 'slow')).toEqual(['slow: basepri {core:core 0,basepri:4,priority:5}']);
  take(session, 'main');
  expect(held(session, 'slow')).toEqual([
    'slow: not requested {line:slow,pending:true,enabled:false}',
    'slow: basepri {core:core 0,basepri:4,priority:5}',
  ]);

  session.go(0);
  take(session, 'fast edge', 'fast', 'slow edge');
  expect(held(session, 'slow')).toEqual(['slow: level {core:core 0,by:fast,level:2,priority:5}']);
});

test('of tasks: what they wait for, who runs instead, and since when', async () => {
  const built = await workshop.compile(
    `
      const core = new Core('core 0');
      const kernel = cortexM(core, { priorities: 3, tasksMax: 4, tickUs: 1000 });
      const ready = xSemaphoreCreateBinary(kernel, 'ready');
      const seen = { got: 0, low: 0 };
      kernel.create('low', 0, () => { seen.low = 1; core.idleLoop(); });
      kernel.create('high', 2, () => {
        vTaskDelay(kernel, 2);
        xSemaphoreTake(kernel, ready, 1);
        ulTaskNotifyTake(kernel, true, portMAX_DELAY);
        seen.got++;
      });
      return [sometimes('got', () => seen.got > 0), sometimes('low', () => seen.low > 0)];`,
    `import { Core } from 'upy-check/hardware';
     import { cortexM, portMAX_DELAY, ulTaskNotifyTake, vTaskDelay, xSemaphoreCreateBinary, xSemaphoreTake } from 'upy-check/freertos';`,
  );
  const session = new LiveSession(built);
  expect(held(session, 'low', 'high')).toEqual([
    'low: another runs {core:core 0,running:[high],priority:0,priorities:[2]}',
  ]);
  const whyHigh: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) {
    expect(session.run('block')).toEqual({ kind: 'reached' });
    whyHigh.push(held(session, 'high')[0]);
  }
  expect(whyHigh).toEqual([
    'high: blocked {state:delayed,list:null,notification:null,ticksLeft:2,since:2}',
    // The one below goes to sleep.
    'high: blocked {state:delayed,list:null,notification:null,ticksLeft:2,since:2}',
    'high: blocked {state:delayed,list:ready.receivers,notification:null,ticksLeft:1,since:11}',
    'high: blocked {state:suspended,list:null,notification:0,ticksLeft:null,since:18}',
  ]);
});

test.each([
  ['a && b', ['pin.b: false']],
  ['b && a', ['pin.b: false']],
  ['b && c', ['pin.b: false']],
  ['!(a || b)', ['pin.a: true']],
  ['b || c', ['pin.b: false', 'pin.c: false']],
])('of a condition of local variables, what decides it: %s', async (condition, expected) => {
  const built = await workshop.compile(`
    const pin = { a: true, b: false, c: false };
    process('waits', () => { until(() => { const { a, b, c } = pin; return ${condition}; }); });
    process('other', () => { pin.a = false; pin.b = true; pin.c = true; });
    return [];`);
  const [why] = new LiveSession(built).held().flatMap(({ reasons }) => reasons);
  const readings = why?.kind === 'waits' ? why.guard.readings : [];
  expect(readings.map(({ variable, value }) => `${variable}: ${value}`)).toEqual(expected);
});

test('of time: nothing runs, or somebody comes first', async () => {
  const held = async (options: string, role: string) => {
    const body = `
      const seen = { n: 0 };
      const alarm = clock();
      process('worker', () => { seen.n++; alarm.arm(10); until(() => alarm.expired); });
      process('reader', () => { check(seen.n < 2, 'n'); }, { ${role} });
      return [];`;
    const session = new LiveSession(await workshop.compile(body, '', options));
    const reasons = () => session.held().find(({ process }) => process === null)?.reasons ?? [];
    const before = reasons();
    take(session, 'worker', 'worker', 'worker');
    return [before, reasons()];
  };
  const noClock = [{ kind: 'no clock' }];
  expect(await held('', '')).toEqual([noClock, []]);
  expect(await held('', 'prompt: true')).toEqual([
    noClock,
    [{ kind: 'first', processes: ['reader'], prompt: true }],
  ]);
  expect(await held(`timing: 'prompt',`, '')).toEqual([
    noClock,
    [{ kind: 'first', processes: ['reader'], prompt: false }],
  ]);
  expect(await held(`timing: 'prompt',`, 'outside: true')).toEqual([noClock, []]);
});
