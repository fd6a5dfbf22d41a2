import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/e2e/**', 'test/hostile/**', '**/node_modules/**'],
    testTimeout: 30_000,
  },
});
