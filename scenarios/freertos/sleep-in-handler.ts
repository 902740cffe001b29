/**
 * A handler waits: on RP2040 `time.sleep_ms` in a hard callback executes WFE, elsewhere a handler polls with WFI in between.
 * Exception entry sets the event register as well as exception return does (ExceptionTaken(), ExceptionReturn()). So the first
 * WFE of a handler does not sleep, and uses up that event; the one that the return leaves is what the interrupted program lives
 * on, if it has looked already and is about to sleep. WFI has no such memory: it sleeps until something *more urgent* comes,
 * and for a program that has looked already, until the next interrupt.
 */
import { idle, scenario, sometimes, stuck } from 'upy-check';
import { bareMetal, Core, edges, Irq } from 'upy-check/hardware';
import { int } from 'upy-check/model';

const SEEN = 'no request is left while the program sleeps';
const ENDS = 'the handler comes to its end';

export default scenario('sleep-in-handler', {
  about:
    'what do WFE and WFI in a handler wait for, and what do they take from the program that it interrupts?',
  timing: 'any',
  parameters: { requests: 2 },
  variants: {
    wfe: { holds: true },
    // An event that is due before the handler has looked is not lost either.
    'wfe-after-work': { holds: true },
    'wfi-in-handler': { violates: ENDS, through: ['wfi'] },
    // The interrupt comes between the look and the sleep.
    'wfi-in-program': { violates: SEEN, through: ['wfi'] },
  },
  build({ variant, requests }) {
    const core = new Core('cpu', [], { eventRegister: true });
    const shared = { seen: int(0, requests), done: int(0, requests) };
    bareMetal(core, 'program', () => {
      while (true) {
        while (shared.done !== shared.seen) shared.done++;
        if (variant === 'wfi-in-program') core.wfi();
        else core.wfe();
      }
    });
    const line = new Irq(core, 'device', 4, () => {
      if (variant === 'wfe-after-work') shared.seen++;
      if (variant === 'wfi-in-handler') core.wfi();
      else core.wfe();
      if (variant !== 'wfe-after-work') shared.seen++;
    });
    edges(line, requests);
    return [
      idle(SEEN, () => shared.done === shared.seen),
      stuck(ENDS, () => core.active === null),
      variant === 'wfi-in-handler'
        ? sometimes('the handler sleeps', () => core.active !== null && core.asleep)
        : sometimes('all requests are done', () => shared.done === requests),
    ];
  },
});
