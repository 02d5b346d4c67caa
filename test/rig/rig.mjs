// @ts-check
// What one end-to-end test works with, and the owner of all that it starts.
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as workbench from './browser.mjs';
import { startEditor } from './editor.mjs';
import { makeWorkspace } from './workspace.mjs';

/** @typedef {import('./editor.mjs').Editor} Editor */
/** @typedef {import('./editor.mjs').EditorOptions} EditorOptions */

/**
 * @typedef {object} RigOptions
 * @property {import('playwright-core').Browser} browser
 * @property {string} name  What its logs and pictures in `dir` are called after.
 * @property {string} dir
 * @property {string} screenshots  The folder of the pictures that tests take.
 * @property {{ folder: () => string, vsix: () => string }} orca  Built, packaged, when first asked for.
 * @property {import('./install.mjs').VsCodeVersion} vscode
 */

/** @typedef {ReturnType<typeof createRig>} Rig */

/** What moves is drawn anew many times a second, without a graphics card. */
const STILL = { 'editor.cursorBlinking': 'solid', 'workbench.reduceMotion': 'on' };

/** @param {RigOptions} options */
export function createRig({ browser, name, dir, screenshots, orca, vscode }) {
  /** @type {(() => Promise<void> | void)[]} */
  const owned = [];
  /** @type {Map<Editor, import('playwright-core').BrowserContext>} */
  const contexts = new Map();
  /** @type {(reason: Error) => void} */
  let end = () => {};
  /** @type {Promise<void> | undefined} */
  let disposal;
  // The browser may leave a call for ever unanswered when its context is closed.
  const whenDisposed = /** @type {Promise<never>} */ (new Promise((_, reject) => (end = reject)));
  whenDisposed.catch(() => {});

  /** @param {import('./workspace.mjs').WorkspaceOptions} [options] */
  function workspace(options) {
    const folder = makeWorkspace(options);
    owned.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    return folder;
  }

  /** @param {Partial<EditorOptions>} [options]  Default: the extension's own tree, in a fresh repository. */
  async function editor(options = {}) {
    const started = await startEditor({
      ...options,
      workspace: options.workspace ?? workspace(),
      extension: 'extension' in options ? options.extension : { folder: orca.folder() },
      userSettings: { ...STILL, ...options.userSettings },
      log: join(dir, `${name}.server.log`),
      endsAlone: true,
      vscode,
    });
    owned.push(started.dispose);
    if (disposal) {
      await started.dispose();
      throw new Error('The test was over before its editor had started.');
    }
    const context = await browser.newContext({ viewport: workbench.WINDOW });
    contexts.set(started, context);
    owned.push(() => context.close());
    context.on('console', (message) =>
      appendFileSync(join(dir, `${name}.window.log`), `${message.type()}: ${message.text()}\n`),
    );
    return started;
  }

  /**
   * All windows of an editor share the browser's storage, as a user's do.
   * @param {Editor} on
   * @param {Parameters<typeof workbench.openWorkbench>[2]} [options]
   */
  async function window(on, options) {
    const context = contexts.get(on);
    if (!context) throw new Error('This editor is not of this rig.');
    return Promise.race([workbench.openWorkbench(context, on, options), whenDisposed]);
  }

  /** What every window shows now, for whoever asks why a test failed. */
  async function showAll() {
    if (disposal) return;
    const pages = [...contexts.values()].flatMap((context) => context.pages());
    for (const [index, page] of pages.entries())
      await workbench.screenshot(page, dir, `${name}-failed-${index}`).catch(() => {});
  }

  function dispose() {
    return (disposal ??= disposeOwned());
  }

  async function disposeOwned() {
    end(new Error('The test is over.'));
    for (const release of owned.reverse()) await release();
  }

  return {
    workspace,
    editor,
    window,
    folder: orca.folder,
    vsix: orca.vsix,
    screenshot: (/** @type {workbench.Page} */ page, /** @type {string} */ shot) =>
      workbench.screenshot(page, screenshots, shot),
    runCommand: workbench.runCommand,
    pick: workbench.pick,
    openActions: workbench.openActions,
    takeAction: workbench.takeAction,
    executePlan: workbench.executePlan,
    findFrame: workbench.findFrame,
    setTheme: workbench.setTheme,
    reload: workbench.reload,
    showAll,
    dispose,
  };
}
