import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { CLI_IDS, type CliId } from '../../src/core/agent/agent.ts';
import type { Usage } from '../../src/core/agent/agent-event.ts';
import type { Answer } from '../../src/core/agent/ask.ts';
import type { Limits } from '../../src/core/run/event.ts';
import type { AskState } from '../../src/core/run/state.ts';
import { attemptLog, resultsPath, summaryPath } from '../../src/engine/run-files.ts';
import type { RunSession } from '../../src/engine/session.ts';
import {
  cancel,
  COMMANDS,
  eventually,
  isChosen,
  lastAttempt,
  LINUX,
  PRICE,
  TAIL,
  taskOf,
  until,
  useOrca,
  type Orca,
} from './orca-rig.ts';
import { billed } from './stub-model.ts';

// Whole runs: Orca's engine with the real CLIs, each of which talks to a model that does what the task says.

const { open, stub } = useOrca();

describe.each(CLI_IDS.filter(isChosen))('%s', (cli) => {
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

    const told = billed(requestsTold(cli));
    const logs = state.graph.nodes.map(({ id }) => readFileSync(attemptLog(session.dir, id, 1), 'utf8'));
    const own = ownCost(cli, logs, told);
    const bill = {
      attempts: 5,
      usage: told,
      usd: expect.closeTo(own ?? priced(told, PRICE), 9) as number,
      computed: own === undefined,
      unknown: 0,
    };
    expect(told.output).toBeGreaterThan(0);
    expect(readJson(resultsPath(session.dir))).toMatchObject({ bill, bills: [{ kind: cli, bill }] });
    const summary = readFileSync(summaryPath(session.dir), 'utf8');
    expect(summary).toMatch(
      new RegExp(`^- \\*\\*${cli}\\*\\*: \\$0\\.\\d+${own === undefined ? ' computed' : ''}, `, 'm'),
    );
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test.runIf(LINUX)('cancelled in the middle of a tool, nothing of it goes on', async () => {
    const orca = open({ [cli]: { permission: COMMANDS[cli] } });
    const session = await orca.start([{ id: 'one', does: `[[bash ${TAIL}]] [[write one.txt|first]]` }]);
    expect(await eventually(() => orca.processes().some((command) => command.endsWith(TAIL)), 60_000)).toBe(true);
    await cancel(session);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });
});

