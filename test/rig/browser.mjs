// @ts-check
// A real browser, and the workbench in it as a user has it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { ensureChromium } from './install.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./editor.mjs').Editor} Editor */
/** @typedef {keyof typeof THEMES} Theme */

/** The labels in VS Code's picker, and the classes that the workbench then has. */
const THEMES = {
  dark: { label: 'Dark Modern', base: 'vs-dark' },
  light: { label: 'Light Modern', base: 'vs' },
  'high-contrast-dark': { label: 'Dark High Contrast', base: 'hc-black' },
  'high-contrast-light': { label: 'Light High Contrast', base: 'hc-light' },
};

/** A busy machine of two cores is slow, which is no failure. */
const PATIENCE_MS = 120_000;

export const WINDOW = { width: 1440, height: 900 };

/**
 * Installs a Chromium when there is none.
 * @param {{ headless?: boolean, say?: import('./install.mjs').Say }} [options]
 * @returns {Promise<Browser>}
 */
export async function launchChromium({ headless = true, say = () => {} } = {}) {
  const { executablePath, env } = await ensureChromium(say);
  const quiet = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'].map((name) => `--disable-${name}`);
  return chromium.launch({
    executablePath,
    headless,
    env: /** @type {Record<string, string>} */ ({ ...process.env, ...env }),
    args: ['--no-sandbox', '--no-first-run', ...quiet],
    // The runner ends what it started when it is interrupted, in its own order.
    handleSIGINT: false,
    handleSIGTERM: false,
  });
}

/**
 * A window on the editor's workspace, with the workbench restored and the extension host started. Windows of the same
 * context share the browser's storage, so closing one and opening another is what a user sees who does that.
 * @param {Browser | import('playwright-core').BrowserContext} browser
 * @param {Editor} editor
 * @param {{ tests?: { extension: string, suite: string } }} [options]  `tests.extension` is the folder of the extension
 *   under development, `tests.suite` the bundle that its extension host runs.
 * @returns {Promise<Page>}
 */
export async function openWorkbench(browser, editor, { tests } = {}) {
  const remote = (/** @type {string} */ path) =>
    `vscode-remote://127.0.0.1:${editor.port}${pathToFileURL(path).pathname}`;
  const development = tests?.extension ?? editor.extensionFolder;
  const payload = [
    ...(development ? [['extensionDevelopmentPath', remote(development)]] : []),
    ...(tests ? [['extensionTestsPath', remote(tests.suite)]] : []),
  ];
  const query = new URLSearchParams({
    // A folder, or a file that names several.
    [editor.workspace.endsWith('.code-workspace') ? 'workspace' : 'folder']: pathToFileURL(editor.workspace).pathname,
    payload: JSON.stringify(payload),
  });

  const page = await browser.newPage('newContext' in browser ? { viewport: WINDOW } : undefined);
  page.setDefaultTimeout(PATIENCE_MS);
  // The workbench says through these what a test run prints, and that it is over.
  await page.exposeFunction('codeAutomationLog', () => {});
  await page.exposeFunction('codeAutomationExit', () => {});
  await whenHostStarts(editor, () => page.goto(`${editor.url}?${query}`, { waitUntil: 'commit' }));
  await whenRestored(page);
  return page;
}

/**
 * What `Developer: Reload Window` does, as a browser does it.
 * @param {Page} page
 * @param {Editor} editor
 */
export async function reload(page, editor) {
  await whenHostStarts(editor, () => page.reload({ waitUntil: 'commit' }));
  await whenRestored(page);
}

/**
 * @param {Editor} editor
 * @param {() => Promise<unknown>} cause
 */
async function whenHostStarts(editor, cause) {
  await Promise.all([editor.nextExtensionHost(), cause()]);
}

/** @param {Page} page */
async function whenRestored(page) {
  await page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
  await page.evaluate(() => /** @type {any} */ (globalThis).driver?.whenWorkbenchRestored());
}

/**
 * Runs a command as a user does, by its full title in the palette.
 * @param {Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await choose(page, title, `>${title}`, () => page.keyboard.press('F1'));
}

/**
 * Opens a list, types, and takes the row of that label; again where it is not there: the list has what there was when it
 * was opened, and what takes the focus meanwhile, such as a page that has just come, closes it.
 * @param {Page} page
 * @param {string} label
 * @param {string} typed
 * @param {() => Promise<void>} open
 */
async function choose(page, label, typed, open) {
  for (const started = Date.now(); Date.now() - started < PATIENCE_MS;) {
    await open();
    try {
      await inputOf(page).fill(typed, { timeout: 10_000 });
      await rowOf(page, label).waitFor({ timeout: 10_000 });
      await isSettled(page);
      return await rowOf(page, label).click({ timeout: 10_000 });
    } catch {
      await page.keyboard.press('Escape');
    }
  }
  throw new Error(`The list does not have "${label}".`);
}

