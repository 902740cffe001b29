import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { check } from '../checker/check.ts';
import { loadScenarios } from '../checker/language/loader.ts';
import { historyLines } from '../reports/history.ts';
import { paint } from '../reports/paint.ts';

const file = fileURLToPath(new URL('./linearizable-ring.ts', import.meta.url));

/** Verdict, length of the trace, sizes; the operations as they are shown, and what went wrong. */
async function outline(variant: string): Promise<string> {
  const [loaded] = await loadScenarios(file);
  if (loaded === undefined) throw new Error('no scenario');
  for await (const { verdict, because, properties, figures } of check(loaded, { variants: [variant] })) {
    expect(because).toEqual([]);
    const found = properties.find(({ kind }) => kind === 'linearizability');
    const trace = found?.trace ?? null;
    const size = `${verdict} | ${figures.states} states | ${found?.detail ?? `in ${trace?.steps.length}`}`;
    if (trace === null) return size;
    const lines = historyLines(trace, { paint: paint(0), width: 90 });
    return [size, ...lines, trace.explanation].join('\n');
  }
  return '';
}

test('one producer and one consumer need no lock', async () => {
  expect(await outline('one-producer')).toMatchInlineSnapshot(
    `"holds | 580 states | 883 pairs of a state and what is known of the operations there; at most 2 explanations at once"`,
  );
});

test('… unless the compiler stores iget twice: in between, a full ring looks like one with room', async () => {
  expect(await outline('one-producer-iget-stored-twice')).toMatchInlineSnapshot(`
    "violated | 794 states | in 26
    The operations, from the first step of each to its return
      uart    ring.put(1) → 0                  1–4   ├──┤
      uart    ring.put(2) → 0                  5–12      ├──────┤
      reader  ring.get() → 1                   6–14       ├───────┤
      uart    ring.put(3) → 0                 13–22              ├────────┤
      reader  ring.get()  (has not returned)  16–…                  ├──────────
      uart    ring.put(4) → 0                 23–26                        ├──┤

    ring.put(4) of uart (steps 23 to 26) returned 0, and no order of the operations explains that. What returned before is explained by ring.put(1) → 0, ring.get() → 1, ring.put(2) → 0, ring.get(), ring.put(3) → 0, in this order; but whatever order is taken, it could only return -1."
  `);
});

test('two producers take the same place', async () => {
  expect(await outline('two-producers')).toMatchInlineSnapshot(`
    "violated | 8983 states | in 8
    The operations, from the first step of each to its return
      uart        ring.put(1) → 0   1–5  ├───┤
      other uart  ring.put(11) → 0  4–8     ├───┤

    ring.put(11) of other uart (steps 4 to 8) returned 0, and no order of the operations explains that. What returned before is explained by ring.put(1) → 0; but whatever order is taken, it could only return -1."
  `);
});
