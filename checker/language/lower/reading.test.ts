import { expect, test } from 'vitest';
import { Facts, Group } from './facts.ts';
import { Reading } from './reading.ts';

const nameOf = (): string => 'name';

/** Whether what `read` reads stays true when `learn` follows. */
function stays(facts: Facts, read: (facts: Facts) => void, learn: (facts: Facts) => void): boolean {
  const reading = new Reading();
  facts.reading = reading;
  read(facts);
  facts.reading = null;
  expect(reading.holds(nameOf)).toBe(true);
  learn(facts);
  return reading.holds(nameOf);
}

/** A group with the members `values`, which a local has. */
function groupOf(facts: Facts, key: string, ...values: unknown[]): Group {
  const group = new Group();
  facts.unread(key).group = group;
  for (const value of values) facts.addMember(group, value);
  return group;
}

test('a property that becomes a variable, and its type', () => {
  const object = { x: 0 };
  const mark = (facts: Facts): void => {
    facts.mark(object, 'x');
  };
  const read = (facts: Facts): void => {
    facts.property(object, 'x');
  };
  expect(stays(new Facts(), read, mark)).toBe(false);
  expect(stays(new Facts(), (facts) => facts.variablesOf(object), mark)).toBe(false);
  const known = new Facts();
  mark(known);
  expect(stays(known, read, mark)).toBe(true);
  expect(stays(known, read, (facts) => facts.learn(facts.mark(object, 'x').type))).toBe(false);
});

test('a local: what is added before it is read is no change', () => {
  const add = (facts: Facts): void => facts.learn(facts.unread('key'));
  const addAndRead = (facts: Facts): void => {
    add(facts);
    facts.local('key');
  };
  expect(stays(new Facts(), (facts) => facts.local('key'), add)).toBe(false);
  expect(stays(new Facts(), addAndRead, () => {})).toBe(true);
  expect(stays(new Facts(), add, add)).toBe(true);
});

test('flags that are set once', () => {
  const process = {} as never;
  const share = (facts: Facts): void => facts.share(1, 'f');
  expect(stays(new Facts(), (facts) => facts.isShared(1, 'f'), share)).toBe(false);
  expect(stays(new Facts(), (facts) => facts.isShared(2, 'f'), share)).toBe(true);
  expect(
    stays(
      new Facts(),
      (facts) => facts.isObserved(process),
      (facts) => facts.observe(process),
    ),
  ).toBe(false);
  expect(
    stays(
      new Facts(),
      (facts) => facts.isMutated(process),
      (facts) => facts.mutate(process),
    ),
  ).toBe(false);
});

test('groups that are united: only who sees other members, or minds which group it is', () => {
  const facts = new Facts();
  const [a, b] = [groupOf(facts, 'a', 1, 2), groupOf(facts, 'b', 1, 2)];
  const c = groupOf(facts, 'c', 2, 1);
  const readB = (): void => {
    facts.local('b');
  };
  const identified = new Reading();
  facts.reading = identified;
  facts.noteIdentity(b);
  // `a` changes before it takes `b` in: that does not concern who has seen `b`.
  expect(stays(facts, readB, () => facts.unite(a, b))).toBe(true);
  expect(identified.holds(nameOf)).toBe(false);
  expect(
    stays(
      facts,
      () => facts.local('c'),
      () => facts.unite(a, c),
    ),
  ).toBe(false);
  expect(stays(facts, readB, () => facts.addMember(a, 3))).toBe(false);
  expect(b.find().members).toEqual([1, 2, 3]);
});

test('a group that grew before it took in an equal one', () => {
  const facts = new Facts();
  const [a, b] = [groupOf(facts, 'a', 1), groupOf(facts, 'b', 1, 2)];
  const grow = (): void => {
    facts.addMember(a, 2);
    facts.unite(a, b);
  };
  expect(stays(facts, () => facts.local('b'), grow)).toBe(true);
  expect(
    stays(
      facts,
      () => facts.local('b'),
      () => facts.addMember(b, 3),
    ),
  ).toBe(false);
});

test('what was made before something was learnt is out of date for whoever uses it', () => {
  const facts = new Facts();
  const type = facts.local('key');
  const made = facts.now;
  facts.learn(type);
  const reading = new Reading();
  facts.reading = reading;
  facts.noteMade([type], made);
  expect(reading.holds(nameOf)).toBe(false);
});

test('a name', () => {
  const reading = new Reading();
  const object = {};
  reading.noteName(object, 'a');
  expect([reading.holds(() => 'a'), reading.holds(() => 'b')]).toEqual([true, false]);
});
