import type { Budget } from './budget.ts';
import { IndexedStore } from './indexed_store.ts';
import { FingerprintStore, InlineStore } from './keyed_store.ts';
import { BitstateStore, HashCompactStore } from './lossy_store.ts';
import type { StateStore } from './store.ts';

/** How visited states are remembered: exactly, or so that some may be taken for others. */
export type StoreKind = 'exact' | 'fingerprint' | 'hash-compact' | 'bitstate';

/**
 * The store for the states of a machine.
 *
 * @param kind `exact` picks `inline` up to 63 bits, `indexed` beyond
 */
export function storeFor(
  { words, bits }: { readonly words: number; readonly bits: number },
  kind: StoreKind | 'inline' | 'indexed',
  budget: Budget,
): StateStore {
  if (kind === 'fingerprint') return new FingerprintStore(words, budget);
  if (kind === 'hash-compact') return new HashCompactStore(words, budget);
  if (kind === 'bitstate') return new BitstateStore(words, budget);
  const inline = bits <= 63 && words <= 2;
  if (kind === 'indexed' || (kind === 'exact' && !inline)) return new IndexedStore(words, budget);
  if (!inline) throw new Error(`an inline store holds at most 63 bits, not ${bits}`);
  return new InlineStore(words, budget);
}
