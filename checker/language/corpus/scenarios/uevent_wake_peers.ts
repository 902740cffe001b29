import { always, scenario } from 'upy-check';
import { atomic, pause, process, rest, sequence, until } from 'upy-check/model';

const DEPTH = 4;

/**
 * The benchmark of bench/peers/README.md, step for step: its state counts calibrate the language.
 * Parameters as there: k sources, n events of each, m threads.
 */
export default scenario('uevent-wake-peers', {
  about: 'peers benchmark',
  timing: 'any',
  parameters: { k: 1, n: 1, m: 1 },
  variants: { fixed: { holds: true }, buggy: { violates: 'no lost wakeup' } },
  build({ variant, k, n, m }) {
    const FREE = m + 1;
    const ring = sequence<number>(DEPTH);
    const s = { notif: false, waiting: false, ev: false, overflow: false, gil: FREE, cur: 0 };
    const want = new Array<boolean>(m + 1).fill(false);
    const sources: { fired: number; beforeNotify: boolean }[] = [];

    const acquire = (id: number) => {
      atomic(() => { want[id] = true; });
      atomic(() => {
        until(() => s.gil === FREE || s.gil === id);
        if (s.gil === FREE) {
          s.gil = id;
          want[id] = false;
        }
      });
    };
    const release = (id: number) => atomic(() => {
      s.gil = FREE;
      for (let d = 1; d <= m; d++) {
        const next = (id + d) % (m + 1);
        if (want[next]) {
          s.gil = next;
          want[next] = false;
          return;
        }
      }
    });
    process('main', () => {
      while (true) {
        acquire(0);
        while (true) {
          while (atomic(() => {
            if (ring.length === 0) return false;
            s.cur = ring.shift() + 1;
            return true;
          })) atomic(() => { s.ev = true; s.cur = 0; });
          if (!atomic(() => {
            const was = s.ev;
            s.ev = false;
            return was;
          })) break;
        }
        release(0);
        if (variant === 'fixed') {
          const notified = atomic(() => {
            if (!s.notif) { s.waiting = true; return false; }
            s.notif = false;
            return true;
          });
          if (!notified) atomic(() => {
            rest(() => s.notif);
            s.notif = s.waiting = false;
          });
        } else {
          atomic(() => { s.waiting = true; });
          rest(() => !s.waiting);
        }
      }
    });
    for (let w = 1; w <= m; w++)
      process(`thread ${w}`, () => {
        while (true) {
          acquire(w);
          pause();
          release(w);
        }
      });
    for (let id = 0; id < k; id++) {
      const source = { fired: 0, beforeNotify: false };
      sources.push(source);
      process(`source ${id}`, () => {
        while (true) {
          atomic(() => { rest(() => source.fired < n); source.fired++; });
          atomic(() => {
            if (ring.length < DEPTH) ring.push(id);
            else s.overflow = true;
            source.beforeNotify = true;
          });
          atomic(() => {
            if (variant === 'fixed') s.notif = true;
            else s.waiting = false;
            source.beforeNotify = false;
          });
        }
      }, { outside: true });
    }
    return [always('no lost wakeup', () =>
      !(s.waiting && ring.length > 0 && !s.notif && !sources.some((x) => x.beforeNotify)))];
  },
});
