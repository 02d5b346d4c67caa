// Runs the real CLIs against the stub once for every case and writes down what they print: test/agents/golden.
//
//   node test/agents/record.mjs [cli…] [--only case,…]
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'orca-record-'));
const outfile = join(folder, 'record.mjs');
await build({ entryPoints: [join(here, 'record.ts')], outfile, bundle: true, platform: 'node', format: 'esm' });
const { status } = spawnSync(process.execPath, [outfile, here, ...process.argv.slice(2)], { stdio: 'inherit' });
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
