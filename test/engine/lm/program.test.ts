import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/core/agent/ask.ts';
import type { PermissionMode } from '../../../src/core/agent/agent.ts';
import { modelAgent, type ModelDoor } from '../../../src/core/agent/lm/model-agent.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { address } from '../../../src/engine/channel/address.ts';
import type { FromModel } from '../../../src/engine/lm/protocol.ts';
import { serveModels, type AnswerRequest } from '../../../src/engine/lm/serve.ts';
import { MCP_VARIABLES } from '../../../src/engine/mcp/protocol.ts';
import type { Job, JobResult } from '../../../src/engine/runner/protocol.ts';
import { log, openRig, type Rig, type StartedRunner } from '../runner/rig.ts';

// The program of the language model agent in a real runner, with a window that is played by the test.

let rig: Rig;
let runner: StartedRunner;
let program: string;
beforeAll(async () => {
  rig = await openRig();
  runner = await rig.startRunner();
  program = join(rig.folder, 'lm.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/engine/lm/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: program,
    logLevel: 'silent',
  });
});
afterAll(() => rig.dispose());

interface Task {
  readonly prompt?: string;
  readonly files?: readonly string[];
  readonly reads?: readonly string[];
  /** What the repository has, and what was changed in it since. */
  readonly committed?: Readonly<Record<string, string>>;
  readonly changed?: Readonly<Record<string, string>>;
  readonly permission?: PermissionMode;
  readonly readOnly?: boolean;
  readonly model?: string;
  readonly answer?: Answer;
}

function write(folder: string, files: Readonly<Record<string, string>> = {}): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

