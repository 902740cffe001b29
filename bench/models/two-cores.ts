import { idle, scenario, sometimes } from 'upy-check';
import { atomic, int, pause, process, rest, until } from 'upy-check/model';

/** Levels of interrupts, of which the higher one preempts: that of ticks and of the other core, that of the device. */
const [THREAD, LOW, HIGH] = [0, 1, 2];
/** Who has a core at thread level: its tasks, the one of higher priority first. */
const [DRIVER, PYTHON, NOBODY] = [0, 1, 2];
/** Nobody holds the GIL. */
const FREE = 2;

/** A core: what its interrupts and its tasks share. `running` and `level` are written by its own code only. */
class Core {
  level = int(THREAD, HIGH);
  highPends = false;
  lowPends = false;
  tickPends = false;
  running = int(DRIVER, NOBODY);
  driverReady = false;
  pythonReady = true;
  overrun = false;
  /** Samples between the device's handler and the driver task. */
  samples: number;
  /** Messages for this core's Python thread. */
  mail: number;

  constructor(
    readonly index: number,
    readonly capacity: number,
    messages: number,
  ) {
    this.running = PYTHON;
    this.samples = int(0, capacity);
    this.mail = int(0, messages);
  }

  /** The scheduler: whoever is ready and has the highest priority. */
  select(): void {
    this.running = this.driverReady ? DRIVER : this.pythonReady ? PYTHON : NOBODY;
  }

  /** Whether a task may step: a pending interrupt comes before its next instruction. */
  runs(task: number): boolean {
    return this.level === THREAD && !this.highPends && !this.lowPends && this.running === task;
  }
}

/**
 * Two cores with two levels of interrupts and two tasks each, ticks, interrupts between the cores, and one GIL. The devices
 * of the cores make `n` and `m` samples, which a handler hands to the driver task of its core; that filters them and sends
 * them to the Python thread of the other core, which a message or a tick wakes. Each core has `t` ticks. One `atomic` or `pause` is one statement of
 * bench/peers/two_cores.pml; the step table is in bench/README.md.
 */
export default scenario('bench-two-cores', {
  about: 'engine benchmark: two cores with preemption, ticks, messages between the cores, and a GIL',
  timing: 'any',
  parameters: { n: 1, m: 0, t: 1, q: 2 },
  variants: {
    fixed: { holds: true },
    // The task is made ready, and its core is not told: nobody selects it.
    buggy: { violates: 'no message stays unread' },
  },
  build({ variant, n: N, m: M, t: T, q: Q }) {
    const cores = [new Core(0, Q, M), new Core(1, Q, N)];
    const python = { gil: FREE };
    for (const core of cores) {
      const other = cores[1 - core.index]!;
      device(core, core.index === 0 ? N : M);
      timer(core, T);
      highHandler(core);
      lowHandler(core);
      driver(core, other, variant === 'fixed');
      thread(core, python);
    }
    return [
      idle('no message stays unread', () => cores.every(({ mail }) => mail === 0)),
      sometimes('a message arrives', () => cores.some(({ mail }) => mail > 0)),
    ];
  },
});

function device(core: Core, samples: number): void {
  const made = { count: int(0, samples) };
  process(
    `device ${core.index}`,
    () => {
      while (true)
        atomic(() => {
          rest(() => made.count < samples);
          made.count++;
          core.highPends = true;
        });
    },
    { outside: true },
  );
}

function timer(core: Core, ticks: number): void {
  const made = { count: int(0, ticks) };
  process(
    `timer ${core.index}`,
    () => {
      while (true)
        atomic(() => {
          rest(() => made.count < ticks);
          made.count++;
          core.lowPends = core.tickPends = true;
        });
    },
    { outside: true },
  );
}

function highHandler(core: Core): void {
  process(`high ${core.index}`, () => {
    while (true) {
      const interrupted = atomic(() => {
        rest(() => core.highPends && core.level < HIGH);
        const was = core.level;
        core.highPends = false;
        core.level = HIGH;
        return was;
      });
      pause(); // reads the device
      atomic(() => {
        if (core.samples < core.capacity) core.samples++;
        else core.overrun = true;
      });
      atomic(() => {
        core.driverReady = true;
      });
      atomic(() => {
        core.level = interrupted;
        if (interrupted === THREAD) core.select();
      });
    }
  });
}

function lowHandler(core: Core): void {
  process(
    `low ${core.index}`,
    () => {
      while (true) {
        atomic(() => {
          rest(() => core.lowPends && core.level === THREAD);
          core.lowPends = false;
          core.level = LOW;
        });
        pause(); // acknowledges
        atomic(() => {
          if (core.tickPends) core.pythonReady = true;
          core.tickPends = false;
        });
        atomic(() => {
          core.level = THREAD;
          core.select();
        });
      }
    },
    { runs: () => core.level !== HIGH && !core.highPends },
  );
}

function driver(core: Core, other: Core, interruptsOther: boolean): void {
  process(
    `driver ${core.index}`,
    () => {
      while (true) {
        const found = atomic(() => {
          if (core.samples > 0) {
            core.samples--;
            return true;
          }
          core.driverReady = false;
          core.select();
          return false;
        });
        if (!found) continue;
        pause(); // filters
        pause();
        atomic(() => {
          other.mail++;
        });
        atomic(() => {
          other.pythonReady = true;
        });
        atomic(() => {
          if (interruptsOther) other.lowPends = true;
        });
      }
    },
    { runs: () => core.runs(DRIVER) },
  );
}

function thread(core: Core, python: { gil: number }): void {
  process(
    `python ${core.index}`,
    () => {
      while (true) {
        atomic(() => {
          until(() => python.gil === FREE);
          python.gil = core.index;
        });
        pause(); // executes bytecode
        while (
          atomic(() => {
            if (core.mail === 0) return false;
            core.mail--;
            return true;
          })
        )
          pause(); // the callback
        atomic(() => {
          python.gil = FREE;
        });
        atomic(() => {
          if (core.mail > 0) return;
          core.pythonReady = false;
          core.select();
        });
      }
    },
    { runs: () => core.runs(PYTHON) },
  );
}