describe.runIf(isChosen('claude') && isChosen('codex'))('claude and codex in one run', () => {
  const mixed = (limits: Partial<Limits> = {}): Orca =>
    open({ claude: { permission: 'ask' }, codex: {} }, { pool: { claude: 1, codex: 1 }, limits });
  const asksOf = (session: RunSession, id = 'one'): readonly AskState[] =>
    taskOf(session.state, id).attempts.at(-1)?.asks ?? [];
  const openAsk = (session: RunSession, id = 'one'): Promise<AskState> =>
    until(session, () => asksOf(session, id).find(({ answer }) => answer === undefined));
  const answered = async (session: RunSession, id: string, answer: Answer): Promise<void> => {
    expect(await session.dispatch({ type: 'answer', task: 'one', id, answer })).toHaveProperty('events');
  };

  test('each takes one task at a time, and claude asks once for what is allowed for the task', async () => {
    const orca = mixed();
    const session = await orca.start([
      { id: 'one', does: '[[write one.txt|1]] [[write more.txt|1]] [[bash touch touched.txt]] [[say One.]]' },
      { id: 'two', does: '[[write two.txt|2]] [[say Two.]]' },
      { id: 'three', does: '[[write three.txt|3]] [[say Three.]]' },
    ]);
    const first = await openAsk(session);
    expect(first.ask).toMatchObject({
      kind: 'permission',
      tool: 'Write',
      input: expect.stringMatching(/one\.txt$/) as string,
    });
    // Codex goes on with what there is while claude waits.
    await until(session, (state) => taskOf(state, 'three').phase.kind === 'merged');
    await answered(session, first.id, { kind: 'allow', scope: 'task' });
    const second = await openAsk(session);
    expect(second.ask).toMatchObject({ kind: 'permission', tool: 'Bash', input: 'touch touched.txt' });
    await answered(session, second.id, { kind: 'allow', scope: 'once' });
    await session.finished();
    expect(session.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(['one', 'two', 'three'].map((id) => lastAttempt(session.state, id).kind)).toEqual([
      'claude',
      'codex',
      'codex',
    ]);
    expect(readJson(resultsPath(session.dir))).toMatchObject({
      bills: [
        { kind: 'claude', bill: { attempts: 1, usage: billed(stub().requests('claude')), computed: false } },
        { kind: 'codex', bill: { attempts: 2, usage: billed(stub().requests('codex')), computed: true } },
      ],
    });
    const answers = orca.events(session).filter((event) => event.type === 'attempt.answered');
    expect(answers.map(({ by, answer }) => [by, answer])).toEqual([
      ['user', { kind: 'allow', scope: 'task' }],
      ['policy', { kind: 'allow', scope: 'once' }],
      ['user', { kind: 'allow', scope: 'once' }],
    ]);
    expect(['one', 'more', 'touched', 'two'].map((name) => orca.merged(session, `${name}.txt`))).toEqual([
      '1',
      '1',
      '',
      '2',
    ]);
  });

  test('an open question stops the clock, outlives the session, and is answered in the next', async () => {
    const idleMs = 10_000;
    const orca = mixed({ idleMs });
    const question = { question: 'Which colour?', options: ['red', 'blue'] };
    let session = await orca.start([
      { id: 'one', does: `[[tool ask_question ${JSON.stringify(question)}]] [[bash echo so > one.txt]] [[say One.]]` },
    ]);
    const { id, ask } = await openAsk(session);
    expect(ask).toEqual({ kind: 'question', text: 'Which colour?', options: ['red', 'blue'] });
    await wait(idleMs / 2);
    await session.close();
    await wait(idleMs);
    session = await orca.reopen(session);
    expect(taskOf(session.state, 'one').phase.kind).toBe('working');
    expect(asksOf(session)).toMatchObject([{ id, ask }]);
    await answered(session, id, { kind: 'reply', text: 'Green, of course.' });
    const permission = await openAsk(session);
    await answered(session, permission.id, { kind: 'allow', scope: 'once' });
    await session.finished();
    expect(taskOf(session.state, 'one').phase.kind).toBe('merged');
    expect(resultsFor('claude')).toContainEqual(expect.stringContaining('Green, of course.'));
    expect(lastAttempt(session.state, 'one').activeMs).toBeLessThan(idleMs);
  });

  test('codex asks by the tool, too', async () => {
    const orca = open({ codex: {} });
    const session = await orca.start([
      { id: 'one', does: '[[tool ask_question {"question":"Which colour?"}]] [[write one.txt|1]] [[say One.]]' },
    ]);
    const { id, ask } = await openAsk(session);
    expect(ask).toEqual({ kind: 'question', text: 'Which colour?', options: [] });
    await answered(session, id, { kind: 'reply', text: 'Green, of course.' });
    await session.finished();
    expect(taskOf(session.state, 'one').phase.kind).toBe('merged');
    expect(resultsFor('codex')).toContainEqual(expect.stringContaining('Green, of course.'));
  });

  test('cancelled while a question is open, nothing waits for its answer', async () => {
    const orca = mixed();
    const session = await orca.start([{ id: 'one', does: '[[write one.txt|1]]' }]);
    await openAsk(session);
    await cancel(session);
    expect(await eventually(() => orca.processes().length === 0)).toBe(true);
  });

  test('what claude asks by its own tool is a question like any other', async () => {
    const orca = mixed();
    const options = ['Red', 'Blue'].map((label) => ({ label, description: `It is ${label}.` }));
    const questions = [
      { question: 'Which colour?', header: 'Colour', options, multiSelect: false },
      { question: 'How large?', header: 'Size', options, multiSelect: false },
    ];
    const session = await orca.start([
      { id: 'one', does: `[[tool AskUserQuestion ${JSON.stringify({ questions })}]] [[write one.txt|1]] [[say One.]]` },
    ]);
    const two = await until(session, () => asksOf(session).length === 2 && asksOf(session));
    expect(two.map(({ ask }) => ask)).toEqual([
      { kind: 'question', text: 'Which colour?', options: ['Red', 'Blue'] },
      { kind: 'question', text: 'How large?', options: ['Red', 'Blue'] },
    ]);
    for (const [i, { id }] of two.entries())
      await answered(session, id, { kind: 'reply', text: ['Blue', 'Huge'][i] ?? '' });
    const permission = await openAsk(session);
    await answered(session, permission.id, { kind: 'allow', scope: 'once' });
    await session.finished();
    expect(taskOf(session.state, 'one').phase.kind).toBe('merged');
    expect(resultsFor('claude')).toContainEqual(expect.stringMatching(/Which colour\?.*Blue.*How large\?.*Huge/s));
  });
});

/** What its tools gave back to the model. */
function resultsFor(cli: CliId): string[] {
  const messages = stub()
    .requests(cli)
    .flatMap(({ conversation }) => conversation.messages);
  return messages.filter(({ from }) => from === 'result').map(({ text }) => text);
}

/** opencode does not tell what its requests for a title use; they have no tools. */
function requestsTold(cli: CliId) {
  return stub()
    .requests(cli)
    .filter(({ conversation }) => cli !== 'opencode' || conversation.tools.length > 0);
}

/** What a CLI that knows prices says that it cost; undefined: it knows none. */
function ownCost(cli: CliId, logs: readonly string[], told: Usage): number | undefined {
  const said = logs.map((log) => Number(/"total_cost_usd":([\d.e-]+)/.exec(log)?.[1]));
  if (cli === 'claude') return said.reduce((sum, usd) => sum + usd, 0);
  // By the prices of the stub's model in its configuration.
  return cli === 'opencode' ? priced(told, { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 1.25 }) : undefined;
}

/** US dollars; `price`: for a million. */
function priced(usage: Usage, price: typeof PRICE): number {
  const { input, output, cacheRead, cacheWrite } = usage;
  const sum = input * price.input + output * price.output + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite;
  return sum / 1e6;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
