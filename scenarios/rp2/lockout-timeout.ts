/**
 * RP2040: before core 0 writes to flash it asks core 1, over the FIFO between them, to stay in an interrupt handler
 * (multicore_lockout, which ports/rp2/rp2_flash.c uses). A request may time out, and then its word stays in the FIFO: nothing can
 * take it back. pico-sdk #2454: core 1 finds it later, goes into the lockout, and nobody will ever send the word that
 * ends it. #2467 (3515dad632) numbers the requests: a lockout lasts while its number is the current one, so that
 * cancelling and ending are the same store, and a stale word is no request. Is it enough when the next request comes?
 */
import { always, scenario, sometimes, stuck } from 'upy-check';
import { bareMetal, Core, SioFifo } from 'upy-check/hardware';
import { busy, clock, ghost, until } from 'upy-check/model';

const GETS_OUT = 'core 1 gets out of the lockout';
const STANDS = 'core 1 stands still while core 0 writes';

const [START, END] = [100, 101];
/** µs. Core 1 is deaf for longer than core 0 waits. */
const [TIMEOUT, WRITE, DEAF] = [100, 50, 150];

export default scenario('lockout-timeout', {
  about: 'pico-sdk #2467: core 0 gives up a request that core 1 has not seen yet, and asks again',
  timing: 'prompt',
  parameters: { requests: 2 },
  variants: {
    // The request times out while core 1 has its interrupts off; core 1 finds the word, and waits for END for ever.
    'start-and-end-words': { violates: GETS_OUT, through: ['multicore_lockout_handler'] },
    // Cancelling sends END: now the old acknowledgement answers the new request, and core 0 writes while core 1 runs.
    'end-cancels': { violates: STANDS, through: ['multicore_lockout_handler'] },
    'numbered-requests': { holds: true },
  },
  build({ variant, requests }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores, { eventRegister: true });
    const [core0, core1] = cores as [Core, Core];
    const numbered = variant === 'numbered-requests';
    const sio = new SioFifo(core0, core1, 4);
    /** lockout_request_id, modulo 8 */
    const lockout = { request: 0 };
    const seen = { locked: false, writing: false, succeeded: false, timedOut: false };

    const multicore_lockout_handler = () => {
      sio.clear_irq();
      while (sio.rvalid()) {
        const word = sio.mine().read();
        if (numbered ? word !== lockout.request : word !== START) continue;
        core1.disableInterrupts();
        ghost(() => {
          seen.locked = true;
        });
        sio.push_blocking(word);
        if (numbered) while (word === lockout.request) core1.wfe();
        else
          while (sio.pop_blocking() !== END) {
            // another word
          }
        ghost(() => {
          seen.locked = false;
        });
        core1.enableInterrupts();
      }
    };
    sio.ports[1].line(core1, 2, multicore_lockout_handler);
    bareMetal(core1, 'core 1', () => {
      core1.disableInterrupts();
      busy(DEAF);
      core1.enableInterrupts();
    });

    const next = () => {
      lockout.request = (lockout.request + 1) & 7;
      core0.sev();
    };
    const deadline = clock();
    /** multicore_lockout_handshake */
    const acknowledged = (word: number): boolean => {
      deadline.arm(TIMEOUT);
      sio.push_blocking(word);
      while (until(() => sio.rvalid() || deadline.expired) && sio.rvalid())
        if (sio.mine().read() === word) {
          deadline.stop();
          return true;
        }
      return false;
    };
    const multicore_lockout_start_timeout_us = (): boolean => {
      if (numbered) next();
      if (acknowledged(numbered ? lockout.request : START)) return true;
      if (numbered) next();
      else if (variant === 'end-cancels') sio.push_blocking(END);
      return false;
    };
    bareMetal(core0, 'core 0', () => {
      for (let n = 0; n < requests; n++)
        if (multicore_lockout_start_timeout_us()) {
          ghost(() => {
            seen.writing = true;
            seen.succeeded = true;
          });
          busy(WRITE);
          ghost(() => {
            seen.writing = false;
          });
          if (numbered) next();
          else sio.push_blocking(END);
        } else
          ghost(() => {
            seen.timedOut = true;
          });
    });
    return [
      stuck(GETS_OUT, () => !seen.locked),
      always(STANDS, () => !seen.writing || seen.locked),
      sometimes('a request times out', () => seen.timedOut),
      sometimes('a request succeeds', () => seen.succeeded),
    ];
  },
});
