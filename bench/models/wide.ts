import { always, scenario } from 'upy-check';
import { atomic, process, rest, sequence, until } from 'upy-check/model';

const MASK = 0x7fff;

/**
 * A wide state: `d` devices sample `n` values each into rings of `q` entries, a main task polls the rings, keeps a
 * running sum per device and queues messages, at most `o`, for a link that has one frame on the wire; a host adds up what
 * arrives. Nearly every variable is a 15-bit payload, sum or checksum that takes values all over its range, so the state
 * stays wide whatever packs it. One `atomic` here is one `d_step` in bench/peers/wide.pml, so the state counts are equal.
 */
export default scenario('bench-wide', {
  about: 'engine benchmark: hundreds of bits of queues, sums and checksums',
  timing: 'any',
  without: ['deadlock'],
  parameters: { d: 3, n: 2, q: 2, o: 2 },
  variants: { fixed: { holds: true } },
  build({ d: D, n: N, q: Q, o: O }) {
    const devices: {
      id: number;
      ring: ReturnType<typeof sequence<number>>;
      sample: number;
      produced: number;
      converted: boolean;
      lost: number;
      seen: number;
      last: number;
      sum: number;
      arrived: number;
      total: number;
    }[] = [];
    for (let id = 0; id < D; id++) {
      devices.push({
        id,
        ring: sequence<number>(Q),
        sample: 0,
        produced: 0,
        converted: false,
        lost: 0,
        seen: 0,
        last: 0,
        sum: 0,
        arrived: 0,
        total: 0,
      });
    }
    const main = { turn: 0, value: 0, holding: false };
    const out = sequence<[number, number]>(O);
    const wire = { busy: false, device: 0, value: 0 };
    const checksum = { sent: 0, received: 0 };

    for (const device of devices) {
      process(
        `device ${device.id}`,
        () => {
          while (true) {
            atomic(() => {
              rest(() => device.produced < N);
              device.produced++;
              device.sample = (device.sample * 77 + 12345 + device.id * 1117) & MASK;
              device.converted = true;
            });
            atomic(() => {
              if (device.ring.length < Q) device.ring.push(device.sample);
              else device.lost++;
              device.converted = false;
            });
          }
        },
        { outside: true },
      );
    }
    process('main', () => {
      while (true) {
        const found = atomic(() => {
          const device = devices[main.turn]!;
          if (device.ring.length === 0) {
            main.turn = (main.turn + 1) % D;
            return false;
          }
          main.value = device.ring.shift();
          main.holding = true;
          return true;
        });
        if (!found) continue;
        atomic(() => {
          const device = devices[main.turn]!;
          device.seen++;
          device.last = main.value;
          device.sum = (device.sum + main.value) & MASK;
          main.holding = false;
        });
        atomic(() => {
          until(() => out.length < O);
          out.push([main.turn, main.value]);
          main.value = 0;
          main.turn = (main.turn + 1) % D;
        });
      }
    });
    process('link', () => {
      while (true)
        atomic(() => {
          rest(() => out.length > 0 && !wire.busy);
          const [device, value] = out.shift();
          wire.busy = true;
          wire.device = device;
          wire.value = value;
          checksum.sent = ((checksum.sent * 31 + value) ^ device) & MASK;
        });
    });
    process(
      'host',
      () => {
        while (true)
          atomic(() => {
            rest(() => wire.busy);
            const device = devices[wire.device]!;
            device.arrived++;
            device.total = (device.total + wire.value) & MASK;
            checksum.received = ((checksum.received * 31 + wire.value) ^ wire.device) & MASK;
            wire.busy = false;
            wire.device = 0;
            wire.value = 0;
          });
      },
      { outside: true },
    );
    return [
      always('no sample vanishes', () =>
        devices.every(
          (device) =>
            device.produced ===
            device.seen +
              device.lost +
              device.ring.length +
              (device.converted ? 1 : 0) +
              (main.holding && main.turn === device.id ? 1 : 0),
        ),
      ),
      always('the host has what was sent', () => wire.busy || checksum.sent === checksum.received),
    ];
  },
});
