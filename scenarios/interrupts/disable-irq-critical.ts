/**
 * `machine.disable_irq()` as a critical section: whom does it keep out? Main changes two variables that belong together, and
 * somebody else looks at both. Hard handlers of the own core are kept out. A soft callback that is already queued is
 * not: it runs at the next jump in the section, so a section without `if`, `while` and `for` is safe from it and one with them
 * is not. A thread on the other core of an rp2 goes on, unless it disables interrupts as well: there the call takes the mutex of
 * all atomic sections. And an inner section must give back the state that it found: enabling without it opens the outer one.
 * From #6125, where soft callbacks are to be expected between any two bytecodes; code of 1c3c201149 (extmod/modmachine.c,
 * ports/stm32/irq.h, ports/rp2/mpthreadport.c). How long a section lasts is what every interrupt waits: keep it short.
 */
import { always, scenario, sometimes } from 'upy-check';
import { disable_irq, enable_irq } from 'upy-check/micropython';
import { ghost, int } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';
import { rp2 } from 'upy-check/ports/rp2';

const WHOLE = 'both variables are seen before the change, or after it';

export default scenario('disable-irq-critical', {
  about: 'disable_irq() around a change of two variables: who can see one changed and the other not',
  timing: 'any',
  parameters: { edges: 2, changes: 2 },
  full: { edges: 4, changes: 4 },
  variants: {
    // Nothing is disabled: the handler comes between the two stores.
    'no-section': { violates: WHOLE, through: ['mp_irq_dispatch'] },
    'hard-handler': { holds: true },
    // The edge came before the section. Its callback waits in the ring, and the `if` in the section runs it.
    'queued-callback': { violates: WHOLE, through: ['disable_irq', 'mp_sched_run_pending'] },
    'no-jump-in-section': { holds: true },
    // The inner section ends with enable_irq(False), whatever it found: interrupts are on in the rest of the outer one.
    'inner-opens': { violates: WHOLE, through: ['enable_irq', 'mp_irq_dispatch'] },
    'inner-restores': { holds: true },
    // Core 1 has interrupts of its own, and no reason to wait.
    'other-core': { violates: WHOLE, through: ['lock'] },
    'other-core-disables-too': { holds: true },
  },
  build({ variant, edges, changes }) {
    const pair = new Pair(edges, changes);
    if (variant.startsWith('other-core')) twoCores(pair, variant === 'other-core-disables-too');
    else oneCore(pair, variant);
    return [
      always(WHOLE, () => !pair.torn),
      sometimes('all is changed and seen', () => pair.b === changes && pair.looks === edges),
    ];
  },
});

/** Two variables that belong together. */
class Pair {
  a: number;
  b: number;
  torn = false;
  looks: number;

  constructor(
    readonly edges: number,
    readonly changes: number,
  ) {
    this.a = int(0, changes, 0);
    this.b = int(0, changes, 0);
    this.looks = int(0, edges, 0);
  }

  look() {
    const { b, a } = this;
    ghost(() => {
      this.torn = a !== b;
      if (this.looks < this.edges) this.looks++;
    });
  }
}

/** Main changes, and the handler of a pin looks. */
function oneCore(pair: Pair, variant: string) {
  const board = bare();
  const hard = variant !== 'queued-callback' && variant !== 'no-jump-in-section';
  const pin = board
    .pin(4, { pollable: false })
    .irq({ name: 'pin handler', run: () => pair.look() }, { hard });
  board.irq('pin 4 interrupt', { times: pair.edges }, () => pin.isr());

  const body = bodyOf(variant, pair);
  const section = () => {
    const state = disable_irq();
    body();
    enable_irq(state);
  };
  const round = variant === 'no-section' ? body : section;
  board.main(() => {
    'use python';
    for (let n = 0; n < pair.changes; n++) round();
  });
}

function bodyOf(variant: string, pair: Pair): () => void {
  switch (variant) {
    case 'queued-callback':
      return () => {
        'use python';
        pair.a++;
        if (pair.a <= pair.changes) pair.b++;
      };
    case 'inner-opens':
    case 'inner-restores': {
      const opens = variant === 'inner-opens';
      return () => {
        pair.a++;
        const state = disable_irq();
        enable_irq(opens ? false : state);
        pair.b++;
      };
    }
    default:
      return () => {
        pair.a++;
        pair.b++;
      };
  }
}

/** An rp2 whose core 1 runs a thread: disable_irq() begins an atomic section, which is a mutex and interrupts off. */
function twoCores(pair: Pair, bothDisable: boolean) {
  const board = rp2({ threads: 1 });
  const section = board.atomicMutex;
  board.main(() => {
    for (let n = 0; n < pair.changes; n++) {
      section.lock();
      pair.a++;
      pair.b++;
      section.unlock();
    }
  });
  board.thread('thread on core 1', () => {
    for (let n = 0; n < pair.edges; n++) {
      if (bothDisable) section.lock();
      pair.look();
      if (bothDisable) section.unlock();
    }
  });
}
