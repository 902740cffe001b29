import { describe, expect, test } from 'vitest';
import { type BuiltVariant, buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { stepGraph } from '../machine/step_graph.ts';
import { againstPlain } from './against_plain.ts';
import { channelUse } from './channel_use.ts';

/** Process p does `step` as one step, over and over, with the sequence `q` of two. */
const built = (step: string): BuiltVariant =>
  buildVariant(
    inlineScenario(`import { always, scenario } from 'upy-check';
import { atomic, process, rest, sequence, until } from 'upy-check/model';
export default scenario('inline', { about: 'x', variants: { only: { holds: true } }, build() {
  const q = sequence<number>(2); const s = { n: 0, m: 0 };
  process('p', () => { let x = 0; let y = 0; while (true) atomic(() => { ${step} }); });
  process('fills', () => { while (true) atomic(() => { rest(() => q.length < 2); q.push(1); }); });
  process('empties', () => { while (true) atomic(() => { rest(() => q.length > 0); q.shift(); }); });
  always('little', () => s.n < 9);
} });`),
    'only',
  );

/** What the last step of p is to the sequence. */
function useOf({ compiled: { program } }: BuiltVariant): string {
  const [p] = program.processes;
  const [sequence] = program.sequences;
  const block = p?.locations.at(-1);
  if (p === undefined || sequence === undefined || block === undefined) throw new Error('no step');
  return channelUse(stepGraph(program, block), sequence, p.live);
}

describe('a step uses a sequence as a channel', () => {
  const cases: Record<string, readonly [step: string, use: string]> = {
    'a push that waits for room': ['until(() => q.length < 2); q.push(1);', 'push'],
    'a pop that waits for an element': ['rest(() => q.length > 0); s.n = q.shift();', 'pop'],
    'a push that does not wait': ['if (q.length < 2) q.push(1);', 'access'],
    'a look at the length': ['s.n = q.length;', 'access'],
    'it waits for more than room': ['until(() => q.length < 1); q.push(1);', 'push'],
    'it waits for what is no room': ['until(() => q.length === 1); q.push(1);', 'access'],
    'the length goes elsewhere': ['until(() => q.length < 2); q.push(1); s.n = q.length;', 'access'],
    'a remembered length decides': ['x = q.length; until(() => x < 2); q.push(1); x = 0;', 'push'],
    'a remembered length stays': ['s.m = x; x = q.length; until(() => x < 2); q.push(1);', 'access'],
    // Found at random: a length that is counted up was looked for in itself, without end.
    'a remembered length is counted up': [
      'x = q.length; x = x + 1; until(() => x < 3); q.push(1); x = 0;',
      'push',
    ],
    'the temporary that a remembered length came from is something else now': [
      'x = q.length; y = x + x; x = q.length + 1; until(() => x + y < 9); q.push(1); x = 0; y = 0;',
      'access',
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [step, use]) => {
    const variant = built(step);
    expect(useOf(variant)).toBe(use);
    expect(againstPlain(variant, 1000)?.difference).toBeNull();
  });
});
