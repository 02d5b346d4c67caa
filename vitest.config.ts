import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes minutes begins first, so that no core waits for it at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => /\/run\/(crash|kill)\.test\.ts$/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

// Each project is a room of the test house: `npx vitest run --project core` is the fast one.
export default defineConfig({
  test: {
    // Left to itself, Vitest keeps a core free: of two, that is half.
    maxWorkers: '100%',
    sequence: { sequencer: LongFirst },
    projects: [
      // Files of these two share processes, since to start one takes longer than most of them: they leave nothing behind.
      {
        test: {
          name: 'core',
          include: ['test/core/**/*.test.ts', 'test/architecture.test.ts'],
          isolate: false,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          isolate: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      { test: { name: 'cli', include: ['test/cli/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 240_000 } },
      // The stub model only: the CLIs themselves are run by `npm run test:agents`.
      { test: { name: 'agents', include: ['test/agents/{stub,golden}.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'webview',
          include: ['test/webview/**/*.test.ts'],
          // Forty pictures, each looked over by axe: minutes, so by a command of its own (npm run pictures). What is
          // measured is printed, and judged by nobody (npm run bench).
          exclude: [
            ...(process.env.ORCA_PICTURES === undefined ? ['test/webview/pictures.test.ts'] : []),
            ...(process.env.ORCA_BENCH === undefined ? ['test/webview/frames.test.ts'] : []),
          ],
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
