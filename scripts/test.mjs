// The README's second command: everything that has to hold. Installs what is missing. Arguments name parts to run
// instead of all: types, lint, format, unit, host.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, run } from './install-missing.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.slice(2);
const part = (name, ...commands) => {
  if (only.length > 0 && !only.includes(name)) return;
  const began = performance.now();
  for (const [program, ...args] of commands) run(program, args, { cwd: root });
  console.log(`── ${name}: ${Math.round((performance.now() - began) / 1000)} s\n`);
};

installMissing(root);
const bin = (name) => join(root, 'node_modules', name);
part('build', [process.execPath, 'scripts/build.mjs']);
if (only.length > 0 && !only.includes('build')) run(process.execPath, ['scripts/build.mjs'], { cwd: root });
part('types', [process.execPath, bin('typescript/bin/tsc'), '-b']);
part('format', [process.execPath, bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']);
part('lint', [process.execPath, bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']);
part('unit', [process.execPath, bin('vitest/vitest.mjs'), 'run']);
part('host', [process.execPath, 'test/host/run.mjs', '--deadline', '45']);
