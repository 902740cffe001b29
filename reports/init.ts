import type { Paint } from './paint.ts';
import { list, visible } from './text.ts';

/** What `upy-check init` has done. */
export interface Made {
  readonly folder: string;
  readonly made: readonly string[];
  /** Were there, and are as they were. */
  readonly kept: readonly string[];
  /** The package is found from the folder. */
  readonly isInstalled: boolean;
}

export function initText({ folder, made, kept, isInstalled }: Made, paint: Paint): string {
  const where = visible(folder);
  const steps = [
    ...(folder === '.' ? [] : [`cd ${where}`]),
    ...(isInstalled ? [] : ['npm install']),
    'npx upy-check            # what the scenario says, and whether it is so',
    'npx upy-check --watch    # again whenever a file is saved',
    'npx vitest run           # the same as a test',
  ];
  return [
    `${paint.good('✓')} made in ${paint.strong(folder === '.' ? 'this folder' : where)}:`,
    ...made.map((path) => `  ${path}`),
    ...(kept.length === 0
      ? []
      : [
          `kept as ${kept.length === 1 ? 'it was' : 'they were'}: ${list(kept)}`,
          ...(kept.includes('package.json')
            ? ['  package.json needs "type": "module", and vitest and typescript for the test']
            : []),
        ]),
    '',
    paint.strong('Next'),
    ...steps.map((step) => `  ${step}`),
  ].join('\n');
}
