import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import { monitorText, progressLine } from '../../../src/core/view/monitor.ts';
import { printableStatus, statusJson } from '../../../src/core/view/status.ts';
import { gateReportText } from '../../../src/core/view/gate-report.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from './runs.ts';
import { ECOMMERCE, plan, task } from './sample.ts';

const passed = (of: string): RunEvent => ({
  type: 'gate.ended',
  scope: { kind: 'task', task: of, attempt: 1 },
  report: report('tests', 'passed', { score: 96 }),
});

/** The moment that the worked example shows: two of the first layer are done, the third is under way. */
const UNDER_WAY = run(spec(ECOMMERCE, { gates: [gateSpec('tests', 'task')] }), [
  [0, started('setup-project-structure', 0), started('configure-development-environment', 1)],
  [0, started('setup-database-schema', 2)],
  [
    22,
    ...taken('setup-project-structure', 22),
    passed('setup-project-structure'),
    ...merged('setup-project-structure'),
  ],
  [
    28,
    ...taken('configure-development-environment', 28),
    passed('configure-development-environment'),
    ...merged('configure-development-environment'),
  ],
]);

describe('the monitor as text', () => {
  it('has the layout of the worked example', async () => {
    await expect(monitorText(UNDER_WAY, 30 * MINUTE)).toMatchFileSnapshot('golden/monitor.txt');
  });

  it('tells every state of a task in a line of its own', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const of = plan([
      ...ids.map((id) => task(id, { minutes: 10 })),
      task('h', { after: ['b'] }),
      task('i', { after: ['d'] }),
    ]);
    const state = run(spec(of, { agents: 7 }), [
      [0, ...ids.map((id, i) => started(id, i))],
      [1, ...taken('a', 1, { snapshot: { files: [], findings: [] } }), { type: 'task.merged', task: 'a', attempt: 1 }],
      [
        2,
        ...taken('b', 2, { code: 1 }),
        {
          type: 'task.failed',
          task: 'b',
          attempt: 1,
          failure: { kind: 'agent', end: { kind: 'exited', code: 1 }, message: 'exit code 1: \u001b[31mno\nway' },
        },
      ],
      [3, ...taken('c', 3), { type: 'attempt.accepted', task: 'c', attempt: 1 }],
      [3, { type: 'task.conflicted', task: 'c', attempt: 1, files: ['x.ts'] }],
      [4, ...taken('e', 4), { type: 'attempt.accepted', task: 'e', attempt: 1 }],
      [5, ...taken('f', 5)],
      [6, { type: 'task.skipped', task: 'g' }],
    ]);
    const lines = monitorText(state, 7 * MINUTE)
      .split('\n')
      .filter((line) => /^[├└]/u.test(line));
    expect(lines).toEqual([
      '├── ✅ a (Agent-1, 1 min) - COMPLETED, nothing to change',
      '├── ❌ b (Agent-2, 2 min) - FAILED: exit code 1: no way',
      '├── ⚠️ c (Agent-3, 3 min) - CONFLICT: conflicts in x.ts',
      '├── 🔄 d (Agent-4) - IN PROGRESS (7 min elapsed)',
      '├── 🔀 e (Agent-5, 4 min) - MERGING',
      '├── 🛡️ f (Agent-6) - CHECKING (7 min elapsed)',
      '└── ⏭️ g (Agent-7, 6 min) - SKIPPED',
    ]);
    expect(statusJson(state).tasks.slice(0, 4)).toMatchObject([
      { id: 'a', state: 'merged', agent: 1, attempts: 1, minutes: 1 },
      { id: 'b', state: 'failed', agent: 2, attempts: 1, minutes: 2 },
      { id: 'c', state: 'conflict', agent: 3, attempts: 1, minutes: 3 },
      { id: 'd', state: 'working', agent: 4, attempts: 1, minutes: 6 },
    ]);
  });

  it('shows the next layer where nothing has begun, and what is left over at the end', () => {
    const of = spec(plan([task('a', { minutes: 5 }), task('b', { minutes: 5, after: ['a'] })]));
    expect(monitorText(run(of, []), 0)).toContain('Layer 1 (5 min estimated)\n└── ⏳ a - WAITING');
    const over = run(of, [
      [0, started('a', 0)],
      [
        1,
        { type: 'run.cancelled' },
        { type: 'task.cancelled', task: 'a' },
        { type: 'run.finished', outcome: 'cancelled' },
      ],
      [90, { type: 'session.ended' }],
    ]);
    const text = monitorText(over, 500 * MINUTE);
    expect(text).toContain('└── ⛔ b - BLOCKED: waits for a');
    expect(text).toContain('- Duration: 1 min\n- Status: cancelled');
    expect(text).toContain('- Quality Score: not measured');
  });

  it('names a gate that holds the run, since no task does', () => {
    const of = spec(plan([task('a', { minutes: 5 })]), { gates: [gateSpec('tests', 'layer')] });
    const state = run(of, [
      [0, started('a', 0), ...taken('a', 1), ...merged('a')],
      [1, { type: 'gate.ended', scope: { kind: 'layer', layer: 1 }, report: report('tests', 'failed') }],
      [1, { type: 'run.finished', outcome: 'failed' }],
    ]);
    expect(monitorText(state, 0)).toMatch(
      /\n- Status: failed\n- Needs You: gate tests failed after layer 1: npm run tests: exit code 1$/u,
    );
  });

  it('ends with who drives the run', () => {
    expect(printableStatus(UNDER_WAY, undefined)).toMatch(/\n- Driven By: nobody$/u);
    expect(printableStatus(UNDER_WAY, 'detached')).toMatch(/\n- Driven By: a detached engine$/u);
  });
});

