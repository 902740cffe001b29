/**
 * Programs in a neutral language: which tasks, kernel objects and device interrupts there are, and which calls they
 * make, as JSON. The same program runs on any FreeRTOS kernel, so the traces of two kernels can be compared.
 */
export type Operand = string | number | boolean;
/** A call: its name and its operands. */
export type OpCode = readonly [name: string, ...operands: Operand[]];

export interface ProgramConfig {
  readonly preemption: 0 | 1;
  readonly timeSlicing: 0 | 1;
  readonly idleYield: 0 | 1;
  /** Clock units per tick. */
  readonly tickUnits: number;
  /** Clock units of CPU that every op but `busy` consumes before it acts. */
  readonly opCost: number;
  readonly initialTick: number;
  /** `null`: built without software timers. */
  readonly timers: { readonly prio: number; readonly queueLen: number } | null;
  /** Default: 1. */
  readonly cores?: number;
  /** The idle task stops the tick when it can. Default: 0. */
  readonly tickless?: 0 | 1;
}

/** Name, kind and what the kind needs; a timer's last item is the list of its callback's ops. */
export type ObjectProgram = readonly [name: string, kind: string, ...rest: (Operand | readonly OpCode[])[]];

export interface TaskProgram {
  readonly name: string;
  readonly prio: number;
  readonly ops: readonly OpCode[];
  /** How often the ops are run; 0: for ever. Default: 1. */
  readonly loop?: number;
  /** Default: delete. */
  readonly onEnd?: 'delete' | 'suspend';
  /** Default: auto. `none`: only a `create` op brings it to life. */
  readonly start?: 'auto' | 'none';
  /** Two cores: the one that it is pinned to. Default: none. */
  readonly core?: number;
}

/** A device interrupt. It comes at a time (and every so often), or right after a task's n-th completed op. */
export interface IrqProgram {
  readonly ops: readonly OpCode[];
  readonly at?: number;
  readonly every?: number;
  readonly after?: readonly [task: string, count: number];
  /** Whether it ends with portYIELD_FROM_ISR if a call said so. Default: yes. */
  readonly yield?: boolean;
  readonly core?: number;
}

export interface Program {
  readonly name: string;
  readonly config: ProgramConfig;
  /** How long it runs. */
  readonly ticks: number;
  readonly objects: readonly ObjectProgram[];
  readonly tasks: readonly TaskProgram[];
  readonly irqs: readonly IrqProgram[];
}
