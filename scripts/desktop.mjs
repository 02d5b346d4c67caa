// `npm run desktop`: the extension in a desktop VS Code of its own, downloaded from its vendor, for contributors with
// open internet. The tests do not need it.
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
run(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root });
const executable = await downloadAndUnzipVSCode('stable');
const home = mkdtempSync(join(tmpdir(), 'orca-desktop-'));
const workspace = join(home, 'ecommerce-api');
cpSync(join(root, 'examples/ecommerce-api'), workspace, { recursive: true });
for (const args of [
  ['init', '--quiet', '--initial-branch=main'],
  ['add', '--all'],
  ['commit', '--quiet', '--message', 'Start'],
])
  run('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', ...args], { cwd: workspace });
run(executable, [
  workspace,
  `--extensionDevelopmentPath=${root}`,
  `--user-data-dir=${join(home, 'user')}`,
  '--disable-workspace-trust',
  '--wait',
]);
