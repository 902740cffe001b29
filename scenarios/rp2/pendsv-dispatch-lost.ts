/**
 * RP2040 with threads: PendSV may run on either core and be suspended by either, so the handler tries a mutex, and who
 * requests a dispatch while the mutex is held leaves it to the holder. A thread that resumes PendSV looks for requests;
 * the handler did not, until #18380 (issue #18365, 4e79698a99, v1.27). Which requests are lost, and is looking once more
 * enough, with a second core that suspends and resumes at any moment?
 */
import { idle, scenario, sometimes } from 'upy-check';
import { bareMetal, Core, DispatchSlot, edges, Irq, SharedPendSv } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const LEFT = 'no dispatch is left over';
/** IRQ_PRI_PENDSV is the lowest; the radio's interrupt has the default priority. */
const [IRQ_PRIORITY, PENDSV_PRIORITY] = [2, 3];

export default scenario('pendsv-dispatch-lost', {
  about: 'an interrupt requests a dispatch at any moment of another one: does it run?',
  parameters: { requests: 2 },
  full: { requests: 3 },
  variants: {
    // The slot has just been passed, the mutex is still held: the interrupt does not pend PendSV, and nobody looks again.
    'no-look-afterwards': { violates: LEFT, through: ['schedule', 'handler'] },
    'look-afterwards': { holds: true },
    'no-look-afterwards-core-1-suspends': { violates: LEFT, through: ['schedule', 'handler'] },
    'look-afterwards-core-1-suspends': { holds: true },
  },
  build({ variant, requests }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores);
    const [core0, core1] = cores as [Core, Core];
    const seen = { runs: int(0, requests) };
    const cyw43 = new DispatchSlot('cyw43_poll', () => {
      ghost(() => {
        if (seen.runs < requests) seen.runs++;
      });
    });
    const soft = new DispatchSlot('soft_timer_handler', () => {});
    const pendsv = new SharedPendSv(cores, PENDSV_PRIORITY, [soft, cyw43], {
      recheck: variant.startsWith('look'),
    });
    edges(new Irq(core0, 'cyw43 interrupt', IRQ_PRIORITY, () => pendsv.schedule(cyw43)), requests);
    bareMetal(core0, 'main', () => {});
    if (variant.endsWith('suspends'))
      bareMetal(core1, 'core 1', () => {
        pendsv.suspend();
        pendsv.resume();
      });
    return [
      idle(LEFT, () => !cyw43.requested),
      sometimes('every request is dispatched', () => seen.runs === requests),
      sometimes(
        'a request comes while PendSV is suspended',
        () => cyw43.requested && pendsv.mutex.enterCount > 0,
      ),
    ];
  },
});
