import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect } from 'vitest';
import type { RunState } from '../../../src/core/run/state.ts';
import { listRuns, readRun } from '../../../src/engine/open-run.ts';
import { runDir } from '../../../src/engine/run-files.ts';

/** A repository of its own for a run, with a plan and where its tasks note what they do. */
export interface TestRepository {
  readonly folder: string;
  /** Outside of the repository: a line a start and an end of a task's script. */
  readonly diary: string;
  readonly git: (...args: string[]) => string;
  readonly dispose: () => void;
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'T',
  GIT_AUTHOR_EMAIL: 't@localhost',
  GIT_COMMITTER_NAME: 'T',
  GIT_COMMITTER_EMAIL: 't@localhost',
};

export function testRepository(
  plan: (diary: string) => string,
  files: Readonly<Record<string, string>> = {},
): TestRepository {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'orca-run-')));
  const folder = join(home, 'repository');
  const diary = join(home, 'diary');
  writeFileSync(diary, '');
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...IDENTITY } });
  writeFileSync(join(folder, 'plan.md'), plan(diary));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
  return { folder, diary, git, dispose: () => rmSync(home, { recursive: true, force: true }) };
}

/** A task's script: notes its start, does its part, notes its end. One `printf` a line, so that lines never mix. */
export function notingTask(diary: string, id: string, dependsOn: readonly string[], body: string): string {
  return [
    `### ${id}: Task ${id}`,
    '- Estimate: 5 min',
    `- Depends on: ${dependsOn.length === 0 ? 'none' : dependsOn.join(', ')}`,
    '',
    `Writes ${id}.txt.`,
    '',
    '```sh run',
    `printf 'start ${id} %s\\n' "$$" >> '${diary}'`,
    body,
    `echo ${id} > ${id}.txt`,
    `printf 'end ${id} %s\\n' "$$" >> '${diary}'`,
    '```',
    '',
  ].join('\n');
}

export interface DiaryFaults {
  /** Started again after an end. */
  readonly again: string[];
  /** Two at work on one task at once. */
  readonly doubled: string[];
}

/** What must not be in a diary, whatever was killed. */
export function faultsIn(diary: string): DiaryFaults {
  const ended = new Set<string>();
  const running = new Map<string, string>();
  const again: string[] = [];
  const doubled: string[] = [];
  for (const line of readFileSync(diary, 'utf8').split('\n').filter(Boolean)) {
    const [what, task = '', pid = ''] = line.split(' ');
    if (what === 'start') {
      if (ended.has(task)) again.push(task);
      if (running.has(task)) doubled.push(task);
      running.set(task, pid);
    } else {
      ended.add(task);
      running.delete(task);
    }
  }
  return { again, doubled };
}

/** Bundles the driver and the runner once into a folder. */
export async function buildDriver(): Promise<{ readonly path: string; dispose(): void }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-driver-')));
  await build({
    entryPoints: {
      driver: join(import.meta.dirname, 'driver.ts'),
      runner: join(import.meta.dirname, '../../../src/engine/runner/main.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
  return { path: join(folder, 'driver.cjs'), dispose: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What the journal of the one run folds to. */
export async function stateOf({ folder }: TestRepository): Promise<RunState> {
  const [listed] = await listRuns(folder);
  const run = await readRun(runDir(folder, listed?.id ?? ''));
  if (run.kind !== 'read') throw new Error(run.message);
  return run.state;
}

/** All tasks of the one run are done, each once, and their results are there; the checkout is as it was. */
export async function expectDone(repository: TestRepository, ids: readonly string[]): Promise<void> {
  const state = await stateOf(repository);
  expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  expect(faultsIn(repository.diary)).toEqual({ again: [], doubled: [] });
  const integration = `orca/${state.spec.id}/integration`;
  const files = repository
    .git('ls-tree', '--name-only', integration)
    .split('\n')
    .filter((name) => name.endsWith('.txt'));
  expect(files.sort()).toEqual(ids.map((id) => `${id}.txt`).sort());
  expect(repository.git('rev-list', '--count', `main..${integration}`).trim()).toBe(String(ids.length));
  expect(repository.git('status', '--porcelain')).toBe('');
}

export interface Driven {
  readonly process: ChildProcess;
  /** Resolves when it begins, or when it has ended before. */
  readonly up: Promise<void>;
  /** Resolves with its output when it has ended. */
  readonly ended: Promise<{ readonly killed: boolean; readonly output: string }>;
}

export function drive(driver: string, folder: string, crashAt = 0, ...more: string[]): Driven {
  const child = spawn(process.execPath, [driver, folder, String(crashAt), ...more], {
    env: { ...process.env, ...IDENTITY },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const up = new Promise<void>((resolve) => {
    child.stdout.once('data', () => resolve());
    child.once('close', () => resolve());
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  return {
    process: child,
    up,
    ended: new Promise((resolve) =>
      child.once('close', (_code, signal) => resolve({ killed: signal === 'SIGKILL', output })),
    ),
  };
}
