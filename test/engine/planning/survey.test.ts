import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import { monotonicMs } from '../../../src/engine/process/identity.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import { startRun } from '../../../src/engine/start-run.ts';
import { testRepository, type TestRepository } from '../run/repository.ts';

// The built program, in real repositories.

const DIST = join(import.meta.dirname, '../../../dist');
const SURVEY = join(DIST, 'survey.cjs');

const owned: (() => void)[] = [];
afterEach(() => {
  for (const dispose of owned.splice(0)) dispose();
});

function scratch(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-survey-')));
  owned.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Files = Readonly<Record<string, string>>;

/** With a commit of these files. */
function repositoryOf(files: Files): TestRepository {
  const repository = testRepository(() => '# Plan\n');
  owned.push(repository.dispose);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository.folder, name)), { recursive: true });
    writeFileSync(join(repository.folder, name), text);
  }
  repository.git('add', '--all', '--force');
  repository.git('commit', '--quiet', '--allow-empty', '--message', 'files');
  return repository;
}

interface Surveyed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly startup: string;
  readonly map: string;
}

function survey(cwd: string, folder = '', env: Readonly<Record<string, string>> = {}): Promise<Surveyed> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [SURVEY, folder], { cwd, env: { ...process.env, ...env } });
    let [out, err] = ['', ''];
    child.stdout?.on('data', (text: string) => (out += text));
    child.stderr?.on('data', (text: string) => (err += text));
    child.once('close', (code) => {
      const text = (name: string): string => {
        const path = join(cwd, folder, name);
        return existsSync(path) ? readFileSync(path, 'utf8') : '';
      };
      resolve({ code: code ?? -1, out, err, startup: text('startup.md'), map: text('repository_map.md') });
    });
  });
}

const NEW = '- A new project (greenfield): there is no code yet.';
const EXISTING = '- An existing code base: a plan names the files that are there.';

describe('what it says of a repository', () => {
  it.each<
    [
      string,
      Files,
      string,
      { readonly startup?: readonly string[]; readonly map?: readonly string[]; readonly not?: readonly string[] },
    ]
  >([
    [
      'with nothing but a README',
      { 'README.md': '# Shop\n\nTo be.\n', LICENSE: 'MIT' },
      '',
      {
        startup: [NEW, '- 2 tracked files', '- On branch `main`', '- Nothing uncommitted', '- node: v'],
        map: ['# Shop'],
      },
    ],
    [
      'with code and tests',
      {
        'package.json': '{ "name": "shop", "devDependencies": { "vitest": "3" } }',
        'src/main.ts': 'export function start() {}\n',
        'AGENTS.md': 'Be brief.\n',
      },
      'docs/planning',
      {
        startup: [
          EXISTING,
          '- TypeScript: 100% of the code, 1 file',
          '- tests: vitest, from package.json.',
          '- `AGENTS.md`',
        ],
        map: ['src/ (1)\n  main.ts', '- `src/main.ts`: start', '"devDependencies": "vitest"'],
      },
    ],
    [
      'that was planned before',
      {
        'docs/planning/requirements.md': '# Requirements\n',
        'docs/planning/notes.md': 'Mine.\n',
        'tasks.md': 'Mine.\n',
      },
      'docs/planning',
      { startup: [NEW], map: ['notes.md', 'tasks.md'], not: ['requirements.md'] },
    ],
    [
      'with secrets',
      { '.env': 'DATABASE_PASSWORD=hunter2hunter2\n', 'config/.env.py': 'class Hunter2: pass\n', 'a.py': 'x = 1\n' },
      '',
      { startup: [EXISTING], map: ['.env'], not: ['hunter2', 'PASSWORD'] },
    ],
    [
      'with names that are no ASCII',
      { 'wörter/ключ 🐋.py': 'def größe(): pass\n' },
      'plän',
      { map: ['wörter/ (1)\n  ключ 🐋.py', 'größe'] },
    ],
  ])('%s', async (_, files, folder, { startup = [], map = [], not = [] }) => {
    const repository = repositoryOf(files);
    const told = await survey(repository.folder, folder);
    expect(told, told.err).toMatchObject({ code: 0, err: '' });
    for (const text of startup) expect(told.startup).toContain(text);
    for (const text of map) expect(told.map).toContain(text);
    for (const text of not) expect(told.map + told.startup).not.toContain(text);
    expect(told.out).toContain(told.startup.includes(NEW) ? 'A new project: ' : 'An existing code base: ');
    const written = repository.git('-c', 'core.quotePath=false', 'status', '--porcelain', '--untracked-files=all');
    const prefix = folder === '' ? '' : `${folder}/`;
    expect(written.split('\n').filter(Boolean).sort()).toEqual([
      `?? ${prefix}repository_map.md`,
      `?? ${prefix}startup.md`,
    ]);
  });

  it('with 10,000 files is short, and the same each time', async () => {
    const repository = repositoryOf({});
    const file = (n: number): string =>
      `M 100644 inline src/part-${n % 100}/module-${n}.ts\ndata 27\nexport function f${1000 + (n % 9000)}() {}\n`;
    const commit = `commit refs/heads/main\ncommitter T <t@localhost> 0 +0000\ndata 4\nmany\nfrom refs/heads/main^0\n`;
    const input = `${commit}${Array.from({ length: 10_000 }, (_, n) => file(n)).join('')}`;
    execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: repository.folder, input });
    repository.git('read-tree', 'HEAD');
    const first = await survey(repository.folder);
    expect(first, first.err).toMatchObject({ code: 0, out: expect.stringContaining('10000 tracked files') as string });
    expect(first.map).toContain('10000 tracked files in 100 folders');
    expect(first.map).toContain('- `src/part-0/module-0.ts`: f1000');
    expect(first.map.length).toBeLessThanOrEqual(20_000);
    expect((await survey(repository.folder)).map).toBe(first.map);
  });

  it('without a commit, and where there is no repository at all', async () => {
    const folder = scratch();
    const without = await survey(folder);
    expect(without).toMatchObject({ code: 0, map: '# Repository map\n\nNo file is tracked yet.\n' });
    expect(without.startup).toContain(`- ${folder} is not in a git repository.`);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
    expect((await survey(folder)).startup).toContain('- On branch `main`\n- No commit yet\n');
  });
});

