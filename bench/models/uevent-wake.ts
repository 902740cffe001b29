import { always, scenario } from 'upy-check';
import { atomic, pause, process, rest, sequence, until } from 'upy-check/model';

/**
 * A MicroPython-style main task, `k` interrupt sources that fire `n` times each, `m` Python threads with a GIL, and `s` VM
 * slices between two GIL bounces. Written so that its locations are those of the same model in Promela and TLA+ (see
 * bench/README.md): one labelled statement there is one `atomic`, `pause` or `rest` here, so the state counts are equal.
 */
export default scenario('bench-uevent-wake', {
  about: 'engine benchmark: a latched notification against a pulse, between interrupts and a waiting task',
  timing: 'any',
  without: ['deadlock'],
  parameters: { k: 2, n: 2, m: 1, s: 1, q: 4 },
  variants: { fixed: { holds: true }, buggy: { violates: 'no lost wakeup' } },
  build({ variant, k: K, n: N, m: M, s: S, q: DEPTH }) {
    const FREE = M + 1;
    const ring = sequence<number>(DEPTH);
    const shared = { notif: false, waiting: false, ev: false, overflow: false, gil: FREE, cur: 0 };
    const want = new Array<boolean>(M + 1).fill(false);
    const sources: { fired: number; beforeNotify: boolean }[] = [];

    const acquire = (id: number) => {
      atomic(() => {
        want[id] = true;
      });
      atomic(() => {
        until(() => shared.gil === FREE || shared.gil === id);
        if (shared.gil === FREE) {
          shared.gil = id;
          want[id] = false;
        }
      });
    };
    /** Hands the GIL to the next waiter in cyclic order, or frees it. */
    const release = (id: number) =>
      atomic(() => {
        shared.gil = FREE;
        for (let d = 1; d <= M; d++) {
          const next = (id + d) % (M + 1);
          if (want[next]) {
            shared.gil = next;
            want[next] = false;
            return;
          }
        }
      });
    const popped = () =>
      atomic(() => {
        if (ring.length === 0) return false;
        shared.cur = ring.shift();
        return true;
      });
    const eventTaken = () =>
      atomic(() => {
        const was = shared.ev;
        shared.ev = false;
        return was;
      });
    const sleep = () => {
      if (variant === 'buggy') {
        atomic(() => {
          shared.waiting = true;
        });
        rest(() => !shared.waiting);
        return;
      }
      const notified = atomic(() => {
        if (!shared.notif) {
          shared.waiting = true;
          return false;
        }
        shared.notif = false;
        return true;
      });
      if (notified) return;
      atomic(() => {
        rest(() => shared.notif);
        shared.notif = shared.waiting = false;
      });
    };

    process('main', () => {
      while (true) {
        acquire(0);
        do {
          while (popped())
            atomic(() => {
              shared.ev = true;
              shared.cur = 0;
            });
        } while (eventTaken());
        release(0);
        sleep();
      }
    });
    for (let w = 1; w <= M; w++)
      process(`thread ${w}`, () => {
        while (true) {
          acquire(w);
          // As in Promela, testing for one more slice and counting it are two statements.
          for (let slice = 1; slice < S; slice++) {
            pause();
            pause();
          }
          pause();
          release(w);
        }
      });
    for (let k = 0; k < K; k++) {
      const source = { fired: 0, beforeNotify: false };
      sources.push(source);
      process(
        `source ${k}`,
        () => {
          while (true) {
            atomic(() => {
              rest(() => source.fired < N);
              source.fired++;
            });
            atomic(() => {
              if (ring.length < DEPTH) ring.push(k);
              else shared.overflow = true;
              source.beforeNotify = true;
            });
            atomic(() => {
              if (variant === 'fixed') shared.notif = true;
              else shared.waiting = false;
              source.beforeNotify = false;
            });
          }
        },
        { outside: true },
      );
    }
    return [
      always(
        'no lost wakeup',
        () => !(shared.waiting && ring.length > 0 && !shared.notif && !sources.some((s) => s.beforeNotify)),
      ),
    ];
  },
});
