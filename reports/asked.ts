import type { PropertyKind, PropertyVerdict } from '../checker/verdict.ts';

const ASKED: Readonly<Record<PropertyKind, string>> = {
  check: 'whenever this check is executed, its condition must be true',
  context: 'a function may only be called by whom, and when, it is made for',
  always: 'this must be true in every state that can be reached',
  sometimes: 'some run must come to a state where this is true',
  alwaysPossible: 'wherever a run gets to, a state where this is true must remain possible',
  eventually: 'every fair run must come to a state where this is true',
  leadsTo: 'every fair run that comes to the first must come to the second',
  linearizability:
    'what the operations return must be explained by some order of them in which each takes effect between its call and its return',
  idle: 'whenever nothing can run until time passes or something outside happens, this must be true',
  stuck: 'whenever nothing would ever run again without an event from outside, this must be true',
  'lost wakeup': 'nothing may come to rest for ever while there is work that somebody should wake up for',
  within: 'this must be over within its time, wherever interrupts and other tasks come in',
  overtaking: 'who waits must not be passed more often than this',
  'data race':
    'two processes may not access a variable at the same time, one of them writing, unless something orders them',
  deadlock: 'nobody may wait for ever for what can no longer happen',
  timelock: 'time must be able to go on',
  'uncaught throw': 'every throw must be caught',
  'model error': 'values must stay in their ranges, indices in their arrays, and null must not be used',
  're-entry': 'no callback re-enters itself deeper than the scenario allows',
};

/** What a property asks, in words: for readers who do not know its kind. */
export function askedText({ kind }: Pick<PropertyVerdict, 'kind'>): string {
  return ASKED[kind];
}
