import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI_IDS, type CliId } from '../../src/core/agent/agent.ts';
import type { Limits } from '../../src/core/run/event.ts';
import { billsByKind, runBill } from '../../src/core/view/cost.ts';
import { isChosen, lastAttempt, taskOf, useOrca, type Orca } from './orca-rig.ts';
import { billed } from './stub-model.ts';

// What claude did is reviewed by codex, each at a model that does what the task's script says.

const { open, stub } = useOrca();

function reviewed(gate: string, limits: Partial<Limits> = {}, reviewer: CliId = 'codex'): Orca {
  // What the settings let it do is more than a reviewer may.
  const orca = open({ claude: {}, [reviewer]: { permission: 'full' } }, { pool: { claude: 1, [reviewer]: 1 }, limits });
  writeFileSync(join(orca.repo, '.orca/gates.yaml'), `gates:\n  second: { ${gate}, always: true }\n`);
  orca.git('add', '--all');
  orca.git('commit', '--quiet', '--message', 'gates');
  return orca;
}

const finding = { path: 'one.txt', line: 1, severity: 'error', message: 'It is not the first.' };
const criterion = { criterion: 'It is written', met: true, evidence: 'one.txt' };
const says = (verdict: string, more: object): string =>
  `[[review I read it. ${JSON.stringify({ verdict, findings: [], criteria: [criterion], ...more })}]]`;

describe.runIf(isChosen('claude') && isChosen('codex'))("codex reviews claude's work", () => {
  test('approved: it is merged, and both are in the bill', async () => {
    const orca = reviewed('review: { agent: codex }, blocking: true');
    const session = await orca.start([
      { id: 'one', does: `[[write one.txt|first]] [[say One.]] ${says('approve', {})}` },
    ]);
    await session.finished();
    const { state } = session;
    expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(orca.merged(session, 'one.txt')).toBe('first');
    expect(lastAttempt(state, 'one').gates).toMatchObject([
      {
        verdict: 'passed',
        checks: [
          { label: 'review by codex', note: 'approved' },
          { label: 'It is written', verdict: 'passed' },
        ],
        reviewer: { kind: 'codex', report: { usage: billed(stub().requests('codex')) } },
      },
    ]);
    expect(billsByKind(state)).toMatchObject([
      { kind: 'claude', bill: { attempts: 1, reviews: 0, usage: billed(stub().requests('claude')) } },
      { kind: 'codex', bill: { attempts: 0, reviews: 1, usage: billed(stub().requests('codex')) } },
    ]);
    expect(runBill(state)?.usage).toEqual(billed(stub().requests()));
    // It was shown the change, and could write nothing.
    const told = stub()
      .requests('codex')
      .map(({ conversation }) => JSON.stringify(conversation));
    expect(told.join('\n')).toContain('+++ b/one.txt\\n@@ -0,0 +1 @@\\n+first');
    expect(told.join('\n')).toContain('`sandbox_mode` is `read-only`');
  });

  test('rejected: what it found goes to the next attempt of claude', async () => {
    const orca = reviewed('review: { agent: codex }, blocking: true', { attempts: 2 });
    const review = says('reject', { findings: [finding] });
    const session = await orca.start([{ id: 'one', does: `[[write one.txt|first]] [[say One.]] ${review}` }]);
    await session.finished();
    const task = taskOf(session.state, 'one');
    expect(task.attempts.map(({ kind, gates }) => [kind, gates[0]?.verdict])).toEqual([
      ['claude', 'failed'],
      ['claude', 'failed'],
    ]);
    expect(task.phase).toMatchObject({ kind: 'failed', failure: { kind: 'gate', gate: 'second' } });
    const told = stub()
      .requests('claude')
      .flatMap(({ conversation }) => conversation.messages)
      .filter(({ from, text }) => from === 'user' && text.includes('## What went wrong before'));
    expect(told[0]?.text).toContain('one.txt:1: error: It is not the first.');
  });

  test('codex has no access: no review took place, and an advisory one holds nothing back', async () => {
    const orca = reviewed('review: {}');
    stub().fail('codex', '401');
    const session = await orca.start([
      { id: 'one', does: `[[write one.txt|first]] [[say One.]] ${says('approve', {})}` },
    ]);
    await session.finished();
    expect(taskOf(session.state, 'one').phase.kind).toBe('merged');
    const [report] = lastAttempt(session.state, 'one').gates;
    expect(report).toMatchObject({ verdict: 'not-run', reviewer: { kind: 'codex' } });
    expect(report?.checks[0]?.note).toMatch(/^codex has no access: /);
  });
});

const others = CLI_IDS.filter((cli) => isChosen('claude') && isChosen(cli) && cli !== 'codex');

describe.runIf(others.length > 0)("claude's work is reviewed", () => {
  test.each(others)('by %s', async (cli) => {
    const orca = reviewed('review: {}', {}, cli);
    const does = `[[write one.txt|first]] [[say One.]] ${says('reject', { findings: [finding] })}`;
    const session = await orca.start([{ id: 'one', does }]);
    await session.finished();
    expect(orca.merged(session, 'one.txt')).toBe('first');
    expect(lastAttempt(session.state, 'one').gates).toMatchObject([
      { verdict: 'failed', findings: [finding], reviewer: { kind: cli, report: { ended: true } } },
    ]);
  });
});
