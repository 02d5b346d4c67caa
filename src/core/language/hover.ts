import type { TaskGraph } from '../graph/task-graph.ts';
import type { Span } from '../plan/diagnostic.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { TaskRow } from '../view/model.ts';
import { slackOf } from '../graph/build.ts';
import { FEWEST_SAMPLES, taskKind, type Factors, type TaskKind } from '../schedule/calibration.ts';
import { lineAt } from '../plan/edit/edits.ts';
import { fieldNamed } from '../plan/text/fields.ts';
import { taskReadiness } from '../plan/readiness.ts';
import { formatMinutes } from '../view/duration.ts';
import { brief, count, list, markdownCode, markdownText } from '../view/print.ts';
import { statusText } from '../view/tree.ts';
import { timeRange } from './inlay.ts';
import { occurrencesAt, taskAt, touches } from './references.ts';
import { FIELD_WORDS, KEY_WORDS } from './words.ts';

/** What is known of a plan that a person looks at. */
export interface PlanFacts {
  readonly plan: Plan;
  readonly text: string;
  readonly graph: TaskGraph;
  /** Of the strategy and the number of agents that the plan would be run with. */
  readonly schedule: Schedule;
  /** Of the run that is shown, where it is of this plan: by id. */
  readonly rows?: ReadonlyMap<string, TaskRow>;
  /** What past runs tell of each task's estimate, by node; absent: nobody looked. */
  readonly factors?: readonly (Factors | undefined)[];
}

export interface Hover {
  readonly span: Span;
  /** The plan's words are in it as text: no markup of theirs, and no link. */
  readonly markdown: string;
}

/** What there is to say of the task, or the word of a plan, at an offset. */
export function hoverAt(facts: PlanFacts, offset: number): Hover | undefined {
  const found = occurrencesAt(facts.plan, offset);
  const [first] = found;
  if (first === undefined) return wordAt(facts, offset);
  const named = new Set(found.map(({ id }) => id));
  const tasks = facts.plan.tasks.flatMap((task, i) => (named.has(task.id) ? [i] : []));
  const [only] = tasks;
  if (only === undefined) return undefined;
  const markdown = tasks.length === 1 ? aboutTask(facts, only) : aboutGroup(facts, tasks, first.span);
  return { span: first.span, markdown };
}

function aboutGroup({ plan, text }: PlanFacts, tasks: readonly number[], { start, end }: Span): string {
  const lines = tasks.slice(0, 12).map((i) => {
    const { id = '', title = '' } = plan.tasks[i] ?? {};
    return `- ${markdownCode(id)} ${markdownText(brief(title, 80))}`;
  });
  const more = tasks.length > lines.length ? [`- ${tasks.length - lines.length} more`] : [];
  return [`**${markdownText(text.slice(start, end))}**: ${count(tasks.length, 'task')}`, '', ...lines, ...more].join(
    '\n',
  );
}

function aboutTask({ plan, graph, schedule, rows, factors }: PlanFacts, i: number): string {
  const task = plan.tasks[i];
  const node = graph.nodes[i];
  if (task === undefined || node === undefined) return '';
  const row = rows?.get(task.id);
  const layer = graph.layers[node.layer];
  const paragraphs = [
    `**${markdownText(brief(task.title, 200))}** ${task.title === task.id ? '' : markdownCode(task.id)}`.trim(),
    [
      layer && `Layer ${layer.number} of ${graph.layers.length}${layer.name && `, ${markdownText(layer.name)}`}`,
      `${estimateOf(task, node.minutes)}${node.assumed ? ' (assumed)' : ''}`,
      task.optional && 'optional',
    ],
    task.done ? 'It is done, and is not run.' : scheduled(graph, schedule, i),
    task.done || factors === undefined ? undefined : pastText(node.minutes, taskKind(task), factors[i]),
    waits('Depends on', graph, node.dependsOn) ??
      `Depends on ${graph.order === 'layers' && node.layer > 0 ? 'the layer before' : 'nothing'}`,
    waits('Awaited by', graph, node.dependents),
    row && row.status !== 'planned' && stateOf(row),
    task.done ? undefined : readiness(task),
  ];
  return paragraphs
    .map((part) => (Array.isArray(part) ? part.filter(Boolean).join(' · ') : part))
    .filter(Boolean)
    .join('\n\n');
}

