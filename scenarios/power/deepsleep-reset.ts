/**
 * `machine.deepsleep()` does not return: what ends it resets the chip, and `main.py` begins again. What survives, and how
 * does the program know why it runs? Here on the ESP32 (ports/esp32 at 1c3c201149: machine_rtc.c keeps `RTC.memory()` in
 * memory that a reset leaves alone; `machine.wake_reason()` is esp_sleep_get_wakeup_cause of ESP-IDF 102122904a).
 *
 * Answer: RTC memory survives, variables and the scheduler's queue do not. A callback that is queued as the chip falls asleep is
 * not late, as in a light sleep, but gone, and what it was about with it, unless the device keeps its line asserted until somebody has
 * really dealt with it: then that wakes the chip at once. And `wake_reason()` tells one reason of several. ESP-IDF looks at the
 * timer first, so that an input that comes with the alarm goes unnoticed by a program that asks for the reason alone.
 */
import { always, scenario, sometimes, stuck } from 'upy-check';
import { bareMetal, Core, esp32, Irq, Power, ResetDomain } from 'upy-check/hardware';
import { atomic, type Clock, clock, ghost, int, process, until } from 'upy-check/model';

const COUNTED = 'what the sensor has seen is counted';
const NOTICED = 'an input that wakes it is noticed';
const PERIOD_US = 1000;
/** `machine.EXT0_WAKE`, `machine.TIMER_WAKE` */
const [NO_REASON, EXT0_WAKE, TIMER_WAKE] = [0, 2, 4];

type Counter = 'RTC memory' | 'variable' | 'callback counts' | 'callback reads and counts';

export default scenario('deepsleep-reset', {
  about: 'what survives a deep sleep, and why does the program run?',
  timing: 'prompt',
  parameters: { events: 2 },
  variants: {
    'RTC memory': { holds: true },
    // It counts in a variable: each wake begins with 0.
    variable: { violates: COUNTED, through: ['deepsleep'] },
    // The handler has read the sensor, which takes its line back; the callback with the count is in the ring, and ends there.
    'callback counts': { violates: COUNTED, through: ['handler', 'deepsleep'] },
    // The line stays until the callback reads the sensor: it wakes the chip again.
    'callback reads and counts': { holds: true },
    // The alarm is due as the input comes: the reason is the timer.
    'wake reason': { violates: NOTICED, through: ['wake_reason', 'deepsleep'] },
    'every reason': { holds: true },
  },
  build({ variant, events }) {
    if (variant === 'wake reason' || variant === 'every reason')
      return reasons(variant === 'every reason', events);
    return counter(variant, events);
  },
});

/** A sensor holds its line as long as it has something to be read; the program counts what it has seen, over all sleeps. */
function counter(variant: Counter, events: number) {
  const core = new Core('cpu');
  const sensor = { seen: int(0, events), unread: int(0, events) };
  const ram = { name: 'variables', count: int(0, events), read: int(0, events), callback: false };
  const rtc = { count: int(0, events) };
  const memory = variant === 'variable' ? ram : rtc;

  const read = () =>
    atomic(() => {
      const unread = sensor.unread;
      sensor.unread = 0;
      return unread;
    });
  /** The pin's handler. In one variant it reads the sensor, and the callback counts only. */
  const handler = () => {
    if (variant === 'callback counts') ram.read = read();
    ram.callback = true;
  };
  const callback = () => {
    ram.callback = false;
    count(variant === 'callback counts' ? ram.read : read());
  };
  const count = (events: number) =>
    atomic(() => {
      memory.count += events;
    });
  const soft = variant === 'callback counts' || variant === 'callback reads and counts';
  const line = new Irq(core, 'sensor interrupt', 1, handler, { enabled: soft });
  process(
    'sensor',
    () => {
      for (let n = 0; n < events; n++)
        atomic(() => {
          sensor.seen++;
          sensor.unread++;
          line.raise();
        });
    },
    { outside: true },
  );
  const main = bareMetal(core, 'main.py', () => {
    // What woke the chip has called nobody back.
    count(read());
    if (soft && ram.callback) callback();
    power.deepsleep();
  });
  const reset = new ResetDomain([core], [main], [ram]);
  const power: Power = new Power([core], esp32, {
    wakers: [{ source: 'ext0', asserted: () => sensor.unread > 0 }],
    reset,
  });
  return [
    stuck(COUNTED, () => memory.count === sensor.seen),
    sometimes('a deep sleep is over', () => reset.cause === 'deepsleep'),
    sometimes('everything is counted', () => memory.count === events || variant === 'variable'),
  ];
}

/** A button wakes it, and an alarm does: at each boot the program does what it was woken for. */
function reasons(every: boolean, events: number) {
  const core = new Core('cpu');
  /** The wake bits of the RTC controller. They go with the next sleep. */
  const wake = { ext0: false, timer: clock() };
  const seen = { noticed: int(0, events), missed: false, alarms: false };
  process(
    'button',
    () => {
      for (let n = 0; n < events; n++)
        until(() => {
          if (!core.asleep) return false;
          wake.ext0 = true;
          return true;
        });
    },
    { outside: true },
  );
  const main = bareMetal(core, 'main.py', () => {
    const timer = wake.timer.expired;
    if (timer)
      ghost(() => {
        seen.alarms = true;
      });
    const button = every ? wake.ext0 : wake_reason(wake) === EXT0_WAKE;
    ghost(() => {
      if (wake.ext0 && button) seen.noticed++;
      else if (wake.ext0) seen.missed = true;
    });
    atomic(() => {
      wake.ext0 = false;
      wake.timer.arm(PERIOD_US);
    });
    power.deepsleep(PERIOD_US);
  });
  const power: Power = new Power([core], esp32, {
    wakers: [{ source: 'ext0', asserted: () => wake.ext0 }],
    reset: new ResetDomain([core], [main]),
  });
  return [
    always(NOTICED, () => !seen.missed),
    sometimes('every press is noticed', () => seen.noticed === events),
    sometimes('the alarm wakes it', () => seen.alarms),
  ];
}

/** esp_sleep_get_wakeup_cause: the first of those whose bit is set, and the timer's is looked at first. */
function wake_reason(wake: { readonly ext0: boolean; readonly timer: Clock }): number {
  return atomic(() => {
    if (wake.timer.expired) return TIMER_WAKE;
    return wake.ext0 ? EXT0_WAKE : NO_REASON;
  });
}
