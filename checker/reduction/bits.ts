/** A set of small numbers, as bits. */
export type Bits = Int32Array;

export const emptyBits = (size: number): Bits => new Int32Array((size + 31) >>> 5);

export function put(bits: Bits, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << (i & 31));
}

export const has = (bits: Bits, i: number): boolean => ((bits[i >>> 5] as number) & (1 << (i & 31))) !== 0;

/** Adds `more`; whether that changed anything. */
export function unite(bits: Bits, more: Bits): boolean {
  let changed = false;
  for (let i = 0; i < bits.length; i++) {
    const before = bits[i] as number;
    const after = before | (more[i] as number);
    if (after === before) continue;
    bits[i] = after;
    changed = true;
  }
  return changed;
}

export function meets(a: Bits, b: Bits): boolean {
  for (let i = 0; i < a.length; i++) if (((a[i] as number) & (b[i] as number)) !== 0) return true;
  return false;
}
