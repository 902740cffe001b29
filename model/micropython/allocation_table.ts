import { check, int } from '../index.ts';

/** AT_FREE, AT_HEAD: two bits for each block, four blocks in a byte (py/gc.c). */
const AT_HEAD = 1;
const BLOCKS = 4;

/**
 * One byte of the heap's allocation table (`gc_alloc_table_start`, py/gc.c at 28370c0450), which is changed by reading and writing it. The
 * GIL is what makes that one piece, or, in builds without one, `gc_mutex`. Objects of one block.
 */
export class AllocationTable {
  byte = int(0, 255);
  private reserved = 0;

  /** A block that is in use from the beginning. While the scenario is built. */
  reserve(): number {
    const block = this.reserved;
    this.reserved++;
    this.byte = int(0, 255, [0, 0x01, 0x05, 0x15, 0x55][this.reserved]);
    return block;
  }

  /** gc_alloc: ATB_FREE_TO_HEAD of the first free block. */
  gc_alloc(): number {
    const found = this.byte;
    for (let block = 0; block < BLOCKS; block++)
      if (((found >> (2 * block)) & 3) === 0) {
        const before = this.byte;
        this.byte = before | (AT_HEAD << (2 * block));
        return block;
      }
    check(false, 'model bound: the heap is full');
    return 0;
  }

  /** gc_free: ATB_ANY_TO_FREE. */
  gc_free(block: number): void {
    const before = this.byte;
    this.byte = before & ~(3 << (2 * block));
  }
}
