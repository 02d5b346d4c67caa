// @ts-check
// Runs the tests that need a real VS Code: *.suite.ts inside its extension host, *.e2e.ts from outside.
//
//   node test/host/run.mjs [--vscode floor] [--only part-of-a-file-name] [--deadline minutes]
//
// A suite `x.suite.ts` may have an `x.suite.json` that says what it is opened with: see SuiteOptions.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium } from '../rig/browser.mjs';
import { ensureVsCode } from '../rig/install.mjs';
import { createRig } from '../rig/rig.mjs';
import { bundleTests, runInHost } from '../rig/suite.mjs';

/**
 * @typedef {object} SuiteOptions
 * @property {boolean} [trusted]
 * @property {'built' | 'packaged' | 'absent'} [orca]  Default: as it is built from this tree.
 * @property {string[]} [beside]  Folders of more extensions, relative to the repository.
 * @property {Record<string, unknown>} [settings]
 * @property {import('../rig/workspace.mjs').WorkspaceOptions} [workspace]  `from` is relative to the repository.
 * @property {number} [timeoutMs]
 */

/** @typedef {import('../rig/testing.ts').Outcome} Outcome */

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '..', '..');
const ARTIFACTS = join(ROOT, '.artifacts', 'host');
const SCREENSHOTS = join(ROOT, '.artifacts', 'screenshots');

const { values } = parseArgs({
  options: {
    vscode: { type: 'string', default: 'current' },
    only: { type: 'string', default: '' },
    deadline: { type: 'string', default: '20' },
  },
});
const vscode = values.vscode === 'floor' ? 'floor' : 'current';
const say = (/** @type {string} */ line) => console.log(line);

/** Orca as it is developed and as it is shipped, made when the first test asks for it. */
const orca = {
  folder: once(() => {
    script('build');
    return ROOT;
  }),
  vsix: once(() => {
    const path = join(ARTIFACTS, 'orca.vsix');
    mkdirSync(ARTIFACTS, { recursive: true });
    script('package', path);
    return path;
  }),
};

/** @type {Set<import('../rig/rig.mjs').Rig>} */
const rigs = new Set();
const stop = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
const deadline = setTimeout(() => stop.abort(new Error('stopped by the deadline')), Number(values.deadline) * 60_000);
stop.signal.addEventListener('abort', () => {
  say(stop.signal.reason.message);
  process.exitCode = 130;
  for (const rig of rigs) void rig.dispose();
  exitAnyway(30_000);
});

process.setSourceMapsEnabled(true);
const files = readdirSync(HERE)
  .filter((file) => /\.(suite|e2e)\.ts$/.test(file) && file.includes(values.only))
  .sort();
const { version } = await ensureVsCode(vscode, say);
const browser = await launchChromium({ say });
say(`VS Code ${version}, Chromium ${browser.version()}`);

let passed = 0;
let failed = 0;
/** @type {string[]} */
const unsteady = [];
for (const file of files) {
  if (stop.signal.aborted) break;
  const dir = join(ARTIFACTS, basename(file, '.ts'));
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await (file.endsWith('.e2e.ts') ? runOutside(file, dir) : runInside(file, dir)).catch((error) =>
    report(file, { name: 'the file as a whole', ms: 0, error: String(error.stack) }),
  );
}
await browser.close();
clearTimeout(deadline);
for (const test of unsteady) say(`unsteady, passed at the second time: ${test}`);
say(`${passed} passed, ${failed} failed`);
process.exitCode ??= failed > 0 || passed === 0 ? 1 : 0;
exitAnyway(5_000);

/**
 * What a test that ran out of time still waits for must not keep this process.
 * @param {number} afterMs
 */
function exitAnyway(afterMs) {
  setTimeout(() => process.exit(), afterMs).unref();
}

/**
 * @param {string} file
 * @param {Outcome} outcome
 */
