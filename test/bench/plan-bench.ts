import MarkdownIt from 'markdown-it';
import { analyse, type Analysis } from '../../src/core/plan/analysis.ts';

export interface PlanBench {
  readonly tasks: number;
  /** Milliseconds, medians. */
  readonly markdownMs: number;
  readonly wholeMs: number;
  readonly typedMs: number;
}

/**
 * Reads a plan of many tasks with its graph and remarks, once whole, and after a key typed in one of its tasks; against
 * a plain parse of the same text by markdown-it.
 */
export function planBench(tasks: number): PlanBench {
  const text = planText(tasks);
  const markdown = new MarkdownIt();
  const rounds = tasks > 5000 ? 5 : 15;
  const markdownMs = medianMs(rounds, () => markdown.parse(text, {}));
  const wholeMs = medianMs(rounds, () => analyse(text));
  const known = {};
  let analysis: Analysis = analyse(text, known);
  let typed = text;
  const typedMs = medianMs(3 * rounds, () => {
    const at = typed.indexOf('Build', typed.length / 3) + 'Build'.length;
    typed = `${typed.slice(0, at)}x${typed.slice(at)}`;
    analysis = analyse(typed, known, analysis);
  });
  return { tasks, markdownMs, wholeMs, typedMs };
}

function planText(tasks: number): string {
  const lines = ['---', 'strategy: hybrid', '---', '# A large plan', ''];
  for (let i = 0; i < tasks; i += 1) {
    if (i % 20 === 0) lines.push(`## Layer ${i / 20 + 1}: Part ${i / 20 + 1}`, '');
    lines.push(
      `### task-${i}: Do the thing of number ${i}`,
      '- Estimate: 25 min',
      `- Depends on: ${i < 20 ? 'none' : `task-${i - 20}, task-${i - 19}`}`,
      `- Files: \`src/part${i}/a.ts\`, \`src/part${i}/b.ts\``,
      '- Acceptance:',
      '  - [ ] `npm test` passes',
      '  - [ ] The thing is there',
      '',
      'Build the thing, with everything that it needs, and write tests of it.',
      '',
    );
  }
  return lines.join('\n');
}

function medianMs(rounds: number, run: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  return times[rounds >> 1] ?? NaN;
}
