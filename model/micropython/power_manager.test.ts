import { expect, test } from 'vitest';
import { scenario } from '../../checker/scenario.ts';
import { outline } from '../freertos/testing.ts';
import {
  bareMetal,
  Core,
  CoreMask,
  esp32,
  Power,
  rp2040,
  stm32f4,
  type WakeSource,
} from '../hardware/index.ts';
import { critical, idle, sometimes } from '../index.ts';
import { PowerManager } from './power_manager.ts';
import { Scheduler } from './scheduler.ts';

const chips = { stm32f4, esp32, rp2040 };
const LIGHTLY = 'it does not sleep lightly';

const modes = scenario('how deeply a power manager sleeps', {
  about: 'a source and a time limit, on each chip',
  timing: 'prompt',
  variants: {
    // The table of each chip says what ends its light sleep.
    'stm32f4 gpio -1': { violates: LIGHTLY },
    'stm32f4 uart -1': { holds: true },
    'stm32f4 gpio 5000': { violates: LIGHTLY },
    'stm32f4 gpio 500': { holds: true },
    'esp32 gpio -1': { violates: LIGHTLY },
    'esp32 uart -1': { holds: true },
    // A pin ends the dormant mode, which has no time limit, and no other.
    'rp2040 gpio -1': { violates: LIGHTLY },
    'rp2040 gpio 5000': { holds: true },
    'rp2040 usb 5000': { violates: LIGHTLY },
    'rp2040 usb -1': { holds: true },
  },
  build({ variant }) {
    const [chip, wakes, limit] = variant.split(' ') as [keyof typeof chips, WakeSource, string];
    const timeoutUs = Number(limit);
    const core = new Core('cpu');
    const mask = new CoreMask();
    const manager = new PowerManager({
      scheduler: new Scheduler({ depth: 1, atomicSection: (section) => critical(mask, section) }),
      power: () => power,
      addTime: () => {},
      worthwhileUs: 1000,
    });
    manager.register({ name: 'source', wakes, ready: () => false });
    bareMetal(core, 'main', () => manager.wait(timeoutUs));
    const power = new Power([core], chips[chip]);
    const mode = power.cores[0]!;
    return [
      idle(LIGHTLY, () => mode.mode.name !== 'lightsleep' && mode.mode.name !== 'dormant'),
      sometimes('it sleeps', () => core.asleep),
    ];
  },
});

test('the deepest mode that every source ends, if it is worth it', async () => {
  expect(await outline(modes)).toMatchInlineSnapshot(`
    "stm32f4 gpio -1 | violated | it does not sleep lightly in 4 | 5 states, 4 transitions
    stm32f4 uart -1 | holds | 5 states, 4 transitions
    stm32f4 gpio 5000 | violated | it does not sleep lightly in 5 | 11 states, 10 transitions
    stm32f4 gpio 500 | holds | 5 states, 4 transitions
    esp32 gpio -1 | violated | it does not sleep lightly in 4 | 5 states, 4 transitions
    esp32 uart -1 | holds | 5 states, 4 transitions
    rp2040 gpio -1 | violated | it does not sleep lightly in 4 | 5 states, 4 transitions
    rp2040 gpio 5000 | holds | 5 states, 4 transitions
    rp2040 usb 5000 | violated | it does not sleep lightly in 5 | 11 states, 10 transitions
    rp2040 usb -1 | holds | 5 states, 4 transitions"
  `);
});
