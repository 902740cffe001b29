/**
 * SysTick dispatches soft timers on the tick that *equals* soft_timer_next. Is one that was missed missed for good, until the tick has
 * gone round 2^32? It would be, and two things keep it from happening. The setter stores `now+1` at least, because between the
 * moment at which a timer computes when it expires and the moment at which it is in the heap ticks may come. And it looks at the tick and
 * stores with interrupts off, because a tick between the two would make `now+1` the past. SysTick itself adds one to the tick, always,
 * so that no value is skipped. Leave out one of the two, and a timer starves. Code of shared/runtime/softtimer.c
 * and ports/stm32/systick.c at 1c3c201149: there the trap is closed. The tick has three bits here.
 */
import { always, scenario, sometimes } from 'upy-check';
import { THREAD_LEVEL } from 'upy-check/hardware';
import {
  type Callback,
  SoftTimer,
  type SoftTimers,
  type SoftTimersOptions,
  ticksDiff,
} from 'upy-check/micropython';
import { atomic, ghost, int } from 'upy-check/model';
import { IRQ_PRI_SYSTICK, type Stm32, stm32 } from 'upy-check/ports/stm32';

const TO_COME = 'the tick that a waiting timer needs is still to come';

export default scenario('soft-timer-next', {
  about: 'a tick compares for equality with the next one of interest: can it miss a timer?',
  timing: 'any',
  parameters: { ticks: 4, calls: 2 },
  variants: {
    released: { holds: true },
    // PendSV puts the timer back for the next period and sets soft_timer_next, while ticks come.
    'released-periodic': { holds: true },
    // Two ticks come while main starts the timer: it is due already, and soft_timer_next is in the past.
    'no-clamp': { violates: TO_COME, through: ['insert', 'sysTick'] },
    // A tick comes between the look at the tick and the store of now+1.
    unmasked: { violates: TO_COME, through: ['setNext', 'sysTick'] },
  },
  build({ variant, ticks, calls }) {
    // A few ticks, at any moments. And no window before WFI, which is another question.
    const board = stm32({ tick: 0, wait: 'masked' });
    const periodic = variant === 'released-periodic';
    const timers = board.softTimers({
      setter: periodic ? 'released' : (variant as SoftTimersOptions['setter']),
    });
    board.irq('SysTick', { times: ticks, priority: IRQ_PRI_SYSTICK }, () => atomic(() => timers.sysTick()));
    const timer = new SoftTimer(timers, 1, false);
    const seen = { calls: int(0, calls) };
    const callback: Callback = {
      name: 'timer callback',
      run() {
        ghost(() => {
          if (seen.calls < calls) seen.calls++;
        });
        if (!periodic) timer.init('ONE_SHOT', 1, callback);
      },
    };
    board.main(() => {
      timer.init(periodic ? 'PERIODIC' : 'ONE_SHOT', 1, callback);
      while (true) board.eventPollHook();
    });
    return [
      always(TO_COME, () => isToCome(board, timers)),
      sometimes('the timer calls again', () => seen.calls === calls),
    ];
  },
});

/** Unless the dispatch is asked for, goes on or is kept out: soft_timer_next lies ahead if a timer waits. */
function isToCome(board: Stm32, timers: SoftTimers): boolean {
  const { core, pendSv } = board;
  if (timers.heap === null || pendSv.active || core.active !== null || core.basepri !== THREAD_LEVEL)
    return true;
  return ticksDiff(timers.next, timers.tick) > 0;
}
