/**
 * The memory of a search in bytes. Every typed array of the stores is asked for here, so that a bound (or the
 * engine's own `RangeError`) shows *before* anything is half written: a search then ends as incomplete.
 */
export class Budget {
  /** Bytes held now. */
  used = 0;
  /** Most bytes ever held at once, growth of a table included. */
  peak = 0;

  /** @param limit most bytes to hold; `Infinity` for whatever the machine gives */
  constructor(readonly limit: number = Number.POSITIVE_INFINITY) {}

  /** `length` zeroed words of 4 bytes, or null when that is too much. */
  words(length: number): Int32Array | null {
    return this.#take(length * 4, () => new Int32Array(length));
  }

  /** `length` zeroed bytes, or null when that is too much. */
  octets(length: number): Uint8Array | null {
    return this.#take(length, () => new Uint8Array(length));
  }

  /** The same as `words`, in memory that threads can share. */
  sharedWords(length: number): Int32Array | null {
    return this.#take(length * 4, () => new Int32Array(new SharedArrayBuffer(length * 4)));
  }

  /** Gives an array's bytes back; the caller drops the array. */
  release(array: Int32Array | Uint8Array): void {
    this.used -= array.byteLength;
  }

  /** Counts `bytes` held outside typed arrays; never refuses. */
  charge(bytes: number): void {
    this.used += bytes;
    this.peak = Math.max(this.peak, this.used);
  }

  #take<T>(bytes: number, make: () => T): T | null {
    if (this.used + bytes > this.limit) return null;
    try {
      const array = make();
      this.charge(bytes);
      return array;
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }
}
