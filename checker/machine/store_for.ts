import type { Budget } from './budget.ts';
import { IndexedStore } from './indexed_store.ts';
import { FingerprintStore, InlineStore } from './keyed_store.ts';
import type { StateStore } from './store.ts';

/**
 * The store for the states of a machine.
 *
 * @param kind `exact` picks `inline` up to 63 bits, `indexed` beyond
 */
export function storeFor(
  { words, bits }: { readonly words: number; readonly bits: number },
  kind: 'exact' | 'fingerprint' | 'inline' | 'indexed',
  budget: Budget,
): StateStore {
  if (kind === 'fingerprint') return new FingerprintStore(words, budget);
  const inline = bits <= 63 && words <= 2;
  if (kind === 'indexed' || (kind === 'exact' && !inline)) return new IndexedStore(words, budget);
  if (!inline) throw new Error(`an inline store holds at most 63 bits, not ${bits}`);
  return new InlineStore(words, budget);
}
