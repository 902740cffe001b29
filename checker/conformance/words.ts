import type { Expr, NoteWord } from '../language/ir.ts';
import { TUPLE } from '../language/lower/facts.ts';
import type { Word } from './case.ts';
import { decode } from './reflect.ts';

/** The words of a `note` as data, with values as they are when it is executed. */
export function wordsOf(words: readonly NoteWord[], value: (expr: Expr) => number): Word[] {
  return words.map((word) => wordOf(word, value));
}

function wordOf(word: NoteWord, value: (expr: Expr) => number): Word {
  if ('text' in word) return plain(word.constant);
  if ('expr' in word) {
    const scalar = decode(word.domain, value(word.expr));
    if (scalar !== TUPLE || word.tuple === undefined) return plain(scalar);
  }
  return shaped((word.tuple ?? []).map((item) => wordOf(item, value)));
}

/**
 * Lists whose length the model does not know when it is compiled: `sequence n …` stands for the n elements that follow.
 * `member name isQueue received item` stands for what was selected and received: `[name, [received, item]]`, of a semaphore
 * `[name, received]`, and `null` if nothing was selected.
 */
function shaped(words: readonly Word[]): Word {
  const [shape, first, isQueue, received = null, item = null] = words;
  if (shape === 'sequence') return words.slice(2, 2 + Number(first));
  if (shape !== 'member') return words;
  if (first === null || first === undefined) return null;
  return [first, isQueue === 1 ? [received, item] : received];
}

/** Objects go by their name; numbers are unsigned and have 32 bits; truth values are pdTRUE and pdFALSE. */
function plain(value: unknown): Word {
  if (typeof value === 'number') return value >>> 0;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object' && value !== null && 'name' in value) return String(value.name);
  return null;
}
