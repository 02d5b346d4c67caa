// `npm run pictures`: the panel's states in a real browser, four themes and several widths, each looked over by axe.
// The pictures go to .artifacts/screenshots/webview.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
installMissing(root);
run(process.execPath, ['scripts/build.mjs'], { cwd: root });
run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'webview', 'pictures'], {
  cwd: root,
  env: { ...process.env, ORCA_PICTURES: '1' },
});
