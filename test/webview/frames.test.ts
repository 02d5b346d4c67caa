import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { HostMessage } from '../../src/protocol/messages.ts';
import { patchOf } from '../../src/protocol/patch.ts';
import { buildGraph } from '../../src/core/graph/build.ts';
import { searchSchedule } from '../../src/core/schedule/search.ts';
import { previewPanel } from '../../src/core/view/preview.ts';
import { preview, thousand, thousandRun, thousandTasks } from './fixtures.ts';
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
  await panel.page.evaluate(async () => {
    for (const message of window.waiting) {
      window.postMessage(message, '*');
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  });
}

/** They wait in the page, so that what brings them there is not measured. */
async function wait(panel: OpenPanel, messages: readonly HostMessage[]): Promise<void> {
  await panel.page.evaluate((all) => (window.waiting = all), messages);
}

/** What the host posts of so many minutes of the run, one message each. */
function updates(minutes: number): HostMessage[] {
  let { model } = thousandRun();
  return Array.from({ length: minutes }, (_, i): HostMessage => {
    const { model: next, time = 0 } = thousandRun(60 * (i + 1));
    const patch = patchOf(model, next);
    if (patch === undefined) throw new Error('it is the same run');
    model = next;
    return { type: 'patch', patch, time };
  });
}

/** Of the first message that waits, in a page that is new; by the clock, ms. */
async function firstPaint({ page }: OpenPanel): Promise<number> {
  const messages = await page.evaluate(() => window.waiting);
  await page.reload();
  await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
  return page.evaluate(async (all) => {
    const structured = structuredClone(all[0]);
    const painted = (): Promise<number> =>
      new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))));
    const start = performance.now();
    window.postMessage(structured, '*');
    await new Promise((resolve) => addEventListener('message', resolve, { once: true }));
    return (await painted()) - start;
  }, messages);
}

declare global {
  interface Window {
    waiting: readonly HostMessage[];
  }
}

it('the host', () => {
  const before = performance.now();
  preview(thousand());
  told.push(
    `  the host: graph, schedule, all strategies and the model, cold, ${(performance.now() - before).toFixed(0)} ms`,
  );
  const graph = buildGraph(thousand());
  const start = performance.now();
  const schedule = searchSchedule(graph, { strategy: 'hybrid', agents: 8 });
  const choice = { strategy: 'hybrid', agents: 8 } as const;
  previewPanel(thousand(), graph, {
    ...choice,
    schedule,
    choices: [],
    planName: 'plan.md',
    lineOf: (offset) => offset,
  });
  told.push(`  the host: schedule and model of a graph that is known, ${(performance.now() - start).toFixed(0)} ms`);
});

it('a floor: as many lines of plain text', async () => {
  const { page } = await stage.open({});
  await page.evaluate(() => {
    const lines = Array.from({ length: 1000 }, (_, i) =>
      Object.assign(document.createElement('p'), { textContent: `${i}` }),
    );
    const column = document.createElement('section');
    column.className = 'column';
    column.append(...lines);
    document.body.replaceChildren(column);
    column.style.height = '100vh';
  });
  await middle(page, '.column');
  const scroll = (): Promise<void> => steps(page, () => page.mouse.wheel(0, 120));
  tell('the floor, scrolling 1,000 plain lines', await framesWhile(page, scroll));
  await page.close();
});

it.each([
  ['preview', thousandTasks],
  ['run', thousandRun],
] as const)('%s', async (name, fixture) => {
  const panel = await stage.open({ tab: 'graph' });
  const { page } = panel;
  const made = fixture();
  const { model, time = 0 } = made;
  await wait(panel, [{ type: 'model', model, ...(name === 'run' && { time }) }]);
  tell(`${name}: the first model, drawn`, await framesWhile(page, () => seconds(panel)));
  told.push(`  ${name}: from the message to its first paint ${(await firstPaint(panel)).toFixed(0)} ms`);
  await panel.show(made);
  const scroll = async (): Promise<void> => {
    await middle(page, '.layers-column');
    await steps(page, () => page.mouse.wheel(0, 120));
  };
  tell(`${name}: scrolling the layers`, await framesWhile(page, scroll));
  await middle(page, '.graph');
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
  await wait(panel, updates(5));
  if (name === 'run') tell('run: an update each second, graph', await framesWhile(page, () => seconds(panel)));
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await middle(page, '.lanes-scroll');
  await page.keyboard.down('Control');
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -60);
  await page.keyboard.up('Control');
  const box = await page.locator('.lanes-scroll').boundingBox();
  const [x, y] = [(box?.x ?? 0) + 120, (box?.y ?? 0) + 8];
  await page.locator('.lanes-scroll').evaluate((element) => (element.scrollLeft = element.scrollWidth / 4));
  const drag = async (): Promise<void> => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await steps(page, (i) => page.mouse.move(x + 10 * (i < STEPS / 2 ? i : STEPS - i), y));
    await page.mouse.up();
  };
  tell(`${name}: dragging the timeline`, await framesWhile(page, drag));
  if (name === 'run') tell('run: an update each second, timeline', await framesWhile(page, () => seconds(panel)));
  await page.close();
});
