import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArtefactSite } from '../../../src/core/planning/check.ts';
import { checkStep } from '../../../src/core/planning/check.ts';
import type { Artefact } from '../../../src/core/planning/steps.ts';
import { STEPS } from '../../../src/core/planning/steps.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Change } from './checking.ts';
import { siteWith, swap, told } from './checking.ts';
import { soundArtefact } from './sound.ts';

const same: Change = (text) => text;

function check(name: Artefact, change: Change, expected: readonly string[], more: Partial<ArtefactSite> = {}): void {
  expect(told(name, siteWith(name, change, more))).toEqual(expected);
}

describe('sound artefacts', () => {
  const faults = (site: ArtefactSite) =>
    STEPS.flatMap(({ id }) => checkStep(id, site).flatMap(({ findings }) => findings));

  it('pass every check', () => {
    expect(faults(siteWith('plan.md', same))).toEqual([]);
    expect(faults(siteWith('plan.md', same, { folder: 'docs/plan', agents: ['claude'] }))).toEqual([]);
    expect(faults(siteWith('plan.md', same, { paths: new Set(['src/other.ts', 'README.md']) }))).toEqual([]);
  });

  it('pass whatever their ends of lines', () => {
    for (const end of ['\r\n', '\r'])
      expect(
        faults({ ...siteWith('plan.md', same), text: (name) => soundArtefact(name).replaceAll('\n', end) }),
      ).toEqual([]);
  });

  it('are a plan that the shell agent can run', () => {
    const { tasks, diagnostics } = parsePlan(soundArtefact('plan.md'));
    expect(diagnostics).toEqual([]);
    expect(tasks.map(({ id }) => id)).toHaveLength(6);
    for (const { script } of tasks) expect(script).toContain('cat > ');
  });

  it('are told apart by what was looked at', () => {
    const labels = (id: (typeof STEPS)[number]['id']) =>
      checkStep(id, siteWith('plan.md', same)).map(({ label }) => label);
    expect(labels('requirements')).toEqual(['requirements.md: form', 'requirements.md: numbered and testable']);
    expect(labels('plan')).toEqual([
      'plan.md: form',
      'plan.md: reads as tasks',
      'plan.md: tasks are whole',
      'plan.md: requirements',
      'plan.md: tasks before it',
      'plan.md: files',
    ]);
    expect(labels('agents-improved')).toEqual(labels('agents'));
  });
});

