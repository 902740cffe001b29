/**
 * RP2040: the port has no tick (8c432ea2d4), so main on core 0 sleeps in WFE until there is an event. An interrupt of core 0
 * is one, and so is `schedule()` of the thread on core 1, because leaving the atomic section ends in SEV. But
 * `ThreadSafeFlag.set()` and `list.append()` are stores and nothing else. The reviewers of #6125 asked on which ports a
 * second thread can wake the thread that waits in the event loop. Here: not with a store, as long as nothing else happens
 * on core 0; with `micropython.schedule()`, and with an SEV after the store, which Python cannot execute.
 *
 * The second scenario is the other direction (#15398, 9db16cfe31): the alarm of a sleep on core 1 interrupts core 0 only.
 */
import { idle, lostWakeup, scenario, sometimes, within } from 'upy-check';
import { bareMetal, Core, HardwareTimer } from 'upy-check/hardware';
import { ghost, int } from 'upy-check/model';
import { rp2 } from 'upy-check/ports/rp2';

const FLAG_WAITS = 'lost wakeup: a set flag waits';

export default scenario('wfe-core1-no-sev', {
  about: 'the thread on core 1 sets a flag that main polls on core 0: what ends the WFE of main?',
  parameters: { sets: 2 },
  full: { sets: 4 },
  variants: {
    // Main has looked at the flag and sleeps: a store of the other core is no event.
    'bare-store': { violates: FLAG_WAITS, through: ['set'] },
    'store-then-sev': { holds: true },
    // The event comes before the flag: main looks, finds nothing and sleeps again.
    'sev-then-store': { violates: FLAG_WAITS, through: ['sev', 'set'] },
    // What a program can do today: the callback runs on core 0 and sets the flag there.
    'set-by-callback': { holds: true },
    'set-by-interrupt': { holds: true },
  },
  build({ variant, sets }) {
    const board = rp2({ threads: 1 });
    const flag = {
      state: false,
      /** ThreadSafeFlag.set: one attribute store. */
      set() {
        this.state = true;
      },
    };
    const callback = { name: 'set the flag', run: () => flag.set() };
    const seen = { flags: int(0, sets) };
    /** ipoll: asks the flag, then mp_event_wait_indefinite. */
    const ipoll = () => {
      while (!flag.state) board.eventPollHook();
    };
    const main = board.main(() => {
      while (true) {
        ipoll();
        flag.state = false;
        ghost(() => {
          if (seen.flags < sets) seen.flags++;
        });
      }
    });
    board.thread('core 1', () => {
      const sev = () => board.cores[1]!.sev();
      if (variant !== 'set-by-interrupt')
        for (let n = 0; n < sets; n++) {
          if (variant === 'sev-then-store') sev();
          if (variant === 'set-by-callback') board.scheduler.mp_sched_schedule(callback);
          else flag.set();
          if (variant === 'store-then-sev') sev();
        }
      while (true) board.eventPollHook();
    });
    if (variant === 'set-by-interrupt') board.irq('timer interrupt', { times: sets }, () => flag.set());
    return [
      lostWakeup('a set flag waits', () => flag.state, main),
      sometimes('every flag is seen', () => seen.flags === sets),
    ];
  },
});

const SLEEP_MS = 2;

export const alarm = scenario('wfe-core1-alarm', {
  about:
    '#15398: a thread on core 1 sleeps; its alarm interrupts core 0, which has an event register of its own',
  timing: 'prompt',
  variants: {
    // The handler runs on core 0, and core 1 hears nothing of it.
    'no-sev': { violates: 'the sleep of core 1 ends', through: ['soft_timer_hardware_callback'] },
    'sev-in-the-handler': { holds: true },
  },
  build({ variant }) {
    const cores: Core[] = [];
    const [core0, core1] = [0, 1].map((n) => new Core(`core ${n}`, cores, { eventRegister: true }));
    const seen = { awake0: false, awake1: false };
    const expired = { sleep0: false, sleep1: false };
    const timer = new HardwareTimer('alarm');
    const soft_timer_hardware_callback = () => {
      timer.clear();
      expired.sleep0 = true;
      expired.sleep1 = true;
      if (variant === 'sev-in-the-handler') core0!.sev();
    };
    timer.line(core0!, 2, soft_timer_hardware_callback);
    timer.oneShot(SLEEP_MS * 1000);
    bareMetal(core0!, 'main', () => {
      while (!expired.sleep0) core0!.wfe();
      ghost(() => {
        seen.awake0 = true;
      });
    });
    bareMetal(core1!, 'worker', () => {
      while (!expired.sleep1) core1!.wfe();
      ghost(() => {
        seen.awake1 = true;
      });
    });
    return [
      idle('the sleep of core 1 ends', () => !expired.sleep1 || seen.awake1),
      idle('the sleep of core 0 ends', () => !expired.sleep0 || seen.awake0),
      within('main sleeps as long as it should', SLEEP_MS * 1000, () => !seen.awake0),
      sometimes('core 0 is awake', () => seen.awake0),
    ];
  },
});

const POLLED = 'the thread on core 1 sees the flag';
const SENSOR_MS = 1;
const SENSOR_US = 1000 * SENSOR_MS;

export const polled = scenario('wfe-core1-polls', {
  about: 'the thread on core 1 polls a flag that an interrupt on core 0 sets: what ends the WFE of core 1?',
  timing: 'prompt',
  variants: {
    // The interrupt is an event of core 0 alone.
    'main-waits': { violates: POLLED, through: ['wfe'] },
    // Adding its alarm to the pool forces the interrupt of the pool, whose handler executes SEV.
    'main-begins-to-sleep': { holds: true },
    // It sleeps on when the sensor has interrupted, and in the end the alarm's handler executes SEV.
    'main-sleeps': { holds: true },
    // The sensor ends the last WFE of the sleep, the alarm is cancelled, and then the time is over.
    'main-sleeps-until-then': { violates: POLLED, through: ['wfeOrTimeout'] },
  },
  build({ variant }) {
    const board = rp2({ threads: 1 });
    const sensor = new HardwareTimer('sensor');
    const flag = { state: false };
    const seen = { flag: false };
    const handler = () => {
      sensor.clear();
      flag.state = true;
    };
    sensor.line(board.cores[0]!, 2, handler);
    sensor.oneShot(SENSOR_US);
    board.main(() => {
      if (variant === 'main-sleeps') board.mp_hal_delay_ms(SLEEP_MS);
      if (variant === 'main-sleeps-until-then') board.mp_hal_delay_ms(SENSOR_MS);
      while (!flag.state) board.eventPollHook();
      if (variant === 'main-begins-to-sleep') board.mp_hal_delay_ms(SLEEP_MS);
      while (true) board.eventPollHook();
    });
    board.thread('core 1', () => {
      while (!flag.state) board.eventPollHook();
      ghost(() => {
        seen.flag = true;
      });
      while (true) board.eventPollHook();
    });
    const limitUs = variant === 'main-sleeps' ? (SLEEP_MS - SENSOR_MS) * 1000 : 1;
    return [
      within(POLLED, limitUs, () => flag.state && !seen.flag),
      sometimes('the flag is set while core 1 sleeps', () => flag.state && board.cores[1]!.asleep),
    ];
  },
});
