import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { markFinished, stepsAfter } from '../../../src/core/planning/replan.ts';
import type { Artefact } from '../../../src/core/planning/steps.ts';
import { ARTEFACTS } from '../../../src/core/planning/steps.ts';
import { soundArtefact } from './sound.ts';

describe('what is done again after an edit', () => {
  const check = (changed: readonly Artefact[], expected: string) =>
    expect(stepsAfter(changed).join(' ')).toBe(expected);

  it('is what depends on it', () => {
    check([], '');
    check(['plan.md'], '');
    check(['tech_stack.md'], '');
    check(['task_review.md'], 'startup plan');
    check(['architecture.md'], 'startup review plan');
    check(['tasks.md'], 'startup architecture review plan');
    check(['requirements.md'], 'startup agents-improved breakdown architecture review plan');
    check(['research.md'], 'startup requirements agents-improved breakdown architecture review plan');
    check(['discovery.md'], 'startup research requirements agents-improved breakdown architecture review plan');
    check(['startup.md'], 'startup agents agents-improved');
    check(['agent_prompts.md'], '');
  });

  it('is not what wrote it', () => {
    check(['requirements.md', 'tasks.md'], 'startup agents-improved architecture review plan');
    check(['requirements.md', 'agent_prompts.md'], 'startup breakdown architecture review plan');
    check(['discovery.md', 'plan.md'], 'startup research requirements agents-improved breakdown architecture review');
    check(ARTEFACTS, '');
  });
});

describe('tasks that are finished', () => {
  const check = (text: string, ids: readonly string[], expected: string) =>
    expect(markFinished(text, ids)).toBe(expected);

  it('are ticked off', () => {
    check('### a: A\n### b: B\n', ['a'], '### [x] a: A\n### b: B\n');
    check('### [ ] a: A\n### `b`: B ###\r\n', ['a', 'B'], '### [x] a: A\n### [x] `b`: B ###\r\n');
    check('##\t**a: A**\n- Estimate: 5 min', ['a'], '##\t[x] **a: A**\n- Estimate: 5 min');
    check('### Task 3: Set up\n', ['set-up'], '### [x] Task 3: Set up\n');
    check('Layer 1:\n├── a (5 min)\n└── b (5 min)\n', ['b'], 'Layer 1:\n├── a (5 min)\n└── [x] b (5 min)\n');
  });

  it('that are so, or are not there, change nothing', () => {
    for (const text of ['### [x] a: A\n', '### ✅ a: A\n', '### a: A\n- Status: done\n', '### b: B\n', ''])
      check(text, ['a'], text);
  });

  it('are done when the plan is read, and nothing else is changed', () => {
    const plan = soundArtefact('plan.md');
    const ids = parsePlan(plan).tasks.map(({ id }) => id);
    fc.assert(
      fc.property(fc.subarray(ids), fc.constantFrom('\n', '\r\n'), (finished, end) => {
        const text = plan.replaceAll('\n', end);
        const marked = markFinished(text, finished);
        expect(parsePlan(marked).tasks.flatMap(({ id, done }) => (done ? [id] : []))).toEqual(finished);
        expect(marked.replaceAll('### [x] ', '### ')).toBe(text);
        expect(markFinished(marked, finished)).toBe(marked);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const all = (of: string) => parsePlan(of).tasks.map(({ id }) => id);
        expect(markFinished(`${text}\n\n### a: A\n- Estimate: 5 min`, ['a'])).toContain('a: A\n- Estimate: 5 min');
        expect(all(markFinished(text, all(text)))).toEqual(all(text));
      }),
    );
  }, 60_000);
});
