/**
 * RP2040, v1.23: a sleep with a timeout inserts a soft timer and executes WFE until the time has come. Inserting
 * suspends PendSV, which since 3af006efb3 is a mutex of the pico-sdk, and leaving that mutex executes SEV for the other
 * core. SEV sets the own event register as well, so that WFE never sleeps: the sleep ends in time, at full power. #15398
 * (eced9d86a7) brought a mutex that neither waits with WFE nor sends SEV. Does the core sleep, and who pays for it?
 */
import { always, idle, scenario, sometimes, within } from 'upy-check';
import { bareMetal, Core, HardwareTimer } from 'upy-check/hardware';
import { busy, ghost, int, me, until } from 'upy-check/model';

const SLEEP_MS = 2;
const TURN_US = 250;
const IN_TIME = 'the sleep ends in time';
const SLEEPS = 'one WFE lasts the whole sleep';

/** `pendsv_mutex`, each operation one step. */
class PendSvMutex {
  owner: Core | null = null;

  constructor(private readonly notifies: boolean) {}

  /** pendsv_suspend */
  suspend(): void {
    until(() => {
      if (this.owner !== null) return false;
      this.owner = me(Core);
      return true;
    });
  }

  /** pendsv_resume */
  resume(): void {
    this.owner = null;
    if (this.notifies) me(Core).sev();
  }
}

export default scenario('sev-negates-wfe', {
  about: 'what a mutex says to the other core on its way out, it says to its own core, too',
  timing: 'prompt',
  variants: {
    // Inserting and removing the timer leaves an event, which ends each WFE at once.
    'mutex-with-sev': { violates: SLEEPS, through: ['sev', 'wfe'] },
    'mutex-without-sev': { holds: true },
    // Core 1 takes the mutex, too: who waits for it spins instead of sleeping, but not for long.
    'mutex-without-sev-two-cores': { holds: true },
  },
  build({ variant }) {
    const cores: Core[] = [];
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores, { eventRegister: true });
    const [core0, core1] = cores as [Core, Core];
    const pendsv = new PendSvMutex(variant === 'mutex-with-sev');
    const timer = new HardwareTimer('alarm');
    timer.line(core0, 2, () => {
      timer.clear();
      expired.sleep = true;
    });
    const expired = { sleep: false };
    const seen = { over: false, turns: int(0, 2), core1: variant !== 'mutex-without-sev-two-cores' };
    /** v1.23: soft_timer_insert, WFE, soft_timer_remove. */
    const mp_wfe_or_timeout = () => {
      pendsv.suspend();
      pendsv.resume();
      core0.wfe();
      pendsv.suspend();
      pendsv.resume();
    };
    timer.oneShot(SLEEP_MS * 1000);
    bareMetal(core0, 'main', () => {
      while (!expired.sleep) {
        ghost(() => {
          if (seen.turns < 2) seen.turns++;
        });
        mp_wfe_or_timeout();
        busy(TURN_US);
      }
      ghost(() => {
        seen.over = true;
      });
    });
    if (variant === 'mutex-without-sev-two-cores')
      bareMetal(core1, 'core 1', () => {
        for (let n = 0; n < 2; n++) {
          pendsv.suspend();
          pendsv.resume();
        }
        ghost(() => {
          seen.core1 = true;
        });
      });
    return [
      always(SLEEPS, () => seen.turns < 2),
      within(IN_TIME, SLEEP_MS * 1000 + TURN_US, () => !seen.over),
      idle('core 1 gets through', () => seen.core1),
      sometimes('core 0 waits', () => !seen.over),
    ];
  },
});
