import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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
    const { code: again, out: sarif } = await orca(folder, 'validate', '--format', 'sarif');
    expect(again).toBe(2);
    const { version, runs } = JSON.parse(sarif) as { version: string; runs: { results: { ruleId: string }[] }[] };
    expect(version).toBe('2.1.0');
    expect(runs[0]?.results.map(({ ruleId }) => ruleId)).toContain('unknown-dependency');
    expect((await orca(folder, 'preview', '--format', 'sarif')).err).toContain('--format is text or json, not "sarif"');
  });
});

describe('finding a plan', () => {
  const write = (folder: string, files: Readonly<Record<string, string>>): void => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  };
  const empty = (files: Readonly<Record<string, string>>): string => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-plans-')));
    owned.push({ dispose: () => rmSync(folder, { recursive: true }) });
    mkdirSync(join(folder, '.git'));
    write(folder, files);
    return folder;
  };
  const task = (id: string, more = ''): string =>
    `---\nid: ${id}\ntitle: About ${id}\nstatus: To Do\n${more}---\n\n## Description\n\nDo it.\n`;
  const tasksJson = JSON.stringify({ master: { tasks: [{ id: 1, title: 'One', status: 'pending' }] } });
  const ids = (out: string): string[] =>
    (JSON.parse(out) as { layers: { tasks: { id: string }[] }[] }).layers.flatMap((layer) =>
      layer.tasks.map(({ id }) => id),
    );

  const places: [name: string, files: Record<string, string>, found: string, tasks: string[]][] = [
    [
      'a folder of Backlog.md',
      {
        'backlog/tasks/task-2 - b.md': task('task-2', 'dependencies: [task-1]\n'),
        'backlog/completed/task-1.md': task('task-1').replace('To Do', 'Done'),
      },
      'backlog',
      ['task-2', 'task-1'],
    ],
    ['tasks.json', { '.taskmaster/tasks/tasks.json': tasksJson }, '.taskmaster/tasks/tasks.json', ['1']],
    [
      'a spec',
      { 'specs/001-x/tasks.md': '## Phase 1: Setup\n- [ ] T001 Write a.ts\n', 'specs/001-x/spec.md': '# Spec\n' },
      'specs/001-x/tasks.md',
      ['T001'],
    ],
    [
      'packages',
      {
        'kitty-specs/1/tasks.md': '## WP01: A\n- [ ] T001 a\n',
        'kitty-specs/1/tasks/WP02.md': '---\nwork_package_id: WP02\ntitle: B\n---\n',
      },
      'kitty-specs/1',
      ['WP01', 'WP02'],
    ],
  ];
  it.each(places)('takes the only one there is: %s', async (_, files, found, tasks) => {
    const folder = empty(files);
    const { code, out, err } = await orca(folder, 'preview', '--format', 'json');
    expect([err, code]).toEqual([`orca: reading ${found}\n`, 0]);
    expect(ids(out).toSorted()).toEqual(tasks.toSorted());
    const named = await orca(folder, 'preview', found, '--format', 'json');
    expect([named.out, named.err]).toEqual([out, '']);
  });

  it('asks for one of several, and prefers plan.md', async () => {
    const folder = empty({ 'tasks.md': '- [ ] T001 a\n', '.taskmaster/tasks/tasks.json': tasksJson });
    const several = await orca(folder, 'preview');
    expect(several).toMatchObject({ code: 2, out: '' });
    expect(several.err).toBe(
      'orca: There are several plans; name one of them:\n  tasks.md\n  .taskmaster/tasks/tasks.json\n',
    );
    write(folder, { 'plan.md': '# P\n\n### a: A\n- Estimate: 5 min\n\nDo.\n' });
    const plan = await orca(folder, 'preview', '--format', 'json');
    expect([ids(plan.out), plan.err]).toEqual([['a'], '']);
  });

  it('says where none is', async () => {
    const folder = empty({ 'src/main.ts': '' });
    expect((await orca(folder, 'preview')).err).toContain('There is no plan here');
    expect((await orca(folder, 'preview', 'src')).err).toContain('src cannot be read: There is no plan in this folder');
    expect((await orca(folder, 'preview', 'gone.md')).err).toContain('gone.md cannot be read:');
  });

  it('names the file and line of what is wrong in a folder', async () => {
    const folder = empty({
      'backlog/tasks/a.md': task('task-1'),
      'backlog/tasks/b.md': task('task-2', 'dependencies: [task-9]\n'),
    });
    const { code, out } = await orca(folder, 'validate');
    expect(code).toBe(2);
    expect(out).toContain('backlog/tasks/b.md:5:16: error: No task has the id `task-9`.');
    const preview = await orca(folder, 'preview', 'backlog/tasks');
    expect(preview.out).toContain('backlog/tasks/b.md');
  });

  it('knows the agents, the gates and the order of the settings', async () => {
    const plan =
      '# P\n\n### a: A\n- Estimate: 5 min\n- Agent: clod\n- Gates: coverge\n\nDo.\n\n### b: B\n- Estimate: 5 min\n- Agent: vscode\n- Gates: security\n\nDo.\n';
    const folder = empty({ 'plan.md': plan, '.orca/gates.yaml': 'gates:\n  coverage:\n    commands: ["true"]\n' });
    const { out } = await orca(folder, 'validate');
    expect(out).toContain('plan.md:5:10: warning: No agent is named `clod`.');
    expect(out).toContain('plan.md:6:10: warning: No gate is named `coverge`. Did you mean `coverage`?');
    expect(out).not.toContain('`vscode`');
    expect(out).not.toContain('`security`');
    const shown = async (...args: string[]): Promise<unknown> => {
      const { layers } = JSON.parse((await orca(folder, 'preview', '--format', 'json', ...args)).out) as {
        layers: unknown[];
      };
      return layers.length;
    };
    expect([await shown(), await shown('--set', 'plan.order=sequence')]).toEqual([1, 2]);
  });
});

