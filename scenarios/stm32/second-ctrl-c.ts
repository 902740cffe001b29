/**
 * Until v1.23 the stm32 had an answer of its own to a program that does not look at Ctrl-C: a second one, received while the first still
 * waited, made PendSV return into the exception raiser (pendsv_kbd_intr, ports/stm32/pendsv.c of 28370c0450). That left code
 * of the runtime at any machine instruction. It was removed because an interrupted store-multiple made the chip fault
 * (ece950d9be; issues #3807, #3842). Would it have been right without that?
 *
 * Answer: no. After a soft callback the scheduler is locked until mp_sched_unlock, and its caller has left the handler
 * that would catch the exception. A second Ctrl-C there leaves it locked for ever: no callback runs any more, on a
 * board that looks alive, and no later Ctrl-C is seen either except by force. What replaced it, to wait for the VM, holds.
 */
import { alwaysPossible, scenario, sometimes } from 'upy-check';
import { LOCKED } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { IRQ_PRI_UART, stm32 } from 'upy-check/ports/stm32';

const UNLOCKED = 'the scheduler is unlocked again';

export default scenario('second-ctrl-c', {
  about: 'what does an exception leave behind that PendSV raises at any instruction?',
  timing: 'any',
  parameters: { edges: 2 },
  variants: {
    // The first Ctrl-C waits because the scheduler is locked. The second one comes before mp_sched_unlock.
    forced: {
      violates: 'lost wakeup: a scheduled callback waits',
      through: ['mp_sched_keyboard_interrupt', 'pendsv_kbd_intr', 'nlr_jump', 'mp_sched_schedule'],
      also: [UNLOCKED],
    },
    'one Ctrl-C': { holds: true },
    'left to the VM': { holds: true },
  },
  build({ variant, edges }) {
    // The wait is that of #6056: what WFI alone would miss is asked in poll-hook-wfi.
    const board = stm32({ tick: 0, wait: 'masked', era: variant === 'left to the VM' ? 'E2' : 'E1' });
    const seen = { calls: int(0, edges), program: false };
    const pin = board.pin(4, { pollable: false }).irq({
      name: 'pin callback',
      run() {
        ghost(() => {
          seen.calls++;
        });
      },
    });
    board.main(() => {
      'use python';
      seen.program = true;
      while (seen.program) board.eventPollHook();
    });
    board.irq('pin 4 interrupt', { times: edges }, () => pin.isr());
    const times = variant === 'one Ctrl-C' ? 1 : 2;
    board.irq('Ctrl-C', { times, priority: IRQ_PRI_UART, wakes: 'uart' }, () => board.ctrlC());
    return [
      alwaysPossible(UNLOCKED, () => board.scheduler.state !== LOCKED),
      sometimes('every edge calls back', () => seen.calls === edges),
      sometimes('the program is interrupted', () => !board.interruptChar),
    ];
  },
});
