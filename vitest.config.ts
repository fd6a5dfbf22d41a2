import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/e2e/**', 'test/hostile/**', 'test/web/browser/**', '**/node_modules/**'],
    testTimeout: 30_000,
  },
});
