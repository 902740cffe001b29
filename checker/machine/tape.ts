/** What a search is made of, written in one order and read in the same: numbers, and arrays of which nothing is copied. */
export class Tape {
  #list = 0;
  #array = 0;

  constructor(
    readonly lists: (readonly number[])[] = [],
    readonly arrays: (Int32Array | Uint8Array)[] = [],
  ) {}

  write(...numbers: readonly number[]): void {
    this.lists.push(numbers);
  }

  writeList(numbers: readonly number[]): void {
    this.lists.push(numbers);
  }

  writeArray(array: Int32Array | Uint8Array): void {
    this.arrays.push(array);
  }

  read(): readonly number[] {
    return this.lists[this.#list++] as readonly number[];
  }

  readWords(): Int32Array {
    return this.arrays[this.#array++] as Int32Array;
  }

  readOctets(): Uint8Array {
    return this.arrays[this.#array++] as Uint8Array;
  }
}
