import { describe, expect, it } from 'vitest';
import { summaryMarkdown } from '../../../src/core/view/summary.ts';
import { gateSpec, Machine, report } from '../run/machine.ts';

const PLAN = `### a: Task a
- Estimate: 10 min
- Acceptance:
  - [ ] \`npm test\` passes
  - [ ] It is friendly

Do it.
`;
const lint = { ...gateSpec('lint', 'layer', false), always: true };
const finding = {
  gate: 'lint',
  rule: 'no-eval',
  severity: 'warning',
  message: 'No <eval>.',
  path: 'a.js',
  line: 3,
  task: 'a',
} as const;

describe('the quality of a run', () => {
  const machine = new Machine(PLAN, { gates: [lint] });
  machine.ended('a').taken('a');
  machine.judged(
    { kind: 'task', task: 'a', attempt: 1 },
    {
      ...report('acceptance', 'passed'),
      checks: [{ label: 'npm test', verdict: 'passed', note: 'exit code 0' }],
    },
  );
  machine.merged('a');
  machine.judged(
    { kind: 'layer', layer: 1 },
    {
      ...report('lint', 'failed', false),
      score: 99.6,
      findings: [finding],
      figures: [{ name: 'coverage', value: 86.65, unit: '%' }],
    },
  );

  it('names what was measured, what was found and stays, and what nothing has shown', () => {
    const text = summaryMarkdown(machine.state);
    const section = text.slice(text.indexOf('## Quality Metrics'), text.indexOf('## Deliverables Created'));
    expect(section.split('\n').slice(0, -1)).toEqual([
      '## Quality Metrics',
      '- **acceptance**: not measured (1 of 1 run passed)',
      '- **lint**: 99% (0 of 1 run passed), coverage 86.7%',
      '',
      '### Findings That Stay',
      '- `a.js:3` warning: No \\<eval\\>. (lint, no-eval, a)',
      '',
      '### Acceptance Not Shown',
      '- a: It is friendly (not shown)',
      '',
    ]);
  });

  it('a task that mends what is merged has made what both of its attempts changed', () => {
    machine.do({ type: 'mend-gate', scope: { kind: 'layer', layer: 1 }, gate: 'lint' });
    machine.ended('a').taken('a', 'again').gate('a', 'acceptance').merged('a').layerGate(1, 'lint');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(summaryMarkdown(machine.state)).toContain('✅ **a**: Task a - 1 file, +2 −0 (');
    expect(summaryMarkdown(machine.state)).not.toContain('Findings That Stay');
  });
});
