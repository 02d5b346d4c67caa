import type { PlanTask } from '../plan/plan.ts';
import type { RunState } from '../run/state.ts';

/**
 * What a task's agent is told: the plan's context, what it builds on, the task, what done means, and what went wrong
 * before. Markdown; the agent knows nothing else.
 */
export function promptFor(state: RunState, task: PlanTask): string {
  const i = state.index.get(task.id) ?? -1;
  const node = state.graph.nodes[i];
  const own = state.tasks[i];
  const parts: string[] = [`# Task: ${task.title}`, `Task id: ${task.id}`];
  if (task.prompt !== '') parts.push(task.prompt);
  if (task.files.length > 0)
    parts.push(`## Files\nWrite only what the task needs. It is expected to touch:\n${bullets(task.files)}`);
  if (task.acceptance.length > 0)
    parts.push(`## Done means\n${bullets(task.acceptance.map((criterion) => criterion.text))}`);
  const before = (node?.dependsOn ?? []).flatMap((d) => {
    const dependency = state.graph.nodes[d];
    const files = state.tasks[d]?.attempts.at(-1)?.snapshot?.files ?? [];
    return dependency === undefined
      ? []
      : [`${dependency.title} (${dependency.id})${changed(files.map((f) => f.path))}`];
  });
  if (before.length > 0) parts.push(`## Already there\n${bullets(before)}`);
  if (own?.note !== undefined) parts.push(`## What went wrong before\n${own.note}`);
  if (state.spec.plan.context !== '')
    parts.push(`## The plan it belongs to: ${state.spec.plan.title}\n${state.spec.plan.context}`);
  parts.push(
    '## Rules\n- Work only in the working directory you are started in; it is a git worktree of its own.\n- Do not commit, push, or switch branches: your changes are committed for you.\n- Do not weaken tests or what checks your work.',
  );
  return `${parts.join('\n\n')}\n`;
}

const SHOWN = 20;

function changed(paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const rest = paths.length - SHOWN;
  return `: ${paths.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
