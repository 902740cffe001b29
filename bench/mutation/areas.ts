import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importedFiles } from '../../checker/language/imports.ts';
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
  /** How many are tried if nothing else is asked for, if not {@link SAMPLE}. */
  readonly sample?: number;
  /** Least score in percent. */
  readonly least: number;
  /** Longer than each stage takes on a loaded machine of two cores: who takes longer does not end, and that is noticed. See `Effort`. */
  readonly timeoutMs: number;
}

/** How many mutants of an area are tried if nothing else is asked for. */
export const SAMPLE = 100;

const LANGUAGE = 'checker/language';
/** First what compiles many small models, then what looks at names, places, marks and races. */
const LOWERED = [
  [`${LANGUAGE}/semantics.test.ts`, `${LANGUAGE}/refusals.test.ts`, `${LANGUAGE}/analysis/intervals.test.ts`],
  [
    'checker/property/verdicts.test.ts',
    'checker/property/evaluation.test.ts',
    'checker/property/linearizability.test.ts',
    'checker/property/races.test.ts',
    'checker/coverage.test.ts',
    'checker/trace/explain.test.ts',
    'checker/trace/frames.test.ts',
    'checker/trace/start.test.ts',
    'checker/live/session.test.ts',
    'checker/oracles/python_jumps.test.ts',
    `${LANGUAGE}/lower/blocking.test.ts`,
    'checker/machine/structure.test.ts',
    'checker/machine/generated_code.test.ts',
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
      [
        ...['store', 'store_sets', 'store_growth', 'store_for', 'pages', 'budget', 'hash'].map(
          (name) => `checker/machine/${name}.test.ts`,
        ),
        'checker/search/resume.test.ts',
      ],
      ['checker/search/breadth_first.test.ts', 'checker/property/verdicts.test.ts'],
      ['checker/search/breadth_first_models.test.ts'],
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
      ...[
        'watching',
        'links',
        'backward',
        'resume',
        'breadth_first',
        'depth_first',
        'fewest_switches',
        'pct',
        'breadth_first_models',
        'depth_first_models',
        'fewest_switches_models',
        'pct_models',
      ].map((name) => [`checker/search/${name}.test.ts`]),
      ['checker/property/verdicts.test.ts'],
    ],
    words: null,
    least: 85,
    timeoutMs: 600_000,
  },
  {
    name: 'models',
    files: MODELS,
    stages: [['bench/mutation/verdicts.mutation.ts']],
    words: { calls: MODEL_CALLS, sections: ['critical'] },
    // A wake, lock or mask that no verdict needs is one that nobody asks about, or one that is not there in reality.
    sample: Number.POSITIVE_INFINITY,
    least: 100,
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

/**
 * The stages that a mutant of this file is shown: first the test beside the file, which most often notices, and none that the file is
 * no part of. What scenarios are made of is not seen from here: mutants of models are shown to all.
 */
export function stagesFor(
  root: string,
  { stages, words }: Area,
  file: string,
): readonly (readonly string[])[] {
  if (words !== null) return stages;
  const beside = file.replace(/\.ts$/u, '.test.ts');
  const others = (test: string): boolean =>
    test !== beside && partsOf(join(root, test)).has(join(root, file));
  const rest = stages.map((stage) => stage.filter(others)).filter((stage) => stage.length > 0);
  return stages.flat().includes(beside) ? [[beside], ...rest] : rest;
}

/** The number of the area's stage, from 1, that such a stage is a part of. */
export function stageOf({ stages }: Area, [test = '']: readonly string[] = []): number {
  return 1 + stages.findIndex((stage) => stage.includes(test));
}

const parts = new Map<string, ReadonlySet<string>>();

/** What a test imports, directly or not; found once. */
function partsOf(test: string): ReadonlySet<string> {
  const known = parts.get(test) ?? importedFiles(test);
  parts.set(test, known);
  return known;
}

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
