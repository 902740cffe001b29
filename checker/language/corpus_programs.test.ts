import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { elaborate } from '../../model/intrinsics/elaboration.ts';
import { Interpreter } from '../machine/interpreter.ts';
import { Walk } from '../trace/walk.ts';
import { compile } from './compile.ts';
import { load } from './corpus/model/freertos/conformance.ts';
import type { Program } from './corpus/model/freertos/program.ts';

/**
 * Programs with the traces that the real FreeRTOS kernel (V11.3.0) gave for them, run on the kernel model of the corpus: they
 * pin what a step is, and that time, tuples, tables of callbacks and exceptions mean what they should.
 */
const folder = fileURLToPath(new URL('./corpus/programs/', import.meta.url));

type Word = string | number | null | readonly Word[];
interface Recorded {
  readonly program: Program & { readonly ticks: number };
  readonly trace: readonly (readonly [kind: string, time: number, ...words: Word[]])[];
}

const text = (word: Word): string => (Array.isArray(word) ? `[${word.map(text).join(', ')}]` : String(word));

/** What the model notes, with its times; there must be exactly one thing that can happen at each moment. */
function run({ program }: Recorded): string[] {
  const { elaboration } = elaborate(() => load(program));
  const options = {
    timing: 'prompt',
    timeUnit: 0,
    granularity: 'access',
    criticals: 'atomic',
    reentry: 2,
  } as const;
  const compiled = compile(elaboration, options);
  const walk = new Walk(new Interpreter(compiled), compiled.names);
  const notes: string[] = [];
  while (walk.successors().length === 1 && walk.take(0)) {
    if (walk.timeUs >= program.ticks * program.config.tickUnits) return notes;
    for (const note of walk.steps.at(-1)?.notes ?? []) {
      if (!note.startsWith('op ')) notes.push(`${walk.timeUs} ${note.replace(/'/g, '')}`);
    }
  }
  throw new Error(`${walk.successors().length} things can happen at ${walk.timeUs}`);
}

describe('the corpus kernel does what the real one did', () => {
  for (const file of readdirSync(folder).sort()) {
    test(file, { timeout: 60_000 }, () => {
      const recorded = JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as Recorded;
      const real = recorded.trace
        .filter(([kind, , from]) => kind !== 'P' && !(kind === 'S' && from === null))
        .map(([kind, time, ...words]) => `${time} ${kind} ${words.map(text).join(' ')}`);
      expect(run(recorded)).toEqual(real);
    });
  }
});
