/**
 * `n += 1` is a read and a write, and has neither a jump nor a call in between. So with a GIL no other Python thread comes between the two:
 * every call that blocks gives the GIL away before it waits (MP_THREAD_GIL_EXIT), and has it again before Python code or a callback runs
 * (MP_THREAD_GIL_ENTER; mp_hal_delay_ms, MP_HAL_RETRY_SYSCALL, thread_lock_acquire, thread_entry). The others get on
 * meanwhile. Without a GIL (rp2, and unix as it is built by default) the other thread reads between read and write, and an increment is
 * lost. Two ports have a GIL that lets a second thread in, after a callback: zephyr in sleep-without-gil, stm32 in pendsv-merge.
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Board } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { cc3200 } from 'upy-check/ports/cc3200';
import { esp32, TICK_US } from 'upy-check/ports/esp32';
import { rp2 } from 'upy-check/ports/rp2';
import { type Unix, unix } from 'upy-check/ports/unix';
import { zephyr } from 'upy-check/ports/zephyr';
import { POLLIN, PollFd } from 'upy-check/posix';

/** ms; of them `sleep_ms` sleeps the first two. */
const THREE_TICKS = (3 * TICK_US) / 1000;

const COUNTED = 'no increment is lost';

interface Place {
  readonly board: Board;
  /** What a thread does between two increments. Once for each thread, while the scenario is built. */
  newCall(): () => void;
}

const sleeping = (board: Board & { mp_hal_delay_ms(ms: number): void }, ms = 1): Place => ({
  board,
  newCall: () => () => board.mp_hal_delay_ms(ms),
});

export default scenario('gil-excludes', {
  about: 'is `n += 1` of two threads safe, whatever they block in between?',
  timing: 'any',
  variants: {
    'esp32 sleep_ms': { holds: true },
    // An interrupt ends the sleep; the callback counts as well, and then the thread sleeps on.
    'esp32 sleep_ms, callback': { holds: true },
    'cc3200 sleep_ms': { holds: true },
    'zephyr sleep_ms': { holds: true },
    'unix sleep_ms': { holds: true },
    'unix time.sleep': { holds: true },
    'unix poll': { holds: true },
    'unix stdin': { holds: true },
    'unix lock': { holds: true },
    // The other thread reads what this one is about to replace.
    'unix without GIL': { violates: COUNTED, through: ['increment'] },
    rp2: { violates: COUNTED, through: ['increment'] },
  },
  build({ variant }) {
    const { board, newCall } = placeOf(variant);
    const called = variant.endsWith('callback');
    const shared = { n: int(0, 4) };
    const seen = { increments: int(0, 4), waiting: int(0, 2) };
    const increment = () => {
      const before = shared.n;
      shared.n = before + 1;
      ghost(() => {
        seen.increments++;
      });
    };
    const body = () => {
      const block = newCall();
      return () => {
        increment();
        ghost(() => {
          seen.waiting++;
        });
        block();
        ghost(() => {
          seen.waiting--;
        });
        increment();
      };
    };
    board.main(body());
    board.thread('other', called ? increment : body());
    if (called) {
      const pin = board.pin(4, { pollable: false }).irq({ name: 'pin callback', run: increment });
      board.irq('pin 4 interrupt', { times: 1 }, () => pin.isr());
    }
    return [
      always(COUNTED, () => shared.n === seen.increments),
      called
        ? sometimes(
            'main sleeps on when thread and callback have counted',
            () => seen.waiting === 1 && shared.n === 3,
          )
        : sometimes('both wait at the same time', () => seen.waiting === 2),
      sometimes('all is counted', () => shared.n === 4),
    ];
  },
});

function placeOf(variant: string): Place {
  if (variant.startsWith('esp32'))
    return sleeping(esp32({ cores: 1, threads: 1 }), variant.endsWith('callback') ? THREE_TICKS : 1);
  if (variant.startsWith('cc3200')) return sleeping(cc3200({ threads: 1 }));
  if (variant.startsWith('zephyr')) return sleeping(zephyr({ threads: 1, timeSlices: true }));
  if (variant === 'rp2') return sleeping(rp2({ threads: 1 }));
  const board = unix({ gil: variant !== 'unix without GIL' });
  return { board, newCall: () => callOnUnix(board, variant) };
}

function callOnUnix(board: Unix, variant: string): () => void {
  if (variant.endsWith('time.sleep')) return () => board.time_sleep(1000);
  if (variant.endsWith('poll')) {
    const poll = board.poll([new PollFd(board.stdin, POLLIN)]);
    return () => {
      poll.poll(1000);
    };
  }
  if (variant.endsWith('stdin')) {
    board.stdin.receive();
    board.stdin.receive();
    return () => board.mp_hal_stdin_rx_chr();
  }
  if (variant.endsWith('lock')) {
    const lock = board.lock('lock');
    return () => {
      lock.acquire();
      lock.release();
    };
  }
  return () => board.mp_hal_delay_ms(1);
}
