import { describe, expect, test } from 'vitest';
import { type Generated, Status } from '../machine/generated.ts';
import { Tape } from '../machine/tape.ts';
import { BitFindings } from './findings.ts';
import { graphMachine } from './random_graph.ts';
import type { SearchOptions } from './search.ts';
import { Watching } from './watching.ts';

/** What searches call, for a test to call. */
class Watcher extends Watching {
  constructor(options: SearchOptions = {}, generated: Generated = machine()) {
    super(generated, options);
  }
  see(status: number, state: number, depth = 0, failures: readonly number[] = []): void {
    this.generated.failures.push(...failures);
    this.remark(status, STATES, state, state, depth);
  }
  look(state: number, depth = 0): void {
    this.inspectOne(STATES, state, state, depth);
  }
  end(expectedOmissions?: number): void {
    this.finish({ expectedOmissions } as Parameters<Watching['finish']>[0]);
  }
  override decide = super.decide;
  override stop = super.stop;
  get count(): number {
    return this.found;
  }
  saved(): Tape {
    const tape = new Tape();
    this.saveFindings(tape);
    return new Tape(tape.lists, tape.arrays);
  }
  load(tape: Tape): void {
    this.loadFindings(tape);
  }
}

/** State n at word n. Of a state its number is asked: property 0 is that it is odd, 1 that it is 4 or more; idle ones the other way. */
const STATES = Int32Array.from({ length: 8 }, (_, i) => i);
function machine(): Generated {
  const bits = (states: Int32Array, at: number): [number, number] => [
    (states[at] as number) & 1,
    (states[at] as number) >= 4 ? 1 : 0,
  ];
  return {
    ...graphMachine({ words: 1, edges: [[0]] }),
    properties: (states, at) => bits(states, at)[0] | (bits(states, at)[1] << 1),
    quiescent: (states, at) => bits(states, at)[1] | (bits(states, at)[0] << 1),
  };
}

describe('the first finding of each bit', () => {
  test('also of several bits at once, and of the topmost', () => {
    const findings = new BitFindings(0x4000_000d | (1 << 31));
    findings.note(0b0110, 5, 1);
    expect(findings.pending).toBe(0x4000_0009 | (1 << 31));
    findings.note(0xffff_ffff | 0, 6, 2);
    findings.note(0b1101, 7, 3);
    expect(findings.pending).toBe(0);
    expect([...findings.found]).toEqual([
      [2, { state: 5, depth: 1 }],
      [0, { state: 6, depth: 2 }],
      [3, { state: 6, depth: 2 }],
      [30, { state: 6, depth: 2 }],
      [31, { state: 6, depth: 2 }],
    ]);
  });
});

