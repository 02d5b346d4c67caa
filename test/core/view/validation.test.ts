import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { LineMap } from '../../../src/core/plan/diagnostic.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { withRemarks } from '../../../src/core/plan/remarks.ts';
import {
  validationFindings,
  validationOf,
  validationReport,
  validationText,
  type Validation,
} from '../../../src/core/view/validation.ts';

function validate(text: string, gateProblems: readonly string[] = []): Validation {
  const plan = parsePlan(text);
  return validationOf(withRemarks(plan, buildGraph(plan)), { name: 'plan.md', lines: new LineMap(text), gateProblems });
}

const READY = `### a: Write the parser
- Estimate: 30 min
- Depends on: none
- Files: src/parser.ts
- Acceptance:
  - [ ] \`npm test\` passes

Reads the format that docs/format.md describes, and returns a tree.
`;

describe('a validation', () => {
  it('of a plan that is ready', () => {
    expect(validationText(validate(READY))).toBe(
      '1 task, 0 errors, 0 warnings\nFor agents that know only this text: 1 ready',
    );
  });

  it('tells what is wrong as compilers do, and what stands against the gates', () => {
    expect(validationText(validate(READY.replace('none', 'b'), ['gates.yaml:3: no']))).toBe(
      [
        'plan.md:3:15: error: No task has the id `b`. [unknown-dependency]',
        'gates.yaml:3: no',
        '1 task, 1 error, 0 warnings',
        'For agents that know only this text: 1 ready',
      ].join('\n'),
    );
  });

  it('of a plan that is done has nothing to say of agents', () => {
    expect(validationText(validate('### [x] a: A\n'))).toBe('1 task (1 done), 0 errors, 0 warnings');
  });

  it('reports the tasks by how ready they are', () => {
    const text = `${READY}\n### b: B\n\n### c: Send mails\n- Estimate: 10 min\n\nSends the mails that the parser found, one by one, as discussed.\n`;
    expect(validationReport(validate(text)).split('\n').slice(2)).toEqual([
      '3 tasks, 0 errors, 1 warning',
      'For agents that know only this text: 1 ready, 2 require attention',
      '',
      '🔎 Found in the text:',
      '- plan.md:10 warning: This task has no estimate: add `- Estimate: 30 min`.',
      '',
      '❌ Requires attention (2):',
      '- b (plan.md:10): B',
      '    - Say what is to be done: the title is all that an agent would be given.',
      '    - Say when it is done: `Acceptance` with criteria, or `Gates`.',
      '    - Say which `Files` it writes, so that no other task writes them meanwhile.',
      '    - Give it an `Estimate`.',
      '- c (plan.md:12): Send mails',
      '    - "as discussed" points at something that the agent is not given: write it into the task.',
      '    - Say when it is done: `Acceptance` with criteria, or `Gates`.',
      '    - Say which `Files` it writes, so that no other task writes them meanwhile.',
      '',
      '✅ Ready (1):',
      '- a (plan.md:1): Write the parser',
    ]);
  });

  it('is findings with ranges for SARIF', () => {
    const [finding] = validationFindings(validate(READY.replace('none', 'bc')));
    expect(finding).toEqual({
      rule: 'unknown-dependency',
      severity: 'error',
      message: 'No task has the id `bc`.',
      path: 'plan.md',
      line: 3,
      column: 15,
      endLine: 3,
      endColumn: 17,
    });
  });
});
