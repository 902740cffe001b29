/** A mutant that was looked at and changes nothing that could be seen. */
export interface Equivalent {
  readonly file: string;
  /** The line, without the space around it. */
  readonly context: string;
  /** As the mutation run describes it. */
  readonly change: string;
  readonly because: string;
}

const INDEXED = 'checker/machine/indexed_store.ts';
const KEYS = 'checker/machine/key_table.ts';

const TOUCHED = 'only what is touched beforehand, for speed, changes';

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'checker/language/analysis/races.ts',
    context: 'if (variable !== null) this.names.set(variable, name);',
    change: 'variable !== null → true',
    because: 'the elements of a sequence are all there',
  },
  { file: INDEXED, context: 'if (there !== 0) {', change: 'there !== 0 → false', because: TOUCHED },
  {
    file: INDEXED,
    context: 'for (let j = 0; j < words; j++) page[to + j] = buffer[at + j] as number;',
    change: '< → <=',
    because: 'a word more goes to where the next state will be written',
  },
  {
    file: INDEXED,
    context: '} else if (((there ^ h) & ~mask) === 0) {',
    change: '((there ^ h) & ~mask) === 0 → true',
    because: 'the tag saves comparisons with whole states, which decide',
  },
  {
    file: KEYS,
    context: 'private readonly recent = new Int32Array(2 << (32 - RECENT_SHIFT));',
    change: '32 → 33',
    because: 'the upper half of the table of recent keys is not used',
  },
  {
    file: KEYS,
    context: 'for (let j = 0; j < left; j++) touched ^= table[homes[j] as number] as number;',
    change: '< → <=',
    because: TOUCHED,
  },
];
