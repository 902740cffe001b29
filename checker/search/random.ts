/**
 * Pseudo-random numbers that a seed determines: SplitMix32, after SplittableRandom (Steele, Lea and Flood, OOPSLA 2014)
 * with the finaliser of MurmurHash3.
 */
export class Random {
  #state: number;

  /** @param seed a whole number below 2^53; each gives a run of its own */
  constructor(seed: number) {
    this.#state = Math.imul(seed | 0, 0x85ebca6b) ^ Math.floor(seed / 2 ** 32);
    this.#next();
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    // Numbers beyond the last whole multiple would prefer the small ones.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let value = this.#next();
    while (value >= limit) value = this.#next();
    return value % bound;
  }

  #next(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  }
}
