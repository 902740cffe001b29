/**
 * Last part of `npm run build`: the checker's many small files become a few, which Node loads several times as fast. The
 * files of model/ stay as they are: scenarios and the checker share their instances.
 */
import { chmodSync, cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './language/own.ts';

/** What is loaded by name: by package.json, Node's hooks, transformed code, the tests of the package. */
const ENTRIES = [
  'checker/index',
  'checker/options',
  'checker/cli/main',
  'checker/cli/conformance/main',
  'checker/cli/conformance/worker',
  'checker/cli/search_threads',
  'checker/cli/search_worker',
  'checker/language/hooks',
  'checker/language/loader',
  'checker/language/own',
  'checker/language/transform',
  'checker/language/vite',
  'reports/vitest/matcher',
];

const dist = join(root, 'dist');
const made = join(dist, 'bundle');

const bundle = await rolldown({
  cwd: dist,
  input: Object.fromEntries(ENTRIES.map((name) => [name, join(dist, `${name}.js`)])),
  external: (id) => (isAbsolute(id) ? relative(dist, id).startsWith(`model${sep}`) : !id.startsWith('.')),
  makeAbsoluteExternalsRelative: true,
  platform: 'node',
  treeshake: false,
  onLog: (level, log, next) => {
    if (log.code !== 'INEFFECTIVE_DYNAMIC_IMPORT') next(level, log);
  },
});
await bundle.write({
  dir: made,
  format: 'esm',
  entryFileNames: '[name].js',
  // As deep as the files whose code looks for others relative to itself (language/own.ts).
  chunkFileNames: 'checker/chunks/[name].js',
  codeSplitting: {
    groups: [
      // All that the thread of the hooks needs.
      {
        name: 'language',
        test: /dist.checker.(?:options|language.(?:own|ast|attach|scopes|transform|hooks))\.js$/,
        priority: 3,
      },
      // All that the threads of a parallel search need.
      {
        name: 'search',
        test: /dist.checker.(?:machine.(?:instantiate|shared_[a-z]+|standstill|generated|hash|store|step_graph)|search.part)\.js$/,
        priority: 3,
      },
      // What the command line shares with the checker before it loads it.
      { name: 'tape', test: /dist.checker.machine.tape\.js$/, priority: 3 },
      // Before the command line, which takes along what it imports: loading the checker must not start it.
      { name: 'checker', test: /dist.checker.(?!cli)/, priority: 2 },
      // The conformance runner is a program of its own: a chunk that both load would start both.
      {
        name: 'cli',
        test: /dist.(?:checker.cli.(?!conformance|search_)|reports.(?!vitest|conformance))/,
        priority: 1,
      },
    ],
  },
});
await bundle.close();

// First the new files, then away with the old: somebody may be running them.
cpSync(made, dist, { recursive: true });
for (const folder of ['checker', 'reports']) {
  for (const path of readdirSync(join(dist, folder), { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.js') && !existsSync(join(made, folder, path))) rmSync(join(dist, folder, path));
  }
}
rmSync(made, { recursive: true });
chmodSync(join(dist, 'checker/cli/main.js'), 0o755);
