import type { Page } from 'playwright-core';

/** How smooth something was, by the browser's own trace. */
export interface Frames {
  /** Frames for which the page had something new, and those of them that did not come in time. */
  readonly frames: number;
  readonly dropped: number;
  /** The main thread's tasks by the time they had a core, ms: those over a frame's 16.7, and the longest. */
  readonly overFrame: number;
  readonly longestMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly frame_reporter?: { readonly state?: string } };
}

const FRAME_MS = 1000 / 60;
const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'benchmark', 'cc'];

export async function framesWhile(page: Page, act: () => Promise<void>): Promise<Frames> {
  const cdp = await page.context().newCDPSession(page);
  const browser = await page.context().browser()?.newBrowserCDPSession();
  if (browser === undefined) throw new Error('the page has no browser');
  const events: TraceEvent[] = [];
  browser.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => browser.once('Tracing.tracingComplete', resolve));
  await browser.send('Tracing.start', {
    traceConfig: { includedCategories: CATEGORIES, recordMode: 'recordAsMuchAsPossible' },
    transferMode: 'ReportEvents',
  });
  await act();
  await browser.send('Tracing.end');
  await complete;
  await Promise.all([cdp.detach(), browser.detach()]);
  return read(events);
}

function read(events: readonly TraceEvent[]): Frames {
  const states = events.flatMap(({ name, args }) =>
    name === 'PipelineReporter' ? (args?.frame_reporter?.state ?? []) : [],
  );
  const isMain = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && isMain.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
  return {
    frames: states.filter((state) => state !== 'STATE_NO_UPDATE_DESIRED').length,
    dropped: states.filter((state) => state === 'STATE_DROPPED' || state === 'STATE_PRESENTED_PARTIAL').length,
    overFrame: tasks.filter((ms) => ms > FRAME_MS).length,
    longestMs: Math.max(0, ...tasks),
  };
}
