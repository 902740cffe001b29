/**
 * Two threads put items into the same dict. With a GIL each `d[key] = value` is one indivisible piece. On ports without one (rp2, and unix
 * as it is built by default) nothing keeps the other thread out of py/map.c: both find the same free slot, or one
 * fills the old table while the other one moves the items to a larger one. Items are lost, a slot is taken twice, the search leaves
 * the table, a value goes to memory that is freed. (docs: "GIL", ports/rp2; py/map.c at 1c3c201149.) A `_thread.lock` around the
 * statement repairs it. So does a dict that has all its keys before the threads start: storing under a key that is there already writes
 * one word. `x = a + b` of a thread's own locals needs nothing.
 */
import { always, scenario, sometimes } from 'upy-check';
import { MpMap } from 'upy-check/micropython';
import { ghost, int, process, until } from 'upy-check/model';

/** Half of them for each thread. The first of both have the same place in a table, and so have the second ones. */
const KEYS = [1, 3, 5, 7];
const FOUND = 'what was stored is found';

export default scenario('no-gil-dict', {
  about: 'may two threads store items in one dict, with a GIL and without?',
  timing: 'any',
  variants: {
    // One moves the items to a larger table while the other one writes to the old one, or moves them, too.
    'dict that grows': {
      violates: 'no value is written to a table that is freed',
      through: ['mp_map_rehash'],
      also: [FOUND, 'index out of range'],
    },
    // Both see the same free slot. No table is made.
    'room for all': { violates: FOUND, through: ['probe'] },
    'keys are there': { holds: true },
    'GIL or lock': { holds: true },
  },
  build({ variant }) {
    const map = new MpMap(2);
    const mutex = { taken: false };
    const seen = { done: int(0, 2) };
    const guarded = variant === 'GIL or lock';
    const roomy = variant === 'room for all' || variant === 'keys are there';
    map.init(roomy ? 4 : 2, variant === 'keys are there' ? KEYS : [], 3);

    const store = (key: number, value: number) => {
      if (guarded)
        until(() => {
          if (mutex.taken) return false;
          mutex.taken = true;
          return true;
        });
      map.store(key, value);
      if (guarded) mutex.taken = false;
    };
    for (const n of [0, 1])
      process(`thread ${n + 1}`, () => {
        for (let item = 0; item < 2; item++) store(KEYS[2 * n + item]!, 1 + n);
        ghost(() => {
          seen.done++;
        });
      });
    return [
      always(
        FOUND,
        () => seen.done < 2 || (map.has(1, 1) && map.has(3, 1) && map.has(5, 2) && map.has(7, 2)),
      ),
      sometimes('all is stored', () => seen.done === 2),
    ];
  },
});
