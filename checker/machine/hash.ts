/**
 * Full hashes of states. Multiply-xorshift mixing as in MurmurHash3's finaliser and the lanes of xxHash32
 * (both public domain / BSD, Austin Appleby and Yann Collet); constants are theirs. Hashing the whole state anew
 * is as fast as an incremental hash for up to 12 words and needs nothing from the generated code.
 */

/** Mixes one word; a bijection on 32-bit words. */
export function hashOne(a: number): number {
  let h = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of two words. */
export function hashTwo(a: number, b: number): number {
  let h = Math.imul(a, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15) ^ b, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hash of the `words` words at `states[at …]`: four independent lanes, so that the core overlaps their multiplications. */
export function hashWords(states: Int32Array, at: number, words: number): number {
  let a = 0x3c6ef372;
  let b = 0x1b873593;
  let c = words;
  let d = 0x27d4eb2f;
  const end = at + words;
  let i = at;
  for (; i + 4 <= end; i += 4) {
    a = Math.imul(a ^ (states[i] as number), 0x9e3779b1);
    a ^= a >>> 15;
    b = Math.imul(b ^ (states[i + 1] as number), 0x85ebca77);
    b ^= b >>> 15;
    c = Math.imul(c ^ (states[i + 2] as number), 0xc2b2ae3d);
    c ^= c >>> 15;
    d = Math.imul(d ^ (states[i + 3] as number), 0x27d4eb2f);
    d ^= d >>> 15;
  }
  for (; i < end; i++) {
    a = Math.imul(a ^ (states[i] as number), 0x9e3779b1);
    a ^= a >>> 15;
  }
  a = Math.imul(a ^ ((b << 7) | (b >>> 25)), 0x85ebca6b);
  c = Math.imul(c ^ ((d << 11) | (d >>> 21)), 0xc2b2ae35);
  return hashTwo(a ^ (a >>> 16), c);
}

/**
 * 64-bit fingerprints of `count` states of `words` words into pairs of `keys`. Each word permutes the 64-bit
 * state (a, b), so states that differ in one word never collide before the finaliser. The second word of a key is
 * never 0 (it marks a used slot).
 */
export function fingerprints(states: Int32Array, count: number, words: number, keys: Int32Array): void {
  let at = 0;
  for (let i = 0; i < count; i++) {
    let a = 0x2545f491 ^ words;
    let b = 0x6c8e9cf5;
    for (const end = at + words; at < end; at++) {
      const word = states[at] as number;
      a = Math.imul(a ^ word, 0x9e3779b1);
      a ^= a >>> 15;
      b = Math.imul((b + (word ^ ((a << 13) | (a >>> 19)))) | 0, 0x85ebca77);
      b ^= b >>> 14;
    }
    a = hashOne((a + b) | 0);
    b = hashOne((b + Math.imul(a, 0xc2b2ae3d)) | 0);
    keys[2 * i] = a;
    keys[2 * i + 1] = b === 0 ? 1 : b;
  }
}

/** Probability that a search of `states` states lost at least one to equal 64-bit fingerprints (birthday bound). */
export function omissionProbability(states: number): number {
  return Math.min(1, states ** 2 / 2 ** 65);
}
