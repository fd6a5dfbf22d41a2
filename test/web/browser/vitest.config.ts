import { defineConfig } from 'vitest/config';

/** Chromium on two cores: one file at a time. */
export default defineConfig({
  test: {
    include: ['test/web/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    // Pages look at the clock every five seconds, and a busy machine takes its time.
    expect: { poll: { timeout: 15_000 } },
  },
});
