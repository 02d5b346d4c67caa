import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axe } from './axe.ts';
import * as fixtures from './fixtures.ts';
import { openStage, THEMES } from './harness.ts';
import type { Opening, Stage } from './harness.ts';

const OUT = fileURLToPath(new URL('../../.artifacts/screenshots/webview/', import.meta.url));

let stage: Stage;
beforeAll(async () => {
  mkdirSync(OUT, { recursive: true });
  stage = await openStage();
});
afterAll(() => stage.close());

/** Every designed state of the panel. */
const SCENES: Readonly<Record<string, () => Opening>> = {
  preview: () => ({ fixture: fixtures.preview(), selected: 'create-order-endpoints' }),
  'preview-graph': () => ({ fixture: fixtures.preview(), tab: 'graph', selected: 'create-order-endpoints' }),
  'shared-files': () => ({ fixture: fixtures.improvable(), tab: 'graph', selected: 'cart' }),
  opportunities: () => ({ fixture: fixtures.improvable(), tab: 'opportunities', selected: 'docs' }),
  questions: () => ({ fixture: fixtures.planningAsks(), tab: 'timeline' }),
  run: () => ({ fixture: fixtures.runHalfWay(), selected: 'create-user-endpoints' }),
  review: () => ({ fixture: fixtures.runToReview(), selected: 'implement-cart-models' }),
  'run-graph': () => ({ fixture: fixtures.runHalfWay(), tab: 'graph' }),
  'run-timeline': () => ({ fixture: fixtures.runHalfWay(), tab: 'timeline' }),
  'run-of-seconds': () => ({ fixture: fixtures.runOfSeconds(), tab: 'timeline' }),
  finished: () => ({ fixture: fixtures.runFinished(), tab: 'timeline', selected: 'integration-testing' }),
  summary: () => ({ fixture: fixtures.runFinished() }),
  'summary-failed': () => ({ fixture: fixtures.runFailed() }),
  'one-task': () => ({ fixture: fixtures.oneTask() }),
  thousand: () => ({ fixture: fixtures.thousandTasks(), selected: 'task-170' }),
  hostile: () => ({ fixture: fixtures.hostile(), selected: 'create-user-endpoints' }),
  broken: () => ({ fixture: fixtures.broken() }),
  untrusted: () => ({ fixture: fixtures.untrusted() }),
  comparing: () => ({ fixture: fixtures.comparing() }),
  'long-title': () => ({ fixture: fixtures.longTitle(), selected: 'long' }),
  'right-to-left': () => ({ fixture: fixtures.rightToLeft(), tab: 'graph', selected: 'cart' }),
  'thousand-run': () => ({ fixture: fixtures.thousandRun(), tab: 'timeline' }),
  'thousand-graph': () => ({ fixture: fixtures.thousandTasks(), tab: 'graph' }),
  loading: () => ({}),
  empty: () => ({}),
};

const SIZES = {
  wide: [1360, 900],
  beside: [1060, 780],
  middle: [860, 900],
  narrow: [480, 900],
  least: [300, 800],
} as const;

describe.each(Object.entries(SCENES))('%s', (name, opening) => {
  it.each(THEMES)(
    '%s: fits every width, has no fault and nothing that axe finds',
    { timeout: 240_000 },
    async (theme) => {
      const { page, faults, send } = await stage.open({ ...opening(), theme });
      if (name === 'empty')
        await send({ type: 'empty', message: 'The plan is gone. Open a plan.md and run "Orca: Preview Plan".' });
      if (name === 'finished') await page.getByRole('tab', { name: 'Timeline' }).click();
      for (const [size, [width, height]] of Object.entries(SIZES)) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: `${OUT}${name}-${theme}-${size}.png` });
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${size}: wider than the window`).toBe(
          width,
        );
        // axe is slow: a width has its parts in every theme, and a thousand rows are the same row.
        const looked = !name.startsWith('thousand') && (size === 'wide' || (size === 'least' && theme === 'dark'));
        if (looked) expect(await axe(page), `${size}: axe`).toEqual([]);
      }
      expect(faults).toEqual([]);
      await page.close();
    },
  );
});