/**
 * Opens the menu of what can be done at a place of an editor, until it stays: one that opens while the editor is still
 * drawing is closed again.
 * @param {Page} page
 * @param {string} title  An action that the menu has.
 * @param {() => Promise<void>} open
 */
export async function openActions(page, title, open) {
  await withActions(page, title, open, async (action) => {
    await page.waitForTimeout(500);
    await action.waitFor({ timeout: 1_000 });
  });
}

/**
 * Takes an action of that menu.
 * @param {Page} page
 * @param {string} title
 * @param {() => Promise<void>} open
 */
export async function takeAction(page, title, open) {
  await withActions(page, title, open, (action) => action.click({ timeout: 5_000 }));
}

/**
 * @param {Page} page
 * @param {string} title
 * @param {() => Promise<void>} open
 * @param {(action: import('playwright-core').Locator) => Promise<void>} use
 */
async function withActions(page, title, open, use) {
  const action = page.locator('.action-widget').getByText(title).first();
  for (const started = Date.now(); Date.now() - started < PATIENCE_MS;) {
    await open();
    try {
      await action.waitFor({ timeout: 5_000 });
      return await use(action);
    } catch {
      await page.keyboard.press('Escape');
    }
  }
  throw new Error(`The menu of actions does not have "${title}", or does not stay open.`);
}

/**
 * Executes the plan of the active editor, with the strategy and the agents that it asks for.
 *
 * @param {Page} page
 */
export async function executePlan(page) {
  await runCommand(page, 'Orca: Execute Plan');
  for (const step of ['Execute Plan (1/2)', 'Execute Plan (2/2)']) {
    await page.locator('.quick-input-widget:visible').getByText(step).waitFor();
    await page.keyboard.press('Enter');
  }
}

/**
 * Types into the open quick pick and takes the row of that label.
 * @param {Page} page
 * @param {string} label
 */
export async function pick(page, label) {
  await inputOf(page).fill(label);
  const row = rowOf(page, label);
  await row.waitFor();
  await isSettled(page);
  await row.click();
}

/**
 * What is typed narrows a list a moment later, and a click would then meet the row that has come to its place.
 * @param {Page} page
 */
async function isSettled(page) {
  const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
  for (let before = ''; ;) {
    const now = (await rows.allTextContents()).join('\n');
    if (now === before) return;
    before = now;
    await page.waitForTimeout(200);
  }
}

/** @param {Page} page */
function inputOf(page) {
  return page.locator('.quick-input-widget:visible .quick-input-box input');
}

/**
 * @param {Page} page
 * @param {string} label
 */
function rowOf(page, label) {
  const rows = page.locator('.quick-input-widget:visible .monaco-list-row');
  // By all of it: what was typed is marked in longer ones, and would be a text of its own.
  const whole = new RegExp(`^\\s*${label.replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&')}\\s*$`, 'u');
  return rows.filter({ has: page.locator('.label-name').filter({ hasText: whole }) }).first();
}

/**
 * The frame, however deeply nested, in which an element is visible. A webview is two frames inside the window's.
 * @param {Page} page
 * @param {string} selector
 * @param {number} [timeoutMs]
 * @returns {Promise<import('playwright-core').Frame>}
 */
export function findFrame(page, selector, timeoutMs = PATIENCE_MS) {
  return new Promise((resolve, reject) => {
    const look = (/** @type {import('playwright-core').Frame} */ frame) => {
      frame.waitForSelector(selector, { timeout: timeoutMs }).then(
        () => settle(() => resolve(frame)),
        // That frame went away, or never had it.
        () => {},
      );
    };
    const settle = (/** @type {() => void} */ how) => {
      clearTimeout(deadline);
      page.off('frameattached', look);
      how();
    };
    const deadline = setTimeout(
      () => settle(() => reject(new Error(`No frame shows ${selector} within ${timeoutMs} ms.`))),
      timeoutMs,
    );
    page.on('frameattached', look);
    page.frames().forEach(look);
  });
}

/**
 * @param {Page} page
 * @param {Theme} theme
 */
export async function setTheme(page, theme) {
  const { label } = THEMES[theme];
  // The themes are there a while after the window.
  await choose(page, label, label, () => runCommand(page, 'Preferences: Color Theme'));
  await page.locator(`.monaco-workbench.${THEMES[theme].base}`).waitFor();
}

/**
 * @param {Page} page
 * @param {string} dir
 * @param {string} name
 */
export async function screenshot(page, dir, name) {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, `${name}.png`);
  await page.screenshot({ path });
  return path;
}
