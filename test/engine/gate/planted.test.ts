import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import type { GateReport } from '../../../src/core/gate/gate.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { monotonicMs } from '../../../src/engine/process/identity.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import type { RunSession } from '../../../src/engine/session.ts';
import { startRun } from '../../../src/engine/start-run.ts';
import { testRepository, type TestRepository } from '../run/repository.ts';

// A repository in which tasks plant faults, and the same one in which they do not: real git, real tests, real reports.

const DIST = join(import.meta.dirname, '../../../dist');

const opened: { readonly repository: TestRepository; session?: RunSession }[] = [];
afterEach(async () => {
  for (const { repository, session } of opened.splice(0)) {
    await session?.close();
    repository.dispose();
  }
});

const REPORTERS = [
  '--experimental-test-coverage',
  ...['lcov=lcov.info', 'junit=junit.xml', 'spec=stdout'].flatMap((pair) => {
    const [name, destination] = pair.split('=');
    return [`--test-reporter=${name ?? ''}`, `--test-reporter-destination=${destination ?? ''}`];
  }),
];

const BASE: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "planted", "type": "module" }',
  '.gitignore': 'lcov.info\njunit.xml\n',
  // What was there before is nobody's fault now.
  'src/old.js': `export const find = (db, name) => db.query("SELECT * FROM t WHERE name = '" + name + "'");\n`,
  'src/work.js': 'export const rounds = 10;\n',
  'bench.mjs': `import { rounds } from './src/work.js';
const from = process.hrtime.bigint();
while (process.hrtime.bigint() - from < BigInt(rounds) * 1_000_000n);
console.log(JSON.stringify({ mean: Number(process.hrtime.bigint() - from) / 1e6 }));
`,
  'test/base.test.js': `import { test } from 'node:test';
import assert from 'node:assert';
import { find } from '../src/old.js';
test('finds', () => assert.match(find({ query: (sql) => sql }, 'a'), /'a'/));
`,
  '.orca/gates.yaml': `gates:
  tdd:
    kind: tdd
    commands: [${JSON.stringify([process.execPath, '--test', ...REPORTERS, 'test/'])}]
    report: [lcov.info, junit.xml]
    coverage: { changed: 80 }
    testsFirst: required
  security: { kind: security }
  quality: { kind: quality, blocking: true }
  speed:
    kind: performance
    commands: [${JSON.stringify([process.execPath, 'bench.mjs'])}]
    samples: 3
    figures: [{ name: mean, json: $.mean, unit: ms, tolerance: 100 }]
`,
};

/** Waits until the moment has been seen at which a file is there. */
const seen = (task: string, file: string): string =>
  `until git cat-file -e "$(git for-each-ref --format='%(objectname)' 'refs/orca/*/${task}/1-looks')":${file} 2>/dev/null; do sleep 0.05; done`;
const write = (file: string, text: string): string => `cat > ${file} <<'EOF'\n${text}\nEOF`;
const task = (id: string, gates: string, ...script: readonly string[]): string =>
  `### ${id}: Task ${id}\n- Estimate: 5 min\n- Depends on: none\n- Files: src/${id}*, test/${id}*, src/work.js\n- Gates: ${gates}\n\n\`\`\`sh run\n${script.join('\n')}\n\`\`\`\n`;

const test = (name: string, body: string): string =>
  `import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { ${name} } from '../src/${name}.js';\n\ntest('${name}', () => {\n  ${body}\n});`;