describe('a line for an event', () => {
  const at = (event: RunEvent) => progressLine(event, UNDER_WAY);
  it.each<[RunEvent, string | undefined]>([
    [started('setup-database-schema', 2), '🔄 setup-database-schema (Agent-3)'],
    [started('setup-database-schema', 2, 2), '🔄 setup-database-schema (Agent-3, attempt 2)'],
    [
      { type: 'task.merged', task: 'setup-project-structure', attempt: 1, commit: 'c' },
      '✅ setup-project-structure (Agent-1, 22 min) - 2/18',
    ],
    [
      { type: 'task.failed', task: 'api-documentation', attempt: 1, failure: { kind: 'no-changes' } },
      '❌ api-documentation: no changes',
    ],
    [
      {
        type: 'task.failed',
        task: 'api-documentation',
        attempt: 1,
        failure: { kind: 'no-changes', denied: ['Write: a.txt', 'Bash: make'] },
      },
      '❌ api-documentation: no changes, as it was not allowed: Write: a.txt; Bash: make',
    ],
    [passed('setup-project-structure'), undefined],
    [
      { type: 'gate.ended', scope: { kind: 'layer', layer: 2 }, report: report('tests', 'failed') },
      '❌ gate tests failed after layer 2: npm run tests: exit code 1',
    ],
    [
      {
        type: 'gate.ended',
        scope: { kind: 'end' },
        report: report('lint', 'not-run', { blocking: false, checks: [] }),
      },
      '⚠️ gate lint did not run at the end',
    ],
    [{ type: 'run.paused', reason: 'disk\nfull' }, '⏸️ paused: disk full'],
    [{ type: 'run.finished', outcome: 'failed' }, '🏁 failed: 2/18 tasks in 28 min'],
    [{ type: 'session.ended' }, undefined],
  ])('%j is %j', (event, line) => {
    expect(at(event)).toBe(line);
  });
});

describe('the report of gates', () => {
  it('has the layout of the worked example', async () => {
    const of = plan([task('a', { layer: 0 })], {
      layers: [{ name: 'Data Models', sequential: false, gates: [], span: { start: 0, end: 0 } }],
    });
    const layer = { kind: 'layer', layer: 1 } as const;
    const state = run(spec(of), [
      [1, { type: 'gate.ended', scope: layer, report: report('tests', 'passed', { durationMs: 2_100 }) }],
      [
        2,
        {
          type: 'gate.ended',
          scope: layer,
          report: report('lint', 'failed', {
            blocking: false,
            score: 50,
            durationMs: 840,
            findings: [
              {
                gate: 'lint',
                rule: 'complexity',
                severity: 'warning',
                message: 'too\ncomplex',
                path: 'src/a.ts',
                line: 3,
              },
            ],
          }),
        },
      ],
      [3, { type: 'gate.ended', scope: layer, report: report('security', 'failed') }],
      [4, { type: 'gate.ended', scope: layer, report: report('coverage', 'not-run', { checks: [] }) }],
    ]);
    await expect(gateReportText(state, layer)).toMatchFileSnapshot('golden/gates.txt');
    expect(gateReportText(state, { kind: 'end' })).toMatch(/the whole run\n=+\n\nnot measured$/u);
  });
});
