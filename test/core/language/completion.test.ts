import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../../src/core/language/completion.ts';
import { typingAt } from '../../../src/core/language/typing.ts';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { withCursor } from './reading.ts';

const names = {
  agents: ['claude', 'codex'],
  gates: ['tests', 'security'],
  paths: ['src/a.ts', 'src/deep/a.ts', 'README.md', 'a/b.md'],
};

function offered(marked: string) {
  const { text, offset } = withCursor(marked);
  return { text, found: completionsAt(parsePlan(text), text, offset, names) };
}

function labels(marked: string): string[] {
  return offered(marked).found.map(({ label }) => label);
}

/** What a text becomes when the first of a name is taken. */
function taken(marked: string, name: string): string {
  const { text, found } = offered(marked);
  const completion = found.find(({ label }) => label === name);
  if (completion === undefined) throw new Error(`${name} is not offered: ${found.map(({ label }) => label).join()}`);
  return applyEdits(text, [completion]);
}

/** Four tasks, of which the third is typed in. */
const chain = (line: string): string =>
  [
    '### one: First',
    '- Estimate: 5 min',
    '',
    '### two: Second',
    '- Depends on: one',
    '',
    '### three: Third',
    line,
    '',
    '### four: Fourth',
    '- Depends on: three',
    '',
    '### five: Fifth',
    '- Depends on: four',
    '',
    '### six: Sixth',
    '- Estimate: 1 h',
    '',
  ].join('\n');

