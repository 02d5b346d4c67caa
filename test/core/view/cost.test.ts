import { expect, it } from 'vitest';
import type { AgentReport } from '../../../src/core/agent/report.ts';
import { costText, runBill, usageText } from '../../../src/core/view/cost.ts';
import { monitorText } from '../../../src/core/view/monitor.ts';
import { runFigures } from '../../../src/core/view/metrics.ts';
import { statusJson } from '../../../src/core/view/status.ts';
import { summaryJson, summaryMarkdown } from '../../../src/core/view/summary.ts';
import { Machine } from '../run/machine.ts';

const PLAN = ['a', 'b', 'c']
  .map((id) => `### ${id}: Task ${id}\n- Estimate: 10 min\n- Agent: ${id === 'a' ? 'claude' : 'codex'}\n\nDo it.\n`)
  .join('\n');
const usage = { input: 9000, cacheRead: 3000, cacheWrite: 0, output: 345 };

function ran(reports: readonly (Partial<AgentReport> | undefined)[], prices = {}): Machine {
  const run = new Machine(PLAN, { agents: 3, policy: { prices } });
  for (const [i, report] of reports.entries()) {
    const task = ['a', 'b', 'c'][i] ?? '';
    run.ended(task, undefined, report && { report: { denied: [], ...report }, verdict: { kind: 'done' } });
    run.taken(task).merged(task);
  }
  return run;
}

it.each([
  ['nothing is said', [undefined, undefined, undefined], {}, undefined],
  ['all is reported', [{ costUsd: 1 }, { costUsd: 0.25 }], {}, '$1.25'],
  [
    'some is computed',
    [{ costUsd: 1 }, { usage, model: 'm' }],
    { m: { input: 10, output: 1000, cacheRead: 1 } },
    '$1.44 computed',
  ],
  ['some is unknown', [{ costUsd: 1 }, { usage, model: 'x' }], {}, '$1.00, unknown for 1 attempt'],
  ['all is unknown', [{ usage }, { usage }], {}, 'unknown'],
  ['little is reported', [{ costUsd: 0.0123 }], {}, '$0.0123'],
] as const)('the cost where %s', (_, reports, prices, text) => {
  const bill = runBill(ran(reports, prices).state);
  expect(bill && costText(bill)).toBe(text);
});

it('tokens are of all kinds', () => {
  expect(usageText(usage)).toBe('12,345 tokens: 9,000 in, 3,000 cached, 345 out');
  expect(usageText({ ...usage, cacheRead: 0 })).toBe('9,345 tokens: 9,000 in, 345 out');
});

it('stands in every view', () => {
  const { state } = ran([{ usage, costUsd: 1 }, { usage }, undefined]);
  expect(monitorText(state, 0)).toContain(
    '- Cost: $1.00, unknown for 1 attempt, 24,690 tokens: 18,000 in, 6,000 cached, 690 out',
  );
  expect(runFigures(state, 0).find(({ id }) => id === 'cost')).toMatchObject({
    value: '$1.00',
    note: 'unknown for 1 attempt; 24,690 tokens: 18,000 in, 6,000 cached, 690 out',
  });
  expect(statusJson(state).tasks).toMatchObject([
    { kind: 'claude', costUsd: 1, tokens: 12_345 },
    { kind: 'codex', costUsd: null, tokens: 12_345 },
    { kind: 'codex', costUsd: null, tokens: null },
  ]);
  const text = summaryMarkdown(state);
  expect(text).toContain(`## Cost
- **claude**: $1.00, 12,345 tokens: 9,000 in, 3,000 cached, 345 out (1 attempt)
- **codex**: unknown, 12,345 tokens: 9,000 in, 3,000 cached, 345 out (1 attempt)
- **Together**: $1.00, unknown for 1 attempt, 24,690 tokens: 18,000 in, 6,000 cached, 690 out (2 attempts)
`);
  expect(text).toContain('- **Cost**: US dollars of all attempts');
  expect(text).toMatch(/\*\*a\*\*: Task a - .* \(.*\$1\.00\)/);
  expect(summaryJson(state)).toMatchObject({
    bill: { usd: 1, unknown: 1 },
    bills: [{ kind: 'claude' }, { kind: 'codex' }],
  });
});
