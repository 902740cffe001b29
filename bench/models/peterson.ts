import { always, scenario } from 'upy-check';
import { atomic, process, until } from 'upy-check/model';

/**
 * The filter lock: Peterson's algorithm for `n` processes (Peterson, "Myths about the mutual exclusion problem", 1981).
 * One `atomic` is one labelled statement of bench/peers/peterson.pml.
 */
export default scenario('bench-peterson', {
  about: 'engine benchmark: a lock of n - 1 levels, each of which holds one process back',
  timing: 'any',
  without: ['deadlock'],
  parameters: { n: 4 },
  variants: { fixed: { holds: true } },
  build({ n: N }) {
    const level = new Array<number>(N).fill(0);
    const last = new Array<number>(N).fill(0);
    const section = { inside: 0 };

    for (let i = 0; i < N; i++) {
      const mayPass = () => last[level[i]!] !== i || level.every((other, k) => k === i || other < level[i]!);
      const climb = () =>
        atomic(() => {
          until(mayPass);
          if (level[i]! < N - 1) {
            level[i]!++;
            return false;
          }
          section.inside++;
          return true;
        });
      process(`p${i}`, () => {
        while (true) {
          atomic(() => {
            level[i] = 1;
          });
          do
            atomic(() => {
              last[level[i]!] = i;
            });
          while (!climb());
          atomic(() => {
            section.inside--;
            level[i] = 0;
          });
        }
      });
    }
    return [always('mutual exclusion', () => section.inside <= 1)];
  },
});
