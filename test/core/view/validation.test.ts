import { expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { validationText } from '../../../src/core/view/validation.ts';

it.each([
  ['### a: A\n- Estimate: 5 min\n- Depends on: none\n- Files: a\n', [], /^1 tasks, 0 errors, \d other remarks$/],
  [
    '### a: A\n- Estimate: 5 min\n- Depends on: b\n- Files: a\n',
    [],
    /^plan\.md:3:15: error: .*b.* \[[\w-]+\]\n1 tasks, 1 errors/,
  ],
  ['### a: A\n- Estimate: 5 min\n- Depends on: none\n- Files: a\n', ['gates.yaml: no'], /^gates\.yaml: no\n1 tasks/],
])('%j is told as compilers do', (text, gateProblems, expected) => {
  expect(validationText(parsePlan(text), { name: 'plan.md', text, gateProblems })).toMatch(expected);
});
