import { buildGraph } from '../../../src/core/graph/build.ts';
import type { PlanFacts } from '../../../src/core/language/hover.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';

/** A text without its `¦`, which stands where the cursor is. */
export function withCursor(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('¦');
  if (offset === -1) throw new Error(`no cursor in ${marked}`);
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export function factsOf(text: string): PlanFacts {
  const plan = parsePlan(text);
  const graph = buildGraph(plan);
  return { plan, text, graph, schedule: simulate(graph, { strategy: 'hybrid', agents: 2 }) };
}

export const SHOP = [
  '---',
  'strategy: hybrid',
  '---',
  '# Shop',
  '',
  '## Layer 1: Ground',
  '',
  '### schema: Tables of the shop',
  '- Estimate: 20-40 min',
  '- Depends on: none',
  '- Files: `db/schema.sql`',
  '- Gates: tests',
  '',
  'Write the tables of products, customers and orders, with their keys.',
  '',
  '### docs: Pages',
  '- Estimate: 10 min',
  '- Depends on: none',
  '',
  '## Layer 2: Service',
  '',
  '### api: The <b>API</b> of [it](command:x)',
  '- Depends on: schema, `docs`',
  '- Reads: `db/schema.sql`',
  '',
  '### tests: Tests of it',
  '- Estimate: 1 h',
  '- Depends on: API: the service',
  '',
].join('\n');

export const SPEC_KIT = [
  '# Tasks: Todo',
  '',
  '## Phase 1: Setup',
  '',
  '- [x] T001 Create the project in src/main.ts',
  '- [ ] T002 [P] Lint with eslint.config.js',
  '',
  '## Phase 2: Build',
  '',
  '- [ ] T003 [US1] Model in src/model.ts (depends on T001, T002)',
  '',
].join('\n');

export const TASK_MASTER = JSON.stringify(
  {
    master: {
      tasks: [
        { id: 1, title: 'Set up', status: 'done', dependencies: [] },
        { id: 2, title: 'Build', status: 'pending', dependencies: [1] },
        { id: '3', title: 'Test', status: 'pending', dependencies: ['2', 1] },
      ],
    },
  },
  undefined,
  2,
);
