/**
 * A main loop sleeps with WFI when there is nothing to do. WFI has no memory: an interrupt that was served just
 * before it does not end it. So the look at the work and the WFI must be one, as far as interrupts can tell: switch them off,
 * look, WFI, switch them on. That works because WFI ends on an interrupt that is *pending*, also if PRIMASK keeps it
 * from being taken.
 */
import { idle, scenario, sometimes } from 'upy-check';
import { bareMetal, Core, edges, Irq } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const DONE = 'no work is left while it sleeps';

export default scenario('wfi-with-work-pending', {
  about: 'can a main loop fall asleep in WFI although an interrupt has left work?',
  timing: 'any',
  parameters: { events: 2 },
  variants: {
    'look-then-wfi': { violates: DONE, through: ['wfi'] },
    'masked-look-and-wfi': { holds: true },
    // One instruction between enabling and WFI is enough.
    'unmasked-before-wfi': { violates: DONE, through: ['enableInterrupts', 'wfi'] },
  },
  build({ variant, events }) {
    const core = new Core('cpu');
    const work = { pending: false };
    const seen = { done: int(0, events) };
    const look = () => {
      if (!work.pending) return false;
      work.pending = false;
      ghost(() => {
        if (seen.done < events) seen.done++;
      });
      return true;
    };
    bareMetal(core, 'main loop', () => {
      while (true) {
        if (variant === 'look-then-wfi') {
          if (!look()) core.wfi();
          continue;
        }
        core.disableInterrupts();
        const worked = look();
        if (variant === 'unmasked-before-wfi') core.enableInterrupts();
        if (!worked) core.wfi();
        if (variant === 'masked-look-and-wfi') core.enableInterrupts();
      }
    });
    const line = new Irq(core, 'device', 5, () => {
      work.pending = true;
    });
    edges(line, events);
    return [
      idle(DONE, () => !work.pending),
      sometimes('as much work is done as can come', () => seen.done === events),
    ];
  },
});