describe('an expanded state', () => {
  test('the first occurrence of each failure; the machine is asked anew each time', () => {
    const generated = machine();
    const watcher = new Watcher({}, generated);
    watcher.see(Status.System | Status.Failed, 1, 4, [3, 10, 0, 11, 3, 12]);
    watcher.see(Status.System | Status.Failed, 2, 5, [0, 13, 8, 14]);
    expect(generated.failures).toEqual([]);
    expect([...watcher.failures]).toEqual([
      [3, { failure: 3, attempt: 10, state: 1, depth: 4 }],
      [0, { failure: 0, attempt: 11, state: 1, depth: 4 }],
      [8, { failure: 8, attempt: 14, state: 2, depth: 5 }],
    ]);
    expect([watcher.aborted, watcher.outcome, watcher.deadlock]).toEqual([null, 'more', null]);
  });

  test('the failure that aborts is the last that is noted', () => {
    const generated = machine();
    const watcher = new Watcher({ abortOn: (failure) => failure >= 3 }, generated);
    watcher.see(Status.System | Status.Failed, 1, 4, [2, 9, 3, 10, 4, 11]);
    expect([...watcher.failures.keys()]).toEqual([2, 3]);
    expect(watcher.aborted).toEqual({ failure: 3, attempt: 10, state: 1, depth: 4 });
    expect([watcher.outcome, generated.failures]).toEqual(['aborted', []]);
  });

  test('failures of a search before are forgotten', () => {
    const generated = machine();
    generated.failures.push(1, 2);
    expect(new Watcher({}, generated).failures.size).toBe(0);
    expect(generated.failures).toEqual([]);
  });

  test.each([
    ['waits for something', Status.Blocked, true],
    ['waits, a clock runs', Status.Blocked | Status.ClockRunning, true],
    ['waits, a step has failed', Status.Blocked | Status.Failed, true],
    ['waits for nothing', 0, false],
    ['can step', Status.Blocked | Status.System, false],
    ['can step in the background', Status.Blocked | Status.Background, false],
    ['may hear from outside', Status.Blocked | Status.Outside, false],
    ['may see time pass', Status.Blocked | Status.Time, false],
    ['is busy', Status.Blocked | Status.Busy, false],
  ])('that %s: deadlock or not', (_, status, dead) => {
    const watcher = new Watcher();
    watcher.see(status, 5, 2);
    expect(watcher.deadlock).toEqual(dead ? { state: 5, depth: 2 } : null);
    const without = new Watcher({ deadlock: false });
    without.see(status, 5, 2);
    expect(without.deadlock).toBeNull();
  });

  test('the first deadlock stays', () => {
    const watcher = new Watcher();
    watcher.see(Status.Blocked, 5, 2);
    watcher.see(Status.Blocked, 6, 3);
    expect(watcher.deadlock).toEqual({ state: 5, depth: 2 });
  });

  test('what is asked of quiescent states is asked of those only, and what is asked of all of all', () => {
    const watcher = new Watcher({ properties: 1, quiescent: 3 });
    watcher.see(Status.System, 7, 1);
    expect(watcher.quiescentFindings.found.size).toBe(0);
    watcher.see(Status.Time, 3, 2);
    watcher.see(Status.Time, 7, 3);
    expect([...watcher.quiescentFindings.found]).toEqual([
      [1, { state: 3, depth: 2 }],
      [0, { state: 7, depth: 3 }],
    ]);
    watcher.look(4, 1);
    expect(watcher.propertyFindings.found.size).toBe(0);
    watcher.look(5, 2);
    watcher.look(7, 3);
    expect([...watcher.propertyFindings.found]).toEqual([[0, { state: 5, depth: 2 }]]);
  });

  test('properties that nobody asks for, or that are known, are not evaluated', () => {
    const asked: string[] = [];
    const spied = (): Generated => {
      const generated = machine();
      return {
        ...generated,
        properties: (states, at) => {
          asked.push(`property of ${at}`);
          return generated.properties(states, at);
        },
        quiescent: (states, at) => {
          asked.push(`idle of ${at}`);
          return generated.quiescent(states, at);
        },
      };
    };
    const none = new Watcher({}, spied());
    none.look(1);
    none.see(0, 1);
    expect(asked).toEqual([]);
    const some = new Watcher({ properties: 1, quiescent: 1 }, spied());
    for (const state of [4, 5, 6]) {
      some.look(state);
      some.see(0, state);
    }
    expect(asked).toEqual(['property of 4', 'idle of 4', 'property of 5']);
  });

  test('the first state that is looked for', () => {
    const watcher = new Watcher({ stopAt: (states, at) => (states[at] as number) > 2 });
    for (const state of [1, 4, 5]) watcher.look(state, state + 1);
    expect(watcher.target).toEqual({ state: 4, depth: 5 });
  });
});

test('the count of what was found grows with each of it, also when two come at once', () => {
  const watcher = new Watcher({
    properties: 7,
    quiescent: 3,
    abortOn: (failure) => failure === 9,
    stopAt: (_, at) => at === 6,
  });
  const steps = [
    () => watcher.look(0),
    () => watcher.look(5),
    () => watcher.look(6),
    () => watcher.see(0, 0),
    () => watcher.see(0, 1),
    () => watcher.see(0, 4),
    () => watcher.see(Status.Blocked, 0),
    () => watcher.see(Status.System, 0, 0, [1, 0, 2, 0]),
    () => watcher.see(Status.System, 0, 0, [9, 0]),
  ];
  const before = watcher.count;
  const counts = steps.map((step) => {
    step();
    return watcher.count - before;
  });
  expect(counts).toEqual([0, 2, 3, 3, 4, 5, 6, 8, 10]);
});