describe('where it writes', () => {
  it.each(['..', '../elsewhere', 'a/../../b', 'link', 'link/below'])('not to %s', async (folder) => {
    const home = scratch();
    const inside = join(home, 'repository');
    mkdirSync(inside);
    mkdirSync(join(home, 'outside'));
    symlinkSync(join(home, 'outside'), join(inside, 'link'));
    const { code, out, err } = await survey(inside, folder);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/ is not inside of the repository\.| leads out of the repository\./);
    expect(readdirSync(home, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      ['outside', 'repository', join('repository', 'link')].sort(),
    );
  });
});

describe('whom it finds', () => {
  it.skipIf(process.platform === 'win32').each<[string, string | undefined, string]>([
    ['the known agents', undefined, '- `claude` (Claude Code): found, 9.8.7 (fake), signed in, by the signs of it.'],
    [
      'one of the settings',
      JSON.stringify({ fast: { kind: 'claude', model: 'm' } }),
      '- `fast` (fast (Claude Code)): found, 9.8.7 (fake)',
    ],
    [
      'one that is not there',
      JSON.stringify({ other: { command: ['no-such-agent'] } }),
      '- `other`: missing. no-such-agent is not on the PATH.',
    ],
    ['all but Orca itself', '{}', '- `shell` (Shell): found.'],
    ['the known ones where the settings are none', 'no JSON', '- `claude` (Claude Code): found, 9.8.7 (fake)'],
  ])('%s', async (_, agents, line) => {
    const bin = scratch();
    writeFileSync(join(bin, 'claude'), '#!/bin/sh\necho "9.8.7 (fake)"\n');
    chmodSync(join(bin, 'claude'), 0o755);
    const { startup } = await survey(repositoryOf({}).folder, '', {
      PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
      ANTHROPIC_API_KEY: 'a key',
      ...(agents !== undefined && { ORCA_SURVEY_AGENTS: agents }),
    });
    expect(startup).toContain(line);
    expect(startup).not.toContain('orca-survey');
    expect(startup).not.toContain('a key');
  });

  it.skipIf(process.platform === 'win32')(
    'waits for no tool that hangs, and runs none that the repository brings',
    async () => {
      const bin = scratch();
      writeFileSync(join(bin, 'make'), '#!/bin/sh\nsleep 600\n');
      chmodSync(join(bin, 'make'), 0o755);
      const repository = repositoryOf({
        Makefile: 'all:\n',
        '.yarnrc.yml': 'yarnPath: evil.cjs\n',
        'yarn.lock': '',
        'evil.cjs': `require('fs').writeFileSync(${JSON.stringify(join(bin, 'ran'))}, '')`,
      });
      const { startup } = await survey(repository.folder, '', { PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` });
      expect(startup).toContain('- make: found\n');
      expect(existsSync(join(bin, 'ran'))).toBe(false);
    },
  );
});

it(
  'is a step of a run like any other, and tells of the checkout that the run is for',
  { timeout: 120_000 },
  async () => {
    const plan =
      '# Plan\n\n### startup: Start-up check\n- Estimate: 1 min\n- Files: `docs/startup.md`, `docs/repository_map.md`\n- Agent: orca-survey\n\nLooks around.\n';
    const repository = repositoryOf({ 'plan.md': plan, 'main.py': 'def main(): pass\n' });
    repository.git('switch', '--quiet', '--create', 'work');
    writeFileSync(join(repository.folder, 'main.py'), 'def changed(): pass\n');
    const run = await startRun(
      {
        folder: repository.folder,
        driver: 'cli',
        launcher: childProcessLauncher({ execPath: process.execPath, env: process.env }),
        runnerPath: join(DIST, 'runner.cjs'),
        survey: { command: process.execPath, args: [SURVEY], env: {} },
        agents: agentsOf({}),
        clock: { now: () => Date.now(), mono: monotonicMs },
        random: () => randomBytes(16).toString('hex'),
        version: 'test',
        idleExitMs: 20_000,
        maxLogBytes: 1_000_000,
      },
      {
        source: { text: plan },
        strategy: 'hybrid',
        agents: 1,
        agent: 'shell',
        uncommitted: false,
        limits: { attempts: 1, idleMs: 60_000, totalMs: 60_000 },
      },
    );
    if (run.kind !== 'opened') throw new Error(JSON.stringify(run));
    await run.session.finished();
    const { state } = run.session;
    await run.session.close();
    expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    const [attempt] = state.tasks[0]?.attempts ?? [];
    expect(attempt?.snapshot?.files.map(({ path }) => path)).toEqual(['docs/repository_map.md', 'docs/startup.md']);
    const result = (name: string): string => repository.git('show', `orca/${state.spec.id}/integration:docs/${name}`);
    expect(result('startup.md')).toContain('- On branch `work`\n');
    expect(result('startup.md')).toContain('- 1 file with uncommitted changes\n');
    expect(result('repository_map.md')).toContain('- `main.py`: main\n');
  },
);
