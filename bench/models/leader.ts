import { idle, scenario } from 'upy-check';
import { atomic, pause, process, rest, sequence, until } from 'upy-check/model';

/**
 * Leader election on a ring of `n` nodes (Chang and Roberts, "An improved algorithm for decentralized extrema-finding",
 * 1979): whoever gets its own number back has won. The numbers are 1 + (3i mod n), so where 3 divides n several nodes have
 * the same one. A `pause` is what a node does alone: one `atomic` or `pause` is one statement of bench/peers/leader.pml.
 */
export default scenario('bench-leader', {
  about: 'engine benchmark: numbers go round in a ring of channels, only the largest comes back',
  timing: 'any',
  without: ['deadlock'],
  parameters: { n: 5 },
  variants: { fixed: { holds: true } },
  build({ n: N }) {
    const channels = Array.from({ length: N }, () => sequence<number>(N));
    const ids = channels.map((_, i) => 1 + ((3 * i) % N));
    const highest = Math.max(...ids);
    const elected = { id: 0 };

    for (const [i, id] of ids.entries()) {
      const [from, to] = [channels[i]!, channels[(i + 1) % N]!];
      const got = { id: 0 };
      // As in Promela, it waits while the channel is full, which never happens.
      const send = (number: number) =>
        atomic(() => {
          until(() => to.length < N);
          to.push(number);
        });
      process(`node ${i}`, () => {
        send(id);
        while (true) {
          atomic(() => {
            rest(() => from.length > 0);
            got.id = from.shift();
          });
          pause();
          if (got.id > id) send(got.id);
          else if (got.id === id)
            atomic(() => {
              elected.id = id;
            });
          pause();
          got.id = 0;
        }
      });
    }
    return [idle('the highest is elected', () => elected.id === highest)];
  },
});
