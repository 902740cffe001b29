/** What an operand may be: a task's name (or `self`), an object's, a number, or what a notification does. */
export type Kind =
  | 'task'
  | 'queue'
  | 'events'
  | 'timer'
  | 'number'
  | 'action'
  | 'buffer'
  | 'set'
  | 'func'
  | 'bytes';

/** The operands of a call; `?` may be left out. `timers`: it goes through the timer service. */
export interface Signature {
  readonly operands: readonly Kind[];
  readonly optional: number;
  readonly timers: boolean;
}

/** `task number number?` */
function signature(text: string): Signature {
  const words = text.split(' ').filter((word) => word !== '');
  const operands = words.map((word) => word.replace('?', '') as Kind);
  return {
    operands,
    optional: words.filter((word) => word.endsWith('?')).length,
    timers: operands[0] === 'timer' || operands[0] === 'func',
  };
}

function table(rows: Readonly<Record<string, string>>): ReadonlyMap<string, Signature> {
  return new Map(Object.entries(rows).map(([name, text]) => [name, signature(text)]));
}

/** The calls of tasks and of timer callbacks. */
export const TASK_CALLS = table({
  busy: 'number',
  nop: '',
  delay: 'number',
  delayUntil: 'number',
  wakeReset: '',
  yield: '',
  notifyGive: 'task number?',
  notify: 'task number action number?',
  notifyTake: 'number number number?',
  notifyWait: 'number number number number?',
  notifyStateClear: 'task number?',
  notifyValueClear: 'task number number?',
  semTake: 'queue number',
  semGive: 'queue',
  semCount: 'queue',
  mutexTake: 'queue number',
  mutexGive: 'queue',
  mutexGiveRaw: 'queue',
  recTake: 'queue number',
  recGive: 'queue',
  mutexHolder: 'queue',
  queueSend: 'queue number number',
  queueSendFront: 'queue number number',
  queueOverwrite: 'queue number',
  queueReceive: 'queue number',
  queuePeek: 'queue number',
  queueReset: 'queue',
  queueCount: 'queue',
  queueSpaces: 'queue',
  evtSet: 'events number',
  evtClear: 'events number',
  evtGet: 'events',
  evtWait: 'events number number number number',
  evtSync: 'events number number number',
  suspend: 'task',
  resume: 'task',
  prioSet: 'task number',
  prioGet: 'task',
  basePrioGet: 'task',
  state: 'task',
  suspendAll: '',
  resumeAll: '',
  enterCrit: '',
  exitCrit: '',
  abortDelay: 'task',
  delete: 'task',
  create: 'task',
  taskCount: '',
  tickCount: '',
  tmrStart: 'timer number',
  tmrStop: 'timer number',
  tmrReset: 'timer number',
  tmrDelete: 'timer number',
  tmrPeriod: 'timer number number',
  tmrActive: 'timer',
  sbSend: 'buffer bytes number',
  sbReceive: 'buffer number number',
  sbReset: 'buffer',
  sbAvail: 'buffer',
  sbSpaces: 'buffer',
  sbEmpty: 'buffer',
  sbFull: 'buffer',
  sbTrigger: 'buffer number',
  sbNext: 'buffer',
  setSelect: 'set number',
  setReceive: 'set number',
  setAdd: 'queue set',
  setRemove: 'queue set',
  catchUp: 'number',
  stepTick: 'number',
  sleepStatus: '',
  pendCall: 'func number number',
  schedState: '',
  tmrGetPeriod: 'timer',
  tmrExpiry: 'timer',
  tmrGetReload: 'timer',
  tmrSetReload: 'timer number',
  evtDelete: 'events',
});

/** The calls of interrupts, which never wait. */
export const ISR_CALLS: ReadonlyMap<string, Signature> = new Map([
  ...table({
    notifyGive: 'task number?',
    notify: 'task number action number?',
    semGive: 'queue',
    semTake: 'queue',
    semCount: 'queue',
    queueSend: 'queue number',
    queueSendFront: 'queue number',
    queueOverwrite: 'queue number',
    queueReceive: 'queue',
    queuePeek: 'queue',
    queueCount: 'queue',
    resume: 'task',
    tmrStart: 'timer',
    tmrStop: 'timer',
    tmrReset: 'timer',
    tmrPeriod: 'timer number',
    evtGet: 'events',
    tickCount: '',
    sbSend: 'buffer bytes',
    sbReceive: 'buffer number',
    sbReset: 'buffer',
    sbAvail: 'buffer',
    sbSpaces: 'buffer',
    setSelect: 'set',
    pendCall: 'func number',
  }),
  // An interrupt leaves these to the timer service.
  ...['evtSet', 'evtClear'].map((name) => [name, { ...signature('events number'), timers: true }] as const),
]);
