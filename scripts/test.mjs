// The README's second command: everything that has to hold. Installs what is missing. Arguments name parts to run
// instead of all: types, lint, format, unit, agents, host.
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
// Two of the six CLIs, in runs that go well. All of them, and what goes wrong with them: `npm run test:agents`.
const agents = ['claude', 'codex'];
process.env.ORCA_TEST_AGENTS = agents.join(',');
part(
  'agents',
  [process.execPath, 'test/agents/install.mjs', ...agents],
  [process.execPath, bin('vitest/vitest.mjs'), 'run', '--config', 'test/agents/vitest.config.ts', 'orca.test.ts'],
);
delete process.env.ORCA_TEST_AGENTS;
part('host', [process.execPath, 'test/host/run.mjs', '--deadline', '45']);