describe('what is merged', () => {
  it('is read, sent back and rolled back', async () => {
    const { folder, git } = repository((diary) =>
      two(diary).replace('echo a > a.txt', 'echo a >> a.txt').replace('echo b > b.txt', 'echo b >> b.txt'),
    );
    expect((await orca(folder, 'execute')).code).toBe(0);
    const unread = await orca(folder, 'read');
    expect(unread.out).toMatch(/^a: git show [0-9a-f]{40}\nb: git show [0-9a-f]{40}\n$/);
    expect(await orca(folder, 'read', 'a')).toMatchObject({ code: 0 });
    expect((await orca(folder, 'read')).out).toMatch(/^b: /);

    expect(await orca(folder, 'send-back', 'a', '--comment', 'a.txt:1')).toMatchObject({
      code: 2,
      err: 'orca: --comment is PATH:LINE:TEXT, not "a.txt:1".\nSee `orca help`.\n',
    });
    expect((await orca(folder, 'send-back', 'a')).err).toContain('Say what is to be changed about a');
    const back = await orca(folder, 'send-back', 'a', '--comment', 'a.txt:1:Twice, please: once more.');
    expect(back).toMatchObject({ code: 0, out: expect.stringContaining('Go on with: orca resume exec-') as string });
    expect((await orca(folder, 'resume')).code).toBe(0);
    const [id = ''] = (await orca(folder, 'list')).out.split(' ');
    const branch = `orca/${id}/integration`;
    expect(git('show', `${branch}:a.txt`)).toBe('a\na\n');
    const prompt = readFileSync(join(folder, `.orca/executions/${id}/tasks/a/2/prompt.md`), 'utf8');
    expect(prompt).toContain('- a.txt:1: Twice, please: once more.');

    git('worktree', 'add', '--quiet', '../elsewhere', branch);
    expect(await orca(folder, 'roll-back', 'a')).toMatchObject({
      code: 1,
      err: expect.stringContaining(`a not rolled back: The branch ${branch} is checked out in`) as string,
    });
    git('worktree', 'remove', '../elsewhere');
    const rolledBack = await orca(folder, 'roll-back', 'a');
    expect(rolledBack).toMatchObject({ code: 0, err: '', out: `${id}: roll-back recorded.\n` });
    expect(git('ls-tree', '--name-only', branch)).toBe('plan.md\n');
    expect(JSON.parse((await orca(folder, 'status', '--format', 'json')).out)).toMatchObject({
      state: 'failed',
      tasks: [{ state: 'rolled-back' }, { state: 'waiting' }],
    });
    expect((await orca(folder, 'hold', 'a', id)).err).toContain('No conflict is foreseen of a');
  });
});

