import { describe, expect, it } from 'vitest';
import { readGateConfig } from '../../../src/core/gate/config.ts';
import type { GateSpec } from '../../../src/core/gate/gate.ts';

const READ: GateSpec = { name: 'g', commands: [], when: 'task', blocking: true, timeoutMs: 600_000, weight: 1 };
const read = (gate: string) => readGateConfig(`gates:\n  g: ${gate}\n`);

describe('a gate', () => {
  it.each<[string, string, Partial<GateSpec>]>([
    ['of commands', '{ commands: [[npm, test]] }', { commands: [{ label: 'npm test', argv: ['npm', 'test'] }] }],
    [
      'with all settings',
      '{ commands: [make], when: end, blocking: false, timeout: 90 s, weight: 2, always: true }',
      {
        commands: [{ label: 'make', argv: ['make'] }],
        when: 'end',
        blocking: false,
        timeoutMs: 90_000,
        weight: 2,
        always: true,
      },
    ],
    ['that is a review is advisory', '{ review: { agent: codex } }', { review: { agent: 'codex' }, blocking: false }],
    ['that is a review by any agent', '{ review: {} }', { review: {}, blocking: false }],
    ['that is a review with nothing said of it', '{ review: }', { review: {}, blocking: false }],
    [
      'that is a blocking review',
      '{ review: {}, blocking: true, when: task, timeout: 5 min, weight: 3 }',
      { review: {}, blocking: true, timeoutMs: 300_000, weight: 3 },
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual({ gates: [{ ...READ, ...expected }], problems: [] });
  });

  it.each([
    ['{}', '`commands` is to be a list with at least one command.'],
    ['{ review: {}, commands: [make] }', 'there are `commands` or a `review`, not both.'],
    ['{ review: codex }', '`review` is to be `{ agent: NAME }`, or `{}` for any agent.'],
    ['{ review: [codex] }', '`review` is to be `{ agent: NAME }`, or `{}` for any agent.'],
    ['{ review: { agent: 3 } }', '`agent` of `review` is the name of an agent.'],
    ['{ review: { agent: "" } }', '`agent` of `review` is the name of an agent.'],
    ['{ review: { model: x } }', 'unknown setting "model" of `review`; there is agent.'],
    ['{ review: {}, when: layer }', 'a review is of a task: `when` can only be task.'],
    ['{ review: {}, when: end }', 'a review is of a task: `when` can only be task.'],
    [
      '{ reviews: {} }',
      'unknown setting "reviews"; there are commands, kind, when, blocking, timeout, weight, always.',
    ],
  ])('%s is none', (text, problem) => {
    expect(read(text)).toEqual({ gates: [], problems: [`.orca/gates.yaml: gate "g": ${problem}`] });
  });
});
