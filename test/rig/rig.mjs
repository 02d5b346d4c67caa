// @ts-check
// What one end-to-end test works with, and the owner of all that it starts.
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as workbench from './browser.mjs';
import { startEditor } from './editor.mjs';
import { makeWorkspace } from './workspace.mjs';

/** @typedef {import('./editor.mjs').Editor} Editor */
/** @typedef {import('./editor.mjs').EditorOptions} EditorOptions */

/**
 * @typedef {object} RigOptions
 * @property {import('playwright-core').Browser} browser
 * @property {string} name  What its files in `artifacts` are called after.
 * @property {string} artifacts
 * @property {string} extensionFolder
 * @property {() => Promise<string>} vsix  Packages the extension when it is first asked for.
 * @property {import('./install.mjs').VsCodeVersion} vscode
 */

/** @typedef {ReturnType<typeof createRig>} Rig */

/** @param {RigOptions} options */
export function createRig({ browser, name, artifacts, extensionFolder, vsix, vscode }) {
  /** @type {(() => Promise<void> | void)[]} */
  const owned = [];
  /** @type {Map<Editor, import('playwright-core').BrowserContext>} */
  const contexts = new Map();
  mkdirSync(artifacts, { recursive: true });

  /** @param {import('./workspace.mjs').WorkspaceOptions} [options] */
  function workspace(options) {
    const dir = makeWorkspace(options);
    owned.push(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
    return dir;
  }

  /** @param {Partial<EditorOptions>} [options]  Default: the extension's own tree, in a fresh repository. */
  async function editor(options = {}) {
    const started = await startEditor({
      workspace: options.workspace ?? workspace(),
      extension: { folder: extensionFolder },
      log: join(artifacts, `${name}.server.log`),
      vscode,
      ...options,
    });
    const context = await browser.newContext({ viewport: workbench.WINDOW });
    contexts.set(started, context);
    owned.push(started.dispose, () => context.close());
    context.on('console', (message) =>
      appendFileSync(join(artifacts, `${name}.window.log`), `${message.type()}: ${message.text()}\n`),
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
    return workbench.openWorkbench(context, on, options);
  }

  /** What every window shows now, for whoever asks why a test failed. */
  async function showAll() {
    const pages = [...contexts.values()].flatMap((context) => context.pages());
    for (const [index, page] of pages.entries())
      await workbench.screenshot(page, artifacts, `${name}-failed-${index}`).catch(() => {});
  }

  async function dispose() {
    for (const end of owned.splice(0).reverse()) await end();
  }

  return {
    workspace,
    editor,
    window,
    vsix,
    screenshot: (/** @type {workbench.Page} */ page, /** @type {string} */ shot) =>
      workbench.screenshot(page, join(artifacts, '..', 'screenshots'), shot),
    runCommand: workbench.runCommand,
    pick: workbench.pick,
    findFrame: workbench.findFrame,
    setTheme: workbench.setTheme,
    reload: workbench.reload,
    showAll,
    dispose,
  };
}
