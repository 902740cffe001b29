import { describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { MIXED } from '../language/ir.ts';
import { parseCondition } from './condition.ts';

const SCENARIO = `import { idle, scenario } from 'upy-check';
import { choose, clock, process, until } from 'upy-check/model';
const ASLEEP = 2;
export default scenario('tiny', { about: 'x', variants: { only: { holds: true } }, build() {
  const pin = { event: false, level: 'low' };
  const s = { count: 0, counted: 0, mode: 0, owner: null, items: [] };
  const timer = clock('timer');
  process('main', () => {
    pin.event = choose(2) === 1; pin.level = 'high'; s.count = choose(40); s.counted++; s.mode = ASLEEP; s.owner = choose(3);
    timer.every(5);
    until(() => timer.expired);
    s.owner = null;
    pin.level = 'low';
  });
  return [idle('all are read', () => s.count + s.counted + s.mode >= 0 && s.owner !== 1 && pin.event && pin.level === 'low')];
} });`;
const { program, names } = buildVariant(inlineScenario(SCENARIO, 'tiny.ts'), 'only').compiled;
const initial = new Map(program.variables.map(({ name, initial }) => [name, initial]));

/** Whether a condition is true where these variables have these numbers, and all others their first. */
function isTrue(text: string, numbers: Readonly<Record<string, number>> = {}): boolean {
  const condition = parseCondition(text, program, names);
  return condition(({ name }) => numbers[name] ?? initial.get(name) ?? 0);
}

describe('a condition', () => {
  test.each([
    ['==', [false, true, false]],
    ['===', [false, true, false]],
    ['!=', [true, false, true]],
    ['!==', [true, false, true]],
    ['<', [true, false, false]],
    ['<=', [true, true, false]],
    ['>', [false, false, true]],
    ['>=', [false, true, true]],
  ])('%s', (operator, expected) => {
    expect([2, 3, 4].map((count) => isTrue(`s.count ${operator} 3`, { 's.count': count }))).toEqual(expected);
    expect(isTrue(`s.count${operator}3`, { 's.count': 3 })).toBe(expected[1]);
  });

  test.each([
    ['a || b', [false, true, true, true]],
    ['a && b', [false, false, false, true]],
    ['!a', [true, true, false, false]],
    ['! a && b', [false, true, false, false]],
    ['!(a && b)', [true, true, true, false]],
    ['b || a && b', [false, true, false, true]],
    ['b && a || a', [false, false, true, true]],
    ['b && (a || a)', [false, false, false, true]],
    ['!!a', [false, false, true, true]],
  ])('%s', (text, expected) => {
    const whole = text.replaceAll('a', 'pin.event').replaceAll('b', 's.counted');
    const all = [0, 1].flatMap((a) => [0, 1].map((b) => isTrue(whole, { 'pin.event': a, 's.counted': b })));
    expect(all).toEqual(expected);
  });

  test('a name may begin with another, and stand in backticks', () => {
    expect(isTrue('s.counted == 1', { 's.counted': 1 })).toBe(true);
    expect(isTrue('`s.counted` == 1', { 's.counted': 1 })).toBe(true);
    expect(isTrue('`s.count`== 1', { 's.counted': 1 })).toBe(false);
    expect(() => isTrue('`s.count == 1')).toThrow('there is no variable');
    expect(() => isTrue('s.counter == 1')).toThrow("there is no variable 's.counter'");
  });

  test('of two names the longer one is meant, also where it has a blank', () => {
    const [count] = program.variables.filter(({ name }) => name === 's.count');
    if (count === undefined) throw new Error('it is not there');
    const blank = { ...program, variables: [...program.variables, { ...count, name: 's.count all' }] };
    const condition = parseCondition('s.count all == 1', blank, names);
    expect(condition(({ name }) => (name === 's.count all' ? 1 : 0))).toBe(true);
  });

  test('values are as traces show them', () => {
    expect(isTrue('s.count == 0x1f', { 's.count': 31 })).toBe(true);
    expect(isTrue('s.count == -1', { 's.count': -1 })).toBe(true);
    expect(isTrue('pin.event == true', { 'pin.event': 1 })).toBe(true);
    expect(isTrue('pin.event == 0')).toBe(true);
    for (const low of ['low', "'low'", '"low"']) expect(isTrue(`pin.level == ${low}`)).toBe(true);
    expect(isTrue('pin.level == high')).toBe(false);
    expect(isTrue('s.mode == ASLEEP', { 's.mode': 2 })).toBe(true);
    expect(isTrue('s.owner == null', { 's.owner': MIXED })).toBe(true);
    expect(isTrue('s.owner == null', { 's.owner': 0 })).toBe(false);
    expect(isTrue('s.owner == 0', { 's.owner': 0 })).toBe(true);
  });

  test('variables are compared with each other', () => {
    expect(isTrue('s.count == s.counted', { 's.count': 1 })).toBe(false);
    expect(isTrue('s.count == s.counted', { 's.count': 1, 's.counted': 1 })).toBe(true);
    expect(isTrue('s.count > s.counted && pin.event', { 's.count': 1, 'pin.event': 1 })).toBe(true);
  });

  test('a clock has expired where nothing is left, or where that is latched', () => {
    const at = (left: number, latched: number) =>
      isTrue('timer.expired', { 'timer.left': left, 'timer.latched': latched });
    expect([at(0, 0), at(5, 0), at(5, 1), at(-1, 0)]).toEqual([true, false, true, false]);
    expect(isTrue('timer.expired == true', { 'timer.left': 0 })).toBe(true);
  });

  test('what a variable can never be is refused, with what it can be', () => {
    expect(() => isTrue('pin.level == up')).toThrow(
      expect.objectContaining({ code: 'UPY352', likely: "it can be 'high', 'low'" }),
    );
    expect(() => isTrue('pin.evnt')).toThrow(expect.objectContaining({ code: 'UPY352' }));
    expect(() => isTrue('event')).toThrow(
      expect.objectContaining({ remedy: 'write it as a trace does, for example `pin.event`' }),
    );
  });
});
