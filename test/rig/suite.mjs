// @ts-check
// Bundles test files, and runs those that belong inside the extension host there.
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @typedef {import('./testing.ts').Outcome} Outcome */

const HERE = dirname(fileURLToPath(import.meta.url));

/**
 * One file from a test file and the module of the rig that runs it.
 * @param {string} file
 * @param {string} exported  For example `run` of `in-host.ts`.
 * @param {import('esbuild').BuildOptions} options
 */
export async function bundleTests(file, exported, options) {
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    stdin: { contents: `import ${JSON.stringify(file)}; ${exported}`, resolveDir: HERE },
    ...options,
  });
}

/**
 * @param {object} options
 * @param {string} options.file
 * @param {string} options.dir  Where the bundle goes.
 * @param {string | undefined} options.extension  The folder of the extension under development, if there is one.
 * @param {(tests: { extension: string, suite: string }) => Promise<import('playwright-core').Page>} options.open
 * @param {number} options.timeoutMs
 * @param {(outcome: Outcome) => void} options.report
 */
export async function runInHost({ file, dir, extension, open, timeoutMs, report }) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const suite = join(dir, 'suite.cjs');
  try {
    await bundleTests(file, `export { run } from './in-host.ts';`, {
      format: 'cjs',
      outfile: suite,
      external: ['vscode'],
      define: { ORCA_RIG_PORT: String(port) },
    });
    const window = open({ extension: extension ?? emptyExtension(dir), suite });
    const reportMapped = (/** @type {Outcome} */ { error, ...outcome }) =>
      report({ ...outcome, ...(error ? { error: inSources(error, suite) } : {}) });
    await inTime(Promise.race([outcomes(server, reportMapped), window.then(whenGone)]), timeoutMs);
  } finally {
    server.close();
  }
}

/**
 * @param {import('node:net').Server} server
 * @param {(outcome: Outcome) => void} report
 */
async function outcomes(server, report) {
  const [socket] = await once(server, 'connection');
  for await (const line of createInterface(socket)) {
    const message = JSON.parse(line);
    if (message === 'done') return;
    report(message);
  }
  throw new Error('The extension host ended in the middle of the suite.');
}

/**
 * VS Code makes the stacks in its extension host itself, and leaves source maps aside.
 * @param {string} stack
 * @param {string} bundle
 */
function inSources(stack, bundle) {
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')));
  return stack.replaceAll(/[^ (]+suite\.cjs:(\d+):(\d+)/g, (place, line, column) => {
    const origin = map.findOrigin(Number(line), Number(column));
    return 'fileName' in origin ? `${join(dirname(bundle), origin.fileName)}:${origin.lineNumber}` : place;
  });
}

/** @param {import('playwright-core').Page} page */
async function whenGone(page) {
  await Promise.race([page.waitForEvent('close', { timeout: 0 }), page.waitForEvent('crash', { timeout: 0 })]);
  throw new Error('The window went away in the middle of the suite.');
}

/**
 * @param {Promise<void>} work
 * @param {number} timeoutMs
 */
async function inTime(work, timeoutMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The suite is not over after ${timeoutMs} ms.`)), timeoutMs);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * VS Code runs a suite only beside an extension under development, which the packaged one is not.
 * @param {string} dir
 */
function emptyExtension(dir) {
  const folder = join(dir, 'empty-extension');
  mkdirSync(folder, { recursive: true });
  const manifest = { name: 'empty', publisher: 'rig', version: '0.0.1', engines: { vscode: '*' } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  return folder;
}
