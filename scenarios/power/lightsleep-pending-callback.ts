/**
 * `machine.lightsleep()` programs its wake sources and sleeps (powerctrl_enter_stop_mode of stm32, machine_sleep_helper of
 * esp32, mp_machine_lightsleep of rp2, all at 1c3c201149). None of them looks at the scheduler's queue. So what becomes
 * of a soft callback whose interrupt comes between a program's last look and the sleep? The same question was asked of
 * CircuitPython in its issue #1380, with the answer that check and sleep must be one, as far as interrupts can tell.
 *
 * Answer: on each port the callback sleeps along, until some other wake source ends the sleep. Looking at the queue with
 * interrupts off, in lightsleep itself, is not enough: the callback may have run at the jump between the
 * program's `if` and the call. What holds needs no change of a port: the interrupt is a hard one and sets the flag itself, and the
 * program does `disable_irq()`, looks, sleeps, `enable_irq()`, because a masked interrupt that is pending ends the sleep, or
 * keeps it from beginning. The pin wakes from each of these sleeps; on rp2 it stands for the one that the port enables for
 * DORMANT, the wake pin of the wireless chip.
 */
import { lostWakeup, scenario, sometimes } from 'upy-check';
import { type ChipModes, Core, esp32 as esp32Modes, Power, rp2040, stm32f4 } from 'upy-check/hardware';
import { type Board, PENDING } from 'upy-check/micropython';
import { ghost, int, me } from 'upy-check/model';
import { type Esp32, esp32 } from 'upy-check/ports/esp32';
import { type Rp2, rp2 } from 'upy-check/ports/rp2';
import { type Stm32, stm32 } from 'upy-check/ports/stm32';

type Port = 'stm32' | 'esp32' | 'rp2';
/** What a program does to look and sleep; `soft`: as everybody writes it. */
type Sleep = 'soft' | 'soft, looks at the queue' | 'hard' | 'hard, disable_irq';

const CALLBACK_WAITS = 'lost wakeup: a scheduled callback waits';
const WORK_WAITS = 'lost wakeup: work waits for main';

export default scenario('lightsleep-pending-callback', {
  about: 'is a callback run that was queued just before machine.lightsleep()?',
  timing: 'any',
  parameters: { edges: 2 },
  full: { edges: 4 },
  variants: {
    // The interrupt comes after the last look of the VM; its callback waits in the ring while the chip sleeps.
    'stm32: soft': {
      violates: CALLBACK_WAITS,
      through: ['mp_sched_schedule', 'lightsleep'],
      also: [WORK_WAITS],
    },
    'esp32: soft': {
      violates: CALLBACK_WAITS,
      through: ['mp_sched_schedule', 'lightsleep'],
      also: [WORK_WAITS],
    },
    'rp2: soft': {
      violates: CALLBACK_WAITS,
      through: ['mp_sched_schedule', 'lightsleep'],
      also: [WORK_WAITS],
    },
    // The callback runs at the jump of the `if` whose condition has already been false: the queue is empty, the work is not done.
    'stm32: soft, looks at the queue': { violates: WORK_WAITS, through: ['checkpoint', 'lightsleep'] },
    // The handler itself sets the flag, after the look.
    'stm32: hard': { violates: WORK_WAITS, through: ['lightsleep'] },
    'stm32: hard, disable_irq': { holds: true },
    'esp32: hard, disable_irq': { holds: true },
    'rp2: hard, disable_irq': { holds: true },
  },
  build({ variant, edges }) {
    const [port, sleep] = variant.split(': ') as [Port, Sleep];
    const { board, modes } = boardOf(port);
    const work = { there: false };
    const seen = { done: int(0, edges) };
    const pin = board.pin(4, { pollable: false });
    if (sleep.startsWith('soft'))
      pin.irq({
        name: 'pin callback',
        run() {
          work.there = true;
        },
      });
    board.irq('pin 4 interrupt', { times: edges }, () => {
      if (sleep.startsWith('hard')) work.there = true;
      pin.isr();
    });
    const served = () => {
      work.there = false;
      ghost(() => {
        if (seen.done < edges) seen.done++;
      });
    };
    const main = board.main(() => {
      'use python';
      while (true) {
        if (sleep === 'hard, disable_irq') me(Core).disableInterrupts();
        if (work.there) served();
        else if (sleep === 'soft, looks at the queue') sleepUnlessPending(board, power);
        else power.lightsleep();
        if (sleep === 'hard, disable_irq') me(Core).enableInterrupts();
      }
    });
    const power = new Power(board.cores, modes);
    return [
      lostWakeup('work waits for main', () => work.there, main),
      sometimes('work is done for every edge', () => seen.done === edges),
    ];
  },
});

/** Each port as released, without a tick: a light sleep stops it. */
function boardOf(port: Port): { readonly board: Esp32 | Rp2 | Stm32; readonly modes: ChipModes } {
  if (port === 'stm32') return { board: stm32({ tick: 0 }), modes: stm32f4 };
  if (port === 'esp32') return { board: esp32({ tick: 0 }), modes: esp32Modes };
  return { board: rp2(), modes: rp2040 };
}

/** A `lightsleep()` that looks at the scheduler's queue with interrupts off: no release has it. */
function sleepUnlessPending(board: Board, power: Power): void {
  const core = me(Core);
  core.disableInterrupts();
  if (board.scheduler.state !== PENDING) power.lightsleep();
  core.enableInterrupts();
}
