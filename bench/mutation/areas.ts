import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODEL_CALLS } from './model_calls.ts';
import { type ModelWords, type Mutant, modelMutantsOf, mutantsOf } from './mutants.ts';

/** A part of the repository that is mutated, and the tests that must notice. */
export interface Area {
  readonly name: string;
  /** Which files are mutated. */
  readonly files: RegExp;
  /** Test files, the quick ones first; the next group runs only if all before pass. */
  readonly stages: readonly (readonly string[])[];
  /** Models: what is taken away. `null`: the classic operators. */
  readonly words: ModelWords | null;
  /** Least score in percent. */
  readonly least: number;
  /** Longer than each stage takes on a loaded machine of two cores: who takes longer does not end, and that is noticed. */
  readonly timeoutMs: number;
}

const LANGUAGE = 'checker/language';
/** First what compiles many small models, then what looks at names, places, marks and races. */
const LOWERED = [
  [`${LANGUAGE}/semantics.test.ts`, `${LANGUAGE}/refusals.test.ts`, `${LANGUAGE}/analysis/intervals.test.ts`],
  [
    'checker/property/verdicts.test.ts',
    'checker/property/linearizability.test.ts',
    'checker/property/races.test.ts',
    'checker/coverage.test.ts',
    'checker/trace/explain.test.ts',
    'checker/trace/frames.test.ts',
    'checker/trace/start.test.ts',
    'checker/live/session.test.ts',
    'checker/oracles/python_jumps.test.ts',
    'checker/machine/structure.test.ts',
    'checker/property/overtaking.test.ts',
  ],
  [`${LANGUAGE}/corpus.test.ts`, 'scenarios/freertos/freertos.test.ts'],
];
const AGREEMENT = ['checker/machine/agreement.test.ts'];
const CORPUS = [`${LANGUAGE}/corpus.test.ts`, 'checker/cli/run.test.ts'];

const MODELS =
  /^model\/(?:hardware|freertos|micropython|asyncio|posix|zephyr|ports)\/(?!(?:index|testing|guarantees)\.ts)(?!.*\.test)[a-z_0-9]+\.ts$/u;

export const AREAS: readonly Area[] = [
  {
    name: 'lowering',
    files: /^checker\/language\/(?:lower|analysis)\/(?!.*\.test)[a-z_]+\.ts$/u,
    stages: [...LOWERED, AGREEMENT],
    words: null,
    least: 85,
    timeoutMs: 600_000,
  },
  {
    name: 'codegen',
    files:
      /^checker\/machine\/(?:codegen|step_code|step_graph|expression_code|time_code|structure|standstill|layout|slots|packed|touched)\.ts$/u,
    stages: [
      [
        'checker/machine/generated_code.test.ts',
        'checker/machine/layout.test.ts',
        'checker/machine/standstill.test.ts',
        'checker/machine/structure.test.ts',
      ],
      [`${LANGUAGE}/semantics.test.ts`],
      CORPUS,
      AGREEMENT,
    ],
    words: null,
    least: 85,
    timeoutMs: 600_000,
  },
  {
    name: 'store',
    files:
      /^checker\/machine\/(?:hash|store|store_for|pages|budget|keyed_store|indexed_store|key_table)\.ts$/u,
    stages: [
      ['checker/machine/store.test.ts', 'checker/machine/hash.test.ts', 'checker/search/resume.test.ts'],
      ['checker/search/breadth_first.test.ts', 'checker/property/verdicts.test.ts'],
    ],
    words: null,
    least: 85,
    timeoutMs: 600_000,
  },
  {
    name: 'search',
    files:
      /^checker\/search\/(?:breadth_first|watching|findings|links|backward|subjects|depth_first|fewest_switches|pct)\.ts$/u,
    stages: [
      [
        'checker/property/verdicts.test.ts',
        'checker/search/backward.test.ts',
        'checker/search/links.test.ts',
      ],
      ['checker/search/breadth_first.test.ts', 'checker/search/resume.test.ts'],
      [
        'checker/search/depth_first.test.ts',
        'checker/search/fewest_switches.test.ts',
        'checker/search/pct.test.ts',
      ],
    ],
    words: null,
    least: 85,
    timeoutMs: 600_000,
  },
  {
    name: 'models',
    files: MODELS,
    // First of all a verdict should change; what is left must differ from the real kernel, or from what tests say of the model.
    stages: [['bench/mutation/verdicts.mutation.ts'], ['bench/mutation/conformance.mutation.ts'], ['model/']],
    words: { calls: MODEL_CALLS, sections: ['critical'] },
    least: 85,
    timeoutMs: 3_600_000,
  },
  {
    // Not what the real code does to keep others out, but how the model says that it is one step.
    name: 'atomicity',
    files: MODELS,
    stages: [['bench/mutation/verdicts.mutation.ts']],
    words: { calls: [], sections: ['atomic'] },
    least: 50,
    timeoutMs: 3_600_000,
  },
];

/** The mutants of an area, in the order of files and text. */
export function mutantsIn(root: string, { files, words }: Area): Mutant[] {
  const paths = ['model', 'checker']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
        (path) => `${folder}/${path}`,
      ),
    )
    .filter((path) => files.test(path))
    .sort();
  return paths.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return words === null ? mutantsOf(path, text) : modelMutantsOf(path, text, words);
  });
}
