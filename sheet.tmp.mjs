import { launchChromium } from './test/rig/browser.mjs';
import { readFileSync, existsSync } from 'node:fs';
const [out, width, ...files] = process.argv.slice(2);
const b = await launchChromium();
const p = await b.newPage({ viewport: { width: 1600, height: 1000 } });
const html = files.filter((f) => existsSync(f)).map((f) => `<figure><img src="data:image/png;base64,${readFileSync(f).toString('base64')}" width=${width}><figcaption>${f.split('/').pop()}</figcaption></figure>`).join('');
await p.setContent(`<style>body{display:flex;flex-wrap:wrap;gap:6px;margin:4px;background:#888}figure{margin:0;font:11px sans-serif}</style>${html}`);
await p.screenshot({ path: out, fullPage: true });
await b.close();
