import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { notingTask, testRepository, type TestRepository } from '../engine/run/repository.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.cjs');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function orca(cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

const owned: { readonly dispose: () => void }[] = [];
afterEach(() => {
  for (const { dispose } of owned.splice(0)) dispose();
});

function repository(plan: (diary: string) => string): TestRepository {
  const made = testRepository(plan);
  owned.push(made);
  return made;
}

const two = (diary: string): string =>
  `# Two\n\n${notingTask(diary, 'a', [], ':')}${notingTask(diary, 'b', ['a'], ':')}`;

describe('reading a plan', () => {
  it('previews it as JSON, and as text in the layout of the sample', async () => {
    const { folder } = repository(two);
    const json = await orca(folder, 'preview', '--format', 'json', '--agents', '2');
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({
      totalTasks: 2,
      maxParallelism: 1,
      sequentialMinutes: 10,
      estimatedMinutes: 10,
      criticalPath: ['a', 'b'],
      lowerBoundMinutes: 10,
      diagnostics: [],
    });
    expect((await orca(folder, 'preview')).out).toContain('🚀 Execution Preview: Two');
  });

  it("takes the repository's settings, flags before them, and names what is wrong in either", async () => {
    const { folder } = repository(two);
    mkdirSync(join(folder, '.orca'));
    const settings = join(folder, '.orca/settings.json');
    writeFileSync(settings, '{ "strategy": "sequential", "agentCount": 5 }');
    const shown = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await orca(folder, 'preview', '--format', 'json', ...args)).out);
    expect(await shown()).toMatchObject({ strategy: 'sequential', agents: 5 });
    expect(await shown('--set', 'agentCount=2')).toMatchObject({ strategy: 'sequential', agents: 2 });
    expect(await shown('--set', 'strategy=hybrid', '--agents', '4')).toMatchObject({ strategy: 'hybrid', agents: 4 });
    const wrongFlag = await orca(folder, 'preview', '--set', 'agentCount=none');
    expect(wrongFlag).toMatchObject({ code: 2, err: expect.stringContaining('"agentCount" is to be') as string });
    writeFileSync(settings, '{ "agentCount": 0 }');
    const wrongFile = await orca(folder, 'preview');
    expect(wrongFile).toMatchObject({
      code: 2,
      err: expect.stringContaining('.orca/settings.json: "agentCount"') as string,
    });
  });

  it('says what is wrong, at its line, and ends with 2', async () => {
    const { folder } = repository(() => '# P\n\n### a: A\n- Estimate: 5 min\n- Depends on: c\n\nDo.\n');
    const { code, out } = await orca(folder, 'validate');
    expect(code).toBe(2);
    expect(out).toContain('plan.md:5:15: error:');
    expect(out).toContain('[unknown-dependency]');
  });
});

describe('running it', () => {
  it('ends with 0, leaves the checkout alone, and is applied', async () => {
    const { folder, git } = repository(two);
    const run = await orca(folder, 'execute', 'plan.md', 'hybrid', '2');
    expect(run, run.err).toMatchObject({ code: 0 });
    expect(git('status', '--porcelain')).toBe('');
    expect(existsSync(join(folder, 'a.txt'))).toBe(false);
    const applied = await orca(folder, 'apply');
    expect(applied, applied.err).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('b\n');
    expect(git('rev-list', '--count', 'HEAD').trim()).toBe('3');
  });

  it('ends with 1 where a task failed; after a retry it goes on where it was', async () => {
    const flag = join(realpathSync(mkdtempSync(join(tmpdir(), 'orca-flag-'))), 'ready');
    owned.push({ dispose: () => rmSync(join(flag, '..'), { recursive: true, force: true }) });
    const { folder } = repository(
      (diary) =>
        `# Two\n\n${notingTask(diary, 'a', [], `test -e '${flag}'`)}${notingTask(diary, 'b', ['a'], ':')}${notingTask(diary, 'c', [], ':')}`,
    );
    expect((await orca(folder, 'execute', '--attempts', '1')).code).toBe(1);
    const status = JSON.parse((await orca(folder, 'status', '--format', 'json')).out) as {
      id: string;
      tasks: { id: string; state: string; attempts: number }[];
    };
    expect(status.tasks.map(({ id, state, attempts }) => [id, state, attempts])).toEqual([
      ['a', 'failed', 1],
      ['b', 'waiting', 0],
      ['c', 'merged', 1],
    ]);
    writeFileSync(flag, '');
    const retry = await orca(folder, 'retry', 'a', status.id);
    expect(retry, retry.err).toMatchObject({ code: 0 });
    const resumed = await orca(folder, 'resume', status.id);
    expect(resumed, resumed.err).toMatchObject({ code: 0 });
  });

  it.each([
    ['no repository', (folder: string) => orca(folder, 'execute'), 'not'],
    ['an unknown strategy', (folder: string) => orca(folder, 'execute', '--strategy', 'fast'), '"fast"'],
    ['an unknown command', (folder: string) => orca(folder, 'fly'), '"fly"'],
    ['an unknown run', (folder: string) => orca(folder, 'status', 'exec-x'), ''],
  ])('refuses %s with 2 and a reason', async (_, call, reason) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-none-')));
    owned.push({ dispose: () => rmSync(folder, { recursive: true, force: true }) });
    const { code, err } = await call(folder);
    expect(code).toBe(2);
    expect(err).toContain(`orca: `);
    expect(err).toContain(reason);
  });
});
