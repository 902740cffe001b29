import type { Layout } from './layout.ts';
import type { SharedKind } from './shared_space.ts';

/** Bits of a second word that a shared table of keys leaves to the state. */
const SECOND_WORD = 30;

/** How workers keep the states of a machine: as keys where they fit. */
export function sharedKind({ words, cells }: Layout): SharedKind {
  if (words === 1) return 'inline';
  if (words > 2) return 'indexed';
  const ends = [...cells.values()].map(({ word, shift, width }) => (word === 1 ? shift + width : 0));
  return Math.max(...ends) <= SECOND_WORD ? 'inline' : 'indexed';
}
