import fc from 'fast-check';
import type { Op, Script } from '../../model/asyncio/conformance/script.ts';

const EVENTS = 2;
const LOCKS = 1;
const TASKS = 3;
const CALLBACKS = 2;
const WAIT_MS = 6;

const index = (count: number) => fc.nat({ max: count - 1 });
const op = (names: readonly Op[0][], number: fc.Arbitrary<number>): fc.Arbitrary<Op> =>
  fc.tuple(fc.constantFrom(...names), number) as fc.Arbitrary<Op>;

const atOnce: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: op(['set', 'set', 'clear', 'is_set'], index(EVENTS)) },
  { weight: 2, arbitrary: op(['flag_set', 'flag_set', 'flag_clear'], index(TASKS)) },
  { weight: 2, arbitrary: op(['release', 'locked'], index(LOCKS)) },
  { weight: 1, arbitrary: op(['cancel', 'done'], index(TASKS)) },
);

const anywhere: fc.Arbitrary<Op> = fc.oneof(
  { weight: 4, arbitrary: atOnce },
  { weight: 3, arbitrary: op(['wait'], index(EVENTS)) },
  { weight: 2, arbitrary: op(['acquire'], index(LOCKS)) },
  { weight: 3, arbitrary: op(['sleep_ms'], index(4)) },
  { weight: 4, arbitrary: op(['schedule'], index(CALLBACKS)) },
);

/** Two callbacks at consecutive jumps of one operation. */
const nested: fc.Arbitrary<readonly Op[]> = fc
  .tuple(
    fc.oneof(op(['set', 'wait'], index(EVENTS)), op(['release', 'acquire'], index(LOCKS))),
    index(CALLBACKS),
  )
  .map(([last, first]): readonly Op[] => [['schedule', first], ['schedule', 1 - first], last]);

/** Of one task: it alone waits for its flag and calls its `wait_for`, and it awaits only tasks before it. */
function listOf(task: number): fc.Arbitrary<readonly Op[]> {
  const own: fc.Arbitrary<Op>[] = [op(['flag_wait'], fc.constant(task))];
  if (task > 0) own.push(op(['await'], index(task)));
  const some = fc.oneof({ weight: 5, arbitrary: anywhere }, ...own).map((one): readonly Op[] => [one]);
  const list = fc
    .array(fc.oneof({ weight: 6, arbitrary: some }, { weight: 1, arbitrary: nested }), { maxLength: 5 })
    .map((lists) => lists.flat());
  const wait = fc.option(fc.tuple(fc.nat({ max: 5 }), index(WAIT_MS)), { freq: 3 });
  // Half of the time somebody waits for the first event, and its set is interrupted.
  return fc.tuple(list, wait, fc.boolean()).map(([ops, waits, first]) => {
    const allowed: Op[] = ops.filter(([name, n]) => name !== 'cancel' || n !== task);
    if (task === 0 && first) allowed.unshift(['wait', 0]);
    if (task === 1 && first) allowed.unshift(['schedule', 0], ['schedule', 1], ['set', 0]);
    if (waits === null) return allowed;
    const [place, ms] = waits;
    return [...allowed.slice(0, place), ['wait_for', task, ms] as const, ...allowed.slice(place)];
  });
}

const callback = fc.array(atOnce, { minLength: 1, maxLength: 3 });
const setsFirst = fc.constant<readonly Op[]>([['set', 0]]);

/** Scripts whose runs end, and in which nothing depends on what the model leaves open. */
export const scripts: fc.Arbitrary<Script> = fc.nat({ max: TASKS - 1 }).chain((last) =>
  fc.record({
    tasks: fc.tuple(...Array.from({ length: TASKS }, (_, n) => (n <= last ? listOf(n) : fc.constant([])))),
    callbacks: fc.tuple(callback, fc.oneof(callback, setsFirst)),
    children: fc.tuple(...Array.from({ length: TASKS }, () => fc.array(anywhere, { maxLength: 3 }))),
    events: fc.constant(EVENTS),
    locks: fc.constant(LOCKS),
    ms: fc.constant(20),
  }),
);