/** A decision for each of its numbers, each within the one before. */
const nested = (depth: number): string =>
  `export function nested(n) {\n${Array.from({ length: depth }, (_, i) => `${'  '.repeat(i + 1)}if (n > ${i}) {`).join('\n')}\n  return n;\n${'}'.repeat(depth)}\n  return 0;\n}`;

const SECRET = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');

const PLANTED = [
  task(
    'data',
    'security',
    write(
      'src/data.py',
      `import os\n\nTOKEN = "${SECRET}"\n\ndef find(cursor, name):\n    cursor.execute(f"SELECT * FROM users WHERE name = '{name}'")`,
    ),
    write(
      'src/data.ts',
      'export function find(db: { query(sql: string): unknown }, id: string) {\n  return db.query(`SELECT * FROM things WHERE id = ${id}`);\n}',
    ),
  ),
  task(
    'nested',
    'quality',
    write('src/nested.js', nested(7)),
    write('src/nested2.js', nested(2).replace('nested', 'flat')),
  ),
  task(
    'late',
    'tdd',
    write('src/late.js', 'export const late = () => 1;'),
    seen('late', 'src/late.js'),
    write('test/late.test.js', test('late', 'late();')),
  ),
  task(
    'open',
    'tdd',
    write('test/open.test.js', test('open', 'assert.equal(open(1), 1);')),
    seen('open', 'test/open.test.js'),
    write(
      'src/open.js',
      'export function open(n) {\n  if (n === 2) {\n    n = 3;\n    n = 4;\n    return n;\n  }\n  return n;\n}',
    ),
  ),
  task('slow', 'speed', write('src/work.js', 'export const rounds = 200;')),
];

const CLEAN = [
  task(
    'data',
    'security',
    write(
      'src/data.py',
      'import os\n\nTOKEN = os.environ["TOKEN"]\n\ndef find(cursor, name):\n    cursor.execute("SELECT * FROM users WHERE name = %s", (name,))',
    ),
    write(
      'src/data.ts',
      "export function find(db: { query(sql: string, values: unknown[]): unknown }, id: string) {\n  return db.query('SELECT * FROM things WHERE id = ?', [id]);\n}",
    ),
    'git mv src/old.js src/data-old.js; sed s,old.js,data-old.js, test/base.test.js > t && mv t test/base.test.js',
  ),
  task('nested', 'quality', write('src/nested.js', nested(2))),
  task(
    'late',
    'tdd',
    write('test/late.test.js', test('late', 'assert.equal(late(), 1);')),
    seen('late', 'test/late.test.js'),
    write('src/late.js', 'export const late = () => 1;'),
  ),
  task('slow', 'speed', write('src/work.js', 'export const rounds = 11;')),
];

async function run(tasks: readonly string[]) {
  const repository = testRepository(() => `# Planted\n\n${tasks.join('\n')}`);
  for (const [name, text] of Object.entries(BASE)) {
    mkdirSync(dirname(join(repository.folder, name)), { recursive: true });
    writeFileSync(join(repository.folder, name), text);
  }
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'base');
  const owned: (typeof opened)[number] = { repository };
  opened.push(owned);
  const engine: Engine = {
    folder: repository.folder,
    driver: 'cli',
    launcher: childProcessLauncher({ execPath: process.execPath, env: process.env }),
    runnerPath: join(DIST, 'runner.cjs'),
    measure: { command: process.execPath, args: [join(DIST, 'measure.cjs')], env: {} },
    agents: agentsOf({}),
    clock: { now: () => Date.now(), mono: monotonicMs },
    random: () => randomBytes(16).toString('hex'),
    version: 'test',
    idleExitMs: 20_000,
    maxLogBytes: 1_000_000,
  };
  const result = await startRun(engine, {
    source: { text: `# Planted\n\n${tasks.join('\n')}` },
    strategy: 'hybrid',
    agents: 2,
    agent: 'shell',
    uncommitted: false,
    limits: { attempts: 1, idleMs: 60_000, totalMs: 120_000 },
  });
  if (result.kind !== 'opened') throw new Error(JSON.stringify(result));
  owned.session = result.session;
  await result.session.finished();
  return result.session.state;
}

function reportsOf(state: RunSession['state']): readonly (readonly [task: string, report: GateReport])[] {
  return state.tasks.flatMap(({ attempts }, i) =>
    (attempts.at(-1)?.gates ?? []).map((report) => [state.graph.nodes[i]?.id ?? '', report] as const),
  );
}

describe('a repository with planted faults', () => {
  it('has each of them found at its line, with its task', { timeout: 120_000 }, async () => {
    const state = await run(PLANTED);
    const found = reportsOf(state).flatMap(([, { findings }]) =>
      findings.map(
        ({ task: of = '?', rule, path = '', line = 0, severity }) => `${of}: ${severity} ${rule} ${path}:${line}`,
      ),
    );
    expect(found.sort()).toEqual([
      'data: error orca/sql-injection src/data.py:6',
      'data: error orca/sql-injection src/data.ts:2',
      'data: error secretlint/github src/data.py:3',
      'late: error code-before-test src/late.js:1',
      'late: error orca/test-without-assertion test/late.test.js:5',
      'nested: warning cognitive-complexity src/nested.js:1',
      'open: warning not-covered src/open.js:3',
      'slow: error mean bench.mjs:1',
    ]);
    expect(state.tasks.map(({ phase }) => phase.kind)).toEqual(Array(5).fill('failed'));
    const verdicts = reportsOf(state).map(([of, { gate, verdict }]) => `${of} ${gate} ${verdict}`);
    expect(verdicts).toEqual([
      'data security failed',
      'nested quality failed',
      'late tdd failed',
      'open tdd failed',
      'slow speed failed',
    ]);
  });

  it(
    'has nothing found where there is nothing, also in what was there and has moved',
    { timeout: 120_000 },
    async () => {
      const state = await run(CLEAN);
      expect(reportsOf(state).flatMap(([, { findings }]) => findings)).toEqual([]);
      expect(reportsOf(state).map(([, { verdict, score }]) => [verdict, score])).toEqual(
        Array(4).fill(['passed', 100]),
      );
      expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    },
  );
});
