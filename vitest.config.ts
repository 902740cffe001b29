import { defineConfig } from 'vitest/config';
import upyCheck from './checker/language/vite.ts';
import OracleSummary from './checker/oracles/summary.ts';

export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    // On machines that may be busy.
    testTimeout: 60_000,
    reporters: ['default', new OracleSummary()],
  },
});
