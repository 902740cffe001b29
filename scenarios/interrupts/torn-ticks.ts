/**
 * A time of 64 bits is put together from a hardware counter and from an upper word that the overflow interrupt counts. Which
 * of the two is read first, and under what? Before ed86fdbdf6e2 (pull request #15719) samd's mp_hal_ticks_us_64 read the upper
 * word with interrupts on: an overflow, and its handler, before the lower word is read makes time jump back by one period, and the
 * look at the overflow flag cannot tell, because the handler has cleared it. Both reads under the mask, and the flag looked at for an
 * overflow that the mask holds back, are right. Without that look the mask alone does not do it. A second overflow under one mask
 * is not seen by any of them. Code of ports/samd/mphalport.c at 1c3c201149. The lower word has three bits here.
 */
import { always, scenario, sometimes } from 'upy-check';
import type { Core } from 'upy-check/hardware';
import { disable_irq, enable_irq } from 'upy-check/micropython';
import { ghost, int, process, until } from 'upy-check/model';
import { bare } from 'upy-check/ports/bare';

const RIGHT = 'the time is that of the moment at which the lower word was read';
/** Ticks of the lower word. 2^28 or 2^31 µs on the real ones. */
const PERIOD = 8;
const HALF = PERIOD / 2;
/** Ticks for which an overflow may wait for its handler, or interrupts be off: far less than a period. */
const HELD_TICKS_MAX = 3;
/** Almost a period has passed. */
const START = PERIOD - 1;

type Variant = 'upper-unmasked' | 'both-masked' | 'no-look-at-flag' | 'flag-always-counts';

export default scenario('torn-ticks', {
  about: 'a 64-bit time from a counter and the overflows that its interrupt counts',
  timing: 'any',
  parameters: { overflows: 2, reads: 2 },
  full: { overflows: 3, reads: 3 },
  variants: {
    // The overflow and its handler come between the upper word and the mask: old upper word, new lower word.
    'upper-unmasked': { violates: RIGHT, through: ['tick', 'overflow', 'disable_irq'] },
    'both-masked': { holds: true },
    // The overflow comes under the mask: its handler waits, and nobody adds what it will.
    'no-look-at-flag': { violates: RIGHT, through: ['disable_irq', 'tick'] },
    // The overflow comes between the lower word and the flag: the lower word is still the old one.
    'flag-always-counts': { violates: RIGHT, through: ['disable_irq', 'tick'] },
  },
  build({ variant, overflows, reads }) {
    const board = bare();
    const ticks = new Ticks64(board.core, overflows, variant as Variant);
    board.irq('overflow interrupt', { times: 0, asserted: () => ticks.flag }, () => ticks.overflow());
    board.main(() => {
      for (let n = 0; n < reads; n++) ticks.read();
    });
    return [
      always(RIGHT, () => !ticks.wrong),
      sometimes('all overflows are counted', () => ticks.upper === overflows),
    ];
  },
});

/** The counter of samd, its overflow interrupt, and who reads both. */
class Ticks64 {
  lower = int(0, PERIOD - 1, START);
  flag = false;
  upper: number;
  /** The true time, and what it was when the lower word was read. */
  now: number;
  atRead: number;
  wrong = false;
  private heldTicks = int(0, HELD_TICKS_MAX);

  constructor(
    readonly core: Core,
    overflows: number,
    readonly variant: Variant,
  ) {
    this.upper = int(0, overflows, 0);
    const end = (overflows + 1) * PERIOD - 1;
    this.now = int(0, end, START);
    this.atRead = int(0, end, 0);
    process(
      'counter',
      () => {
        for (let n = START; n < end; n++) this.tick();
      },
      { outside: true, lane: { kind: 'hardware' } },
    );
  }

  private tick() {
    until(() => {
      const held = this.core.masked || this.flag;
      if (held && this.heldTicks === HELD_TICKS_MAX) return false;
      this.heldTicks = held ? this.heldTicks + 1 : 0;
      this.lower = (this.lower + 1) & (PERIOD - 1);
      if (this.lower === 0) this.flag = true;
      ghost(() => {
        this.now++;
      });
      return true;
    });
  }

  /** The interrupt handler. */
  overflow() {
    this.flag = false;
    this.upper++;
  }

  /** mp_hal_ticks_us_64 */
  read() {
    const early = this.variant === 'upper-unmasked' ? this.upper : 0;
    const state = disable_irq();
    const late = this.variant === 'upper-unmasked' ? early : this.upper;
    const { lower } = this;
    ghost(() => {
      this.atRead = this.now;
    });
    const { flag } = this;
    enable_irq(state);
    const held = flag && (lower < HALF || this.variant === 'flag-always-counts');
    const upper = held && this.variant !== 'no-look-at-flag' ? late + 1 : late;
    ghost(() => {
      this.wrong = upper * PERIOD + lower !== this.atRead;
    });
  }
}
