import { describe, expect, test } from 'vitest';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { CheckOptions, Progress, Stop } from '../options.ts';

/** 27,000 states, which a search takes at once, and a lamp that somebody switches on. */
const counters = (asked: string, size = 30) =>
  inlineScenario(`import { always, eventually, linearizable, scenario } from 'upy-check';
import { atomic, pause, process } from 'upy-check/model';
class Lamp { on = false; press() { atomic(() => { this.on = true; }); } }
export default scenario('counters', { about: 'x', variants: { only: { holds: true } }, build() {
const s = { a: 0, b: 0, c: 0 };
for (const k of ['a', 'b', 'c'] as const) process(k, () => { while (true) atomic(() => { s[k] = (s[k] + 1) % ${size}; }); });
always('all less than 30', () => s.a < ${size} && s.b < ${size} && s.c < ${size});
${asked} } });`);

const EVENTUALLY = "eventually('all', () => s.a + s.b + s.c === 87);";
const LINEARIZABLE =
  "const lamp = linearizable('lamp', new Lamp(), new Lamp()); process('p', () => lamp.press());";

async function result(asked: string, options: CheckOptions, size?: number) {
  for await (const { verdict, limit, properties, figures } of check(counters(asked, size), options)) {
    const { status, detail } = properties.at(-1) ?? {};
    return { verdict, limit, status, detail, states: figures.states };
  }
  throw new Error('no variant');
}

describe.each([
  ['eventually', EVENTUALLY, 'violated'],
  ['linearizable', LINEARIZABLE, 'holds'],
])('%s', (_, asked, truth) => {
  test('the monitor is asked after the search, too', async () => {
    const seen: Progress[] = [];
    const watch = (progress: Progress): null => {
      seen.push(progress);
      return null;
    };
    const { status, states } = await result(asked, { monitor: watch });
    expect(status).toBe(truth);
    const last = seen.at(-1) as Progress;
    expect([last.scenario, last.variant, last.states > 16_384, last.states <= 2 * states]).toEqual([
      'counters',
      'only',
      true,
      true,
    ]);
  });

  test('and may end it', async () => {
    const stop: Stop = { kind: 'max-time', value: '1s' };
    expect(await result(asked, { monitor: () => stop, maxStates: 60_000 })).toMatchObject({
      verdict: 'incomplete',
      limit: { ...stop, growing: [] },
      status: 'undecided',
    });
  });
});

test('--max-states is a limit on pairs, too', async () => {
  // What nobody can see is known of the history, not of the state.
  const many = `class Silent { inc() { pause(); } }
class Count { n = 0; inc() { this.n = (this.n + 1) & 3; } }
const silent = linearizable('silent', new Silent(), new Count());
process('p', () => { while (true) silent.inc(); });`;
  const free = await result(many, {}, 3);
  const pairs = Number(/^\d+/.exec(free.detail ?? '')?.[0]);
  expect([free.status, pairs > free.states]).toEqual(['holds', true]);
  const limited = await result(many, { maxStates: pairs - 1 }, 3);
  expect(limited.detail).toBe(
    `has more than --max-states ${pairs - 1} pairs of a state and what is known of the operations`,
  );
  expect(limited.limit).toEqual({ kind: 'unsupported', value: `'silent' ${limited.detail}`, growing: [] });
  expect((await result(many, { maxStates: pairs }, 3)).status).toBe('holds');
});
