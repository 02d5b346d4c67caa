import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI_IDS, type CliId } from '../../src/core/agent/agent.ts';
import { openRepository } from '../../src/engine/git/preflight.ts';
import { summaryPath } from '../../src/engine/run-files.ts';
import { takenOver } from '../../src/engine/take-over.ts';
import {
  cancel,
  COMMANDS,
  eventually,
  isChosen,
  lastAttempt,
  LINUX,
  TAIL,
  taskOf,
  until,
  useOrca,
} from './orca-rig.ts';

// Runs in which something is not as it should be, with the real CLIs: see orca.test.ts.

const { open, stub } = useOrca();

/** They say that they try again. Others do so in silence, and are bounded by what they take for enough. */
const PATIENT: readonly CliId[] = ['claude', 'codex'];

/** What each says that it was not allowed; the others do not give the model a tool for it. */
const NAMED: Readonly<Partial<Record<CliId, RegExp>>> = {
  claude: /^Write: .*one\.txt$/,
  codex: /one\.txt.*Read-only file system/,
  copilot: /one\.txt/,
};

/** They are silent for long before they ask their model anything. */
const SLOW: readonly CliId[] = ['gemini', 'opencode', 'qwen'];

describe.each(CLI_IDS.filter(isChosen))('%s', (cli) => {
  test('what is not allowed is not done, and named', async () => {
    const orca = open({ [cli]: { permission: 'ask' } });
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]] [[say I could not.]]' }]);
    if (cli === 'claude') {
      const { id } = await until(session, (state) => taskOf(state, 'one').attempts[0]?.asks[0]);
      await session.dispatch({ type: 'answer', task: 'one', id, answer: { kind: 'deny', reason: 'Not today.' } });
    }
    await session.finished();
    const { phase } = taskOf(session.state, 'one');
    const denied = NAMED[cli];
    expect(phase).toEqual({
      kind: 'failed',
      failure: { kind: 'no-changes', ...(denied && { denied: [expect.stringMatching(denied) as string] }) },
    });
    if (denied) expect(readFileSync(summaryPath(session.dir), 'utf8')).toContain('no changes, as it was not allowed: ');
    expect(session.state.integration).toBe(session.state.spec.base);
  });

  test('nothing done is no success', async () => {
    const orca = open({ [cli]: {} });
    const session = await orca.start([{ id: 'one', does: '[[say All is done.]]' }]);
    await session.finished();
    expect(taskOf(session.state, 'one').phase).toEqual({ kind: 'failed', failure: { kind: 'no-changes' } });
    expect(lastAttempt(session.state, 'one')).toMatchObject({
      end: { kind: 'exited', code: 0 },
      verdict: { kind: 'done' },
      report: { said: 'All is done.' },
    });
  });

  test('too many requests: not the fault of the task, which is done when the service is there again', async () => {
    const orca = open(
      { [cli]: {} },
      {
        limits: { retryMs: 4000 },
        onEvent: (type) => {
          if (type !== 'agent.limited') return;
          stub().fail(cli, undefined);
          orca.later(60 * 60_000);
        },
      },
    );
    stub().fail(cli, '429');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]] [[say One.]]' }]);
    await session.finished();
    const { phase, attempts, counted } = taskOf(session.state, 'one');
    expect(attempts.map(({ verdict }) => verdict?.kind)).toEqual(['unavailable', 'done']);
    expect({ phase: phase.kind, counted }).toEqual({ phase: 'merged', counted: 0 });
    const about = orca.events(session).filter(({ type }) => type === 'agent.limited' || type === 'agent.available');
    expect(about).toMatchObject([
      { type: 'agent.limited', kind: cli, reason: 'rate-limit', automatic: true },
      { type: 'agent.available', kind: cli },
    ]);
  });

  test('a service that is down does not fail a task; the run waits, and can be cancelled', async () => {
    const orca = open({ [cli]: {} }, { retries: PATIENT.includes(cli) ? 4 : 0, limits: { retryMs: 4000 } });
    stub().fail(cli, '500');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]]' }]);
    await until(
      session,
      (state) =>
        state.status.kind === 'finished' ||
        (taskOf(state, 'one').attempts.length === 1 && taskOf(state, 'one').phase.kind === 'waiting'),
    );
    expect(lastAttempt(session.state, 'one').verdict).toMatchObject({
      kind: 'unavailable',
      error: { kind: 'overloaded' },
    });
    expect(session.state.status).toEqual({ kind: 'running' });
    expect(session.state.services.get(cli)?.limit).toMatchObject({ automatic: true });
    await cancel(session);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('an agent that says nothing more is ended, with all that it started', async () => {
    const orca = open({ [cli]: {} }, { limits: { idleMs: SLOW.includes(cli) ? 45_000 : 15_000 } });
    stub().fail(cli, 'hang');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]]' }]);
    await session.finished();
    // It did ask, and got no answer.
    expect(stub().requests(cli)).toContainEqual(expect.objectContaining({ status: 0 }));
    expect(taskOf(session.state, 'one').phase).toMatchObject({
      kind: 'failed',
      failure: { kind: 'agent', end: { kind: 'timed-out', limit: 'idle' } },
    });
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test.runIf(LINUX)('a person takes over, goes on in its session, and hands back', async () => {
    const orca = open({ [cli]: { permission: COMMANDS[cli] } });
    // Copilot tells its session at its end alone.
    const ends = cli === 'copilot';
    const does = ends ? '[[say I leave it to you.]]' : `[[write agent.txt|half]] [[bash ${TAIL}]]`;
    const session = await orca.start([{ id: 'one', does, check: 'cat hand.txt' }]);
    if (ends) await session.finished();
    else expect(await eventually(() => orca.processes().some((command) => command.endsWith(TAIL)), 60_000)).toBe(true);
    await session.dispatch({ type: 'take-over', task: 'one' });
    const repository = await openRepository(orca.repo);
    if (!repository.ok) throw new Error(repository.problem.message);
    const taken = await until(session, (state) => takenOver(state, 'one', repository.repository, orca.engine.agents));
    expect(orca.processes().some((command) => command.endsWith(TAIL))).toBe(false);

    const { argv, env } = taken.resume ?? { argv: [], env: {} };
    const printed = await run(headless(cli, argv, '[[say I am still here.]]'), taken.cwd, env);
    expect(printed).toContain('I am still here.');
    const last = stub()
      .requests(cli)
      .findLast(({ conversation }) => conversation.tools.length > 0);
    const prompts = last?.conversation.messages.map(({ text }) => text).join('\n');
    expect(prompts).toContain('# Task: Task one');

    writeFileSync(join(taken.cwd, 'hand.txt'), 'by hand');
    await session.dispatch({ type: 'hand-back', task: 'one' });
    await session.finished();
    expect(taskOf(session.state, 'one').phase.kind).toBe('merged');
    expect(['agent.txt', 'hand.txt'].map((path) => orca.merged(session, path))).toEqual([
      ends ? undefined : 'half',
      'by hand',
    ]);
  });
});

/** A command line that opens a session at a terminal, for one prompt without a terminal. */
function headless(cli: CliId, [program = '', ...args]: readonly string[], prompt: string): string[] {
  switch (cli) {
    case 'codex':
      return [program, 'exec', ...args, prompt];
    case 'opencode':
      return [program, 'run', ...args, prompt];
    default:
      return [program, ...args, '-p', prompt];
  }
}

function run([program = '', ...args]: readonly string[], cwd: string, env: Readonly<Record<string, string>>) {
  const input = openSync('/dev/null', 'r');
  const child = spawn(program, args, { cwd, env, stdio: [input, 'pipe', 'pipe'] });
  closeSync(input);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
  return new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });
}
