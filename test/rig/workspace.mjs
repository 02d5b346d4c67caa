// @ts-check
// A folder to open: a fresh repository in the temporary directory.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * @typedef {object} WorkspaceOptions
 * @property {string} [from]  A folder to copy.
 * @property {Record<string, string>} [files]  Text by relative path.
 * @property {boolean} [git]  A repository on `main` with all of it in one commit; default true.
 */

/**
 * @param {WorkspaceOptions} [options]
 * @returns {string} its real path
 */
export function makeWorkspace({ from, files = {}, git = true } = {}) {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'orca-ws-')));
  if (from) cpSync(from, dir, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  if (git) {
    const inDir = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: dir, stdio: 'pipe' });
    inDir('init', '--quiet', '--initial-branch=main');
    // Whatever this machine's own settings are.
    for (const [key, value] of [
      ['user.name', 'Orca Rig'],
      ['user.email', 'rig@example.invalid'],
      ['commit.gpgsign', 'false'],
      ['core.autocrlf', 'false'],
    ])
      inDir('config', String(key), String(value));
    inDir('add', '--all');
    inDir('commit', '--quiet', '--allow-empty', '--message', 'Start');
  }
  return dir;
}
