import { always, scenario } from 'upy-check';
import { atomic, process, until } from 'upy-check/model';

/**
 * Anderson's array queue lock ("The performance of spin lock alternatives for shared-memory multiprocessors", 1990): each
 * process waits at a slot of its own. One `atomic` is one labelled statement of bench/peers/anderson.pml.
 */
export default scenario('bench-anderson', {
  about: 'engine benchmark: a queue lock of n slots for n processes',
  timing: 'any',
  without: ['deadlock'],
  parameters: { n: 4 },
  variants: { fixed: { holds: true } },
  build({ n: N }) {
    const mayEnter = Array.from({ length: N }, (_, slot) => slot === 0);
    const lock = { next: 0, inside: 0 };
    /** Kept as state, so that it is cleared where the Promela model clears it. */
    const own = Array.from({ length: N }, () => ({ slot: 0 }));

    for (const mine of own)
      process(`p${own.indexOf(mine)}`, () => {
        while (true) {
          atomic(() => {
            mine.slot = lock.next;
            lock.next = (lock.next + 1) % N;
          });
          atomic(() => {
            until(() => mayEnter[mine.slot]!);
            lock.inside++;
          });
          atomic(() => {
            lock.inside--;
            mayEnter[mine.slot] = false;
          });
          atomic(() => {
            mayEnter[(mine.slot + 1) % N] = true;
            mine.slot = 0;
          });
        }
      });
    return [always('mutual exclusion', () => lock.inside <= 1)];
  },
});