function prepare(door: ModelDoor | undefined, wanted: Task): Job {
  const {
    prompt = 'Do it.',
    files = [],
    reads,
    permission = 'edits',
    readOnly = false,
    model = '',
    committed,
    changed,
  } = wanted;
  const own = rig.job();
  const worktree = mkdtempSync(join(rig.folder, 'tree-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: worktree, stdio: 'pipe' });
  git('init', '--quiet');
  write(worktree, committed);
  git('add', '--all');
  git('-c', 'user.name=x', '-c', 'user.email=x@example.invalid', 'commit', '--quiet', '--allow-empty', '-m', 'x');
  write(worktree, changed);
  const promptFile = join(own.dir, 'prompt.md');
  writeFileSync(promptFile, prompt);
  const plan = `### one: One\n- Estimate: 5 min\n- Depends on: none\n- Files: ${files.join(', ') || 'none.md'}\n${reads === undefined ? '' : `- Reads: ${reads.join(', ')}\n`}`;
  const [task] = parsePlan(plan).tasks;
  if (task === undefined) throw new Error('no task');
  const asked = wanted.answer && { address: address(randomUUID()), token: randomUUID() };
  const invocation = modelAgent(
    { command: process.execPath, args: [program], env: {} },
    { door, model: () => model, models: () => Promise.resolve([]) },
  ).invoke({
    task,
    prompt,
    promptFile,
    dir: own.dir,
    worktree,
    permission,
    readOnly,
    ...(asked && {
      mcp: {
        command: '',
        args: [],
        env: { [MCP_VARIABLES.address]: asked.address, [MCP_VARIABLES.token]: asked.token },
      },
    }),
  });
  return {
    ...own,
    argv: invocation.argv,
    env: invocation.env,
    cwd: worktree,
    stdin: promptFile,
    agent: { cli: 'lm', ...(asked && { door: asked }) },
  };
}

interface Ran {
  readonly job: Job;
  readonly result: JobResult;
  /** What the window was asked. */
  readonly prompts: readonly string[];
  readonly models: readonly (string | undefined)[];
  readonly file: (path: string) => string | undefined;
}

/** Runs a task to its end, with a window that answers so. */
async function run(answer: string | AnswerRequest, wanted: Task = {}): Promise<Ran> {
  const door = { address: address(randomUUID()), token: randomUUID() };
  const prompts: string[] = [];
  const models: (string | undefined)[] = [];
  const listening = await serveModels(door, (request, tell, signal) => {
    prompts.push(request.prompt);
    models.push(request.model);
    return typeof answer === 'string' ? whole(answer)(request, tell, signal) : answer(request, tell, signal);
  });
  const job = prepare(door, wanted);
  const { engine } = runner;
  const asked = engine.messages.filter(({ type }) => type === 'asked').length;
  const ended = engine.result(job);
  if (wanted.answer !== undefined) {
    const { ask } = await engine.next('asked', asked);
    engine.client.answer(job.id, ask, wanted.answer);
  }
  const result = await ended;
  if (listening.kind === 'listening') listening.close();
  const file = (path: string): string | undefined =>
    existsSync(join(job.cwd, path)) ? readFileSync(join(job.cwd, path), 'utf8') : undefined;
  return { job, result, prompts, models, file };
}

/** Answers in pieces that end anywhere. */
function whole(text: string): AnswerRequest {
  return (_, tell) => {
    tell({ type: 'model', name: 'Test model' });
    for (let at = 0; at < text.length; at += 7) tell({ type: 'text', text: text.slice(at, at + 7) });
    tell({ type: 'ended', usage: { input: 100, cacheRead: 0, cacheWrite: 0, output: 20 } });
    return Promise.resolve();
  };
}

const file = (path: string, text: string): string => `<file path="${path}">\n${text}\n</file>\n`;

describe('the program of the language model agent', () => {
  it('writes the files of an answer, and tells what it does', async () => {
    const {
      result,
      job,
      file: at,
    } = await run(`Here:\n${file('a.md', '# A')}${file('b/c.md', 'é')}Done.`, { model: 'm' });
    expect([at('a.md'), at('b/c.md')]).toEqual(['# A\n', 'é\n']);
    expect(result).toMatchObject({
      end: { kind: 'exited', code: 0 },
      verdict: { kind: 'done' },
      report: { model: 'Test model', usage: { input: 100, output: 20 }, said: 'Here:\nDone.' },
    });
    expect(log(job)).toContain('"input":"b/c.md"');
  });

  it('asks the model that is named, with the task and what it is about', async () => {
    const { prompts, models } = await run(file('src/a.ts', 'x'), {
      model: 'gpt',
      prompt: 'Mend src/b.ts.',
      files: ['src/a.ts'],
      committed: { 'src/a.ts': 'old\n', 'src/b.ts': 'named\n', 'src/c.ts': 'other\n' },
      changed: { 'new.md': 'left by the attempt before\n', 'src/c.ts': 'changed\n' },
    });
    expect(models).toEqual(['gpt']);
    const [prompt = ''] = prompts;
    expect(prompt).toContain('Mend src/b.ts.');
    for (const [path, text] of [
      ['src/a.ts', 'old'],
      ['src/b.ts', 'named'],
      ['src/c.ts', 'changed'],
      ['new.md', 'left by the attempt before'],
    ] as const)
      expect(prompt).toContain(file(path, text).trim());
  });

  it('shows only what the task writes where its prompt holds what it reads', async () => {
    const { prompts } = await run(file('a.md', 'a'), {
      prompt: 'From b.md make a.md.',
      files: ['a.md'],
      reads: ['b.md'],
      committed: { 'a.md': 'old\n', 'b.md': 'x\n' },
    });
    expect(prompts[0]).toContain(file('a.md', 'old').trim());
    expect(prompts[0]).not.toContain('<file path="b.md">');
  });

  it('shows no more than there is room for, and nothing that is not text', async () => {
    const { prompts } = await run(file('b.md', 'b'), {
      changed: { 'a.md': 'a'.repeat(39_990), 'b.md': 'b'.repeat(11), 'c.bin': '\0', 'd.md': 'small' },
      files: ['b.md'],
    });
    expect(prompts[0]).toContain('<file path="a.md">');
    expect(prompts[0]).toContain('<file path="d.md">');
    expect(prompts[0]).toContain('leave them as they are:\n- b.md\n- c.bin\n');
  });

  it.each<readonly [string, string, Task, string]>([
    ['has no file', 'Sorry.', {}, 'the model answered without a file'],
    ['is cut off', '<file path="a.md">\n# A', {}, 'the answer ends inside of a.md'],
    ['leads out', file('a.md', 'a') + file('../x.md', 'x'), {}, '"../x.md" leads out of the repository'],
    [
      'writes over what was not shown',
      file('a.md', 'a') + file('b.md', 'b'),
      { committed: { 'b.md': 'x' } },
      'b.md is there already',
    ],
  ])('writes nothing of an answer that %s', async (_, answer, wanted, message) => {
    const { result, file: at } = await run(answer, wanted);
    expect(at('a.md')).toBeUndefined();
    expect(result.end).toEqual({ kind: 'exited', code: 1 });
    expect(result.verdict).toMatchObject({ kind: 'failed' });
    expect(result.lastWords).toContain(message);
  });

  it('follows no link out of its worktree', async () => {
    const outside = mkdtempSync(join(rig.folder, 'outside-'));
    const door = { address: address(randomUUID()), token: randomUUID() };
    const listening = await serveModels(door, whole(file('link/a.md', 'a')));
    const job = prepare(door, {});
    symlinkSync(outside, join(job.cwd, 'link'));
    const { end, lastWords } = await runner.engine.result(job);
    if (listening.kind === 'listening') listening.close();
    expect([end, existsSync(join(outside, 'a.md'))]).toEqual([{ kind: 'exited', code: 1 }, false]);
    expect(lastWords).toContain('link/a.md leads out of the worktree');
  });

  it('only answers where it is to look', async () => {
    const { result, file: at, prompts } = await run(`Fine.\n${file('a.md', 'a')}`, { readOnly: true });
    expect(at('a.md')).toBeUndefined();
    expect(prompts[0]).not.toContain('<file');
    expect(result.verdict).toEqual({ kind: 'done' });
    expect(result.report?.said).toContain('Fine.');
  });

  it.each<readonly [Answer, string | undefined]>([
    [{ kind: 'allow', scope: 'once' }, 'a\n'],
    [{ kind: 'deny', reason: 'no' }, undefined],
  ])('asks a person before it writes where it is to ask: %j', async (answer, expected) => {
    const { result, file: at } = await run(file('a.md', 'a'), { permission: 'ask', answer });
    expect(at('a.md')).toBe(expected);
    expect(result.report?.denied).toEqual(expected === undefined ? ['write a.md'] : []);
    expect(result.verdict?.kind).toBe(expected === undefined ? 'failed' : 'done');
  });

  it.each<readonly [FromModel & { type: 'failed' }, string]>([
    [{ type: 'failed', error: { kind: 'auth', message: 'no model', retrying: false } }, 'unauthenticated'],
    [{ type: 'failed', error: { kind: 'quota', message: 'used up', retrying: false } }, 'unavailable'],
    [{ type: 'failed', error: { kind: 'other', message: 'filtered', retrying: false } }, 'failed'],
  ])('passes on what the window says of a failure: %j', async (failure, verdict) => {
    const { result } = await run((_, tell) => {
      tell({ type: 'text', text: file('a.md', 'a') });
      tell(failure);
      return Promise.resolve();
    });
    expect(result.verdict?.kind).toBe(verdict);
    expect(result.lastWords).toBe(failure.error.message);
  });

  it('ends when the window goes in the middle of an answer, which is no fault of the task', async () => {
    const { result, file: at } = await run((_, tell) => {
      tell({ type: 'text', text: file('a.md', 'a') });
      return Promise.resolve();
    });
    expect(at('a.md')).toBeUndefined();
    expect(result.verdict).toMatchObject({ kind: 'unavailable', error: { kind: 'network' } });
    expect(result.lastWords).toContain('closed or reloaded');
  });

  it.each([
    ['there is no window', undefined],
    ['the window has gone', { address: join('/nowhere', 'x.sock'), token: 'x' }],
  ])('ends where %s, which is no fault of the task', async (_, door) => {
    const { verdict, lastWords } = await runner.engine.result(prepare(door, {}));
    expect(verdict).toMatchObject({ kind: 'unavailable', error: { kind: 'network' } });
    expect(lastWords).toContain('a window is open');
  });

  it('takes its question back when it is stopped', async () => {
    const { client } = runner.engine;
    let takenBack = false;
    const { result } = await run(async (_, tell, signal) => {
      tell({ type: 'text', text: 'I think' });
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve());
        client.stop(client.job ?? '');
      });
      takenBack = true;
    });
    expect([result.end, takenBack]).toEqual([{ kind: 'cancelled' }, true]);
  });

  it('lets in nobody without the token', async () => {
    const door = { address: address(randomUUID()), token: randomUUID() };
    let asked = 0;
    const listening = await serveModels(door, () => {
      asked++;
      return Promise.resolve();
    });
    const { verdict } = await runner.engine.result(prepare({ ...door, token: 'guessed' }, {}));
    if (listening.kind === 'listening') listening.close();
    expect([verdict?.kind, asked]).toEqual(['unavailable', 0]);
  });
});
