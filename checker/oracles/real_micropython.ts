/// <reference path="./micropython_package.d.ts" />
import { loadMicroPython, type MicroPython } from '@micropython/micropython-webassembly-pyscript';

/** What a program did that can be seen from outside. */
export interface Ran {
  /** What it printed, line by line; the traceback of an exception in a callback is printed too. */
  readonly lines: readonly string[];
  /** The last line of the traceback, for example `IndexError: empty heap`. */
  readonly error: string | null;
}

/** Anything that is not the program's time: `mp_hal_ticks_ms` counts from it. */
const EPOCH_MS = 1_000_000_000;

const WORLD_CLOCK = Object.getOwnPropertyDescriptor(Date, 'now') as PropertyDescriptor;

/** A wait that only looks at the clock never ends, because nobody moves it. */
const LOOKS_MAX = 100_000;

/** After so many looks each further one moves the clock, so that the wait ends. */
const STUCK_STEP_MS = 1000;

/** More than MICROPY_SCHEDULER_DEPTH of this port, which is 4. */
const DRAIN = 'for _ in range(8): pass';

/**
 * The real interpreter: VM, scheduler and asyncio of MicroPython 1.27.0, compiled to WebAssembly, with a clock that
 * moves only when the program says so. It has no threads, no interrupts and no pins.
 *
 * Programs import `world`: `world.advance(ms)` moves the clock, and `time.ticks_ms()` follows.
 */
export class RealMicroPython {
  /** The package keeps what is JavaScript's of Python's objects in globals, so the last that was loaded is the only one. */
  static #usable: RealMicroPython | null = null;

  /** Milliseconds since the program began. */
  now = 0;
  readonly #lines: string[] = [];
  #looks = 0;
  /** When it began to wait for a clock that nobody moves; `null`: it did not. */
  #stuckMs: number | null = null;
  #interpreter: MicroPython | null = null;

  private constructor() {}

  /** A fresh interpreter: some 6 ms. One is enough for many programs that leave nothing behind. */
  static async load(): Promise<RealMicroPython> {
    const real = new RealMicroPython();
    const restore = real.#setClock();
    const interpreter = await loadMicroPython({
      stdout: (line) => real.#lines.push(line),
      stderr: (line) => real.#lines.push(line),
      linebuffer: true,
    }).finally(restore);
    interpreter.registerJsModule('world', {
      advance: (ms: number) => {
        real.now += ms;
        real.#looks = 0;
      },
    });
    real.#interpreter = interpreter;
    RealMicroPython.#usable = real;
    return real;
  }

  /** What `sys.version` says. */
  version(): string {
    return this.run('import sys\nprint(sys.version)').lines.join('');
  }

  /**
   * Runs a program to its end, at time 0. Globals stay from one to the next; callbacks that still wait do not, unless
   * they schedule themselves again. Nothing else does: the collector frees what a program made (1.27.0, 8000 programs), but for new
   * names, some 130 bytes each.
   */
  run(program: string): Ran {
    this.now = 0;
    this.#looks = 0;
    this.#stuckMs = null;
    const error = this.#execute(program);
    const lines = this.#lines.splice(0);
    if (this.#stuckMs !== null) throw stuck(this.#stuckMs);
    this.#execute(DRAIN);
    this.#lines.length = 0;
    return { lines, error };
  }

  #execute(program: string): string | null {
    const interpreter = this.#interpreter;
    if (interpreter === null || RealMicroPython.#usable !== this)
      throw new Error('an endless loop was cut off, or another interpreter loaded: load a fresh one');
    const restore = this.#setClock();
    try {
      interpreter.runPython(program);
      return null;
    } catch (e) {
      if (!(e instanceof Error) || e.name === 'ClockError') throw e;
      return e.message.trimEnd().split('\n').at(-1) ?? '';
    } finally {
      restore();
    }
  }

  /** The port reads the clock of the world: this is it until the result is called. */
  #setClock(): () => void {
    Object.defineProperty(Date, 'now', { ...WORLD_CLOCK, value: () => this.#look() });
    return () => Object.defineProperty(Date, 'now', WORLD_CLOCK);
  }

  /**
   * An exception from here leaves the frames of the VM on its stack, which is full after 200 of them, and all that they refer to. So a wait
   * is ended by time. Who looks for ever, whatever the time, is ended so, and the interpreter with him.
   */
  #look(): number {
    this.#looks++;
    if (this.#looks > LOOKS_MAX) {
      this.#stuckMs ??= this.now;
      if (this.#looks > 2 * LOOKS_MAX) {
        RealMicroPython.#usable = null;
        throw stuck(this.#stuckMs);
      }
      this.now += STUCK_STEP_MS;
    }
    return EPOCH_MS + this.now;
  }
}

function stuck(ms: number): Error {
  const error = new Error(`waits at ${ms} ms for a clock that nobody moves`);
  error.name = 'ClockError';
  return error;
}
