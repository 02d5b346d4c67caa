// Builds every bundle into dist/: the extension host, the command line, the runner, what measures, and the webview.
import { build, context } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const watch = process.argv.includes('--watch');
const production = !watch && !process.argv.includes('--dev');

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const node = {
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  define: { ORCA_VERSION: JSON.stringify(version) },
};
// Of markdown-it only rules for blocks are used (core/plan/text/document.ts): not these, and nothing of what helps with inline
// text, which are links, punctuation and names of characters.
const lessMarkdown = {
  name: 'less-markdown',
  setup(build) {
    build.onLoad({ filter: /markdown-it.lib.rules_block.(table|reference|lheading)\.mjs$/ }, () => ({
      contents: 'export default undefined;',
    }));
    build.onResolve({ filter: /^(mdurl|uc\.micro|entities)$/ }, ({ path }) => ({ path, namespace: 'inline-text' }));
    build.onLoad({ filter: /.*/, namespace: 'inline-text' }, () => ({ contents: 'export let decodeHTML, P, S;' }));
  },
};
// What is needed now and then is a bundle of its own, loaded when it is first asked for.
const onDemand = {
  language: 'src/vscode/language/register.ts',
  layout: 'src/core/graph/layout.ts',
  opportunities: 'src/core/view/opportunities.ts',
  planning: 'src/core/planning/planning-plan.ts',
  review: 'src/vscode/review/comments.ts',
  summary: 'src/core/view/summary.ts',
  window: 'src/vscode/window/register.ts',
};
const loadOnDemand = {
  name: 'load-on-demand',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, resolveDir, path }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = Object.keys(onDemand).find((key) => join(root, onDemand[key]) === join(resolveDir, path));
      return name && { path: `./${name}.cjs`, external: true };
    });
  },
};
// What several bundles use is a bundle of its own as well, loaded when one of these functions is first called: many
// windows read no plan, and most that do read no YAML and no JSON. By file: the functions that others call.
const shared = {
  // The same library as modules, of which what is not used is left out.
  yaml: {
    'node_modules/yaml/browser/dist/index.js': ['isMap', 'isScalar', 'isSeq', 'parse', 'parseDocument', 'stringify'],
  },
  'jsonc-parser': { 'node_modules/jsonc-parser/lib/esm/main.js': ['parseTree', 'printParseErrorCode'] },
  plan: {
    'src/core/plan/parse.ts': ['parsePlan', 'readPlan'],
    'src/core/plan/analysis.ts': ['analyse'],
  },
};
const share = {
  name: 'share',
  setup(build) {
    const own = build.initialOptions.stdin !== undefined;
    for (const [name, files] of Object.entries(shared)) {
      for (const [file, names] of Object.entries(files)) {
        build.onLoad({ filter: new RegExp(`${file}$`), namespace: 'shared' }, () => ({
          contents: [
            'let loaded;',
            `const load = () => (loaded ??= require('./${name}.cjs'));`,
            ...names.map((one) => `export const ${one} = (...given) => load().${one}(...given);`),
          ].join('\n'),
        }));
      }
    }
    build.onResolve({ filter: /./, namespace: 'shared' }, ({ path }) => ({ path, external: true }));
    build.onResolve({ filter: /^(yaml|jsonc-parser)$/ }, ({ path }) => ({
      path: Object.keys(shared[path])[0],
      namespace: 'shared',
    }));
    if (own) return;
    build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ resolveDir, path }) => {
      const file = relative(root, join(resolveDir, path)).replaceAll('\\', '/');
      return Object.hasOwn(shared.plan, file) ? { path: file, namespace: 'shared' } : undefined;
    });
  },
};
const bundles = [
  ...Object.entries(shared).map(([name, files]) => ({
    ...node,
    stdin: {
      contents: Object.entries(files)
        .map(([file, names]) => `export { ${names.join(', ')} } from ${JSON.stringify(`./${file}`)};`)
        .join('\n'),
      resolveDir: root,
    },
    plugins: [share, lessMarkdown],
    outfile: `dist/${name}.cjs`,
  })),
  {
    ...node,
    entryPoints: { extension: 'src/vscode/extension.ts' },
    external: ['vscode'],
    plugins: [loadOnDemand, share, lessMarkdown],
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: {
      cli: 'src/cli/main.ts',
      runner: 'src/engine/runner/main.ts',
      mcp: 'src/engine/mcp/main.ts',
      acp: 'src/engine/acp/main.ts',
      lm: 'src/engine/lm/main.ts',
      measure: 'src/engine/measure/main.ts',
      survey: 'src/engine/planning/survey-main.ts',
      ...onDemand,
    },
    external: ['vscode'],
    plugins: [loadOnDemand, share, lessMarkdown],
    outExtension: { '.js': '.cjs' },
  },
  { platform: 'browser', target: 'es2022', format: 'esm', entryPoints: { panel: 'src/webview/panel.ts' } },
];

rmSync(join(root, 'dist'), { recursive: true, force: true });
mkdirSync(join(root, 'dist'), { recursive: true });
for (const file of ['codicon.css', 'codicon.ttf'])
  copyFileSync(join(root, 'node_modules/@vscode/codicons/dist', file), join(root, 'dist', file));

const grammars = join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm');
mkdirSync(join(root, 'dist', 'grammars'));
for (const name of ['', '-typescript', '-tsx', '-javascript', '-python', '-go', '-java', '-rust'])
  copyFileSync(join(grammars, `tree-sitter${name}.wasm`), join(root, 'dist', 'grammars', `tree-sitter${name}.wasm`));

for (const bundle of bundles) {
  const options = {
    ...bundle,
    absWorkingDir: root,
    bundle: true,
    ...(bundle.outfile === undefined && { outdir: 'dist' }),
    minify: production,
    sourcemap: production ? false : 'linked',
    logLevel: 'warning',
    // markdown-it's ESM build imports its parts by main fields that esbuild resolves best in this order.
    mainFields: ['module', 'main'],
  };
  if (watch) await (await context(options)).watch();
  else await build(options);
}
