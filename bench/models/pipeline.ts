import { idle, scenario } from 'upy-check';
import { atomic, pause, process, rest, sequence, until } from 'upy-check/model';

/**
 * A source of `v` items, `t` stages with two local steps each, and a sink, with channels of `b` items between them: nearly
 * every order of steps leads to the same state. One `atomic` or `pause` is one statement of bench/peers/pipeline.pml.
 */
export default scenario('bench-pipeline', {
  about: 'engine benchmark: stages that work independently, with bounded channels between them',
  timing: 'any',
  without: ['deadlock'],
  parameters: { t: 3, v: 3, b: 2 },
  variants: { fixed: { holds: true } },
  build({ t: T, v: V, b: B }) {
    const channels = Array.from({ length: T + 1 }, () => sequence<number>(B));
    const source = { next: 0 };
    const sink = { item: 0, arrived: 0 };
    const send = (to: (typeof channels)[number], item: number) =>
      atomic(() => {
        until(() => to.length < B);
        to.push(item);
      });
    const receive = (from: (typeof channels)[number]) =>
      atomic(() => {
        rest(() => from.length > 0);
        return from.shift();
      });

    process('source', () => {
      while (true) {
        rest(() => source.next < V);
        send(channels[0]!, source.next);
        pause();
        source.next++;
      }
    });
    for (let t = 0; t < T; t++) {
      const [from, to] = [channels[t]!, channels[t + 1]!];
      const stage = { item: 0 };
      process(`stage ${t + 1}`, () => {
        while (true) {
          stage.item = receive(from);
          pause();
          stage.item = (stage.item + 1) & 255;
          pause();
          stage.item = (stage.item * 2) & 255;
          send(to, stage.item);
          pause();
          stage.item = 0;
        }
      });
    }
    process('sink', () => {
      while (true) {
        sink.item = receive(channels[T]!);
        atomic(() => {
          sink.arrived++;
        });
        pause();
        sink.item = 0;
      }
    });
    return [idle('everything arrives', () => sink.arrived === V)];
  },
});