function report(file, { name, ms, error }) {
  if (error) failed++;
  else passed++;
  say(`${error ? 'FAILED' : 'passed'} ${file}: ${name} (${ms} ms)`);
  if (error) say(indented(error));
}

/** @param {string} text */
function indented(text) {
  return text.replace(/^/gm, '    ');
}

/**
 * @param {string} file
 * @param {string} dir
 */
async function runOutside(file, dir) {
  const bundle = join(dir, 'tests.mjs');
  await bundleTests(join(HERE, file), `export { runTests } from './end-to-end.ts';`, {
    format: 'esm',
    outfile: bundle,
    packages: 'external',
  });
  /** @type {{ runTests: import('../rig/end-to-end.ts')['runTests'] }} */
  const { runTests } = await import(pathToFileURL(bundle).href);
  let index = 0;
  await runTests(
    async (name, run) => {
      const first = await withRig(dir, `test-${++index}`, run);
      if (!first.error || stop.signal.aborted) return first;
      // Whoever drives a whole editor from outside meets moments that no waiting foresees. Passed at the second time is
      // passed, and said: it is a fault of the test or of Orca, to be found.
      say(`FAILED ${file}: ${name} (${first.ms} ms), once more`);
      say(indented(first.error));
      const second = await withRig(dir, `test-${index}-again`, run);
      if (!second.error) unsteady.push(`${file}: ${name}`);
      return second;
    },
    (outcome) => report(file, outcome),
  );
}

/**
 * @param {string} file
 * @param {string} dir
 */
async function runInside(file, dir) {
  const optionsFile = join(HERE, `${basename(file, '.ts')}.json`);
  /** @type {SuiteOptions} */
  const options = existsSync(optionsFile) ? JSON.parse(readFileSync(optionsFile, 'utf8')) : {};
  const from = options.workspace?.from;
  const extensionOf = {
    built: () => ({ folder: orca.folder() }),
    packaged: () => ({ vsix: orca.vsix() }),
    absent: () => undefined,
  };
  await withRig(dir, 'suite', async (rig) => {
    const editor = await rig.editor({
      workspace: rig.workspace({ ...options.workspace, ...(from ? { from: join(ROOT, from) } : {}) }),
      extension: extensionOf[options.orca ?? 'built'](),
      beside: (options.beside ?? []).map((folder) => join(ROOT, folder)),
      trusted: options.trusted ?? true,
      userSettings: options.settings ?? {},
    });
    /** @type {{ error?: string }} */
    const worst = {};
    await runInHost({
      file: join(HERE, file),
      dir,
      extension: editor.extensionFolder,
      open: (tests) => rig.window(editor, { tests }),
      timeoutMs: options.timeoutMs ?? 300_000,
      report: (outcome) => {
        if (outcome.error) worst.error = outcome.error;
        report(file, outcome);
      },
    });
    return worst;
  });
}

/**
 * @template {{ error?: string }} T
 * @param {string} dir
 * @param {string} name
 * @param {(rig: import('../rig/rig.mjs').Rig) => Promise<T>} use
 * @returns {Promise<T>}
 */
async function withRig(dir, name, use) {
  stop.signal.throwIfAborted();
  const rig = createRig({ browser, name, dir, screenshots: SCREENSHOTS, orca, vscode });
  rigs.add(rig);
  try {
    const outcome = await use(rig);
    if (outcome.error) await rig.showAll();
    return outcome;
  } catch (error) {
    await rig.showAll();
    throw error;
  } finally {
    rigs.delete(rig);
    await rig.dispose();
  }
}

/**
 * @param {string} name
 * @param {string[]} args
 */
function script(name, ...args) {
  const file = join(ROOT, 'scripts', `${name}.mjs`);
  const { status } = spawnSync(process.execPath, [file, ...args], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error(`scripts/${name}.mjs ended with ${status}`);
}

/**
 * @template T
 * @param {() => T} make
 */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => (made ??= make());
}
