import { defineConfig } from 'vitest/config';

/** Two files at a time: one waits for time limits while the other works. */
export default defineConfig({
  test: {
    include: ['test/hostile/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
});
