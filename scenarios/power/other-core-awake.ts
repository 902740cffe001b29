/**
 * Two cores share the clocks. On RP2040 `machine.lightsleep()` of one core stops the clock of the peripherals only if the other
 * core sleeps too (RP2040 Datasheet, 2.15.3.5); on ESP32 light sleep stalls the other core, whatever it is doing. Whoever is
 * awake, however it was woken, must have the clocks that it works with: by an interrupt, by one that waits behind PRIMASK (WFI ends,
 * and no handler runs), by an event or an alarm (WFE). And after a deep sleep, the program that begins again must have them, too.
 */
import { always, scenario, sometimes } from 'upy-check';
import { bareMetal, Core, esp32, HardwareTimer, Power, ResetDomain, rp2040 } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';

const CLOCKED = 'a core that is awake has the clocks that it works with';
const SLEEP_US = 300;
const ALARM_US = 200;

export default scenario('other-core-awake', {
  about:
    'one core sleeps lightly while the other works and waits by turns: do its clocks go on whenever it is awake?',
  timing: 'any',
  parameters: { rounds: 2 },
  variants: {
    'rp2 interrupt': { holds: true },
    'rp2 interrupt behind a mask': { holds: true },
    'rp2 event': { holds: true },
    'rp2 event or alarm': { holds: true },
    'rp2 deepsleep': { holds: true },
    // Core 1 is in the middle of its work.
    'esp32 interrupt': { violates: CLOCKED, through: ['lightsleep'] },
  },
  build({ variant, rounds }) {
    const cores: Core[] = [];
    const isRp2 = variant.startsWith('rp2');
    for (let n = 0; n < 2; n++) new Core(`core ${n}`, cores, { eventRegister: isRp2 });
    const [core0, core1] = cores as [Core, Core];
    const [alarm, pwm] = [new HardwareTimer('alarm'), new HardwareTimer('PWM', 'peripheral')];
    alarm.line(core1, 4, () => alarm.clear(), { wakes: 'timer' });
    pwm.line(core1, 4, () => pwm.clear(), { enabled: false });
    const seen = { awake: true, woken: int(0, rounds), slept: false };
    /** In memory that a reset leaves alone. */
    const rtc = { boots: int(0, rounds) };
    const awake = () =>
      ghost(() => {
        seen.awake = true;
      });
    const asleep = () =>
      ghost(() => {
        seen.awake = false;
      });

    /** Until the alarm's interrupt, or core 0's event. */
    const wait = () => {
      if (variant === 'rp2 event') return core1.wfe();
      if (variant === 'rp2 event or alarm') {
        core1.wfeOrTimeout(ALARM_US);
        return;
      }
      const masked = variant === 'rp2 interrupt behind a mask';
      alarm.periodic(ALARM_US);
      if (masked) core1.disableInterrupts();
      core1.wfi();
      // Woken, but the handler has not run.
      if (masked) awake();
      if (masked) core1.enableInterrupts();
      alarm.stop();
    };
    if (variant !== 'rp2 deepsleep')
      bareMetal(core1, 'worker', () => {
        for (let n = 0; n < rounds; n++) {
          asleep();
          wait();
          awake();
          ghost(() => {
            seen.woken++;
          });
        }
      });
    const main = bareMetal(core0, 'main.py', () => {
      if (variant === 'rp2 deepsleep') {
        awake();
        if (rtc.boots === rounds) return;
        rtc.boots++;
        asleep();
        power.deepsleep(SLEEP_US);
      }
      for (let n = 0; n < rounds; n++) {
        if (isRp2) core0.sev();
        power.lightsleep(SLEEP_US);
        ghost(() => {
          seen.slept = true;
        });
      }
    });
    const reset = new ResetDomain(cores, [main]);
    const power: Power = new Power(cores, isRp2 ? rp2040 : esp32, { devices: [alarm, pwm], reset });
    return [
      always(CLOCKED, () => !seen.awake || (!pwm.frozen && !core1.stalled)),
      sometimes(
        'whoever waits is woken each time, and core 0 has slept',
        () => rtc.boots === rounds || (seen.woken === rounds && seen.slept),
      ),
      sometimes('both sleep, and the clocks stop', () => pwm.frozen),
    ];
  },
});
