// Installs the project's packages where they are missing or older than the lock file.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Exits the process where that fails: nothing after it can work. */
export function installMissing(root) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return;
  console.log('Installing packages …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
}

/** Runs a program to its end with this terminal; exits with its code where that is not 0. */
export function run(program, args, options = {}) {
  const npm = process.platform === 'win32' && (program === 'npm' || program === 'npx');
  const result = spawnSync(program, args, { stdio: 'inherit', shell: npm, ...options });
  if (result.error) console.error(result.error.message);
  if (result.status !== 0) process.exit(result.status ?? 1);
}
