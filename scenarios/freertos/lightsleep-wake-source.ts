/**
 * A device waits for input and sleeps in between, with as little current as it can. A pin wakes it from every mode; a UART
 * needs its clock, which light sleep stops: what is received there wakes nobody, and is lost. A periodic timer is the
 * usual way out, and costs time.
 */
import { idle, scenario, sometimes, stuck } from 'upy-check';
import { bareMetal, Core, edges, Irq, Power, stm32f4, type WakeSource } from 'upy-check/hardware';

const SERVED = 'input is served in the end';

export default scenario('lightsleep-wake-source', {
  about: 'which inputs end which sleep, and what becomes of the others?',
  timing: 'prompt',
  variants: {
    'pin-wakes-lightsleep': { holds: true },
    'uart-and-lightsleep': { violates: SERVED, through: ['lightsleep'] },
    'uart-and-wfi': { holds: true },
    'uart-and-lightsleep-with-alarm': { holds: true },
  },
  build({ variant }) {
    const core = new Core('cpu');
    const source: WakeSource = variant === 'pin-wakes-lightsleep' ? 'gpio' : 'uart';
    const input = { there: false };
    const seen = { served: false };
    const line = new Irq(
      core,
      'input',
      5,
      () => {
        input.there = true;
      },
      { wakes: source },
    );
    edges(line, 1);
    const power = new Power([core], stm32f4);
    bareMetal(core, 'main', () => {
      while (true) {
        core.disableInterrupts();
        if (input.there) {
          input.there = false;
          seen.served = true;
        } else if (variant === 'uart-and-wfi') core.wfi();
        else power.lightsleep(variant === 'uart-and-lightsleep-with-alarm' ? 10_000 : -1);
        core.enableInterrupts();
      }
    });
    return [
      stuck(SERVED, () => !line.pending && !input.there),
      idle('nothing that was seen is left', () => !input.there),
      sometimes('it is served', () => seen.served),
    ];
  },
});
