import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import upyCheck from '../../checker/language/vite.ts';

/** One mutant at a time: whatever files the command line names. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.{test,mutation}.ts'],
    pool: 'threads',
    maxWorkers: 1,
    isolate: false,
    bail: 1,
    // A loaded machine notices nothing.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['dot'],
  },
});
