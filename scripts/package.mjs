// Makes the .vsix: what a user installs.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installMissing(root);
run(process.execPath, ['scripts/build.mjs'], { cwd: root });
const out = process.argv[2] ?? 'orca.vsix';
// Everything is bundled, so no node_modules go in.
run(
  process.execPath,
  [
    join(root, 'node_modules/@vscode/vsce/vsce'),
    'package',
    '--no-dependencies',
    '--skip-license',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    '--out',
    out,
  ],
  { cwd: root },
);
