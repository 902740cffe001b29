import { check, type Sequence, sequence } from '../index.ts';
import { EventGroup, xEventGroupClearBits, xEventGroupSetBits } from './event_groups.ts';
import type { Kernel } from './kernel.ts';
import { Queue, xQueueReceive } from './queue.ts';
import { resumeAllAndYield, vTaskSuspendAll, xTaskResumeAll } from './suspend_all.ts';
import { portMAX_DELAY, type Task } from './task.ts';
import { tickAtMost, tickBelow, tickSum } from './tick.ts';

/** A software timer. Its state is the service's; commands reach it through a queue. */
export class Timer {
  /** `tmrSTATUS_IS_ACTIVE` */
  active = false;
  /** xTimerDelete was called; the kernel frees it. */
  deleted = false;
  /** `xTimerListItem`: the tick of its next expiry. */
  expiry = 0;
  /** The list of active timers that it is on. */
  list: Sequence<Timer> | null = null;

  /** @param callback runs in the service task: it must not block. */
  constructor(
    readonly name: string,
    /** `xTimerPeriodInTicks` */
    public period: number,
    public autoReload: boolean,
    public callback: () => void,
  ) {}
}

/** What xTimerPendFunctionCall may be asked to run. */
export class PendedFunction {
  constructor(
    readonly name: string,
    public run: (parameter: number) => void,
  ) {}
}

/** `tmrCOMMAND_…`, and the two that event groups pend. */
export enum Command {
  Start,
  Stop,
  Period,
  Delete,
  SetBits,
  ClearBits,
  Call,
}

/** A message: what, on which object, with which number. A tuple, because it is a *value* in a queue. */
export type Message = readonly [Command, Timer | EventGroup | PendedFunction, number];

export interface TimerServiceOptions {
  /** `configTIMER_TASK_PRIORITY` */
  readonly priority: number;
  /** `configTIMER_QUEUE_LENGTH` */
  readonly queueLength: number;
  /** Model bound. */
  readonly timersMax?: number;
  readonly roles?: readonly object[];
}

/** The timer service task (prvTimerTask) with its queue. It is made last, as xTimerCreateTimerTask is. */
export class TimerService {
  readonly queue: Queue<Message>;
  /** `pxCurrentTimerList` and `pxOverflowTimerList`, by expiry. */
  private current: Sequence<Timer>;
  private overflow: Sequence<Timer>;
  /** `xLastTime` of prvSampleTimeNow. */
  private lastTime = 0;
  readonly task: Task;

  constructor(
    readonly kernel: Kernel,
    { priority, queueLength, timersMax = 4, roles = [] }: TimerServiceOptions,
  ) {
    this.queue = new Queue<Message>(kernel, 'TmrQ', 'queue', queueLength);
    this.current = sequence<Timer>(timersMax);
    this.overflow = sequence<Timer>(timersMax);
    this.task = kernel.create('TMR', priority, () => this.run(), {
      roles,
      ...(kernel.cpus.length > 1 ? { cpu: kernel.cpus[0]! } : {}),
    });
  }

  private run(): void {
    while (true) {
      this.processTimerOrBlock();
      for (;;) {
        const [received, message] = xQueueReceive(this.kernel, this.queue, 0);
        if (!received) break;
        this.process(message!);
      }
    }
  }

  /** prvProcessTimerOrBlockTask */
  private processTimerOrBlock(): void {
    const { kernel } = this;
    const empty = this.current.length === 0;
    const next = empty ? 0 : this.current.at(0).expiry;
    vTaskSuspendAll(kernel);
    const [now, wrapped] = this.sampleTimeNow();
    if (wrapped) {
      xTaskResumeAll(kernel);
      return;
    }
    if (!empty && tickAtMost(next, now)) {
      xTaskResumeAll(kernel);
      this.processExpired(next, now);
      return;
    }
    kernel.call(() => {
      const forEver = empty && this.overflow.length === 0;
      if (this.queue.items.length === 0)
        kernel.placeOnEventList(
          this.task,
          this.queue.receivers,
          forEver ? portMAX_DELAY : tickSum(kernel, next, -now),
        );
      kernel.here().suspension.end();
      resumeAllAndYield(kernel);
    });
  }

  /** prvSampleTimeNow: [tick count, it has wrapped since the last look]. What was due before the wrap expires. */
  private sampleTimeNow(): [number, boolean] {
    const now = this.kernel.tick;
    const wrapped = tickBelow(now, this.lastTime);
    if (wrapped) {
      // tmrMAX_TIME_BEFORE_OVERFLOW
      while (this.current.length > 0)
        this.processExpired(this.current.at(0).expiry, tickSum(this.kernel, 0, -1));
      const list = this.current;
      this.current = this.overflow;
      this.overflow = list;
    }
    this.lastTime = now;
    return [now, wrapped];
  }

  /** prvProcessExpiredTimer */
  private processExpired(expiry: number, now: number): void {
    const timer = this.current.shift();
    timer.list = null;
    if (timer.autoReload) this.reload(timer, expiry, now);
    else timer.active = false;
    timer.callback();
  }

  /** prvReloadTimer: one callback more for every period already missed. */
  private reload(timer: Timer, from: number, now: number): void {
    let expiry = from;
    while (this.insert(timer, tickSum(this.kernel, expiry, timer.period), now, expiry)) {
      expiry = tickSum(this.kernel, expiry, timer.period);
      timer.callback();
    }
  }

  /** prvInsertTimerInActiveList: true if it has expired already. */
  private insert(timer: Timer, expiry: number, now: number, sent: number): boolean {
    timer.expiry = expiry;
    if (tickAtMost(expiry, now)) {
      if (tickAtMost(timer.period, tickSum(this.kernel, now, -sent))) return true;
      add(timer, this.overflow);
      return false;
    }
    if (tickBelow(now, sent) && tickAtMost(sent, expiry)) return true;
    add(timer, this.current);
    return false;
  }

  /** prvProcessReceivedCommands, one message. */
  private process(message: Message): void {
    const [command, object, value] = message;
    if (object instanceof PendedFunction) object.run(value);
    else if (object instanceof EventGroup) {
      if (command === Command.SetBits) xEventGroupSetBits(this.kernel, object, value);
      else xEventGroupClearBits(this.kernel, object, value);
    } else this.processCommand(command, object, value);
  }

  private processCommand(command: Command, timer: Timer, value: number): void {
    if (timer.list !== null) {
      timer.list.remove(timer);
      timer.list = null;
    }
    const [now] = this.sampleTimeNow();
    if (command === Command.Start) this.start(timer, value, now);
    else if (command === Command.Stop) timer.active = false;
    else if (command === Command.Period) {
      check(value > 0, 'configASSERT: a timer gets the period 0');
      timer.active = true;
      timer.period = value;
      this.insert(timer, tickSum(this.kernel, now, value), now, now);
    } else timer.active = false;
  }

  /** The time counts from when the command was *sent*. */
  private start(timer: Timer, sent: number, now: number): void {
    timer.active = true;
    const expiry = tickSum(this.kernel, sent, timer.period);
    if (!this.insert(timer, expiry, now, sent)) return;
    if (timer.autoReload) this.reload(timer, expiry, now);
    else timer.active = false;
    timer.callback();
  }
}

/** vListInsert: behind those of the same expiry. */
function add(timer: Timer, list: Sequence<Timer>): void {
  let place = 0;
  while (place < list.length && tickAtMost(list.at(place).expiry, timer.expiry)) place++;
  list.insert(place, timer);
  timer.list = list;
}
