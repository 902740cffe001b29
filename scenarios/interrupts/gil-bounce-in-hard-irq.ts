/**
 * Bytecode gives the GIL away now and then, at a jump. Also bytecode that runs in a hard interrupt? It borrows the thread that it
 * interrupted, in the middle of whatever that one does: if it gives the GIL to a waiting thread, that one runs when the interrupt
 * has returned, and finds half done what the GIL was to keep whole. If the thread waited for the GIL, the handler gives away what is
 * another's; and to take it back is to block in an interrupt, in that thread's place. Since
 * 1a5c8d1053b3 (2017) the VM bounces only where the scheduler is idle, and the dispatcher of a hard interrupt locks the
 * scheduler. Both are needed: a handler that does not lock passes the test. py/vm.c and shared/runtime/mpirq.c at
 * 1c3c201149; stm32 with threads. #6125 asks what a hard interrupt may do while threads share a GIL.
 * Larger: `--set size=full` has 113,462, 69,048 and 59,335 states, and the same verdicts.
 */
import { always, scenario, sometimes } from 'upy-check';
import { edges, Irq } from 'upy-check/hardware';
import { type Callback, IDLE } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { IRQ_PRI_SYSTICK, type Stm32, stm32 } from 'upy-check/ports/stm32';

const DEADLOCK = 'no fatal error "deadlock"';
const WHOLE = 'what one builtin changes is whole for the other thread';

export default scenario('gil-bounce-in-hard-irq', {
  about: 'the VM offers the GIL to other threads while it executes a hard interrupt handler',
  timing: 'any',
  parameters: { calls: 1, inserts: 1, slices: 2 },
  full: { calls: 2 },
  variants: {
    // The handler interrupts a thread that waits for the GIL: it gives away what is another's, and blocks in its place. Or it hands
    // the GIL over while main stands between the two stores of its builtin.
    'bounces-always': { violates: DEADLOCK, through: ['bounce', 'acquire'], also: [WHOLE] },
    'bounces-when-idle': { holds: true },
    // The test is there, but nobody has locked the scheduler.
    'handler-without-lock': { violates: DEADLOCK, through: ['bounce', 'acquire'], also: [WHOLE] },
  },
  build({ variant, calls, inserts, slices }) {
    const board = stm32({ tick: 0, threads: 1 });
    const map = { used: int(0, inserts), filled: int(0, inserts) };
    const seen = { torn: false, calls: int(0, calls), looks: int(0, inserts) };

    // A dict, say: C code, in which no bounce comes.
    const insert = () => {
      map.used++;
      map.filled++;
    };
    const look = () => {
      const { used, filled } = map;
      ghost(() => {
        seen.torn = used !== filled;
        seen.looks++;
      });
    };
    board.main(() => {
      'use python';
      line.enable();
      for (let n = 0; n < inserts; n++) insert();
    });
    board.thread('other thread', () => {
      'use python';
      for (let n = 0; n < inserts; n++) look();
      board.mp_hal_stdin_rx_chr(); // it waits, and does not end
    });
    const handler: Callback = {
      name: 'pin handler',
      run() {
        'use python';
        // One jump.
        if (map.used >= 0)
          ghost(() => {
            seen.calls++;
          });
      },
    };
    const pin = board.pin(4, { pollable: false }).irq(handler, { hard: true });
    const isr = variant === 'handler-without-lock' ? () => handler.run(4) : () => pin.isr();
    const line = board.irq('pin 4 interrupt', { times: calls }, isr);
    line.enabled = false; // until pin.irq() is called
    line.process.python = checkpoint(board, variant === 'bounces-always');
    // SysTick, when a slice is over.
    const endOfSlice = () => board.threads.requestSwitch();
    edges(new Irq(board.core, 'end of slice', IRQ_PRI_SYSTICK, endOfSlice, { oneStep: true }), slices);
    return [
      always(WHOLE, () => !seen.torn),
      sometimes('the other thread has looked', () => seen.looks === inserts),
      sometimes('the handler has run', () => seen.calls === calls),
    ];
  },
});

/** What a jump in the handler does. No callback: the lock keeps it out, and without the lock it is another question. */
function checkpoint(board: Stm32, bouncesAlways: boolean) {
  const bounce = () => {
    board.gil.release();
    board.gil.acquire();
  };
  return (counter: number) => {
    if (bouncesAlways || board.scheduler.state === IDLE) bounce();
    return counter;
  };
}
