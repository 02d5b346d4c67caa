import { describe, expect, it } from 'vitest';
import type { PlanningAccount } from '../../../src/core/planning/summary.ts';
import { planningSummary } from '../../../src/core/planning/summary.ts';
import { markFinished } from '../../../src/core/planning/replan.ts';
import { soundArtefact } from './sound.ts';

const question = { id: 'db', question: 'Which database?', options: ['SQLite', 'A file'], default: 'A file' };
const account: PlanningAccount = {
  request: { goal: 'A todo API\nfor one person', constraints: 'Solo developer', folder: 'docs', clarify: true },
  steps: [
    { id: 'startup', attempts: 1, minutes: 0.5, outcome: 'done' },
    { id: 'agents', attempts: 0, outcome: 'kept' },
    { id: 'discovery', agent: 'Claude | Code', attempts: 2, minutes: 6.25, outcome: 'done' },
    { id: 'plan', agent: 'Codex', attempts: 3, minutes: 75, outcome: 'failed' },
  ],
  text: soundArtefact,
  decisions: [
    { step: 'Discovery', question, answer: 'SQLite', by: 'user' },
    { step: 'Research', question: { ...question, question: 'Which *port*?' }, answer: '3000', by: 'default' },
  ],
};

/** The lines of one section. */
const section = (title: string, of: PlanningAccount = account) => {
  const lines = planningSummary(of).split('\n');
  const from = lines.indexOf(`## ${title}`);
  expect(from, title).toBeGreaterThan(0);
  const to = lines.findIndex((line, at) => at > from && line.startsWith('## '));
  return lines.slice(from + 1, to === -1 ? undefined : to).filter((line) => line !== '');
};

describe('the summary of planning', () => {
  it('tells what was asked for', () => {
    expect(planningSummary(account)).toMatch(/^# Planning Summary: A todo API for one person\n/);
    expect(section('Asked For')).toEqual([
      '- **Goal**: A todo API for one person',
      '- **Constraints**: Solo developer',
      '- **Questions**: asked where something was open',
    ]);
  });

  it('tells the steps with what they took', () => {
    expect(section('Steps').slice(2)).toEqual([
      '| 0 | Start-up check | – | 1 | 30 s | ✅ done |',
      '| 1 | Agents for the project | – | – | – | ✅ kept as it was |',
      '| 2 | Discovery | Claude \\| Code | 2 | 6.3 min | ✅ done |',
      '| 9 | Implementation planning | Codex | 3 | 1 h 15 min | ❌ failed |',
    ]);
  });

  it('names the artefacts and what is planned', () => {
    const artefacts = section('Artefacts');
    expect(artefacts).toHaveLength(10);
    expect(artefacts[0]).toBe('- `docs/agent_definitions.md` (10 lines)');
    expect(section('Plan')).toEqual([
      '- **Tasks**: 6 to do in 4 layers',
      '- **Estimated**: 2.8 hours one after another, 2 hours at the least',
    ]);
    const ticked = {
      ...account,
      text: (name: Parameters<typeof soundArtefact>[0]) => markFinished(soundArtefact(name), ['project-setup']),
    };
    expect(section('Plan', ticked)).toEqual([
      '- **Tasks**: 5 to do in 3 layers, 1 done already',
      '- **Estimated**: 2.6 hours one after another, 1.8 hours at the least',
    ]);
    expect(section('Requirements and Their Tasks').slice(2)).toEqual([
      '| FR-1 | Add a todo | todo-store, todo-routes, usage-notes |',
      '| FR-2 | List todos | todo-routes, usage-notes |',
      '| FR-3 | Finish a todo | todo-routes, usage-notes |',
      '| NFR-1 | Todos outlive the process | todo-store |',
      '| NFR-2 | Bad requests are answered | http-routing |',
      '| NFR-3 | Starts with one command | project-setup, server-entry |',
    ]);
  });

  it('tells what was decided and assumed', () => {
    expect(section('Decisions')).toEqual([
      '- Which database? **SQLite** (Discovery, decided by the user)',
      '- Which \\*port\\*? **3000** (Research, taken by default)',
    ]);
    expect(section('Assumptions')).toEqual([
      '- One JSON file is enough storage, since there is one user and few todos. (discovery.md)',
      '- The API is reached from the same machine only. (requirements.md)',
      '- Which \\*port\\*? 3000 (taken by default)',
    ]);
  });

  it('tells what comes next', () => {
    const next = (more: Partial<PlanningAccount>) => section('What Comes Next', { ...account, ...more }).join('\n');
    expect(next({})).toContain('`Orca: Preview Plan` in the editor, or `orca preview docs/plan.md`');
    expect(next({ request: { ...account.request, folder: 'the docs' } })).toContain(
      "`orca preview 'the docs/plan.md'`",
    );
    expect(next({ text: () => undefined })).toBe(
      'There is no plan yet: resume the run, or begin again with `Orca: Start`.',
    );
  });

  it('is whole where little is there', () => {
    const bare: PlanningAccount = { ...account, steps: [], decisions: [], text: () => undefined };
    expect(section('Decisions', bare)).toEqual(['Nothing was asked.']);
    expect(section('Assumptions', bare)).toEqual(['None.']);
    expect(section('Artefacts', bare)).toEqual([]);
    expect(planningSummary(bare)).not.toContain('## Plan\n');
  });
});