describe('decided', () => {
  const outcome = (options: SearchOptions, act: (watcher: Watcher) => void = () => {}): string => {
    const watcher = new Watcher({ stopWhenDecided: true, ...options });
    act(watcher);
    watcher.decide();
    return watcher.outcome;
  };
  const deadlock = (watcher: Watcher) => watcher.see(Status.Blocked, 0);

  test('by the state that is looked for, whatever else is open', () => {
    const found = (watcher: Watcher) => watcher.look(2);
    const options = { stopAt: () => true, stopWhenDecided: false, properties: 1 };
    expect([outcome(options), outcome(options, found)]).toEqual(['more', 'decided']);
  });

  test('by all that is watched', () => {
    const both = (watcher: Watcher) => {
      watcher.look(1);
      deadlock(watcher);
    };
    expect(outcome({ properties: 1 }, (watcher) => watcher.look(1))).toBe('more');
    expect(outcome({ properties: 1 }, deadlock)).toBe('more');
    expect(outcome({ properties: 1 }, both)).toBe('decided');
    expect(outcome({ properties: 1, stopWhenDecided: false }, both)).toBe('more');
    expect(outcome({ properties: 3 }, both)).toBe('more');
    expect(outcome({ properties: 1, quiescent: 1 }, both)).toBe('more');
    expect(outcome({ quiescent: 2, deadlock: false }, (watcher) => watcher.see(0, 1))).toBe('decided');
    expect(outcome({ properties: 1, deadlock: false }, (watcher) => watcher.look(1))).toBe('decided');
  });

  test('by a deadlock alone, but never by nothing', () => {
    expect([outcome({}), outcome({}, deadlock), outcome({ deadlock: false })]).toEqual([
      'more',
      'decided',
      'more',
    ]);
  });
});

describe('the end', () => {
  test('finished, or a limit where the store may have left out states', () => {
    const exact = new Watcher();
    exact.end();
    expect([exact.outcome, exact.limit]).toEqual(['finished', null]);
    const lossy = new Watcher();
    lossy.end(0);
    expect([lossy.outcome, lossy.limit]).toEqual(['limit', { kind: 'omission', value: 0 }]);
  });

  test('the first limit stays', () => {
    const sample = { runs: 1, steps: 2, bugDepth: 3, seed: 4, processes: 5, probability: 0.5 };
    const watcher = new Watcher();
    watcher.stop('sample', 1, sample);
    watcher.stop('max-states', 2);
    expect([watcher.outcome, watcher.limit]).toEqual(['limit', { kind: 'sample', value: 1, sample }]);
  });
});

test('what was found is on the tape, and whatever was not, not', () => {
  const options = { properties: 7, quiescent: 7 };
  const watcher = new Watcher(options);
  watcher.look(5, 1);
  watcher.see(Status.Blocked, 1, 2);
  watcher.see(Status.Blocked, 6, 3, [4, 8, 2, 9]);
  const again = new Watcher(options);
  again.load(watcher.saved());
  for (const kind of ['propertyFindings', 'quiescentFindings'] as const) {
    expect([...again[kind].found]).toEqual([...watcher[kind].found]);
    expect(again[kind].pending).toBe(4);
  }
  expect([...again.failures]).toEqual([...watcher.failures]);
  expect(again.failures.get(2)).toEqual({ failure: 2, attempt: 9, state: 6, depth: 3 });
  expect(again.deadlock).toEqual({ state: 1, depth: 2 });
  const empty = new Watcher(options);
  empty.load(new Watcher(options).saved());
  expect([empty.deadlock, empty.failures.size, empty.count]).toEqual([null, 0, new Watcher(options).count]);
});