describe('a run that waits for its readers', () => {
  it('says so, and goes on when another command line has read; a task at work is sent back', async () => {
    const { folder, git, diary } = repository(
      (notes) =>
        `# Waits\n\n${notingTask(notes, 'a', [], ':')}${notingTask(notes, 'b', [], ':')}${notingTask(
          notes,
          'c',
          ['b'],
          // Its first attempt stands still until it is stopped; the second finds what that one had.
          'if test -f half; then mv half whole; else touch half; printf \'half c\\n\' >> "$ORCA_DIARY"; sleep 60; fi',
        ).replaceAll('$ORCA_DIARY', notes)}`,
    );
    const child = spawn(process.execPath, [CLI, 'execute', '--set', 'review.mostUnread=1', '--agents', '1'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await until(() => out.includes('👀 a and b: merged and not read: no new task starts'));
    const [id = ''] = (await orca(folder, 'list')).out.split(' ');
    expect(out).toContain(`orca read <task> ${id}`);
    expect((await orca(folder, 'status')).out).toContain('- Needs You: a and b: merged and not read');
    expect(await orca(folder, 'read', 'a')).toMatchObject({ code: 0, out: `${id}: mark-read recorded.\n` });
    await until(() => readFileSync(diary, 'utf8').includes('half c'));
    expect(await orca(folder, 'send-back', 'c', '--note', 'Go on.')).toMatchObject({ code: 0 });
    expect(await ended).toBe(0);
    expect(git('ls-tree', '--name-only', `orca/${id}/integration`).split('\n')).toContain('whole');
  });
});

/** Fails when it does not come to that. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 300) throw new Error('it has not come to that in 30 s');
    await delay(100);
  }
}

describe('running it', () => {
  it('ends with 0, leaves the checkout alone, and is applied', async () => {
    const { folder, git } = repository(two);
    const run = await orca(folder, 'execute', 'plan.md', 'hybrid', '2');
    expect(run, run.err).toMatchObject({ code: 0 });
    expect(git('status', '--porcelain')).toBe('');
    expect(existsSync(join(folder, 'a.txt'))).toBe(false);
    const alone = await orca(folder, 'compare');
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('There is no run') as string });
    const applied = await orca(folder, 'apply');
    expect(applied, applied.err).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'b.txt'), 'utf8')).toBe('b\n');
    expect(git('rev-list', '--count', 'HEAD').trim()).toBe('3');
  });

  it('is removed, with what would be lost only by force', async () => {
    const { folder, git } = repository(two);
    await orca(folder, 'execute', 'plan.md', 'hybrid', '2');
    const [{ id }] = JSON.parse((await orca(folder, 'list', '--format', 'json')).out) as [{ id: string }];
    expect(await orca(folder, 'remove')).toMatchObject({
      code: 2,
      err: expect.stringContaining("a run's id") as string,
    });
    const kept = await orca(folder, 'remove', id);
    expect(kept).toMatchObject({ code: 2, err: expect.stringContaining('2 tasks (a and b)') as string });
    expect(kept.err).toContain(`orca remove ${id} --force`);
    expect(git('branch', '--list', 'orca/*')).toContain(id);
    expect(await orca(folder, 'remove', id, '--force')).toMatchObject({ code: 0, out: `${id} is removed.\n` });
    expect(git('branch', '--list', 'orca/*')).toBe('');
    expect((await orca(folder, 'list')).out).toContain('No runs yet');
    expect(await orca(folder, 'remove', id)).toMatchObject({ code: 2, err: `orca: There is no run ${id}.\n` });
  });

  it('runs a tasks.json, and ticks what was done in it when it is applied', async () => {
    const { folder, git } = repository(two);
    const tasks = (...states: readonly string[]): string =>
      JSON.stringify({
        master: {
          tasks: [
            { id: 1, title: 'One', status: states[0] },
            {
              id: 2,
              title: 'Two',
              status: states[1],
              dependencies: [1],
              subtasks: [{ id: 1, title: 'A', status: states[2] }],
            },
            { id: 3, title: 'Three', status: states[3], dependencies: ['2.1'] },
          ],
        },
      });
    mkdirSync(join(folder, '.orca'));
    writeFileSync(
      join(folder, '.orca/settings.json'),
      JSON.stringify({
        agents: { note: { command: ['sh', '-c', 'test "$0" != 3 && echo "$0" > "$0.txt"', '{task}'], prompt: 'none' } },
      }),
    );
    writeFileSync(join(folder, 'tasks.json'), tasks('pending', 'pending', 'pending', 'pending'));
    git('add', '--all');
    git('commit', '--quiet', '--message', 'plan');
    const run = await orca(folder, 'execute', 'tasks.json', '--agent', 'note', '--attempts', '1');
    expect([run.code, git('status', '--porcelain')]).toEqual([1, '']);
    const applied = await orca(folder, 'apply');
    expect(applied, applied.err).toMatchObject({ code: 0, err: '' });
    expect(applied.out).toContain('Ticked in tasks.json: 1, 2.1, 2.');
    expect(readFileSync(join(folder, 'tasks.json'), 'utf8')).toBe(tasks('done', 'done', 'done', 'pending'));
    expect(git('status', '--porcelain')).toBe(' M tasks.json\n');
    git('checkout', '--quiet', 'tasks.json');
    expect((await orca(folder, 'apply', '--set', 'plan.writeBack=false')).out).not.toContain('Ticked');
    expect((await orca(folder, 'apply')).out).toContain('Ticked in tasks.json: 1, 2.1, 2.');
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
