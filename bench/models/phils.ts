import { scenario, sometimes } from 'upy-check';
import { atomic, process, until } from 'upy-check/model';

/**
 * Dining philosophers (Dijkstra, "Hierarchical ordering of sequential processes", 1971). The last one is left-handed; in
 * the variant `buggy` nobody is, and all can wait for each other. One `atomic` is one statement of bench/peers/phils.pml.
 */
export default scenario('bench-phils', {
  about: 'engine benchmark: n philosophers take two forks each, one after the other',
  timing: 'any',
  parameters: { n: 6 },
  variants: { fixed: { holds: true }, buggy: { violates: 'deadlock' } },
  build({ variant, n: N }) {
    const taken = new Array<boolean>(N).fill(false);
    const take = (fork: number) =>
      atomic(() => {
        until(() => !taken[fork]);
        taken[fork] = true;
      });
    const put = (fork: number) =>
      atomic(() => {
        taken[fork] = false;
      });
    for (let i = 0; i < N; i++) {
      const leftHanded = variant === 'fixed' && i === N - 1;
      const [first, second] = leftHanded ? [0, i] : [i, (i + 1) % N];
      process(`philosopher ${i}`, () => {
        while (true) {
          take(first);
          take(second);
          put(first);
          put(second);
        }
      });
    }
    return [sometimes('every fork but one is taken', () => taken.every((fork, i) => fork || i === 0))];
  },
});
