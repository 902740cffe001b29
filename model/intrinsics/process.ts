import { current, ElaborationError } from './elaboration.ts';
import { INTRINSIC, intrinsic } from './tag.ts';

/** In which lane of a trace a process is drawn. The engine gives it no other meaning. */
export interface Lane {
  /** The core that executes it, if the model has cores: `'core 0'`. */
  core?: string;
  kind: 'task' | 'thread' | 'isr' | 'hardware' | 'outside';
}

/** What a process is: when it may run, what it is, and whether it belongs to the system or to the world around it. */
export interface ProcessOptions {
  /** Evaluated before each step, atomically with it; must have no effect. False where it cannot be evaluated (null). Default: always. */
  runs?: () => boolean;
  /** The objects this process *is*: what `me(Kind)` finds. More may be pushed to `process.roles`. */
  roles?: object[];
  /**
   * The hook of `'use python'`. Called at every jump of such a function with that invocation's
   * hidden counter (0 at entry); returns the counter's new value.
   */
  python?: (counter: number) => number;
  /** Environment: it need never act, time may pass while it could, it is not work for `idle`. */
  outside?: boolean;
  /** A real part of the system whose steps are no progress: an idle task, a tick, a poller. */
  background?: boolean;
  /** Not started: waits for `start()`. Default: started. */
  dormant?: boolean;
  /** Time cannot pass while it could act, even with `timing: 'any'` (a timer, a DMA engine). */
  prompt?: boolean;
  /** Where traces draw it. */
  lane?: Lane;
}

/** Somebody who runs: a task, an interrupt handler, a device, the outside world. */
export interface Process {
  readonly name: string;
  readonly roles: object[];
  /** The hook may be given after the process was made. */
  python?: ((counter: number) => number) | undefined;
  /** Its run condition, for processes that run where this one does. Elaboration only. */
  readonly runs: () => boolean;
  /** Body begun and neither returned nor killed. A state variable. */
  readonly alive: boolean;
  /** (Re)starts the body at its first statement with fresh locals. A model error if alive. */
  start(): void;
  /** Removes it wherever it is: frames vanish, no `finally` runs, what it holds stays held. */
  kill(): void;
}

/** A process as elaboration leaves it; the compiler reads it, model code sees {@link Process}. */
export class ProcessHandle implements Process {
  readonly [INTRINSIC] = 'process';
  readonly roles: object[];
  python: ((counter: number) => number) | undefined;
  /** Whether the process runs from the beginning. */
  started: boolean;

  constructor(
    readonly name: string,
    readonly body: () => void,
    readonly options: ProcessOptions,
  ) {
    this.roles = [...(options.roles ?? [])];
    this.python = options.python;
    this.started = options.dormant !== true;
  }

  get runs(): () => boolean {
    return this.options.runs ?? always;
  }

  get alive(): boolean {
    return this.started;
  }

  start(): void {
    if (this.started) {
      throw new ElaborationError(
        'UPY204',
        `process '${this.name}' is started while it is alive`,
        'it was not created with { dormant: true }, or start() is called twice',
        'start only a process that is dormant, has ended or was killed',
      );
    }
    this.started = true;
  }

  kill(): void {
    this.started = false;
  }
}

/** Adds a process with this body. Elaboration only. */
export const process = intrinsic(
  'process',
  (name: string, body: () => void, options: ProcessOptions = {}): Process => {
    const handle = new ProcessHandle(name, body, options);
    current(`process('${name}')`).processes.push(handle);
    return handle;
  },
);

function always(): boolean {
  return true;
}
