import { expect, test } from 'vitest';
import { sourceText } from '../../model/intrinsics/metadata.ts';
import { check } from '../check.ts';
import { inlineScenario } from '../language/inline_scenario.ts';
import type { Trace } from '../trace.ts';

const TEXT = `
import { scenario, stuck } from 'upy-check';
import { clock, int, process, rest, sequence, until } from 'upy-check/model';
class Mailbox {
  static drawing = { kind: 'queue', items: 'mail', capacity: 'room', also: ['state.open', 'room'] };
  constructor() {
    this.mail = sequence(2);
    this.room = 2;
    this.state = { open: true };
  }
}
class Plain { static drawing = { kind: 'fields', also: ['constant'] }; constructor() { this.constant = 3; } }
export default scenario('start', { about: 'test', variants: { only: { holds: true } }, build() {
  const box = new Mailbox();
  const plain = new Plain();
  const tick = clock();
  const n = { count: int(0, 3, 1) };
  process('sender', () => { box.mail.push(7); box.state.open = false; box.mail.push(plain.constant); tick.arm(5); });
  process('receiver', () => { until(() => box.mail.length > n.count); n.count = 2; });
  process('edge', () => { rest(() => n.count === 3); }, { outside: true });
  return [stuck('the mail is read', () => n.count !== 2)];
} });`;

async function traceOf(text = TEXT): Promise<Trace> {
  for await (const { properties } of check(inlineScenario(text, 'start.ts'))) {
    const trace = properties.find(({ kind }) => kind === 'stuck')?.trace;
    if (trace !== null && trace !== undefined) return trace;
  }
  throw new Error('no trace');
}

test('a trace begins with all processes, variables and drawn objects', async () => {
  const { start } = await traceOf();
  expect(start.processes.map(({ name, role, status, place }) => [name, role, status, place?.line])).toEqual([
    ['sender', 'system', 'can go on', 18],
    ['receiver', 'system', 'waits', 19],
    ['edge', 'outside', 'rests', 20],
  ]);
  expect(start.variables).toEqual([
    { name: 'box.state.open', kind: 'boolean', value: 'true' },
    { name: 'n.count', kind: 'integer', value: '1' },
    { name: 'box.mail', kind: 'sequence', value: '[]', items: [] },
    { name: 'tick', kind: 'clock', value: 'stopped' },
  ]);
  // An object of which nothing changes is left out, and so is a constant for which the drawing has no place.
  expect(start.objects).toEqual([
    {
      name: 'box',
      class: 'Mailbox',
      kind: 'queue',
      parts: [
        { role: 'items', variable: 'box.mail', value: '[]' },
        { role: 'capacity', variable: null, value: '2' },
        { role: 'state.open', variable: 'box.state.open', value: 'true' },
      ],
    },
  ]);
});

test('each step says what is in a sequence, and who stands otherwise', async () => {
  const { steps, standing } = await traceOf();
  const changes = steps.flatMap((step) => step.changes.filter(({ variable }) => variable === 'box.mail'));
  expect(changes.map(({ before, after, items }) => [before, after, items])).toEqual([
    ['[]', '[7]', ['7']],
    ['[7]', '[7, 3]', ['7', '3']],
  ]);
  expect(steps.map(({ process, statuses }) => [process, statuses])).toMatchInlineSnapshot(`
    [
      [
        "sender",
        [],
      ],
      [
        "sender",
        [
          {
            "process": "receiver",
            "status": "can go on",
          },
        ],
      ],
      [
        "sender",
        [
          {
            "process": "sender",
            "status": "ended",
          },
        ],
      ],
      [
        "receiver",
        [],
      ],
      [
        "receiver",
        [
          {
            "process": "receiver",
            "status": "ended",
          },
        ],
      ],
      [
        null,
        [],
      ],
    ]
  `);
  expect(standing.map(({ process, stack }) => [process, stack.map((frame) => frame.function)])).toEqual([
    ['sender', []],
    ['receiver', []],
    ['edge', ['edge']],
  ]);
});

test('the text of a loaded file can be had by its name', async () => {
  await traceOf();
  expect(sourceText('start.ts')).toBe(TEXT);
  expect(sourceText('nowhere.ts')).toBeNull();
});

test('fields may say to which core they belong', async () => {
  const text = `
import { scenario, stuck } from 'upy-check';
import { process } from 'upy-check/model';
class Cpu {
  static drawing = { kind: 'fields', of: 'core.name', also: ['asleep'] };
  constructor(core) { this.core = core; this.asleep = false; }
}
export default scenario('of', { about: 'test', variants: { only: { holds: true } }, build() {
  const cpu = new Cpu({ name: 'core 0' });
  process('main', () => { cpu.asleep = true; });
  return [stuck('it wakes', () => !cpu.asleep)];
} });`;
  const { start } = await traceOf(text);
  expect(start.objects.map(({ parts }) => parts)).toEqual([
    [
      { role: 'of', variable: null, value: "'core 0'" },
      { role: 'asleep', variable: 'cpu.asleep', value: 'false' },
    ],
  ]);
});

test.each([
  '= { lines: 3, on: true }',
  "= { kind: 'fields', also: 'room' }",
  "= { kind: 'queue', items: 7 }",
  "= { kind: 'circle' }",
  '(of) { return of.pen.colour; }',
  '= null',
])('a class may mean something else: static drawing %s', async (drawing) => {
  const text = TEXT.replace(/static drawing = \{ kind: 'queue'.*;/u, `static drawing ${drawing};`);
  expect(text).not.toBe(TEXT);
  expect((await traceOf(text)).start.objects).toEqual([]);
});
