import { defineConfig } from 'vitest/config';
import upyCheck from './checker/language/vite.ts';

/** Comparisons with TLC, which is no package: `npm run test:tlc`, with its class path in UPY_CHECK_TLC. */
export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['checker/export/tlc/*.oracle.ts'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 3_600_000,
    hookTimeout: 60_000,
  },
});
