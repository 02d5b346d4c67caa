import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { hasErrors } from '../../../src/core/plan/diagnostic.ts';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Choice } from '../../../src/core/schedule/simulate.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import { opportunityRows } from '../../../src/core/view/opportunities.ts';

const CHOICE: Choice = { strategy: 'hybrid', agents: 3 };

function rowsOf(text: string, choice = CHOICE) {
  const plan = parsePlan(text);
  return opportunityRows(plan, buildGraph(plan), text, choice);
}

function minutesOf(text: string): number {
  const plan = parsePlan(text);
  expect(hasErrors(plan.diagnostics)).toBe(false);
  return simulate(buildGraph(plan), CHOICE).minutes;
}

const TEXT = `### schema: Tables
- Estimate: 30 min
- Depends on: none
- Files: \`db/**\`

### api: Endpoints
- Estimate: 90 min
- Depends on: \`schema\`
- Files: \`src/api/**\`, \`src/routes.ts\`

### cart: Basket
- Depends on: api
- Files: \`src/cart.ts\`, \`src/routes.ts\`

### mails: Mails
- Estimate: 20 min
- Depends on:
  - api
- Files: \`src/mails.ts\`, \`src/routes.ts\`
`;

describe('an opportunity', () => {
  it('says what, why and how much, and has the edit that does it', () => {
    expect(rowsOf(TEXT).map(({ row }) => row)).toEqual([
      {
        kind: 'split',
        task: 'api',
        title: 'api is long, and on the critical path',
        why: '1 h 30 min; in two halves side by side the plan is shorter',
        minutes: 45,
        fix: 'Split api into Two Tasks Side by Side',
      },
      {
        kind: 'estimate',
        task: 'cart',
        title: 'cart has no estimate, and decides how long the plan is',
        why: '30 min are assumed (1 task without one in all); if it takes twice that, the plan is longer',
        minutes: 30,
        fix: 'Add Estimate: 30 min',
      },
      {
        kind: 'dependency',
        task: 'api',
        title: 'api may not need schema',
        why: 'They share no file, and its text does not speak of it; all the same it waits for it',
        minutes: 30,
        fix: 'Remove the Dependency on schema',
      },
      {
        kind: 'file',
        title: '3 tasks take turns at src/routes.ts',
        why: 'api, cart and mails; in files of their own they could run at once',
        minutes: 20,
      },
    ]);
  });

  it('makes the plan shorter by what it says, when it is done', () => {
    const before = minutesOf(TEXT);
    for (const { row, fix } of rowsOf(TEXT)) {
      if (fix === undefined || row.kind === 'estimate') continue;
      expect(before - minutesOf(applyEdits(TEXT, fix.edits)), row.title).toBe(row.minutes);
    }
  });

  it('lets a task wait for what the needless one waits for', () => {
    const chain = TEXT.replace('- Depends on: none', '- Depends on: none\n- Agent: x').replace(
      '### api: Endpoints\n- Estimate: 90 min\n- Depends on: `schema`',
      '### login: Sign-in\n- Estimate: 10 min\n- Depends on: schema\n- Files: `src/login.ts`\n\n### api: Endpoints\n- Estimate: 90 min\n- Depends on: `login`',
    );
    const found = rowsOf(chain).find(({ row }) => row.title === 'api may not need login');
    expect(found?.row.fix).toBe('Depend on What login Depends on Instead');
    expect(applyEdits(chain, found?.fix?.edits ?? [])).toBe(chain.replace('`login`', '`schema`'));
    expect(minutesOf(chain) - minutesOf(chain.replace('`login`', '`schema`'))).toBe(found?.row.minutes);
  });

  it('of a barrier says who asks for it', () => {
    const layers =
      '## Layer 1: One\n\n### a: A\n- Estimate: 10 min\n\n### b: B\n- Estimate: 30 min\n- Files: b.ts\n\n## Layer 2\n\n### c: C\n- Estimate: 20 min\n';
    const stated = layers.replace('### c: C\n', '### c: C\n- Depends on: a\n');
    const why = (text: string, choice: Choice) =>
      rowsOf(text, choice).map(({ row }) => [row.title, row.why.split(';')[0], row.minutes]);
    expect(why(layers, CHOICE)).toEqual([
      ['Layer 1, One, holds up the next one', 'The next layer waits for all of it', 20],
    ]);
    expect(why(stated, { strategy: 'conservative', agents: 3 })).toContainEqual([
      'Layer 1, One, holds up the next one',
      'The strategy waits for all of it',
      20,
    ]);
  });
});
