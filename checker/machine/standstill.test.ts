import { describe, expect, test } from 'vitest';
import { buildVariant } from '../build_variant.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import { type Cell, layOut } from './layout.ts';
import { meet, Standstill, type StandstillTable, standsStill } from './standstill.ts';

/** By process and location: what a wait looks at and what may still be written; `time`: what time writes. */
function footprints(body: string): string[] {
  const text = `import { scenario } from 'upy-check';
import { atomic, busy, clock, pause, process, until } from 'upy-check/model';
export default scenario('model', { about: 'a test', variants: { only: { holds: true } }, build() {
${body}
} });
`;
  const { compiled } = buildVariant(inlineScenario(text, 'model.ts'), 'only');
  const { processes, variables } = compiled.program;
  const { reads, writes, time, table } = new Standstill(compiled, layOut(compiled, new Map()));
  const names = (bits: Int32Array): string =>
    variables
      .filter((_, i) => ((bits[i >>> 5] as number) >>> (i & 31)) & 1)
      .map(({ name }) => name)
      .join(' ');
  const lines = processes.flatMap(({ name, locations }, p) =>
    locations.map((block, i) => {
      const waits = reads[p]?.[i] ?? null;
      const wait = waits === null ? '' : ` waits for ${names(waits)};`;
      return `${name} ${block.cut?.operation}:${wait} writes ${names(writes[p]?.[i] as Int32Array)}`;
    }),
  );
  return [...lines, `time: writes ${names(time)}`, table === null ? 'nobody waits' : 'asked'];
}

describe('what code may still write', () => {
  test('from each location on, round a loop as well', () => {
    expect(
      footprints(`const s = { a: 0, b: 0, c: 0, d: 0 };
process('p', () => { s.a = 1; while (s.c < 3) { s.b = s.c; s.c = 1; } s.d = 1; });
process('q', () => { until(() => s.a + s.d > 1); s.d = s.b; s.a = 5; });`),
    ).toEqual([
      'p write: writes p.location s.a s.c s.b s.d',
      'p write: writes p.location s.d',
      'p write: writes p.location s.c s.b s.d',
      'q until: waits for s.a s.d; writes s.a s.d q.location',
      'q read: writes s.a s.d q.location',
      'q write: writes s.a s.d q.location',
      'q write: writes s.a q.location',
      'time: writes ',
      'asked',
    ]);
  });

  test('the location of who is started or killed, and all that who is started writes', () => {
    expect(
      footprints(`const s = { a: 0, b: 0 };
const spare = process('spare', () => { s.a = 1; pause(); s.b = 2; }, { dormant: true });
const victim = process('victim', () => { s.b = 3; pause(); s.b = 4; });
process('p', () => { pause(); spare.start(); pause(); victim.kill(); });
process('q', () => { until(() => s.a === 1 && !victim.alive && s.b > 1); });`),
    ).toEqual([
      'spare write: writes spare.location s.a s.b',
      'spare pause: writes spare.location s.b',
      'spare write: writes spare.location s.b',
      'victim write: writes s.b victim.location',
      'victim pause: writes s.b victim.location',
      'victim write: writes s.b victim.location',
      'victim end: writes victim.location',
      'p pause: writes spare.location s.a s.b victim.location p.location',
      'p start: writes spare.location s.a s.b victim.location p.location',
      'p pause: writes victim.location p.location',
      'p kill: writes victim.location p.location',
      'q until: waits for s.a s.b victim.location; writes q.location',
      'time: writes ',
      'asked',
    ]);
  });

  test('time writes clocks and timeouts', () => {
    expect(
      footprints(`const [k, never] = [clock(), clock()]; const s = { a: false };
process('p', () => { k.every(5, 1); until(() => s.a, 7); busy(3); pause(); });
process('q', () => { until(() => k.expired && !never.expired); });`),
    ).toEqual([
      'p clock: writes p.location k.left k.period k.latched p.timeout p.busy',
      'p arm: writes p.location p.timeout p.busy',
      'p until: waits for p.timeout; writes p.location p.timeout p.busy',
      'p busy: writes p.location p.busy',
      'p pause: writes p.location',
      'p end: writes p.location',
      'q until: waits for k.left k.latched; writes q.location',
      'time: writes k.left k.latched p.timeout',
      'asked',
    ]);
  });

  test('an until that looks at what it is given, and at what it does', () => {
    expect(
      footprints(`const s = { i: 0, n: 0, free: true }; const a = [0, 1, 0];
process('p', () => { until(() => s.free && (s.free = false, a[s.i] === s.n)); s.free = true; });
process('q', () => { s.i = 2; a[1] = 3; s.n = 1; });`),
    ).toEqual([
      'p until: waits for s.free s.i a[0] a[1] a[2] s.n; writes p.location s.free',
      'q write: writes s.i a[1] s.n q.location',
      'q write: writes a[1] s.n q.location',
      'q write: writes s.n q.location',
      'time: writes ',
      'asked',
    ]);
  });

  test('nobody waits', () => {
    expect(footprints("const s = { a: 0 }; process('p', () => { s.a = 1; pause(); s.a = 2; });")).toEqual([
      'p pause: writes p.location s.a',
      'time: writes ',
      'nobody waits',
    ]);
  });

  test('more than 32 variables', () => {
    const lines = footprints(`const s = { a: 0, last: 0 }; const many = [${'0,'.repeat(40)}];
process('p', () => { while (s.a < 9) { many[s.a] = s.last; s.a++; } });
process('q', () => { until(() => many[39] === 1 && s.last === 0); s.last = many[33]!; });`);
    expect(lines.filter((line) => line.startsWith('q'))).toEqual([
      'q until: waits for s.last many[39]; writes s.last q.location',
      'q read: writes s.last q.location',
      'q write: writes s.last q.location',
    ]);
    expect(lines.find((line) => line.startsWith('p'))).toBe(
      `p read: writes p.location s.a ${Array.from({ length: 40 }, (_, i) => `many[${i}]`).join(' ')}`,
    );
  });
});

