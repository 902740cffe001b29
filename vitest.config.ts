import { defineConfig } from 'vitest/config';
import upyCheck from './checker/language/vite.ts';

export default defineConfig({
  plugins: [upyCheck()],
  test: {
    include: ['{model,checker,reports,scenarios,bench}/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
  },
});
