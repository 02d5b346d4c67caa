import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../src/protocol/panel-html.ts';
import type { HostMessage, PanelMessage, PanelState } from '../../src/protocol/messages.ts';
import { launchChromium } from '../rig/browser.mjs';
import type { Fixture } from './fixtures.ts';

export const THEMES = ['dark', 'light', 'hc', 'hc-light'] as const;
export type Theme = (typeof THEMES)[number];

export interface Opening {
  readonly fixture?: Fixture;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly tab?: PanelState['tab'];
  readonly selected?: string;
}

/** A page with the panel, and the host's side of it played by the test. */
export interface OpenPanel {
  readonly page: Page;
  /** What the panel posted since the last call. */
  readonly posted: () => Promise<PanelMessage[]>;
  readonly send: (message: HostMessage | { readonly type: string }) => Promise<void>;
  readonly show: (fixture: Fixture) => Promise<void>;
  /** Violations of the content security policy, uncaught errors and errors on the console. */
  readonly faults: readonly string[];
}

export interface Stage {
  readonly bundle: Uint8Array;
  open(opening?: Opening): Promise<OpenPanel>;
  close(): Promise<void>;
}

const root = new URL('../../', import.meta.url);
const path = (relative: string): string => fileURLToPath(new URL(relative, root));

const BODY_CLASS: Readonly<Record<Theme, string>> = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  hc: 'vscode-high-contrast',
  'hc-light': 'vscode-high-contrast-light vscode-high-contrast',
};

export const STATE: PanelState = { source: { kind: 'plan', uri: 'file:///w/plan.md' }, tab: 'layers' };

/**
 * The panel in a real browser under the very page and policy that the host gives it. It is bundled here as
 * `scripts/build.mjs` does, so that what is tested is the source as it stands.
 */
export async function openStage(): Promise<Stage> {
  const bundle = await bundled();
  const [server, browser] = await Promise.all([serve(bundle), launchChromium()]);
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    bundle,
    open: (opening = {}) => open(browser, origin, opening),
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundled(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [path('src/webview/panel.ts')],
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    bundle: true,
    minify: true,
    write: false,
  });
  const file = outputFiles[0];
  if (file === undefined) throw new Error('the panel was not bundled');
  return file.contents;
}

async function serve(bundle: Uint8Array): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const part = /^\/panel\/[a-z]+\.css$/u.exec(url.pathname)?.[0];
    const [type, file] = part === undefined ? (FILES[url.pathname] ?? []) : ['text/css', `media${part}`];
    const theme = /^\/theme\/([a-z-]+)\.css$/u.exec(url.pathname)?.[1];
    const send = (status: number, contentType: string, body: string | Uint8Array): void => {
      response.writeHead(status, { 'content-type': contentType }).end(body);
    };
    const fail = (error: unknown): void => send(500, 'text/plain', String(error));
    if (url.pathname === '/') send(200, 'text/html', pageOf(request.headers.host ?? '', url.searchParams));
    else if (url.pathname === '/panel.js') send(200, 'text/javascript', bundle);
    else if (theme !== undefined)
      readFile(path(`test/webview/themes/${theme}.css`)).then((css) => send(200, 'text/css', css), fail);
    else if (type !== undefined && file !== undefined) readFile(path(file)).then((body) => send(200, type, body), fail);
    else send(404, 'text/plain', 'not found');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const FILES: Readonly<Record<string, readonly [type: string, file: string]>> = {
  '/codicon.css': ['text/css', 'node_modules/@vscode/codicons/dist/codicon.css'],
  '/codicon.ttf': ['font/ttf', 'node_modules/@vscode/codicons/dist/codicon.ttf'],
  '/panel.css': ['text/css', 'media/panel.css'],
};

function pageOf(host: string, query: URLSearchParams): string {
  const origin = `http://${host}`;
  return panelHtml({
    scriptUri: `${origin}/panel.js`,
    styleUris: [`/theme/${query.get('theme') ?? 'dark'}.css`, '/codicon.css', '/panel.css'].map((one) => origin + one),
    cspSource: origin,
    nonce: 'nonce',
    state: JSON.parse(query.get('state') ?? JSON.stringify(STATE)) as PanelState,
  });
}

async function open(browser: Browser, origin: string, opening: Opening): Promise<OpenPanel> {
  const { fixture, theme = 'dark', width = 1360, height = 900, tab = 'layers', selected } = opening;
  const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  await page.addInitScript(playHost, BODY_CLASS[theme]);
  const state: PanelState = { ...STATE, tab, ...(selected !== undefined && { selected }) };
  await page.goto(`${origin}/?${new URLSearchParams({ theme, state: JSON.stringify(state) }).toString()}`);
  await page.waitForFunction(() => window.posted.some((message) => message.type === 'ready'));

  const send: OpenPanel['send'] = async (message) => {
    await page.evaluate((one) => window.postMessage(one, '*'), message);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  };
  const show: OpenPanel['show'] = async ({ model, time, layout, opportunities, summary }) => {
    await send({ type: 'model', model, ...(time !== undefined && { time }) });
    if (layout !== undefined) await send({ type: 'layout', layout });
    if (summary !== undefined) await send({ type: 'summary', summary });
    if (opportunities !== undefined) await send({ type: 'opportunities', rows: opportunities });
  };
  if (fixture !== undefined) {
    await show(fixture);
    await page.waitForSelector('orca-panel h1');
  }
  return {
    page,
    send,
    show,
    faults,
    posted: () => page.evaluate(() => window.posted.splice(0)),
  };
}

declare global {
  interface Window {
    posted: PanelMessage[];
    acquireVsCodeApi: () => unknown;
  }
}

/** Runs in the page before anything else: VS Code's api, with the state kept over a reload. */
function playHost(bodyClass: string): void {
  window.posted = [];
  window.acquireVsCodeApi = () => ({
    postMessage: (message: PanelMessage) => window.posted.push(structuredClone(message)),
    getState: () => (JSON.parse(sessionStorage.getItem('state') ?? 'null') as PanelState | null) ?? undefined,
    setState: (state: PanelState) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
  document.addEventListener('securitypolicyviolation', (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
  });
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = bodyClass;
  });
}
