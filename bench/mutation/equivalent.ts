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

const PCT = 'checker/search/pct.ts';
const PLAIN = 'checker/search/breadth_first.ts';
const DEPTH = 'checker/search/depth_first.ts';
const SWITCHES = 'checker/search/fewest_switches.ts';

const TOUCHED = 'only what is touched beforehand, for speed, changes';

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'checker/language/analysis/races.ts',
    context: 'if (variable !== null) this.names.set(variable, name);',
    change: 'variable !== null → true',
    because: 'the elements of a sequence are all there',
  },
  {
    file: 'checker/language/analysis/graph.ts',
    context: "if ('tuple' in word) for (const item of word.tuple ?? []) visitWord(item, visit);",
    change: "'tuple' in word → true",
    because: 'a word without a tuple has no items',
  },
  {
    file: 'checker/language/analysis/intervals.ts',
    context: 'if (targets.length > 0) found.push({ targets, value, moves });',
    change: '> → >=',
    because: 'what is assigned to nobody changes nothing',
  },
  {
    file: 'checker/language/lower/operators.ts',
    context: 'if (!c.reachable) return number(0);',
    change: '0 → 1',
    because: 'nothing leads to what is computed with it',
  },
  {
    file: 'checker/language/lower/program.ts',
    context: 'const PASSES_MAX = 60;',
    change: '60 → 61',
    because: 'a bound for what would never end; models take a handful of passes',
  },
  {
    file: 'checker/machine/standstill.ts',
    context:
      'for (let i = 0; i < a.length; i++) if (((a[i] as number) & (b[i] as number)) !== 0) return true;',
    change: '< → <=',
    because: 'nothing meets beyond the end of both',
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
    file: INDEXED,
    context: 'readonly #recent: Int32Array = new Int32Array(2 << (32 - RECENT_SHIFT));',
    change: '32 → 33',
    because: 'the upper half of the table of recent states is not used',
  },
  {
    file: INDEXED,
    context: 'const entry = (h >>> RECENT_SHIFT) << 1;',
    change: '1 → 2',
    because: 'recent states have other places, and fewer; whole states are compared',
  },
  {
    file: INDEXED,
    context: 'const from = known < 0 ? ~known * words : (number & pageMask) * words;',
    change: 'known < 0 → true',
    because: 'a known state is taken for a new one, and then found in the table',
  },
  { file: INDEXED, context: 'let touched = 0;', change: '0 → 1', because: TOUCHED },
  ...['< → <=', 'touched ^= table[(hashes[i] as number) & mask] as number; → (deleted)'].map((change) => ({
    file: INDEXED,
    context: 'for (let i = 0; i < count; i++) touched ^= table[(hashes[i] as number) & mask] as number;',
    change,
    because: TOUCHED,
  })),
  {
    file: INDEXED,
    context: 'while (j < words && page[from + j] === states[at + j]) j++;',
    change: '< → <=',
    because: 'a known state is taken for a new one at most, and then found in the table',
  },
  {
    file: KEYS,
    context: 'const r = (h >>> RECENT_SHIFT) << 1;',
    change: '1 → 2',
    because: 'recent keys have other places, and fewer; whole keys are compared',
  },
  { file: KEYS, context: 'let touched = 0;', change: '0 → 1', because: TOUCHED },
  {
    file: KEYS,
    context: 'const [count = 0, slots = 0] = tape.read();',
    change: '0 → 1',
    because: 'both have been written',
  },
  ...['1 → 2', '- → +', 'this.#touch(left, this.#slots - 1); → (deleted)'].map((change) => ({
    file: INDEXED,
    context: 'this.#touch(left, this.#slots - 1);',
    change,
    because: TOUCHED,
  })),
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
  ...['(seen & findings.pending) !== 0 → true', '& → |'].map((change) => ({
    file: PLAIN,
    context: 'if ((seen & findings.pending) !== 0) findings.note(seen, first + i, depth);',
    change,
    because: 'to note nothing changes nothing; this saves the call for each state',
  })),
  { file: PLAIN, context: 'const BATCH_STATES = 256;', change: '256 → 257', because: 'measured, for speed' },
  {
    file: PLAIN,
    context: 'const BATCH_SUCCESSORS = 1024;',
    change: '1024 → 1025',
    because: 'measured, for speed',
  },
  {
    file: PCT,
    context: 'if (end > begin && (who < 0 || (priorities[process] as number) > (priorities[who] as number)))',
    change: '> → >=',
    because: 'no two have the same priority; the other comparison is noticed',
  },
  {
    file: DEPTH,
    context: 'readonly #fresh = new Int32Array(1);',
    change: '1 → 2',
    because: 'one state at a time is inserted; what is beyond is not used',
  },
  {
    file: SWITCHES,
    context: 'readonly #fresh: Int32Array = new Int32Array(1);',
    change: '1 → 2',
    because: 'one state at a time is inserted; what is beyond is not used',
  },
  {
    file: DEPTH,
    context: 'if (this.#room(1)) this.#push(generated.initial, 0, 0, -1);',
    change: '1 → 2',
    because: 'the first stack has room for hundreds',
  },
  {
    file: 'checker/search/backward.ts',
    context: 'if (generated.failures.length > 0) generated.failures.length = 0;',
    change: 'generated.failures.length > 0 → true',
    because: 'an empty list is emptied: the condition is for speed',
  },
];
