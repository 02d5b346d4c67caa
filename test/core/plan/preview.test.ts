import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';

const tree = `🚀 Execution Preview: Library API
================================================

📊 Overview:
- Total Tasks: 5
- Estimated Duration: 2 hours

⚡ Execution Layers:

Layer 1 (35 min) - 2 parallel tasks:
├── setup (25 min)
└── schema (35 min)

Layer 2: Models (1 h) - 2 sequential tasks:
├── ✅ book-models (1 h 5 min)
└── Author models (2-3 h)

Layer 3 - 1 parallel task:
└── release

🎯 Quality Gates:
- Security scan at layer 2
├── not-a-task (5 min)
`;

const inText = (text: string) => {
  const { dialect, title, layers, tasks } = parsePlan(text);
  return {
    dialect,
    title,
    layers: layers.map(({ name, sequential }) => [name, sequential]),
    tasks: tasks.map(({ id, title: name, layer, estimate, done }) => [id, name, layer, estimate?.minutes, done]),
  };
};

describe('a preview', () => {
  const expected = {
    dialect: 'preview',
    title: 'Library API',
    layers: [
      ['', false],
      ['Models', true],
      ['', false],
    ],
    tasks: [
      ['setup', 'setup', 0, 25, false],
      ['schema', 'schema', 0, 35, false],
      ['book-models', 'book-models', 1, 65, true],
      ['author-models', 'Author models', 1, 150, false],
      ['release', 'release', 2, undefined, false],
    ],
  };

  it('is read in text and in a fence, with any line ends', () => {
    expect(inText(tree)).toEqual(expected);
    expect(inText(tree.replaceAll('\n', '\r\n'))).toEqual(expected);
    expect(inText(`\uFEFF# Plan\n\nSome prose.\n\n\`\`\`\n${tree}\`\`\`\n\nMore.\n`)).toEqual(expected);
    expect(inText(`\`\`\`\n${tree}`)).toEqual(expected);
    expect(inText(tree.replaceAll('├──', '|--').replaceAll('└──', '`--'))).toEqual(expected);
  });

  it('is the first of several trees', () => {
    const monitor =
      '🕐 Layer 1: Setup (35 min estimated)\n├── ✅ setup (Agent-1, 22 min) - COMPLETED\n└── schema (20 min)\n';
    expect(inText(`\`\`\`\n${tree}\`\`\`\n\n\`\`\`\n${monitor}\`\`\`\n`)).toEqual(expected);
  });

  it('keeps what stands before and beside it as context', () => {
    const { context } = parsePlan(`# Plan\n\n**Goal**: books\n\n\`\`\`\n${tree}\`\`\`\n\nAfter.\n`);
    expect(context.split('\n').filter((line) => line !== '')).toEqual([
      '# Plan',
      '**Goal**: books',
      '📊 Overview:',
      '- Total Tasks: 5',
      '- Estimated Duration: 2 hours',
      '⚡ Execution Layers:',
      '🎯 Quality Gates:',
      '- Security scan at layer 2',
      '├── not-a-task (5 min)',
    ]);
    expect(parsePlan(`# Plan\n\nLayer 1:\n├── a (5 min)\n`)).toMatchObject({ title: 'Plan', context: '' });
  });

  it('gives way to tasks under headings', () => {
    expect(inText(`### a: A\n\n\`\`\`\n${tree}\`\`\`\n`).tasks).toEqual([['a', 'A', undefined, undefined, false]]);
  });

  it('is no tree of files', () => {
    const { tasks } = parsePlan(
      '```\nLayer 1 of the house:\n\napi/\n├── src/ (5 min)\n└── index.ts (5 min)\n```\n├── a (5 min)',
    );
    expect(tasks).toEqual([]);
  });

  it('tells what is wrong with it', () => {
    const text = 'Layer 1:\n├── a (soon)\n├── b (0 min)\n├── a (5 min)\n├── c\n';
    const { diagnostics } = parsePlan(text);
    expect(diagnostics.map(({ code, span }) => [code, text.slice(span.start, span.end)])).toEqual([
      ['invalid-value', 'soon'],
      ['absurd-estimate', '0 min'],
      ['duplicate-id', 'a'],
      ['missing-estimate', 'c'],
    ]);
  });
});
