import { describe, expect, it } from 'vitest';
import type { GateReport, GateSpec } from '../../../src/core/gate/gate.ts';
import type { AgentReport } from '../../../src/core/agent/report.ts';
import { fold } from '../../../src/core/run/evolve.ts';
import type { RunSpec } from '../../../src/core/run/event.ts';
import { reviewerOf, unfitReviewers } from '../../../src/core/run/reviewer.ts';
import { overBudget, spentOf } from '../../../src/core/run/spent.ts';
import { billsByKind, costText, runBill } from '../../../src/core/view/cost.ts';
import { summaryMarkdown } from '../../../src/core/view/summary.ts';
import { gateReportText } from '../../../src/core/view/gate-report.ts';
import { Machine } from './machine.ts';

const task = (id: string, agent?: string): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: none\n${agent === undefined ? '' : `- Agent: ${agent}\n`}\nDo it.\n\n`;
const gate = (blocking: boolean, agent?: string): GateSpec => ({
  name: 'second',
  commands: [],
  review: agent === undefined ? {} : { agent },
  when: 'task',
  blocking,
  timeoutMs: 1000,
  weight: 1,
  always: true,
});

function reviewed(verdict: GateReport['verdict'], blocking: boolean, report?: AgentReport): GateReport {
  return {
    gate: 'second',
    verdict,
    blocking,
    weight: 1,
    checks: [{ label: 'review by codex', verdict, note: verdict === 'passed' ? 'approved' : 'rejected, 1 error' }],
    findings:
      verdict === 'failed'
        ? [{ gate: 'second', rule: 'review', severity: 'error', message: 'Divides by zero.', path: 'a.txt', line: 3 }]
        : [],
    durationMs: 5,
    reviewer: { kind: 'codex', ...(report !== undefined && { report }) },
  };
}

function run(blocking: boolean, spec: Partial<RunSpec> = {}): Machine {
  const machine = new Machine(task('a', 'claude'), { gates: [gate(blocking, 'codex')], ...spec });
  return machine.ended('a', undefined, { report: { denied: [], costUsd: 1 }, verdict: { kind: 'done' } }).taken('a');
}

const end = (machine: Machine, report: GateReport): void =>
  void machine.judged({ kind: 'task', task: 'a', attempt: machine.attempt('a') }, report);

describe('a review', () => {
  it('is wanted as a gate of the task, on its own slot', () => {
    const machine = run(true);
    expect(machine.effect('checking/a/1/second')).toMatchObject({
      kind: 'gate',
      agent: 0,
      gate: { review: { agent: 'codex' } },
    });
  });

  it.each([
    ['passed', true, 'merging'],
    ['failed', true, 'working'],
    ['not-run', true, 'working'],
    ['failed', false, 'merging'],
    ['not-run', false, 'merging'],
  ] as const)('%s, blocking %s: %s', (verdict, blocking, phase) => {
    const machine = run(blocking);
    end(machine, reviewed(verdict, blocking));
    expect(machine.phases()).toEqual({ a: phase });
  });

  it('that blocks sends what it found to the next attempt, which goes on from what is there', () => {
    const machine = run(true);
    end(machine, reviewed('failed', true));
    expect(machine.state.tasks[0]).toMatchObject({
      attempts: [{}, { mend: true }],
      note: 'The gate second did not pass: review by codex: rejected, 1 error\na.txt:3: error: Divides by zero. (review)',
    });
  });

  it('stands in the report of the gates with its places', () => {
    const machine = run(false);
    end(machine, reviewed('failed', false));
    expect(gateReportText(machine.state, { kind: 'task', task: 'a', attempt: 1 })).toContain(
      '⚠️ second:\n- ✗ review by codex: rejected, 1 error\n  a.txt:3 error review: Divides by zero.\n',
    );
  });
});

describe('what a review used', () => {
  it('is in the bill of the run and of its agent', () => {
    const machine = run(false);
    end(machine, reviewed('passed', false, { denied: [], costUsd: 0.5 }));
    machine.merged('a');
    const bill = runBill(machine.state);
    expect(bill).toMatchObject({ attempts: 1, reviews: 1, usd: 1.5, unknown: 0 });
    expect(billsByKind(machine.state)).toMatchObject([
      { kind: 'claude', bill: { attempts: 1, reviews: 0, usd: 1 } },
      { kind: 'codex', bill: { attempts: 0, reviews: 1, usd: 0.5 } },
    ]);
    const text = summaryMarkdown(machine.state);
    expect(text).toMatch(/\*\*codex\*\*: \$0\.50, .* \(1 review\)/);
    expect(text).toMatch(/\*\*Together\*\*: \$1\.50, .* \(1 attempt, 1 review\)/);
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('is unknown where it does not say', () => {
    const machine = run(false);
    end(machine, reviewed('passed', false, { denied: [] }));
    const bill = runBill(machine.state);
    expect(bill && costText(bill)).toBe('$1.00, unknown for 1 attempt or review');
  });

  it('counts against the budget', () => {
    const machine = run(false, { policy: { budget: { costUsd: 1.2 } } });
    expect(overBudget(machine.state)).toBeUndefined();
    end(machine, reviewed('passed', false, { denied: [], costUsd: 0.5 }));
    expect(overBudget(machine.state)).toContain('$1.50 of $1.20');
  });

  it('is not forgotten where a person takes the work over and gives it back', () => {
    const machine = new Machine(task('a', 'claude'), {
      gates: [gate(false, 'codex'), { ...gate(true), name: 'third' }],
    });
    machine.ended('a').taken('a');
    end(machine, reviewed('passed', false, { denied: [], costUsd: 0.5 }));
    machine.do({ type: 'take-over', task: 'a' });
    machine.do({ type: 'hand-back', task: 'a' });
    expect(machine.state.tasks[0]?.attempts[0]).toMatchObject({ gates: [], handBacks: 1 });
    expect(spentOf(machine.state).usd).toBe(0.5);
  });
});

const spec = (more: Partial<RunSpec>, ...agents: (string | undefined)[]) => {
  const text = (agents.length === 0 ? [undefined] : agents).map((agent, i) => task(`t${i}`, agent)).join('');
  return { ...new Machine(text).state.spec, ...more };
};
const pool = { pool: { claude: 1, gemini: 1 } };

describe('the reviewer', () => {
  it.each<[string, ReturnType<typeof spec>, string, string | undefined, string | undefined]>([
    ['the one that is named', spec({ agent: 'claude' }), 'claude', 'codex', 'codex'],
    ['the same, where that is named', spec({ agent: 'claude' }), 'claude', 'claude', 'claude'],
    ['another of the pool', spec({ agent: 'claude', policy: pool }), 'claude', undefined, 'gemini'],
    ["the run's agent", spec({ agent: 'claude' }), 'codex', undefined, 'claude'],
    ['one that another task has', spec({ agent: 'claude' }, undefined, 'codex'), 'claude', undefined, 'codex'],
    ['the same, where there is no other', spec({ agent: 'claude' }), 'claude', undefined, 'claude'],
    ['the same, where the other is the shell', spec({ agent: 'shell' }), 'claude', undefined, 'claude'],
    ['not the shell', spec({ agent: 'shell' }), 'shell', undefined, undefined],
    ["the run's agent, for the shell's work", spec({ agent: 'claude' }), 'shell', undefined, 'claude'],
  ])('%s', (_, of, own, named, expected) => {
    expect(reviewerOf(of, gate(false, named), own)).toBe(expected);
  });

  const known = ['claude', 'codex', 'shell'];
  it.each<[string, ReturnType<typeof spec>, readonly string[]]>([
    ['known', spec({ agent: 'claude', gates: [gate(false, 'codex')] }), []],
    ['none', spec({ agent: 'claude' }), []],
    [
      'unknown, said once',
      spec({ agent: 'claude', gates: [gate(false, 'nobody')] }, undefined, undefined),
      ['.orca/gates.yaml: gate "second": there is no agent "nobody". Known are: claude, codex, shell.'],
    ],
    [
      'the shell',
      spec({ agent: 'claude', gates: [gate(false, 'shell')] }),
      ['.orca/gates.yaml: gate "second": the agent "shell" cannot review; name another one.'],
    ],
    [
      'nobody but the shell',
      spec({ agent: 'shell', gates: [gate(false)] }),
      [
        '.orca/gates.yaml: gate "second": the agent "shell" cannot review, and the run has no other; name one: `review: { agent: NAME }`.',
      ],
    ],
    [
      'unknown, where the plan does not ask for it',
      spec({ agent: 'claude', gates: [{ ...gate(false, 'nobody'), always: false }] }),
      [],
    ],
  ])('is refused where it cannot: %s', (_, of, problems) => {
    expect(unfitReviewers(of, known)).toEqual(problems);
  });
});