function estimateOf({ estimate }: PlanTask, minutes: number): string {
  const { low, high } = estimate ?? {};
  const range = low !== undefined && high !== undefined ? ` (${formatMinutes(low)} to ${formatMinutes(high)})` : '';
  return `${formatMinutes(minutes)}${range}`;
}

/** What the estimate means by what has been measured, and by how much of it. */
function pastText(minutes: number, kind: TaskKind, factors: Factors | undefined): string {
  if (factors === undefined)
    return `By past runs: no history yet (${FEWEST_SAMPLES} finished tasks of its agent are needed)`;
  const { p50, p90, tasks, attempts, of } = factors;
  const what = of === 'kind' ? `of kind “${kind}”` : 'of any kind';
  return `By past runs: ${formatMinutes(minutes * p50)} (P50) to ${formatMinutes(minutes * p90)} (P90), from ${count(attempts, 'attempt')} at ${count(tasks, 'task')} ${what} by its agent`;
}

function scheduled(graph: TaskGraph, { strategy, agents, entries }: Schedule, i: number): string {
  const entry = entries[i];
  const slack = slackOf(graph, i);
  const path = graph.criticalPath.includes(i)
    ? '**on the critical path**'
    : slack > 0
      ? `${formatMinutes(slack)} of slack`
      : 'no slack';
  const when = entry && `${timeRange(entry.start, entry.end)} (${strategy}, ${count(agents, 'agent')})`;
  return [when, path].filter(Boolean).join(' · ');
}

function waits(words: string, graph: TaskGraph, tasks: readonly number[]): string | undefined {
  const ids = tasks.flatMap((task) => graph.nodes[task]?.id ?? []);
  return ids.length === 0 ? undefined : `${words} ${list(ids.map(markdownCode), 6)}`;
}

function stateOf({ status, attempts, note, changed }: TaskRow): string {
  const parts = [
    `In the run: **${statusText(status)}**`,
    attempts > 1 && `attempt ${attempts}`,
    changed && `${count(changed.files, 'file')} changed`,
    note !== undefined && markdownText(brief(note)),
  ];
  return parts.filter(Boolean).join(' · ');
}

function readiness(task: PlanTask): string {
  const { level, lacks } = taskReadiness(task);
  if (level === 'ready') return 'Ready for an agent.';
  const words = level === 'attention' ? 'Not ready for an agent' : 'Could be clearer for an agent';
  return [`${words}:`, '', ...lacks.map(({ message }) => `- ${markdownText(message)}`)].join('\n');
}

const LABEL = /[*_]{0,3}([A-Za-z][A-Za-z ]{0,38}[A-Za-z])[*_]{0,3}[ \t]*:/g;

/** What a field or a key of the front matter means. */
function wordAt({ plan, text }: PlanFacts, offset: number): Hover | undefined {
  const line = lineAt(text, offset);
  const written = text.slice(line.start, Math.min(line.end, line.start + 1000));
  for (const { 0: all, 1: label = '', index } of written.matchAll(LABEL)) {
    const start = line.start + index + all.indexOf(label);
    const span = { start, end: start + label.length };
    if (!touches(span, offset)) continue;
    const task = taskAt(plan, offset);
    const isInFront = index === 0 && plan.tasks[0] !== undefined && offset < plan.tasks[0].span.start;
    const key = isInFront ? KEY_WORDS[label] : undefined;
    if (key !== undefined && isFrontMatter(text, offset)) return { span, markdown: key };
    const opens = /^[\s\-*+]*[*_]{0,3}$|\|\s*[*_]{0,3}$/.test(written.slice(0, index));
    const field = opens ? fieldNamed(label) : undefined;
    const isInside = task !== undefined || plan.layers.some((layer) => layer.span.end <= offset);
    if (field === undefined || !isInside || /^\s*[{"]/.test(text.slice(0, 100))) return undefined;
    const { label: name, about } = FIELD_WORDS[field];
    return { span, markdown: `**${name}**: ${about}` };
  }
  return undefined;
}

function isFrontMatter(text: string, offset: number): boolean {
  const above = text.slice(0, offset);
  return /^\uFEFF?---[ \t]*\r?\n/.test(above) && above.length < 20_000 && above.match(/^---[ \t]*\r?$/gm)?.length === 1;
}
