import { describe, expect, it } from 'vitest';
import { readModelAnswer } from '../../../../src/core/agent/lm/answer.ts';
import { modelPrompt, wantedFiles } from '../../../../src/core/agent/lm/model-prompt.ts';

describe('the files that a model is shown', () => {
  const all = ['README.md', 'docs/plan.md', 'plan.md', 'src/a.ts', 'src/b.ts', 'src/deep/c.ts'];

  it.each<readonly [string, string, readonly string[], readonly string[], readonly string[]]>([
    ['nothing that is not named', 'Do it.', [], [], []],
    ['what is changed', 'Do it.', [], ['new.ts'], ['new.ts']],
    ['a file that the task writes', 'Do it.', ['src/a.ts'], [], ['src/a.ts']],
    ['what a glob names', 'Do it.', ['src/*.ts'], [], ['src/a.ts', 'src/b.ts']],
    ['what is below a folder', 'Do it.', ['src/'], [], ['src/a.ts', 'src/b.ts', 'src/deep/c.ts']],
    ['what the prompt names', 'Read `README.md` and src/b.ts.', [], [], ['README.md', 'src/b.ts']],
    ['a whole path, no part of one', 'See docs/plan.md, src/a.tsx.', [], [], ['docs/plan.md']],
    ['the changed first, each once', 'Of src/a.ts.', ['src/a.ts', 'src/b.ts'], ['src/b.ts'], ['src/b.ts', 'src/a.ts']],
  ])('are %s', (_, prompt, globs, changed, expected) => {
    expect(wantedFiles(prompt, globs, { all, changed })).toEqual(expected);
  });
});

describe("a model's prompt", () => {
  it('shows files as they are to be answered with, and names those that it cannot show', () => {
    const text = modelPrompt('# Task: One\n', [{ path: 'a.md', text: 'a' }, { path: 'big.bin' }], false);
    expect(text).toContain('# Task: One\n\n---\n\n## Files as they are now\n\n<file path="a.md">\na\n</file>');
    expect(text).toContain('leave them as they are:\n- big.bin\n');
    expect(readModelAnswer(text.slice(text.indexOf('## Files'))).files).toEqual([{ path: 'a.md', text: 'a\n' }]);
  });

  it('asks for no file of one that only looks', () => {
    expect(modelPrompt('Review it.', [], true)).not.toContain('<file');
    expect(modelPrompt('Do it.', [], false)).toContain('<file');
  });
});
