import { defineConfig } from 'vitest/config';

/** Whole processes on real ports: one file at a time, so that none of them starves another. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