describe('the ids that a task can wait for', () => {
  it.each([
    ['the nearest before it first, none that waits for it', '- Depends on: ¦', ['two', 'one', 'six']],
    ['in the middle of a name', '- Depends on: tw¦o', ['two', 'one', 'six']],
    ['not those that are there', '- Depends on: one, ¦', ['two', 'six']],
    ['not those that are there behind the cursor', '- Depends on: ¦, `one`', ['two', 'six']],
    ['in another spelling of the field', '**Blocked by**: ¦', ['two', 'one', 'six']],
    ['beside another field', '**Estimate**: 5 min | **Depends on**: ¦', ['two', 'one', 'six']],
    ['in the list under the field', '- Depends on:\n  - one\n  - ¦', ['two', 'one', 'six']],
    ['in prose nothing', 'It needs ¦', []],
  ])('%s', (_, line, expected) => {
    expect(labels(chain(line))).toEqual(expected);
  });

  it('come with their title, and replace the word', () => {
    expect(taken(chain('- Depends on: one, t¦w'), 'two')).toBe(chain('- Depends on: one, two'));
    expect(taken(chain('- Depends on: `o¦ne`'), 'one')).toBe(chain('- Depends on: `one`'));
    expect(offered(chain('- Depends on: ¦')).found[0]).toMatchObject({ kind: 'task', label: 'two', detail: 'Second' });
  });

  it.each([
    ['spec-kit', '- [ ] T001 A\n- [ ] T002 B (depends on ¦)\n- [ ] T003 C\n', ['T001', 'T003']],
    ['spec-kit, unfinished', '- [ ] T001 A\n- [ ] T002 B (depends on T0¦\n', ['T001']],
    ['JSON, a number', '{"tasks": [{"id": 1, "title": "A"}, {"id": 2, "title": "B", "dependencies": [¦]}]}', ['1']],
    ['front matter', '---\nid: task-2\ntitle: B\nstatus: To Do\ndependencies: [¦]\n---\nDo it.\n', []],
    ['a table', '| Task | Title | Depends on |\n|---|---|---|\n| a | A | ¦ |\n', []],
  ])('in %s', (_, marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it('in JSON are numbers or strings', () => {
    const json = (list: string, id = '1'): string =>
      `{"tasks": [{"id": ${id}, "title": "A"}, {"id": 2, "title": "B", "dependencies": [${list}]}]}`;
    expect(taken(json('¦'), '1')).toBe(json('1'));
    expect(taken(json('"¦"'), '1')).toBe(json('"1"'));
    expect(taken(json('¦', '"a"'), 'a')).toBe(json('"a"', '"a"'));
  });
});

describe('what else is offered', () => {
  it.each([
    [
      'fields of a task',
      '### a: A\n- ¦\n',
      [
        'Estimate',
        'Depends on',
        'Files',
        'Reads',
        'Agent',
        'Gates',
        'Resources',
        'Requirements',
        'Acceptance',
        'Status',
      ],
    ],
    [
      'fields that are not there yet',
      '### a: A\n- Estimate: 5 min\n- Depends on: none\n- Fi¦\n- Agent: x\n',
      ['Files', 'Reads', 'Agent', 'Gates', 'Resources', 'Requirements', 'Acceptance', 'Status'],
    ],
    ['fields of a layer', '## Layer 1: X\n- ¦\n\n### a: A\n- Estimate: 5 min\n', ['Agent', 'Gates']],
    ['a list in the text of a task: nothing', '### a: A\n- Estimate: 5 min\n\nDo this:\n\n- ¦\n', []],
    ['agents', '### a: A\n- Agent: c¦\n', ['claude', 'codex']],
    [
      'gates, and those of other tasks',
      '### a: A\n- Gates: tests, ¦\n\n### b: B\n- Gates: lint\n',
      ['security', 'lint'],
    ],
    ['paths', '### a: A\n- Files: ¦\n', ['README.md', 'a/b.md', 'src/a.ts', 'src/deep/a.ts']],
    [
      'paths that begin so before others',
      '### a: A\n- Reads: `a¦`\n',
      ['a/b.md', 'README.md', 'src/a.ts', 'src/deep/a.ts'],
    ],
    ['paths of a list', '### Task 1: A\n\n**Files:**\n- Create: `src/¦`\n', ['src/a.ts', 'src/deep/a.ts']],
    ['paths of a boundary', '- [ ] 1.1 (P) A\n  - _Boundary: R¦_\n', ['README.md', 'src/a.ts', 'src/deep/a.ts']],
    ['requirements of other tasks', '### a: A\n- Requirements: FR-1\n\n### b: B\n- Requirements: ¦\n', ['FR-1']],
    [
      'keys of the front matter',
      '---\nstrategy: hybrid\n¦\n---\n# T\n',
      ['title', 'agents', 'agent', 'gates', 'order'],
    ],
    [
      'keys of front matter that is not closed yet',
      '---\n¦',
      ['title', 'strategy', 'agents', 'agent', 'gates', 'order'],
    ],
    ['strategies', '---\nstrategy: ¦\n---\n', ['sequential', 'conservative', 'hybrid', 'aggressive']],
    ['orders', '---\norder: l¦\n---\n', ['stated', 'layers', 'marks', 'sequence']],
    ['agents of the plan', '---\nagent: ¦\n---\n', ['claude', 'codex']],
    ['gates of the plan', '---\ngates: [tests, ¦]\n---\n', ['security']],
    ['gates of the plan, one a line', '---\ngates:\n  - tests\n  - ¦\n---\n', ['tests', 'security']],
    ['nothing for other keys', '---\nauthor: ¦\n---\n', []],
    ['nothing behind a rule', '# T\n\n---\nst¦\n', []],
    ['nothing in a heading', '### a: ¦\n- Estimate: 5 min\n', []],
  ])('%s', (_, marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  it('is written as the line needs it', () => {
    expect(taken('### a: A\n- ¦\n', 'Depends on')).toBe('### a: A\n- Depends on: \n');
    expect(taken('### a: A\n- **E¦\n', 'Estimate')).toBe('### a: A\n- **Estimate:** \n');
    expect(taken('### a: A\n- Ag¦ent: claude\n', 'Agent')).toBe('### a: A\n- Agent: claude\n');
    expect(taken('---\nst¦\n---\n', 'strategy')).toBe('---\nstrategy: \n---\n');
    expect(taken('---\nst¦: x\n---\n', 'strategy')).toBe('---\nstrategy: x\n---\n');
  });

  it('is the same with the line ends of Windows', () => {
    const dos = (marked: string): string => marked.replaceAll('\n', '\r\n');
    expect(labels(dos(chain('- Depends on: ¦')))).toEqual(['two', 'one', 'six']);
    expect(labels(dos('---\nstrategy: ¦\n---\n'))).toHaveLength(4);
    expect(labels(dos('### a: A\n- ¦\n'))).toHaveLength(10);
  });
});

it('is told of any offset of any text', () => {
  const text = chain('- Depends on: one, (`x` |\n  - [a') + '---\n{"dependencies": [1,\n| a | b\n_Depends: ';
  for (let offset = 0; offset <= text.length; offset += 1) {
    const typing = typingAt({}, text, offset);
    if (typing === undefined) continue;
    expect(typing.word.start).toBeLessThanOrEqual(offset);
    expect(typing.word.end).toBeGreaterThanOrEqual(offset);
    expect(typing.word.end).toBeLessThanOrEqual(text.length);
  }
});
