import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// With the real CLIs, which install.mjs has brought: by a command of its own, `npm run test:agents`.
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('.', import.meta.url)),
    include: ['**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // Each starts a program of several hundred megabytes.
    fileParallelism: false,
  },
});
