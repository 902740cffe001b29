import { defineConfig } from 'vitest/config';
import { expectColdCode } from './checker/cli/cold_code.ts';
import upyCheck from './checker/language/vite.ts';
import LongFirst from './checker/oracles/long_first.ts';
import OracleSummary from './checker/oracles/summary.ts';

expectColdCode();

/** Comparisons with programs that are not ours (SPIN): `npm run test:oracles`. */
export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.oracle.ts'],
    // TLC is no package: `npm run test:tlc`.
    exclude: ['checker/export/tlc/**'],
    pool: 'threads',
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    testTimeout: 600_000,
    hookTimeout: 60_000,
    reporters: ['default', new OracleSummary()],
  },
});
