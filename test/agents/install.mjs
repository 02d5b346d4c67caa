// @ts-check
// The agent CLIs that the tests run, in the versions they were seen with, each in a folder of its own in the user's cache
// directory: together they are two gigabytes, so `npm ci` does without them. Only Node's own modules are used here.
//
//   node test/agents/install.mjs [claude codex gemini opencode copilot qwen]
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {keyof typeof PACKAGES} CliName */
/**
 * `program` and `bin`, the folder it is in, are absolute. `env` puts that folder first on the PATH.
 * @typedef {{ name: CliName, version: string, program: string, bin: string, env: { PATH: string } }} InstalledCli
 */

/** Exact versions: given a range, npm under an older Node silently takes an older release. `setup`: its install script. */
const PACKAGES = /** @type {const} */ ({
  claude: { name: '@anthropic-ai/claude-code', version: '2.1.330', setup: 'install.cjs' },
  codex: { name: '@openai/codex', version: '0.169.0', setup: undefined },
  gemini: { name: '@google/gemini-cli', version: '0.61.0', setup: undefined },
  opencode: { name: 'opencode-ai', version: '1.18.33', setup: 'postinstall.mjs' },
  copilot: { name: '@github/copilot', version: '1.0.102', setup: undefined },
  qwen: { name: '@qwen-code/qwen-code', version: '0.24.4', setup: undefined },
});

export const CLI_NAMES = /** @type {CliName[]} */ (Object.keys(PACKAGES));

/**
 * What is in the cache already; `undefined` when it is not.
 * @param {CliName} name
 * @returns {InstalledCli | undefined}
 */
export function installedCli(name) {
  const { version } = PACKAGES[name];
  const bin = join(cacheRoot(), `${name}-${version}`, 'node_modules', '.bin');
  if (!existsSync(bin)) return undefined;
  const program = join(bin, process.platform === 'win32' ? `${name}.cmd` : name);
  return { name, version, program, bin, env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } };
}

/**
 * @param {CliName} name
 * @param {(line: string) => void} say
 * @returns {Promise<InstalledCli>}
 */
export async function ensureCli(name, say) {
  if (!installedCli(name)) await install(name, say);
  const cli = installedCli(name);
  if (!cli) throw new Error(`${PACKAGES[name].name} has no program ${name}.`);
  return cli;
}

/**
 * A folder of the cache has its final name only when it is whole, so an interrupted or a second install does no harm.
 * @param {CliName} name
 * @param {(line: string) => void} say
 */
async function install(name, say) {
  const { name: npmName, version, setup } = PACKAGES[name];
  const root = cacheRoot();
  const home = join(root, `${name}-${version}`);
  mkdirSync(root, { recursive: true });
  removeAbandoned(root);
  const dir = join(root, `.${process.pid}-${randomUUID()}`);
  mkdirSync(dir);
  say(`installing ${npmName}@${version} into ${root}`);
  try {
    // Without a manifest npm would look for one in the folders above.
    writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
    await npm(dir, ['install', `${npmName}@${version}`]);
    const installed = join(dir, 'node_modules', npmName);
    // Puts the platform's program, which npm has brought, in the place of a stand-in.
    if (setup) await run(process.execPath, [join(installed, setup)], installed, process.env);
    renameSync(dir, home);
  } catch (error) {
    // Someone else was faster.
    if (!existsSync(home)) throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
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
  return env['ORCA_AGENTS_CACHE'] ?? join(user, 'orca-agents');
}

/**
 * @param {string} dir
 * @param {string[]} args
 */
async function npm(dir, args) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
  // npm hands the project it runs a script of to its children as their own.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'npm_config_local_prefix'));
  // On Windows `npm` is a script for a shell, so the program behind it is started, with no shell.
  const script = join(dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js');
  if (process.platform === 'win32') await run(process.execPath, [script, ...args, ...flags], dir, env);
  else await run('npm', [...args, ...flags], dir, env);
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

const self = fileURLToPath(import.meta.url);
// Not as a part of a bundle that is run.
if (process.argv[1] && realpathSync(process.argv[1]) === self && basename(self) === 'install.mjs') {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !(name in PACKAGES));
  if (unknown.length > 0) throw new Error(`No such agent: ${unknown.join(', ')}. Known: ${CLI_NAMES.join(', ')}.`);
  for (const name of CLI_NAMES.filter((name) => asked.length === 0 || asked.includes(name))) {
    const { version, program } = await ensureCli(name, console.error);
    console.log(`${name} ${version} ${program}`);
  }
}
