import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ISR_OPS } from '../../model/freertos/conformance/isr_ops.ts';
import { TASK_OPS } from '../../model/freertos/conformance/task_ops.ts';
import { runCase } from './run_case.ts';
import { ISR_CALLS, TASK_CALLS } from './signatures.ts';

/** A case that a test may spoil. */
interface Data {
  status: string;
  trace: unknown[];
  final: { tick: number; tasks: { [name: string]: unknown }; objs: { [name: string]: unknown } };
}

const read = (name: string): string =>
  readFileSync(new URL(`./programs/${name}.json`, import.meta.url), 'utf8');

/** The case with something changed in it. */
function changed(name: string, change: (data: Data) => void): string {
  const data = JSON.parse(read(name)) as Data;
  change(data);
  return JSON.stringify(data);
}

const failureOf = (text: string) => runCase(text).failure;

describe('a program that does what the real kernel did', () => {
  // Inheritance; time-outs; interrupts; timers; deletion; suspension; assertions of the kernel.
  test.each([
    'mutex_inheritance_basic',
    'race_timeout_expired_but_token_arrives',
    'isr_no_yield_then_api',
    'timer_autoreload_backlog',
    'delete_idle_cleanup',
    'suspend_all_pended_ticks',
    'assert_self_take_boosted',
    // One that is a rule of context.
    'assert_block_while_suspended',
  ])('%s', (name) => {
    expect(runCase(read(name))).toEqual({ name, failure: null, lines: null });
  });
});

describe('the first difference is told', () => {
  const name = 'mutex_inheritance_basic';
  test.each<[string, (data: Data) => void, object]>([
    [
      'a record is another one',
      ({ trace }) => {
        trace[10] = ['C', 3, 'L', 0, 0];
      },
      { where: 'record 11', expected: ['C', 3, 'L', 0, 0], got: ['C', 3, 'L', 0, 1] },
    ],
    [
      'a record comes at another time',
      ({ trace }) => {
        trace[11] = ['S', 11, 'L', 'H'];
      },
      { where: 'record 12', expected: ['S', 11, 'L', 'H'], got: ['S', 10, 'L', 'H'] },
    ],
    [
      'a record is missing',
      ({ trace }) => {
        trace.pop();
      },
      { where: 'record 45', expected: undefined, got: ['P', 61, 'L', 'D', null] },
    ],
    [
      'there is one more',
      ({ trace }) => {
        trace.push(['E', 79, 'L']);
      },
      { where: 'record 46', expected: ['E', 79, 'L'], got: undefined },
    ],
    [
      'the run ends otherwise',
      (data) => {
        data.status = 'assert';
      },
      { where: 'status', expected: 'assert', got: 'ok' },
    ],
    [
      'a task is left in another state',
      ({ final }) => {
        final.tasks.L = ['D', null, null, 4];
      },
      { where: 'final.tasks.L', expected: ['D', null, null, 4], got: ['D', null, null, 5] },
    ],
    [
      'an object is not told of',
      ({ final }) => {
        final.objs = {};
      },
      { where: 'final.objs.m', expected: undefined, got: null },
    ],
    [
      'the tick count differs',
      ({ final }) => {
        final.tick = 8;
      },
      { where: 'final.tick', expected: 8, got: 7 },
    ],
  ])('%s', (_, change, difference) => {
    expect(runCase(changed(name, change))).toEqual({
      name,
      failure: { kind: 'different', difference },
      lines: null,
    });
  });

  test('after an assertion of the kernel, what is left does not count', () => {
    const text = changed('assert_self_take_boosted', (data) => {
      data.final = { ...data.final, tick: 99 };
    });
    expect(failureOf(text)).toBeNull();
  });
});

describe('what is no case is refused in words', () => {
  const minimal = (program: object): string =>
    JSON.stringify({
      program: {
        name: 'p',
        config: {
          preemption: 1,
          timeSlicing: 1,
          idleYield: 1,
          tickUnits: 10,
          opCost: 1,
          initialTick: 0,
          timers: null,
        },
        ticks: 1,
        objects: [],
        tasks: [],
        irqs: [],
        ...program,
      },
      status: 'ok',
      trace: [],
      final: {},
    });
  const task = (...ops: unknown[]) => ({ name: 'A', prio: 1, ops });

  test.each([
    ['{"program":', 'it is not JSON'],
    ['[1]', 'it is no case: a JSON object with "program" and "trace" is expected'],
    ['{"trace":[]}', 'it is no case: it has no "program"'],
    ['{"program":{}}', 'program.name: a text is expected'],
    [minimal({ ticks: 0 }), 'program.ticks: a whole number is expected, 1 or more'],
    [minimal({ config: {} }), 'config.preemption: 0 or 1 is expected'],
    [minimal({ tasks: [task(['fly'])] }), 'tasks[0].ops[0]: no such op in a task: "fly"'],
    [
      minimal({ irqs: [{ at: 1, ops: [['delay', 1]] }] }),
      'irqs[0].ops[0]: no such op in an interrupt: "delay"',
    ],
    [minimal({ tasks: [task(['delay'])] }), 'tasks[0].ops[0]: delay takes number'],
    [minimal({ tasks: [task(['delay', 'x'])] }), 'tasks[0].ops[0][1]: a number is expected'],
    [
      minimal({ tasks: [task(['semGive', 's'])] }),
      'tasks[0].ops[0][1]: there is no object of that kind: "s"',
    ],
    [minimal({ tasks: [task(['resume', 'B'])] }), 'tasks[0].ops[0][1]: there is no task "B"'],
    [minimal({ tasks: [task(), task()] }), 'tasks[1]: the name "A" is taken'],
    [minimal({ tasks: [{ ...task(), prio: 8 }] }), 'tasks[0].prio: a whole number is expected, 0 to 7'],
    [minimal({ objects: [['x', 'pipe']] }), 'objects[0]: no such kind of object: "pipe"'],
    [minimal({ objects: [['t', 'timer', 1, 0, []]] }), 'objects[0]: a timer, and config.timers is null'],
    [minimal({ irqs: [{ after: ['B', 1], ops: [] }] }), 'irqs[0].after[0]: there is no task "B"'],
  ])('%s', (text, what) => {
    expect(failureOf(text)).toEqual({ kind: 'problem', what });
  });

  test('one that never lets time pass', () => {
    const text = minimal({
      config: {
        preemption: 1,
        timeSlicing: 1,
        idleYield: 1,
        tickUnits: 10,
        opCost: 0,
        initialTick: 0,
        timers: null,
      },
      tasks: [{ ...task(['nop']), loop: 0 }],
    });
    expect(failureOf(text)).toEqual({ kind: 'problem', what: 'the time 0 does not end' });
  });
});

test('every call that the model can make has a signature, and the other way round', () => {
  expect([...TASK_CALLS.keys()].sort()).toEqual([...TASK_OPS].sort());
  expect([...ISR_CALLS.keys()].sort()).toEqual([...ISR_OPS].sort());
});