describe('the form of an artefact', () => {
  it('is that of a file', () => {
    for (const name of STEPS.flatMap(({ writes }) => writes)) {
      check(name, () => undefined, ['artefact/missing @ ']);
      for (const empty of ['', ' \n\t\r\n'])
        check(name, () => empty, [`artefact/missing @ ${empty.split('\n')[0] ?? ''}`]);
    }
    expect(
      checkStep(
        'plan',
        siteWith('plan.md', () => undefined, { folder: 'docs' }),
      )[0]?.findings,
    ).toEqual([
      {
        rule: 'artefact/missing',
        severity: 'error',
        path: 'docs/plan.md',
        line: 1,
        message: '`docs/plan.md` is not there: write it.',
      },
    ]);
    check('research.md', (text) => text + 'x'.repeat(500_000), ['artefact/too-large @ # Research: Todo API']);
  });

  it('is the document and nothing around it', () => {
    for (const name of STEPS.flatMap(({ writes }) => writes)) {
      check(name, (text) => `Here is the file:\n\n${text}`, ['artefact/prose-around @ Here is the file:']);
      check(name, (text) => `\n\`\`\`markdown\n${text}\`\`\`\n`, ['artefact/prose-around @ ```markdown']);
      check(name, (text) => `\uFEFF${text}`, []);
      if (name !== 'plan.md') check(name, (text) => `\n\n${text}`, []);
    }
    check('research.md', (text) => `## Research\n${text}`, ['artefact/prose-around @ ## Research']);
    check('research.md', (text) => `---\ntitle: x\n---\n${text}`, ['artefact/prose-around @ ---']);
    for (const words of ['Let me know if you need more.', 'I have written the file.', 'Would you like me to go on?'])
      check('research.md', (text) => `${text}\n${words}\n`, [`artefact/prose-around @ ${words}`]);
    check('plan.md', (text) => text.replace('strategy: hybrid', 'strategy: [').replace('agents: 2\n', ''), [
      'plan/invalid-front-matter @ strategy: [',
    ]);
  });

  it('is one document', () => {
    check('research.md', swap('## Options', '# Options\n\n## Options'), ['artefact/title @ # Options']);
    check('research.md', swap('Research: Todo API', 'Research: <project>'), [
      'artefact/placeholder @ # Research: <project>',
    ]);
    check('plan.md', swap('## Layer 2', '# Layers\n\n## Layer 2'), ['artefact/title @ # Layers']);
  });

  it('has its sections, each once and filled', () => {
    const of =
      (title: string, content: string): Change =>
      (text) =>
        text.replace(new RegExp(`(## ${title}\\n)[^]*?(?=\\n## |$)`), (_, heading: string) => heading + content);
    check('discovery.md', swap('## Users', '## People'), ['artefact/section @ # Discovery: Todo API']);
    check('discovery.md', swap('## Users', '### Users'), ['artefact/section @ # Discovery: Todo API']);
    check('discovery.md', swap('## Users', '```\n## Users\n```'), ['artefact/section @ # Discovery: Todo API']);
    for (const title of ['1. Users', 'Users:', '**Users**', 'USERS'])
      check('discovery.md', swap('## Users', `## ${title}`), []);
    check('discovery.md', swap('## Scope', '## Users\n\nAgain.\n\n## Scope'), ['artefact/section @ ## Users']);
    for (const nothing of ['', '\n---\n', '\n### More\n', '\n<!-- later -->\n', '\n-\n'])
      check('architecture.md', of('Data', nothing), ['artefact/section @ ## Data']);
    for (const word of [
      'TODO',
      'TBD.',
      '- [ ] To be defined',
      '...',
      '…',
      '**todo**',
      '<data model>',
      '[Insert data]',
      '1. TBD',
    ])
      check('architecture.md', of('Data', `\n${word}\n`), [`artefact/placeholder @ ${word}`]);
    for (const words of [
      'None.',
      'A todo.',
      '- N/A: nothing is kept',
      'TODO items have a title.',
      '```\nid, title\n```',
    ])
      check('architecture.md', of('Data', `\n${words}\n`), []);
    check('tech_stack.md', swap('## Reasons', '## Why'), ['artefact/section @ # Tech stack: Todo API']);
    check('task_review.md', swap('## Findings', '## Remarks'), ['artefact/section @ # Task review: Todo API']);
  });
});

describe('roles', () => {
  it('are defined, and prompted', () => {
    check('agent_definitions.md', () => '# Agent definitions\n\nNone.\n', ['agents/none @ # Agent definitions']);
    check('agent_definitions.md', swap('## Test engineer', '## Tester'), [
      'agents/missing-role @ # Agent prompts',
      'agents/unknown-role @ ## Test engineer',
    ]);
    check('agent_definitions.md', swap('## Test engineer', '## Backend developer'), [
      'artefact/section @ ## Backend developer',
      'agents/unknown-role @ ## Test engineer',
    ]);
    check('agent_prompts.md', swap('## Test engineer\n', '## Test engineer\n\n## Reviewer\n'), [
      'artefact/section @ ## Test engineer',
      'agents/unknown-role @ ## Reviewer',
    ]);
    check('agent_prompts.md', swap('### Before you say', '## Before you say'), [
      'agents/unknown-role @ ## Before you say that you are done',
    ]);
    check('agent_prompts.md', () => undefined, ['artefact/missing @ ']);
  });
});

