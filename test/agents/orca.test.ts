import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CliId, PermissionMode } from '../../src/core/agent/agent.ts';
import type { Usage } from '../../src/core/agent/agent-event.ts';
import { computedCost } from '../../src/core/agent/prices.ts';
import { costOf, spentOf } from '../../src/core/run/spent.ts';
import { resultsPath } from '../../src/engine/run-files.ts';
import { openRepository } from '../../src/engine/git/preflight.ts';
import { attemptLog } from '../../src/engine/run-files.ts';
import type { RunSession } from '../../src/engine/session.ts';
import { takenOver } from '../../src/engine/take-over.ts';
import {
  buildBundles,
  eventually,
  lastAttempt,
  openOrca,
  PRICE,
  taskOf,
  until,
  type Bundles,
  type Orca,
  type OrcaOptions,
} from './orca-rig.ts';
import { billed, startStubModel, type StubModel } from './stub-model.ts';

// Whole runs: Orca's engine with the real CLIs, each of which talks to a model that does what the task says.

let bundles: Bundles;
beforeAll(async () => {
  bundles = await buildBundles();
});
afterAll(() => bundles.dispose());

let stub: StubModel;
let opened: Orca[];
beforeEach(async () => {
  stub = await startStubModel();
  opened = [];
});
afterEach(async () => {
  for (const orca of opened) await orca.dispose();
  await stub.close();
});

function open(agents: OrcaOptions['agents'], options: Partial<OrcaOptions> = {}): Orca {
  const orca = openOrca({ stub, bundles, agents, ...options });
  opened.push(orca);
  return orca;
}

/** In which each of them runs commands. */
const COMMANDS: Readonly<Record<CliId, PermissionMode>> = {
  claude: 'full',
  codex: 'edits',
  gemini: 'full',
  opencode: 'full',
  copilot: 'full',
  qwen: 'full',
};

/** Never ends by itself. */
const TAIL = 'tail -f /dev/null';

const chosen = process.env.ORCA_AGENTS?.split(',') ?? [];
const all: readonly CliId[] = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'];

