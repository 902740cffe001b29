/**
 * A program waits for input and sleeps in between, with as little current as it can: which inputs end which sleep, and what
 * becomes of the others? Asked in #6125: whoever enters light sleep must know the sources. What a port can do is in the tables of
 * `upy-check/hardware` (powerctrl.c of stm32, machine_sleep_helper of esp32, mp_machine_lightsleep of rp2, all at 1c3c201149).
 *
 * Answer: a pin wakes stm32 and esp32. A UART needs its clock, which light sleep stops on all of them: what is received
 * there wakes nobody, and waits for ever. A time limit is the usual way out, and costs that time. On rp2 it is the time limit
 * that makes the pin deaf: `lightsleep(ms)` keeps the timer's clock only, and `lightsleep()` alone is the DORMANT mode,
 * which a pin ends if the port has enabled it for that; that is the wake pin of the wireless chip, and no `Pin.irq`.
 */
import { idle, scenario, sometimes, stuck, within } from 'upy-check';
import { type ChipModes, Core, esp32 as esp32Modes, Power, rp2040, stm32f4 } from 'upy-check/hardware';
import { ghost, int, me } from 'upy-check/model';
import { type Esp32, esp32 } from 'upy-check/ports/esp32';
import { type Rp2, rp2 } from 'upy-check/ports/rp2';
import { type Stm32, stm32 } from 'upy-check/ports/stm32';

type Port = 'stm32' | 'esp32' | 'rp2';
type Input = 'pin' | 'uart';
type Sleep = 'lightsleep()' | 'lightsleep(10)' | 'idle';

const SERVED = 'input is served in the end';
const AT_ONCE = 'input is served at once';
const LIMIT_US = 10_000;

export default scenario('lightsleep-wake-source', {
  about: 'which inputs end which sleep, and what becomes of the others?',
  timing: 'prompt',
  timeUnit: LIMIT_US / 2,
  parameters: { inputs: 2 },
  variants: {
    'stm32 pin lightsleep()': { holds: true },
    'stm32 pin lightsleep(10)': { holds: true },
    // STOP sees lines of the EXTI controller, and a UART is none.
    'stm32 uart lightsleep()': { violates: SERVED, through: ['lightsleep'], also: [AT_ONCE] },
    // Served when the time is over.
    'stm32 uart lightsleep(10)': { violates: AT_ONCE, through: ['lightsleep'] },
    'stm32 uart idle': { holds: true },
    'esp32 pin lightsleep()': { holds: true },
    // machine_sleep_helper switches all sources off first, and never a UART on.
    'esp32 uart lightsleep()': { violates: SERVED, through: ['lightsleep'], also: [AT_ONCE] },
    // In DORMANT, if the port has enabled it there.
    'rp2 pin lightsleep()': { holds: true },
    // With a time it is another mode, with a clock for the timer only.
    'rp2 pin lightsleep(10)': { violates: AT_ONCE, through: ['lightsleep'] },
    'rp2 uart lightsleep()': { violates: SERVED, through: ['lightsleep'], also: [AT_ONCE] },
    'rp2 uart idle': { holds: true },
  },
  build({ variant, inputs }) {
    const [port, source, sleep] = variant.split(' ') as [Port, Input, Sleep];
    const { board, modes } = boardOf(port);
    const input = { there: false };
    const seen = { served: int(0, inputs), waits: false };
    const wakes = source === 'pin' ? 'gpio' : 'uart';
    const line = board.irq(source, { times: inputs, wakes }, () => {
      input.there = true;
    });
    board.main(() => {
      while (true) {
        // Look and sleep under one mask: nothing comes between them.
        me(Core).disableInterrupts();
        if (input.there) {
          input.there = false;
          ghost(() => {
            if (seen.served < inputs) seen.served++;
          });
        } else if (sleep === 'idle') me(Core).wfi();
        else power.lightsleep(sleep === 'lightsleep()' ? -1 : LIMIT_US);
        me(Core).enableInterrupts();
      }
    });
    const power = new Power(board.cores, modes);
    return [
      stuck(SERVED, () => !line.pending && !input.there),
      within(AT_ONCE, 1, () => line.pending || input.there),
      within(
        'input is served within the time limit',
        LIMIT_US,
        () => sleep !== 'lightsleep()' && line.pending,
      ),
      idle('nothing that was seen is left', () => !input.there),
      sometimes('it is served', () => seen.served === inputs),
    ];
  },
});

/** Each port without a tick: a light sleep stops it. */
function boardOf(port: Port): { readonly board: Esp32 | Rp2 | Stm32; readonly modes: ChipModes } {
  if (port === 'stm32') return { board: stm32({ tick: 0 }), modes: stm32f4 };
  if (port === 'esp32') return { board: esp32({ tick: 0 }), modes: esp32Modes };
  return { board: rp2(), modes: rp2040 };
}