describe('requirements', () => {
  it('are numbered, each once', () => {
    check('requirements.md', swap('### FR-2: List', '### FR-1: List'), [
      'requirement/duplicate @ ### FR-1: List todos',
    ]);
    check('requirements.md', swap('### FR-2: List', '### List'), ['requirement/heading @ ### List todos']);
    check('requirements.md', swap('### FR-2: List', '#### FR-2: List'), [
      'requirement/heading @ #### FR-2: List todos',
    ]);
    check('requirements.md', swap('### FR-2: List', '## FR-2: List'), ['requirement/heading @ ## FR-2: List todos']);
    for (const heading of ['### FR-2 – List', '### **FR-2**: List', '### fr-02: List', '### FR-9: List'])
      check('requirements.md', swap('### FR-2: List', heading), []);
    check('requirements.md', swap('### FR-2: List', '### FR-1a: List'), [
      'requirement/heading @ ### FR-1a: List todos',
    ]);
    check('requirements.md', swap('A client adds', '#### How\n\nA client adds'), []);
    check(
      'requirements.md',
      (text) => text.replace(/(?<=## (?:F|Non-f)unctional requirements\n)[^]*?(?=\n## )/g, '\nMany.\n'),
      ['requirement/none @ # Requirements: Todo API'],
    );
  });

  it('can be tested', () => {
    const list = '- `GET /todos` answers 200 and all todos in the order in which they were added.\n';
    const heading = '### FR-2: List todos';
    const at = [`requirement/acceptance @ ${heading}`];
    check('requirements.md', swap(`Acceptance:\n\n${list}`, ''), at);
    check('requirements.md', swap(list, ''), at);
    for (const nothing of ['- TODO\n', '- [ ] ...\n', 'It works.\n']) check('requirements.md', swap(list, nothing), at);
    for (const label of [
      '**Acceptance:**',
      '**Acceptance criteria**:',
      '#### Acceptance',
      'The list.\nAcceptance:',
      '- Acceptance:\n ',
    ])
      check('requirements.md', swap(`Acceptance:\n\n${list}`, `${label}\n${list}`), []);
    check('requirements.md', swap(`Acceptance:\n\n${list}`, 'Acceptance: `GET /todos` answers 200.\n'), []);
    check('requirements.md', swap(`Acceptance:\n\n${list}`, 'Acceptance of this is up to us.\n'), at);
  });
});

describe('tasks', () => {
  const names: readonly Artefact[] = ['tasks.md', 'task_review.md', 'plan.md'];

  it('read without a diagnostic', () => {
    for (const name of names) {
      check(name, swap('- Estimate: 45 min', '- Estimate: soon'), ['plan/invalid-value @ - Estimate: soon']);
      check(name, swap('- Estimate: 45 min\n', ''), ['plan/missing-estimate @ ### todo-routes: Routes of the API']);
      check(name, swap('on: todo-store, http-routing', 'on: todo-shop, http-routing'), [
        'plan/unknown-dependency @ - Depends on: todo-shop, http-routing',
      ]);
      check(name, swap('- Estimate: 45 min', '- Estimate: 45 min\n- Acceptence: x'), [
        'plan/unknown-field @ - Acceptence: x',
      ]);
      check(name, swap('- Estimate: 45 min', '- Estimate: 45 min\n- Gates: smoke'), [
        'plan/unknown-gate @ - Gates: smoke',
      ]);
      check(name, swap('- Estimate: 45 min', '- Estimate: 45 min\n- Gates: smoke'), [], { gates: ['smoke'] });
      check(name, swap('- Estimate: 45 min', '- Estimate: 45 min\n- Agent: bob'), []);
      check(
        name,
        swap('- Estimate: 45 min', '- Estimate: 45 min\n- Agent: bob'),
        ['plan/unknown-agent @ - Agent: bob'],
        {
          agents: ['claude'],
        },
      );
    }
    const site = siteWith('plan.md', swap('- Depends on: none', '- Depends on: usage-notes'));
    const [cycle] = checkStep('plan', site).flatMap(({ findings }) => findings);
    expect(cycle).toMatchObject({ rule: 'plan/cycle', path: 'plan.md' });
    expect(cycle?.message).toContain(' → ');
    const lines = site.text('plan.md')?.split('\n') ?? [];
    expect(cycle?.related?.map(({ line = 0 }) => lines[line - 1])).toContain('- Depends on: usage-notes');
  });

  it('are in the format of tasks', () => {
    check('tasks.md', () => '# Tasks\n\n- Build it\n', ['plan/no-tasks @ # Tasks']);
    check('tasks.md', () => '# Tasks\n\nLayer 1:\n├── setup (25 min)\n└── build (10 min)\n', [
      'plan/format @ ├── setup (25 min)',
    ]);
  });

  it('are whole', () => {
    const heading = '### todo-routes: Routes of the API';
    const text =
      'Write `todoRoutes(store)`: `POST /todos`, `GET /todos` and `POST /todos/:id/done`, as the table for the router.';
    const criteria =
      '  - [ ] `node --test tests/todos.test.js` passes\n  - [ ] A todo without a title is answered with 400\n';
    for (const name of names) {
      check(name, swap(criteria, ''), [`plan/no-acceptance @ ${heading}`]);
      check(name, swap(criteria, '  - [ ] TBD\n'), [`plan/no-acceptance @ ${heading}`]);
      check(name, swap('- Requirements: FR-1, FR-2, FR-3\n', ''), [`traceability/no-requirement @ ${heading}`]);
      if (name === 'plan.md') check(name, swap(text, ''), []);
      else for (const nothing of ['', 'TODO']) check(name, swap(text, nothing), [`plan/no-text @ ${heading}`]);
    }
    check('plan.md', swap('- Files: `src/todos.js` (new), `tests/todos.test.js` (new)\n', ''), [
      `plan/no-files @ ${heading}`,
    ]);
  });

  it('meet every requirement, and none that is not there', () => {
    for (const name of names) {
      const first = soundArtefact(name).split('\n')[0] ?? '';
      check(name, swap('- Requirements: FR-1, NFR-1', '- Requirements: FR-1'), [`traceability/unreached @ ${first}`]);
      check(name, swap('- Requirements: FR-1, NFR-1', '- Requirements: FR-7, NFR-1, NFR-8'), [
        'traceability/unknown-requirement @ - Requirements: FR-7, NFR-1, NFR-8',
        'traceability/unknown-requirement @ - Requirements: FR-7, NFR-1, NFR-8',
      ]);
      check(name, swap('- Requirements: FR-1, NFR-1', '- Requirements: fr-01 (adding), NFR-1'), []);
    }
  });

  it('are accounted for in the review', () => {
    const removed = '- `router-tests`: joined with `http-routing`, which comes with its tests.';
    check('task_review.md', swap(removed, 'None.'), ['plan/dropped-task @ # Task review: Todo API']);
    for (const line of ['- `router-tests`', '- router-tests:', '- **router-tests**: TBD'])
      check('task_review.md', swap(removed, line), [`review/no-reason @ ${line}`]);
    for (const line of [
      '- router-tests: joined',
      '* `router-tests` – joined with another',
      '- **router-tests** (joined)',
    ])
      check('task_review.md', swap(removed, line), []);
    check('task_review.md', swap('### usage-notes:', '### usage-guide:'), [
      'plan/dropped-task @ # Task review: Todo API',
    ]);
  });

  it('of the review are in the plan', () => {
    check('plan.md', swap('### usage-notes:', '### usage-guide:'), ['plan/dropped-task @ ---']);
    check('plan.md', swap('### usage-notes:', '### Usage-Notes:'), []);
  });

  it('that are done stay as they are', () => {
    check('plan.md', same, ['plan/finished-task @ ---'], { finished: ['old-task', 'todo-store'] });
    for (const [change, finished] of [
      [swap('- Requirements: FR-1, NFR-1\n', '- Requirements: FR-9, NFR-1\n'), ['todo-store']],
      [swap('### todo-store', '### [x] todo-store'), undefined],
    ] as const)
      check('plan.md', change, [], finished === undefined ? {} : { finished });
  });
});

describe('any text', () => {
  const lines = [...new Set(STEPS.flatMap(({ writes }) => writes).flatMap((name) => soundArtefact(name).split('\n')))];
  const piece = fc.oneof(
    fc.constantFrom(...lines),
    fc.constantFrom(
      '# ',
      '## ',
      '### FR-1: x',
      '```',
      '---',
      '- ',
      '> ',
      '\0',
      '\uD800',
      '\uFEFF',
      '- Files: [',
      'Acceptance:',
      '(new)',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const text = fc
    .array(fc.tuple(piece, fc.constantFrom('', '\n', '\n', '\n\n', '\r\n', '\r')), { maxLength: 60 })
    .map((parts) => parts.flat().join(''));

  it('is judged without a fault, with its findings inside', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...STEPS), (own, other, { id, writes }) => {
        const site: ArtefactSite = {
          text: (name) => (writes.includes(name) ? own : other),
          paths: new Set(['src/a.ts', 'src/store.js']),
          folder: 'docs',
          gates: [],
          agents: ['claude'],
          finished: ['todo-store'],
        };
        for (const { line = 0, message } of checkStep(id, site).flatMap(({ findings }) => findings)) {
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(own.split(/\r\n|\n|\r/).length);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  }, 120_000);
});
