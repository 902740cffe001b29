/**
 * What should `uevent` promise? Reviewers of #6125 asked that it be said: there are sources that somebody has to ask (an object with a check
 * method), sources that the system polls as a whole, registered or not (a network stack without interrupts), and sources driven by
 * events, where an interrupt, a task or a thread says `signal()`. `poll_ms` is to return if and only if its time is over or a
 * registered source is ready, and is to sleep as long as it may. This is such a poller, on FreeRTOS, and what it takes.
 *
 * Answer: it is possible with what FreeRTOS has, because a notification counts. The poller must know of which kinds its sources
 * are: with a polled one it has to look at the source's interval, with signals alone it sleeps without limit, also in a build
 * without a tick. `signal()` sets the flag first and wakes then: a task less urgent than the poller is preempted in between. And
 * a wake is a hint to look, not a result: whoever returns on it reports nothing as an event.
 */
import { always, scenario, sometimes, within } from 'upy-check';
import {
  cortexM,
  idleTasks,
  portMAX_DELAY,
  type Task,
  ulTaskNotifyTake,
  vTaskNotifyGiveFromISR,
  vTaskSuspend,
  xTaskNotifyGive,
} from 'upy-check/freertos';
import { Core, edges, Irq, inIsr } from 'upy-check/hardware';
import {
  ContractPoll,
  type EventSource,
  PolledSource,
  SignalSource,
  SystemSource,
} from 'upy-check/micropython';
import { ghost, idiv, int, process } from 'upy-check/model';

const TICK_US = 1000;
const [CHECKED, SYSTEM, SIGNAL, ONLY] = [
  'a device that is asked is seen within its interval',
  'a packet is seen within the interval of the stack',
  'a signal is seen at once',
  'poll returns with a source, or when its time is over',
];

export default scenario('uevent-contract', {
  about: 'three kinds of sources, and what a poller has to know of each',
  timing: 'prompt',
  timeUnit: TICK_US / 2,
  parameters: { events: 1 },
  full: { events: 2 },
  variants: {
    'three-kinds': { holds: true },
    'signals-alone-without-a-tick': { holds: true },
    // Nobody signals for the device that has to be asked, nor for the stack.
    'sleeps-for-signals-only': { violates: CHECKED, through: ['poll', 'ulTaskNotifyTake'], also: [SYSTEM] },
    // The radio task wakes the poller, which preempts it, sees nothing and sleeps; then the flag is set.
    'wakes-before-the-flag': { violates: SIGNAL, through: ['signal', 'xTaskNotifyGive'] },
    // An interrupt has signalled before poll slept, and the look has seen it: its notification is still counted.
    'returns-on-any-wake': { violates: ONLY, through: ['signal', 'poll'] },
  },
  build({ variant, events }) {
    const alone = variant === 'signals-alone-without-a-tick';
    const kernel = cortexM(new Core('cpu'), {
      tickUs: alone ? 0 : TICK_US,
      tasksMax: 3,
      priorities: 4,
      ticksMax: 3,
      notifiedMax: 2 * events + 1,
    });
    const core = kernel.cpus[0]!.core;
    const main: { task: Task | null } = { task: null };
    const poller = () => main.task!;
    const sleeper = {
      sleep: (us: number) => {
        ulTaskNotifyTake(kernel, false, us < 0 ? portMAX_DELAY : idiv(us, TICK_US));
      },
      wake: () => {
        if (!inIsr()) xTaskNotifyGive(kernel, poller());
        else if (vTaskNotifyGiveFromISR(kernel, poller())) kernel.portYieldFromIsr();
      },
    };

    const [device, nic] = [{ level: false }, { level: false }];
    const checked = new PolledSource('device', 2 * TICK_US, device);
    const stack = new SystemSource('socket', 3 * TICK_US, () => {
      const was = nic.level;
      nic.level = false;
      return was;
    });
    const [button, radio] = [new SignalSource('button'), new SignalSource('radio')];
    const sources: EventSource[] = alone ? [button, radio] : [checked, stack, button, radio];
    const mistake =
      variant === 'sleeps-for-signals-only'
        ? 'sleeps for signals only'
        : variant === 'wakes-before-the-flag'
          ? 'wakes before the flag'
          : variant === 'returns-on-any-wake'
            ? 'returns on any wake'
            : 'none';
    const poll = new ContractPoll(sleeper, sources, mistake);
    // The button is pressed once more than anything else happens.
    const most = sources.length * events + 1;
    const seen = { events: int(0, most), nothing: false };

    main.task = kernel.create('main', 2, () => {
      while (true) {
        const ready = poll.poll(-1);
        ghost(() => {
          if (!ready) seen.nothing = true;
          else if (seen.events < most) seen.events++;
        });
      }
    });
    const radioTask: Task = kernel.create('radio task', 1, () => {
      for (let n = 0; n < events; n++) radio.signal();
      vTaskSuspend(kernel, radioTask);
    });
    idleTasks(kernel);
    edges(new Irq(core, 'button interrupt', 5, () => button.signal()), events + 1);
    if (!alone)
      process(
        'world',
        () => {
          for (let n = 0; n < events; n++) device.level = true;
          for (let n = 0; n < events; n++) nic.level = true;
        },
        { outside: true },
      );
    poll.watch(main.task.process!);
    return [
      within(CHECKED, checked.interval, () => device.level),
      within(SYSTEM, stack.interval, () => nic.level || stack.found),
      within(SIGNAL, TICK_US / 2, () => button.signalled || radio.signalled),
      always(ONLY, () => !seen.nothing),
      sometimes('every event is seen', () => seen.events === most),
    ];
  },
});
