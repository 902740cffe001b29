/**
 * RP2: core 1 waits for work from core 0 with WFE. WFE has a memory of one bit: an event that came since the last
 * WFE ends the next one at once, so that looking first and sleeping then loses nothing, *if* whoever has work sends SEV
 * after handing it over. An interrupt on the other core sets no event here.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { bareMetal, Core } from 'upy-check/hardware';
import { int } from 'upy-check/model';

const DONE = 'no work is left while core 1 sleeps';

export default scenario('wfe-and-sev', {
  about: 'core 1 waits in WFE for work from core 0: what must core 0 do, and in which order?',
  timing: 'any',
  parameters: { pieces: 2 },
  variants: {
    'flag-then-sev': { holds: true },
    'no-sev': { violates: DONE },
    // The event is used up by a look that came too early.
    'sev-then-flag': { violates: DONE, through: ['sev', 'wfe'] },
    // SEV ends no WFI.
    'wfi-instead-of-wfe': { violates: DONE, through: ['wfi'] },
  },
  build({ variant, pieces }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores, { eventRegister: true });
    const [core0, core1] = cores as [Core, Core];
    // Each is written by one core only.
    const work = { put: int(0, pieces), taken: int(0, pieces) };

    bareMetal(core1, 'worker', () => {
      while (true) {
        while (work.taken !== work.put) work.taken++;
        if (variant === 'wfi-instead-of-wfe') core1.wfi();
        else core1.wfe();
      }
    });
    bareMetal(core0, 'producer', () => {
      for (let piece = 0; piece < pieces; piece++) {
        if (variant === 'sev-then-flag') core0.sev();
        work.put++;
        if (variant === 'flag-then-sev' || variant === 'wfi-instead-of-wfe') core0.sev();
      }
    });
    return [
      idle(DONE, () => work.taken === work.put),
      sometimes('all work is done', () => work.taken === pieces),
    ];
  },
});