test('two sets meet if one variable is in both', () => {
  const set = (...words: number[]): Int32Array => Int32Array.from(words);
  expect(meet(set(1, 0), set(1, 0))).toBe(true);
  expect(meet(set(1, 2), set(2, 1))).toBe(false);
  expect(meet(set(0, 1 << 31), set(7, 1 << 31))).toBe(true);
  expect(meet(set(0, 0), set(-1, -1))).toBe(false);
  expect(meet(set(), set())).toBe(false);
});

describe('who waits for ever', () => {
  const at = (index: number): Cell => ({ word: 0, shift: 4 * index, width: 4, lo: 0, hi: 15, symbols: 0 });
  const bits = (...variables: number[]): Int32Array =>
    Int32Array.of(variables.reduce((all, variable) => all | (1 << variable), 0));
  const none = bits();

  /** Processes by their locations: `[what is waited for or null, what is written from here on]`. */
  const tableOf = (
    processes: [Int32Array | null, Int32Array][][],
    time: Int32Array = none,
  ): StandstillTable => ({
    locations: processes.map((_, i) => at(i)),
    reads: processes.map((locations) => locations.map(([reads]) => reads)),
    writes: processes.map((locations) => locations.map(([, writes]) => writes)),
    time,
  });
  const still = (table: StandstillTable, locations: number[], blocked: number): boolean =>
    standsStill(
      table,
      Int32Array.of(
        -1,
        locations.reduce((word, location, i) => word | (location << (4 * i)), 0),
      ),
      1,
      blocked,
    );

  /** Location 1 waits for a variable of the other's, which that writes from location 2 on. */
  const pair = tableOf([
    [
      [bits(1), none],
      [null, bits(0)],
      [null, none],
    ],
    [
      [bits(0), none],
      [null, bits(1)],
      [null, none],
    ],
  ]);

  test.each<[string, number[], number, boolean]>([
    ['each waits for the other', [1, 1], 0b11, true],
    ['the other may still write', [1, 2], 0b01, false],
    ['the other has ended', [1, 0], 0b01, true],
    ['the first has ended', [0, 1], 0b10, true],
    ['its attempt is true', [1, 1], 0b00, false],
    ['only one attempt is false, and the other writes nothing', [1, 1], 0b10, true],
    ['the first may still write', [2, 1], 0b10, false],
    ['nobody is at a wait', [2, 2], 0b11, false],
  ])('%s', (_, locations, blocked, expected) => {
    expect(still(pair, locations, blocked)).toBe(expected);
  });

  test('who is not alive counts for nothing, and with all that it writes for whoever may still start it', () => {
    // The first waits for what the second writes, and the third may start the second.
    const spare = tableOf([
      [[bits(3), none]],
      [[null, bits(3)]],
      [
        [null, bits(3)],
        [null, none],
      ],
    ]);
    expect(still(spare, [1, 0, 0], 0b01)).toBe(true);
    expect(still(spare, [1, 0, 1], 0b01)).toBe(false);
    expect(still(spare, [1, 0, 2], 0b01)).toBe(true);
    expect(still(spare, [1, 1, 2], 0b01)).toBe(false);
  });

  test('time may write it', () => {
    const processes: [Int32Array | null, Int32Array][][] = [
      [
        [bits(3), none],
        [null, none],
      ],
    ];
    expect(still(tableOf(processes, bits(3)), [1], 1)).toBe(false);
    expect(still(tableOf(processes, bits(2)), [1], 1)).toBe(true);
  });

  test('one that is woken may wake the next', () => {
    // 0 waits for 1, 1 waits for 2; what is after the wait counts as well.
    const chain = tableOf([
      [
        [bits(1), bits(0)],
        [null, none],
      ],
      [
        [bits(2), bits(1)],
        [null, none],
      ],
      [
        [bits(5), bits(2)],
        [null, bits(2)],
        [null, none],
      ],
    ]);
    expect(still(chain, [1, 1, 1], 0b111)).toBe(true);
    expect(still(chain, [1, 1, 2], 0b011)).toBe(false);
    expect(still(chain, [1, 1, 0], 0b011)).toBe(true);
  });

  test('who waits for nothing that is shared waits for ever', () => {
    expect(
      still(
        tableOf([
          [
            [none, none],
            [null, none],
          ],
        ]),
        [1],
        1,
      ),
    ).toBe(true);
  });
});
