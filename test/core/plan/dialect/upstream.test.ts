import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { said } from '../reading.ts';
import { told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const TASKS = `# Tasks

**Layer 1: Base (in parallel)**
- Task 1: Models
- Task 2: Layout

## Layer 1: Base (Parallel Execution)

### Task 1: Models
**Task ID**: \`impl_models\`
**Priority**: HIGH | **Duration**: 2 days | **Layer**: 1 (Parallel)

**Complete Context**:
\`\`\`json
{
  "background": "# no heading",
  "file_locations": { "src/models.py": "The models" },
  "dependencies": []
}
\`\`\`

**Acceptance Criteria**:
- ✅ Models are checked

### Task 2: Layout
**Task ID**: \`impl_layout\`

\`\`\`json
{ "file_locations": { "main": "pyproject.toml" } }
\`\`\`

## Layer 2: Last (Sequential Execution)

### Task 3: Rest

\`\`\`json
{ "dependencies": ["Task 1: The models", "impl_layout"] }
\`\`\`

### Task 4: Test

\`\`\`json
{ "dependencies": ["All previous tasks must be completed"] }
\`\`\`
`;

describe('a plan of earlier Orca, with JSON in its sections', () => {
  it('has what its headings, its fields and its JSON say', () => {
    check(
      TASKS,
      ...['upstream, layers', 'impl_models L1', 'impl_layout L1', 'rest L2 < impl_models, impl_layout', 'test L2'],
    );
    const { layers, tasks } = parsePlan(TASKS);
    expect(layers).toMatchObject([
      { name: 'Base', sequential: false },
      { name: 'Last', sequential: true },
    ]);
    expect(tasks[0]).toMatchObject({
      title: 'Models',
      estimate: { minutes: 960 },
      files: ['src/models.py'],
      acceptance: [{ text: '✅ Models are checked' }],
    });
    expect(tasks[1]?.files).toEqual(['pyproject.toml']);
    expect(tasks[0]?.prompt).toContain('"background": "# no heading"');
  });

  it('has its layers from a list at the top where no heading has them', () => {
    const json = '```json\n{ "dependencies": [] }\n```\n';
    const text = `**Layer 1: Base**\n- Task 1: A\n- Task 2: B\n\n**Layer 2: Last (Sequential)**\n- Task 3: C\n\n### Task 1: A\n${json}### Task 2: B\n${json}### Task 3: C\n${json}`;
    check(text, 'upstream, layers', 'a L1', 'b L1', 'c L2');
    expect(parsePlan(text).layers).toMatchObject([
      { name: 'Base', sequential: false },
      { name: 'Last', sequential: true },
    ]);
  });

  it('finds a task by the code of its story', () => {
    const story = (code: string, id: string, on: string) =>
      `#### ${code}: Story\n\n\`\`\`json\n{ "task_id": "${id}", "complete_context": { "dependencies": [${on}] } }\n\`\`\`\n\n`;
    const text = `# Stories\n\n${story('US-1.1', 'first', '')}${story('US-1.2', 'second', '"The first (US-1.1)"')}## Example\n\n\`\`\`json\n{ "task_id": "none" }\n\`\`\`\n`;
    check(text, 'upstream, stated', 'first', 'second < first');
    expect(said(text.replace('(US-1.1)', '(US-1.9)'), ['unknown-dependency'])).toEqual([
      'error 12:75 "US-1.9": No task has the id `US-1.9`.',
    ]);
  });
});

describe('a plan of earlier Orca, with numbered tasks under phases', () => {
  const text = `# Plan

### Phase 1: Base (Week 1)

#### In parallel:
1. **Task 1: Models** (2 days)
   - Checked
2. **Task 2: Layout** (1 day)

**Success**:
- ✅ Done

### Phase 2: Last (Week 2)

#### Sequential Tasks (depend on Phase 1):
3. **Task 3: Rest** (3 hours)
4. **Task 4: Test**

### Phase 3: Deploy
1. **Announce** (2 days)

## Timeline
- Task 1: 2 days
`;

  it('has these, phase by phase', () => {
    check(text, 'upstream, layers', 'task-1 L1', 'task-2 L1', 'task-3 L2', 'task-4 L2');
    const { layers, tasks } = parsePlan(text);
    expect(layers).toMatchObject([
      { name: 'Base (Week 1)', sequential: false },
      { name: 'Last (Week 2)', sequential: true },
    ]);
    expect(tasks.map(({ estimate }) => estimate?.minutes)).toEqual([960, 480, 180, undefined]);
    expect(tasks[0]).toMatchObject({ title: 'Models', prompt: 'Models\n\n- Checked' });
  });

  it('is none where a list only speaks of tasks', () => {
    for (const list of ['- Task 1: A\n- Task 2: B\n', '1. **Track state**\n2. **Keep context**\n', '- **Task 1: A**\n'])
      expect(told(`# Plan\n\n## Phase 1: Base\n\n${list}`)[0]).toBe('orca, stated, with errors');
  });
});
