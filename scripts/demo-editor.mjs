// `npm run demo -- --editor`: the demo's folder in a real VS Code, served to the browser on this machine only, with the
// packaged extension installed. Lives until it is interrupted.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startEditor } from '../test/rig/editor.mjs';
import { run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [workspace] = process.argv.slice(2);
const vsix = join(mkdtempSync(join(tmpdir(), 'orca-vsix-')), 'orca.vsix');
run(process.execPath, [join(root, 'scripts/package.mjs'), vsix], { cwd: root });
const editor = await startEditor({ workspace, extension: { vsix }, trusted: true, say: (line) => console.log(line) });

console.log(`
Open in a browser on this machine:

  ${editor.url}?folder=${encodeURI(pathToFileURL(workspace).pathname)}

Then open plan.md, run "Orca: Preview Plan" and "Orca: Execute Plan" from the palette (F1), and at the end
"Orca: Apply Run". The agents' terminals are in the terminal panel. Ctrl-C here ends the editor.`);

for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => {
    void editor.dispose().then(() => process.exit(0));
  });
setInterval(() => undefined, 60_000);
