import { defineConfig } from 'vitest/config';

// Each project is a room of the test house: `npx vitest run --project core` is the fast one.
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'core', include: ['test/core/**/*.test.ts', 'test/architecture.test.ts'] } },
      { test: { name: 'engine', include: ['test/engine/**/*.test.ts'], testTimeout: 240_000, hookTimeout: 240_000 } },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 240_000 } },
      // The stub model only: the CLIs themselves are run by `npm run test:agents`.
      { test: { name: 'agents', include: ['test/agents/{stub,golden}.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'webview',
          include: ['test/webview/**/*.test.ts'],
          // Forty pictures, each looked over by axe: minutes, so by a command of its own (npm run pictures).
          exclude: process.env.ORCA_PICTURES === undefined ? ['test/webview/pictures.test.ts'] : [],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
