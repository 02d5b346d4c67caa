import type { TaskGraph } from '../graph/task-graph.ts';
import type { LineMap, Span } from '../plan/diagnostic.ts';
import type { Plan } from '../plan/plan.ts';
import { formatMinutes } from '../view/duration.ts';
import { brief, oneLine } from '../view/print.ts';

export interface PlanSymbol {
  readonly kind: 'layer' | 'task';
  readonly name: string;
  readonly detail: string;
  /** All of it; `selection` is inside of it. */
  readonly span: Span;
  readonly selection: Span;
  readonly children: readonly PlanSymbol[];
}

/** The layers and their tasks, in the order of the text. A task that does not stand under its layer is listed beside it. */
export function symbolsOf(plan: Plan, graph: TaskGraph): PlanSymbol[] {
  const tasks = plan.tasks.map((task, i): PlanSymbol => {
    const node = graph.nodes[i];
    const title = task.title === task.id ? '' : `: ${brief(task.title, 120)}`;
    return {
      kind: 'task',
      name: `${task.done ? '✓ ' : ''}${task.id}${title}`,
      detail: node === undefined ? '' : `${node.assumed ? '~' : ''}${formatMinutes(node.minutes)}`,
      span: around(task.span, task.idSpan),
      selection: task.idSpan,
      children: [],
    };
  });
  const nested = new Set<PlanSymbol>();
  const layers = plan.layers.map(({ name, span }, layer): PlanSymbol => {
    const next = plan.layers.map((other) => other.span.start).filter((start) => start > span.start);
    const end = Math.min(Infinity, ...next);
    const children = tasks.filter(
      (symbol, i) => plan.tasks[i]?.layer === layer && symbol.span.start >= span.end && symbol.span.end <= end,
    );
    for (const child of children) nested.add(child);
    return {
      kind: 'layer',
      name: `Layer ${layer + 1}${name && `: ${oneLine(name)}`}`,
      detail: `${children.length} ${children.length === 1 ? 'task' : 'tasks'}`,
      span: { start: span.start, end: children.reduce((last, child) => Math.max(last, child.span.end), span.end) },
      selection: span,
      children,
    };
  });
  return [...layers, ...tasks.filter((task) => !nested.has(task))].sort((a, b) => a.span.start - b.span.start);
}

function around(outer: Span, inner: Span): Span {
  return { start: Math.min(outer.start, inner.start), end: Math.max(outer.end, inner.end) };
}

/** Lines that can be folded under their first: tasks and layers of more than one line. */
export function foldsOf(
  plan: Plan,
  graph: TaskGraph,
  lines: LineMap,
): { readonly from: number; readonly to: number }[] {
  const fold = ({ span, children }: PlanSymbol): { from: number; to: number }[] => {
    const own = { from: lines.position(span.start).line, to: lines.position(span.end).line };
    return [...(own.to > own.from ? [own] : []), ...children.flatMap(fold)];
  };
  return symbolsOf(plan, graph).flatMap(fold);
}
