// Runs the tests and fails unless they pass and cover enough lines of src/: `node scripts/coverage-gate.mjs 85`.
// Node 20 measures coverage but has no threshold of its own. A file that no test loads counts as not covered.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const threshold = Number(process.argv[2] ?? 85);
const folder = mkdtempSync(join(tmpdir(), 'coverage-'));
const report = join(folder, 'lcov.info');
const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout', '--test-reporter=lcov'];
const tests = spawnSync(
  process.execPath,
  ['--test', '--experimental-test-coverage', ...reporters, `--test-reporter-destination=${report}`],
  { stdio: 'inherit' },
);
const measured = tests.status === 0 ? readLcov(readFileSync(report, 'utf8')) : new Map();
rmSync(folder, { recursive: true });
if (tests.status !== 0) fail('The tests do not pass.');

let found = 0;
let hit = 0;
for (const path of sourceFiles('src')) {
  const lines = measured.get(path) ?? { found: readFileSync(path, 'utf8').split('\n').length, hit: 0 };
  console.log(`${percent(lines).toFixed(1).padStart(6)} %  ${path}`);
  found += lines.found;
  hit += lines.hit;
}
if (found === 0) fail('There is no source to cover.');
const total = percent({ found, hit });
console.log(`${total.toFixed(1).padStart(6)} %  of ${found} lines; at least ${threshold} % are wanted`);
if (!(total >= threshold)) fail('The tests cover too little.');

function readLcov(text) {
  const files = new Map();
  for (const record of text.split('end_of_record')) {
    const [path, lines, covered] = ['SF', 'LF', 'LH'].map((key) => new RegExp(`^${key}:(.*)$`, 'm').exec(record)?.[1]);
    if (path) files.set(path.replaceAll('\\', '/'), { found: Number(lines), hit: Number(covered) });
  }
  return files;
}

function sourceFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sourceFiles(path) : path.endsWith('.js') ? [path] : [];
  });
}

function percent({ found, hit }) {
  return (100 * hit) / found;
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
