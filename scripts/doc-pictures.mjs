// `npm run doc-pictures`: runs the sample in a real VS Code as the test of it does (test/host/sample.e2e.ts), and makes the
// pictures of the docs and the animation of a run from what is seen on the way. With `-- --from-last`: from the pictures
// that the last run of the test has left.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureSharp } from '../test/rig/install.mjs';
import { installMissing, run } from './install-missing.mjs';

/** By name in docs/, the screenshot. */
const PICTURES = {
  preview: 'what-if-dark',
  run: 'foreseen-dark',
  review: 'review-dark',
  summary: 'summary-tab-dark',
};
const FRAMES = [
  'plan-dark',
  'preview-dark',
  'what-if-dark',
  'run-dark',
  'foreseen-dark',
  'conflict-dark',
  'review-dark',
  'finished-dark',
  'summary-tab-dark',
  'apply-dark',
];
const FRAME_MS = 2200;
const WIDTH = 1000;

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const docs = join(root, 'docs');
const shot = (name) => join(root, '.artifacts/screenshots', `${name}.png`);

installMissing(root);
if (!process.argv.includes('--from-last'))
  run(process.execPath, ['test/host/run.mjs', '--only', 'sample.e2e'], { cwd: root });
const { default: sharp } = await import(await ensureSharp(console.log));
mkdirSync(docs, { recursive: true });
for (const [name, from] of Object.entries(PICTURES))
  writeFileSync(join(docs, `${name}.png`), await sharp(shot(from)).png({ palette: true, effort: 10 }).toBuffer());
const frames = await Promise.all(FRAMES.map((name) => sharp(shot(name)).resize(WIDTH).png().toBuffer()));
const animation = sharp(frames, { join: { animated: true } });
await animation
  .gif({ delay: FRAMES.map(() => FRAME_MS), effort: 10, interFrameMaxError: 4 })
  .toFile(join(docs, 'run.gif'));
