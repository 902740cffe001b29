/**
 * `machine.Timer(-1)` of esp32 is an esp_timer: a task of ESP-IDF on core 0 calls its callback, and on chips with two cores
 * MicroPython runs on core 1. The task takes the alarm out of its list, lets go of the list, and calls (timer_process_alarm).
 * `deinit()` calls esp_timer_stop, which does not wait for that, and clears `self->handler`, which machine_timer_isr_virtual is
 * about to call: a jump to address 0. To test it first is not enough, because `self->handler_ctx` is cleared as well, and NULL
 * is scheduled. After `init()` for something else the old alarm calls the new callback, long before its time. On chips with one
 * core the task is more urgent than MicroPython, and has ended when `deinit()` goes on. esp_timer_stop_blocking, which newer
 * versions of ESP-IDF have, waits for the callback and is right on both. Code of ports/esp32/machine_timer.c at 1c3c201149
 * and components/esp_timer of ESP-IDF; found by this model, not reproduced on a board.
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Irq } from 'upy-check/hardware';
import type { Callback } from 'upy-check/micropython';
import { atomic, type Clock, check, clock, ghost, pause, until } from 'upy-check/model';
import { type Bare, bare } from 'upy-check/ports/bare';

const PERIOD_US = 1000;
const JUMP = 'self->handler is a function when it is called';
const SCHEDULED = 'what is scheduled is an object';
const IN_TIME = 'no callback is called before its time';

/** How deinit() stops the alarm. */
type Stop = 'esp_timer_stop' | 'esp_timer_stop_blocking';

export default scenario('esp32-timer-deinit', {
  about: 'machine.Timer(-1) of esp32 is stopped while its alarm is being served on the other core',
  timing: 'any',
  variants: {
    // The alarm has been taken out of the list, so there is nothing to stop; then its function is gone.
    'two-cores': { violates: JUMP, through: ['timer_process_alarm', 'deinit'], also: [SCHEDULED] },
    'one-core': { holds: true },
    'two-cores-tests-handler': { violates: SCHEDULED, through: ['machine_timer_isr_virtual', 'deinit'] },
    // The alarm of the old run schedules the callback of the new one.
    'two-cores-init': {
      violates: IN_TIME,
      through: ['init', 'machine_timer_isr_virtual'],
      also: [JUMP, SCHEDULED],
    },
    'two-cores-waits': { holds: true },
    'two-cores-waits-init': { holds: true },
  },
  build({ variant }) {
    const twoCores = variant !== 'one-core';
    const board = bare({ cores: twoCores ? 2 : 1 });
    const stop = variant.includes('waits') ? 'esp_timer_stop_blocking' : 'esp_timer_stop';
    const timer = new VirtualTimer(board, twoCores ? 1 : 0, stop, variant === 'two-cores-tests-handler');
    const [first, second] = [new Timed('first callback'), new Timed('second callback')];
    const again = variant.endsWith('init');
    board.main(() => {
      first.due.arm(PERIOD_US);
      timer.init(PERIOD_US, first);
      pause();
      if (again) {
        second.due.arm(2 * PERIOD_US);
        timer.init(2 * PERIOD_US, second);
      } else timer.deinit();
      while (true) board.eventPollHook();
    });
    return [
      always(IN_TIME, () => !first.early && !second.early),
      sometimes('the first is called', () => first.called),
      ...(again ? [sometimes('the second is called', () => second.called)] : []),
      sometimes('it is stopped before it calls', () => timer.stopped && !first.called),
    ];
  },
});

/** machine_timer_obj_t with an esp_timer_handle_t. */
class VirtualTimer {
  /** `self->handler`: machine_timer_handler, or NULL. */
  handler = false;
  handler_ctx: Callback | null = null;
  /** For properties. */
  stopped = false;
  /** FL_CALLBACK_IS_RUNNING */
  private running = false;
  private readonly alarm: Clock = clock();
  readonly task: Irq;

  constructor(
    private readonly board: Bare,
    core: number,
    private readonly stop: Stop,
    private readonly testsHandler: boolean,
  ) {
    // The task: whatever else its core does is less urgent. Main has the other core, if there are two.
    this.task = board.irq('esp_timer task', { times: 0, core, asserted: () => this.alarm.expired }, () =>
      this.timer_process_alarm(),
    );
  }

  /** Under the lock of the list up to the callback. A one-shot alarm is not in the list then. */
  private timer_process_alarm(): void {
    const due = atomic(() => {
      if (!this.alarm.expired) return false;
      this.alarm.stop();
      this.running = true;
      return true;
    });
    if (!due) return;
    this.machine_timer_isr_virtual();
    this.running = false;
  }

  private machine_timer_isr_virtual(): void {
    if (this.testsHandler && !this.handler) return;
    check(this.testsHandler || this.handler, JUMP);
    // machine_timer_handler
    const callback = this.handler_ctx;
    check(callback !== null, SCHEDULED);
    this.board.scheduler.mp_sched_schedule(callback);
    this.board.mp_hal_wake_main_task_from_isr();
  }

  init(us: number, callback: Callback): void {
    if (this.handler) this.deinit();
    this.handler = true;
    this.handler_ctx = callback;
    this.alarm.arm(us);
  }

  deinit(): void {
    // Under the lock of the list.
    this.alarm.stop();
    if (this.stop === 'esp_timer_stop_blocking') until(() => !this.running);
    this.handler = false;
    this.handler_ctx = null;
    ghost(() => {
      this.stopped = true;
    });
  }
}

/** A callback that must not come before {@link due}, which begins a little earlier than its timer. */
class Timed implements Callback {
  readonly due = clock();
  called = false;
  early = false;

  constructor(readonly name: string) {}

  run(): void {
    ghost(() => {
      this.called = true;
      this.early = this.early || !this.due.expired;
    });
  }
}
