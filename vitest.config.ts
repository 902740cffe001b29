import { defineConfig } from 'vitest/config';
import upyCheck from './checker/language/vite.ts';
import OracleSummary from './checker/oracles/summary.ts';

export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', new OracleSummary()],
  },
});
