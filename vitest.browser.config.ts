import { defineConfig } from 'vitest/config';

/** Tests of pages in a real browser: `npm run test:browser`, after `npm run build`. They need Debian's `chromium`. */
export default defineConfig({
  test: {
    include: ['{checker,reports}/**/*.browser.ts'],
    maxWorkers: 1,
    // A browser starts in each file.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
