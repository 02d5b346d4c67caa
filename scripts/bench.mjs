// `npm run bench`: engine overhead for 1,000 tasks that do nothing, as a ratio to a bare spawn loop in the same run;
// reading large plans, as a ratio to a plain parse of their Markdown; with a directory of .stg instances as its argument
// the mean makespan / optimum of the schedules; and the panel with 1,000 tasks: frames and the main thread's tasks, by
// the browser's own trace. Nothing is judged.
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installMissing(root);
const [instances] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'orca-bench-'));
await build({
  absWorkingDir: root,
  entryPoints: {
    throughput: 'test/bench/throughput-bench.ts',
    schedule: 'test/bench/schedule-bench.ts',
    plan: 'test/bench/plan-bench.ts',
    runner: 'src/engine/runner/main.ts',
  },
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
});
const call = (...args) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).stdout;

console.log('CPU of engine and runners for 1,000 no-op tasks / a bare spawn loop:');
const runs = [];
for (let i = 0; i < 3; i++) {
  const result = JSON.parse(call(join(folder, 'throughput.cjs'), 'throughput', '1000', join(folder, 'runner.cjs')));
  runs.push(result.ratio);
  console.log(
    `  ${result.engineSeconds.toFixed(2)} s / ${result.floorSeconds.toFixed(2)} s = ${result.ratio.toFixed(2)}`,
  );
}
console.log(`  median ${runs.sort((a, b) => a - b)[1].toFixed(2)}`);

const { planBench } = await import(join(folder, 'plan.cjs'));
console.log('\nReading a plan with its graph and remarks / a plain parse by markdown-it:');
for (const { tasks, markdownMs, wholeMs, typedMs } of [planBench(1000), planBench(10_000)]) {
  const times = (ms) => `${(ms / markdownMs).toFixed(2)} (${ms.toFixed(1)} ms / ${markdownMs.toFixed(1)} ms)`;
  console.log(`  ${tasks} tasks: whole ${times(wholeMs)}, after a key ${times(typedMs)}`);
}

if (instances === undefined) console.log('\nMakespan / optimum: give a directory of .stg instances with optimum.csv.');
else {
  const { scheduleBench } = await import(join(folder, 'schedule.cjs'));
  const { rows, longestPathFirst, search } = scheduleBench(instances);
  console.log(`\nMakespan / optimum over ${rows} rows: mean (worst)`);
  console.log(`  longest path first  ${longestPathFirst.mean.toFixed(4)} (${longestPathFirst.worst.toFixed(3)})`);
  console.log(`  with search         ${search.mean.toFixed(4)} (${search.worst.toFixed(3)})`);
}
rmSync(folder, { recursive: true, force: true });

console.log('');
run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'webview', 'frames'], {
  cwd: root,
  env: { ...process.env, ORCA_BENCH: '1' },
});