describe.each(all.filter((cli) => chosen.length === 0 || chosen.includes(cli)))('%s', (cli) => {
  test('five tasks in two layers, two at a time, are merged, and what they cost is known', async () => {
    const orca = open({ [cli]: {} });
    const session = await orca.start([
      { id: 'one', does: '[[write one.txt|first]] [[say One.]]' },
      { id: 'two', does: '[[write two.txt|second]] [[say Two.]]' },
      { id: 'three', does: '[[write three.txt|third]] [[say Three.]]' },
      { id: 'four', does: '[[write four.txt|fourth]] [[say Four.]]', dependsOn: ['one', 'two'] },
      {
        id: 'five',
        does: '[[write five.txt|fifth]] [[say Five.]]',
        dependsOn: ['two', 'three'],
        check: 'cat three.txt',
      },
    ]);
    await session.finished();
    const { state } = session;
    expect(state.tasks.map(({ phase }) => phase.kind)).toEqual(Array(5).fill('merged'));
    expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    const files = ['one', 'two', 'three', 'four', 'five'].map((name) => orca.merged(session, `${name}.txt`));
    expect(files).toEqual(['first', 'second', 'third', 'fourth', 'fifth']);
    expect(orca.git('status', '--porcelain') + orca.git('ls-files')).toBe('.orca/settings.json\nREADME.md\n');

    const reports = state.tasks.map(({ attempts }) => attempts[0]?.report ?? { denied: [] });
    expect(sumOf(reports.map(({ usage }) => usage))).toEqual(billed(requestsTold(cli)));
    const prices = { '*': PRICE };
    for (const [i, report] of reports.entries()) {
      const log = readFileSync(attemptLog(session.dir, state.graph.nodes[i]?.id ?? '', 1), 'utf8');
      const own = ownCost(cli, log, report.usage);
      expect(costOf(report, prices)).toEqual({
        usd: expect.closeTo(own ?? computedCost(report.usage ?? NOTHING, 'any', prices) ?? -1, 9) as number,
        source: own === undefined ? 'computed' : 'reported',
      });
    }
    expect(spentOf(state).usd).toBeGreaterThan(0);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('what is not allowed is not done, and named', async () => {
    const orca = open({ [cli]: { permission: 'ask' } });
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]] [[say I could not.]]' }]);
    if (cli === 'claude') {
      const { id } = await until(session, (state) => taskOf(state, 'one').attempts[0]?.asks[0]);
      await session.dispatch({ type: 'answer', task: 'one', id, answer: { kind: 'deny', reason: 'Not today.' } });
    }
    await session.finished();
    const { phase, attempts } = taskOf(session.state, 'one');
    console.log(cli, JSON.stringify({ phase, report: attempts[0]?.report, lastWords: attempts[0]?.lastWords }));
    expect(phase).toMatchObject({ kind: 'failed' });
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
          stub.fail(cli, undefined);
          orca.later(60 * 60_000);
        },
      },
    );
    stub.fail(cli, '429');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]] [[say One.]]' }]);
    await session.finished();
    const { phase, attempts, counted } = taskOf(session.state, 'one');
    console.log(
      cli,
      attempts.map(({ end, verdict }) => JSON.stringify({ end, verdict })),
    );
    expect(attempts.map(({ verdict }) => verdict?.kind)).toEqual(['unavailable', 'done']);
    expect({ phase: phase.kind, counted }).toEqual({ phase: 'merged', counted: 0 });
    const about = orca.events(session).filter(({ type }) => type === 'agent.limited' || type === 'agent.available');
    expect(about).toMatchObject([
      { type: 'agent.limited', kind: cli, reason: 'rate-limit', automatic: true },
      { type: 'agent.available', kind: cli },
    ]);
  });

  test('a service that is down does not fail a task; the run waits, and can be cancelled', async () => {
    const orca = open({ [cli]: {} }, { retries: 4, limits: { retryMs: 4000, idleMs: 60_000 } });
    stub.fail(cli, '500');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]]' }]);
    await until(
      session,
      (state) =>
        (taskOf(state, 'one').attempts[0]?.end && taskOf(state, 'one').phase.kind === 'waiting') ||
        state.status.kind === 'finished',
    );
    const attempt = lastAttempt(session.state, 'one');
    console.log(cli, JSON.stringify([attempt.end, attempt.verdict, attempt.activeMs, session.state.status]));
    expect(attempt.verdict).toMatchObject({ kind: 'unavailable', error: { kind: 'overloaded' } });
    expect(session.state.status).toEqual({ kind: 'running' });
    expect(session.state.services.get(cli)?.limit).toMatchObject({ automatic: true });
    await cancelled(session);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('an agent that says nothing more is ended, with all that it started', async () => {
    const orca = open({ [cli]: {} }, { limits: { idleMs: 12_000 } });
    stub.fail(cli, 'hang');
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|first]]' }]);
    await session.finished();
    expect(taskOf(session.state, 'one').phase).toMatchObject({
      kind: 'failed',
      failure: { kind: 'agent', end: { kind: 'timed-out', limit: 'idle' } },
    });
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('cancelled in the middle of a tool, nothing of it goes on', async () => {
    const orca = open({ [cli]: { permission: COMMANDS[cli] } });
    const session = await orca.start([{ id: 'one', does: `[[bash ${TAIL}]] [[write one.txt|first]]` }]);
    expect(await eventually(() => orca.processes().some((command) => command.endsWith(TAIL)), 60_000)).toBe(true);
    await cancelled(session);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('a person takes over, goes on in its session, and hands back', async () => {
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
    const last = stub.requests(cli).findLast(({ conversation }) => conversation.tools.length > 0);
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

const NOTHING: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

function sumOf(usages: readonly (Usage | undefined)[]): Usage {
  return usages.reduce<Usage>(
    (sum, usage = NOTHING) => ({
      input: sum.input + usage.input,
      cacheRead: sum.cacheRead + usage.cacheRead,
      cacheWrite: sum.cacheWrite + usage.cacheWrite,
      output: sum.output + usage.output,
    }),
    NOTHING,
  );
}

/** opencode does not tell what its requests for a title use; they have no tools. */
function requestsTold(cli: CliId) {
  return stub.requests(cli).filter(({ conversation }) => cli !== 'opencode' || conversation.tools.length > 0);
}

/** What a CLI that knows prices is to report; undefined: it knows none. */
function ownCost(cli: CliId, log: string, { input, output, cacheRead, cacheWrite } = NOTHING): number | undefined {
  if (cli === 'claude') return Number(/"total_cost_usd":([\d.e-]+)/.exec(log)?.[1]);
  // By the prices of the stub's model in its configuration.
  if (cli === 'opencode') return (input + output * 10 + cacheRead * 0.1 + cacheWrite * 1.25) / 1e6;
  return undefined;
}

async function cancelled(session: RunSession): Promise<void> {
  await session.dispatch({ type: 'cancel' });
  await session.finished();
  expect(session.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
}

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
void resultsPath;
