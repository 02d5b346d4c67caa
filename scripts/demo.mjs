// The README's first command: Orca doing its main job. The sample plan is copied to a folder of its own, run by the
// built-in shell agent, and left there with its result and its summary. `--editor` does it in a VS Code in the browser.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installMissing(root);
run(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: root });

const folder = join(realpathSync(mkdtempSync(join(tmpdir(), 'orca-demo-'))), 'ecommerce-api');
cpSync(join(root, 'examples/ecommerce-api'), folder, { recursive: true });
const git = (...args) =>
  run('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost', ...args], { cwd: folder });
git('init', '--quiet', '--initial-branch=main');
git('add', '--all');
git('commit', '--quiet', '--message', 'The plan, before anything is built');

if (process.argv.includes('--editor')) {
  run(process.execPath, [join(root, 'scripts/demo-editor.mjs'), folder], { cwd: root });
} else {
  const orca = join(root, 'dist/cli.cjs');
  run(process.execPath, [orca, 'preview', '--folder', folder]);
  console.log(`\nExecuting it in ${folder}\n`);
  run(process.execPath, [orca, 'execute', '--folder', folder]);
  const [id] = readdirSync(join(folder, '.orca/executions')).filter((name) => name.startsWith('exec-'));
  console.log(`\n${readFileSync(join(folder, '.orca/executions', id, 'execution_summary.md'), 'utf8')}`);
  const status = spawnSync('git', ['status', '--short', '--branch'], { cwd: folder, encoding: 'utf8' }).stdout;
  console.log(`Your checkout was not touched (git status):\n${status}`);
  console.log(`Take the result:  node ${orca} apply --folder ${folder}\nThen start it:    cd ${folder} && npm start`);
}
