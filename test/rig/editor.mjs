// @ts-check
// A VS Code server on this machine, with its own data, that lives until it is disposed.
import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { ensureVsCode } from './install.mjs';
import { endTree } from './processes.mjs';

/**
 * @typedef {object} EditorOptions
 * @property {string} workspace  The folder that windows open, or a .code-workspace.
 * @property {{ folder: string } | { vsix: string } | undefined} extension  A built tree, or a package as users install it.
 * @property {readonly string[]} [beside]  Folders of more extensions, for the tests alone.
 * @property {boolean} [trusted]  Default true.
 * @property {Record<string, unknown>} [userSettings]
 * @property {string} [userDataDir]  Kept after `dispose`; default: a temporary one.
 * @property {string} [log]  The file that the server's output goes to.
 * @property {Record<string, string>} [env]  Added to the server's, so to the extension's and the terminals' too.
 * @property {boolean} [endsAlone]  After five minutes without a window, for when the starter was killed; default false.
 * @property {import('./install.mjs').VsCodeVersion} [vscode]
 * @property {import('./install.mjs').Say} [say]
 */

/**
 * @typedef {object} Editor
 * @property {string} url
 * @property {number} port
 * @property {number} serverPid
 * @property {string} workspace
 * @property {string | undefined} extensionFolder
 * @property {() => Promise<void>} nextExtensionHost  Resolves when the next window's extension host has started.
 * @property {() => Promise<void>} dispose
 */

/** Nothing here may ask the network, greet, or cover what a test or a picture is about. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'terminal.integrated.gpuAcceleration': 'off',
  'update.mode': 'none',
  'window.menuBarVisibility': 'compact',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * @param {EditorOptions} options
 * @returns {Promise<Editor>}
 */
export async function startEditor(options) {
  const { node, serverMain } = await ensureVsCode(options.vscode ?? 'current', options.say ?? (() => {}));
  const { extension } = options;
  const dataDir = options.userDataDir ?? realpathSync(mkdtempSync(join(tmpdir(), 'orca-rig-')));
  const removeData = () => {
    if (!options.userDataDir) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  };
  const settings = join(dataDir, 'data', 'User', 'settings.json');
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify({ ...QUIET, ...options.userSettings }, null, 2));
  // A window takes one extension under development; these are found where installed ones are.
  for (const folder of options.beside ?? []) {
    const { publisher, name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    cpSync(folder, join(dataDir, 'extensions', `${publisher}.${name}-${version}`), { recursive: true });
  }

  const env = { ...serverEnv(process.env), ...options.env };
  const common = ['--accept-server-license-terms', '--server-data-dir', dataDir];
  if (extension && 'vsix' in extension)
    await promisify(execFile)(node, [serverMain, '--install-extension', extension.vsix, ...common], { env });

  const flags = ['--without-connection-token', '--enable-smoke-test-driver', '--telemetry-level', 'off'];
  if (options.endsAlone) flags.push('--enable-remote-auto-shutdown');
  // A server that trusts does not say so, it has the feature disabled.
  if (options.trusted ?? true) flags.push('--disable-workspace-trust');
  const server = spawn(node, [serverMain, '--host', '127.0.0.1', '--port', '0', ...flags, ...common], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Whatever way this process ends, short of being killed.
  const onExit = () => void server.kill('SIGKILL');
  process.once('exit', onExit);
  const log = createWriteStream(options.log ?? join(dataDir, 'server.log'), { flags: 'a' });
  server.stdout.pipe(log, { end: false });
  server.stderr.pipe(log, { end: false });
  const lines = createInterface(server.stdout);

  const dispose = async () => {
    await endTree(server, 5_000);
    process.off('exit', onExit);
    log.end();
    removeData();
  };
  try {
    const port = Number(await lineMatching(lines, /^Extension host agent listening on (\d+)/));
    return {
      url: `http://127.0.0.1:${port}/`,
      port,
      serverPid: server.pid ?? 0,
      workspace: options.workspace,
      extensionFolder: extension && 'folder' in extension ? extension.folder : undefined,
      nextExtensionHost: async () => void (await lineMatching(lines, /Launched (Extension Host Process)/)),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * The first group of the first line from now on that matches.
 * @param {import('node:readline').Interface} lines
 * @param {RegExp} pattern
 * @returns {Promise<string>}
 */
function lineMatching(lines, pattern) {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(new Error(`The VS Code server ended without saying ${String(pattern)}.`));
    lines.once('close', onEnd);
    lines.on('line', function onLine(line) {
      const found = pattern.exec(line)?.[1];
      if (found === undefined) return;
      lines.off('line', onLine).off('close', onEnd);
      resolve(found);
    });
  });
}

/**
 * The editor must not take itself for a child of the editor, or of the npm script, that this may have been started from.
 * @param {NodeJS.ProcessEnv} env
 */
function serverEnv(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|npm_)/.test(name)),
  );
}
