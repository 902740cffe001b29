import { defineConfig } from 'vitest/config';
import { expectColdCode } from './checker/cli/cold_code.ts';
import upyCheck from './checker/language/vite.ts';
import LongFirst from './checker/oracles/long_first.ts';
import OracleSummary from './checker/oracles/summary.ts';

expectColdCode();

export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // Modules are loaded once for each worker: no test changes what it imports.
    isolate: false,
    // On machines that may be busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new OracleSummary()],
  },
});
