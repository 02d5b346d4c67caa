import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { thousandRun, thousandTasks } from './fixtures.ts';
import { framesWhile } from './frames.ts';
import type { Frames } from './frames.ts';
import { openStage } from './harness.ts';
import type { OpenPanel, Stage } from './harness.ts';

let stage: Stage;
const told: string[] = [];
beforeAll(async () => {
  stage = await openStage();
});
afterAll(async () => {
  await stage.close();
  console.log(['The panel with 1,000 tasks, by the browser’s trace:', ...told].join('\n'));
});

const STEPS = 60;

/** One step a frame, as a hand would. */
async function steps(page: Page, step: (i: number) => Promise<void>): Promise<void> {
  for (let i = 0; i < STEPS; i++) {
    await step(i);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}

function tell(what: string, { frames, dropped, overFrame, longestMs }: Frames): void {
  const share = frames === 0 ? 0 : Math.round((100 * dropped) / frames);
  told.push(
    `  ${what}: ${dropped} of ${frames} frames dropped (${share} %), ${overFrame} tasks over 16.7 ms, the longest ${longestMs.toFixed(1)} ms`,
  );
  expect(frames).toBeGreaterThan(0);
}

async function middle(page: Page, selector: string): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`${selector} is not seen`);
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height, 400) / 2);
}

async function seconds(panel: OpenPanel): Promise<void> {
  for (let i = 1; i <= 5; i++) {
    const { model, time = 0 } = thousandRun(i);
    await panel.send({ type: 'model', model, time });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

it.each([
  ['preview', thousandTasks],
  ['run', thousandRun],
] as const)('%s', async (name, fixture) => {
  const panel = await stage.open({ tab: 'graph' });
  const { page } = panel;
  const made = fixture();
  tell(`${name}: the first model, drawn`, await framesWhile(page, () => panel.show(made)));
  const scroll = async (): Promise<void> => {
    await middle(page, '.layers-column');
    await steps(page, () => page.mouse.wheel(0, 120));
  };
  tell(`${name}: scrolling the layers`, await framesWhile(page, scroll));
  await middle(page, 'svg.graph, canvas.graph');
  const pan = (): Promise<void> => steps(page, (i) => page.mouse.wheel(0, i < STEPS / 2 ? 20 : -20));
  tell(`${name}: panning the graph, whole`, await framesWhile(page, pan));
  const zoom = async (): Promise<void> => {
    await page.keyboard.down('Control');
    await steps(page, (i) => page.mouse.wheel(0, i < STEPS / 2 ? -30 : 30));
    await page.keyboard.up('Control');
  };
  tell(`${name}: zooming the graph`, await framesWhile(page, zoom));
  await page.keyboard.down('Control');
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  tell(`${name}: panning the graph, near`, await framesWhile(page, pan));
  if (name === 'run') tell('run: a model each second, graph', await framesWhile(page, () => seconds(panel)));
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await middle(page, '.lanes-scroll');
  await page.keyboard.down('Control');
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  const drag = (): Promise<void> => steps(page, (i) => page.mouse.wheel(i < STEPS / 2 ? 60 : -60, 0));
  tell(`${name}: moving the timeline`, await framesWhile(page, drag));
  if (name === 'run') tell('run: a model each second, timeline', await framesWhile(page, () => seconds(panel)));
  await page.close();
});
