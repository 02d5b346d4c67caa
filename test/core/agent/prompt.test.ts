import { describe, expect, it } from 'vitest';
import { promptFor } from '../../../src/core/agent/prompt.ts';
import { readGateConfig } from '../../../src/core/gate/config.ts';
import { gateSpec, Machine } from '../run/machine.ts';

const PLAN = `---
gates: [tests]
---
# Shop

Everything is in TypeScript.

### model: The model
- Estimate: 10 min
- Files: src/model.ts

Make the model.

### api: The API
- Estimate: 10 min
- Depends on: model
- Files: src/api.ts
- Acceptance:
  - [ ] \`npm test\` passes

Make the API.
`;

function machine(): Machine {
  const run = new Machine(PLAN, { gates: [gateSpec('tests'), { ...gateSpec('lint'), always: true, blocking: false }] });
  run.ended('model', undefined, { report: { denied: [], said: 'Model with\ntwo tables.' }, verdict: { kind: 'done' } });
  run.taken('model').gate('model', 'tests').gate('model', 'lint').merged('model');
  return run;
}

function promptOf(run: Machine, options?: Parameters<typeof promptFor>[2]): string {
  const task = run.state.spec.plan.tasks[1];
  if (task === undefined) throw new Error('no task');
  return promptFor(run.state, task, options);
}

describe('a prompt', () => {
  it('holds all that the agent has to know', () => {
    expect(promptOf(machine(), { house: ['AGENTS.md'] })).toBe(`# Task: The API

Task id: api

Make the API.

## Files
Write only what the task needs. It is expected to touch:
- src/api.ts

## Done means
- \`npm test\` passes

## It will be checked
- tests: \`tests\`
- lint: \`lint\` (advisory)

## Already there
- The model (model)
  Model with
  two tables.
  - model.txt (added, +1 −0)

## The plan it belongs to: Shop
Everything is in TypeScript.

## Rules
- Read and follow AGENTS.md of this repository.
- Work only in the working directory you are started in; it is a git worktree of its own.
- Do not commit, push, or switch branches: your changes are committed for you.
- Do not weaken tests or what checks your work.
`);
  });

  it('says on a retry what went wrong', () => {
    const run = machine();
    run.ended('api', { kind: 'exited', code: 3 }).taken('api');
    expect(promptOf(run)).toContain('## What went wrong before\nThe attempt before this one failed: exit code 3');
  });

  it('is bounded: the plan gives way first, then other tasks, then the past; never the task', () => {
    const run = machine();
    const task = run.state.spec.plan.tasks[1];
    if (task === undefined) throw new Error('no task');
    const plan = { ...run.state.spec.plan, context: 'c'.repeat(5000) };
    const state = { ...run.state, spec: { ...run.state.spec, plan } };
    const note = `begin ${'n'.repeat(5000)} end`;
    state.tasks[1] = { ...run.state.tasks[1], note } as (typeof state.tasks)[number];

    const some = promptFor(state, task, { limit: 8000 });
    expect(some.length).toBeLessThanOrEqual(8000);
    expect(some).toMatch(/c{500}\n\[\d+ of 5000 characters are left out here\]/);
    expect(some).toContain(note);
    expect(some).toContain('two tables');

    const few = promptFor(state, task, { limit: 2000 });
    expect(few).toMatch(/\[\d+ of 5010 characters are left out here\]\nn+ end/);
    expect(few).toContain('Make the API.');
    expect(few).toContain('Do not weaken tests');
  });
});

describe('gates that measure', () => {
  it.each<[string, readonly string[]]>([
    [
      '{ kind: tdd, commands: [npm t], report: x, coverage: { changed: 80, total: 60 }, testsFirst: required }',
      [
        '`npm t`',
        'tests run at least 80% of the lines you change',
        'tests run at least 60% of all lines',
        'write the test first, and see it fail, before the code that makes it pass',
        'each test asserts something',
      ],
    ],
    [
      '{ kind: performance, commands: [b], figures: [{ name: mean, json: $.a, unit: ms, limit: 5, tolerance: 10 }] }',
      ['`b`', 'mean, at most 5 ms, no more than 10% worse than before'],
    ],
    ['{ kind: security, rules: false }', ['no secret in any file']],
    [
      '{ kind: quality, limits: { cyclomatic: false, fileLines: false } }',
      ['cognitive complexity of a function at most 15', 'functions of at most 100 lines (advisory)'],
    ],
  ])('are told as what is to be done: %s', (gate, ways) => {
    const { gates, problems } = readGateConfig(`gates:\n  g: ${gate.replace(/ }$/, ', always: true }')}\n`);
    expect(problems).toEqual([]);
    const run = new Machine('### a: Task a\n- Estimate: 5 min\n\nDo it.\n', { gates });
    const [task] = run.state.spec.plan.tasks;
    if (task === undefined) throw new Error('no task');
    expect(promptFor(run.state, task, { house: [] })).toContain(`- g: ${ways.join('; ')}`);
  });
});
