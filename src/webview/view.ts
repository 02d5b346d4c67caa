import type { PanelMessage } from '../protocol/messages.ts';
import type { PanelModel, RunHeader, TaskRow } from '../core/view/model.ts';

/** What every part of the panel is drawn from. */
export interface View {
  readonly model: PanelModel;
  /** By id, in the order of the layers. */
  readonly tasks: ReadonlyMap<string, TaskRow>;
  readonly selected: string | undefined;
  /** The task whose needs, and what waits for it, are all that is looked at. */
  readonly focus: string | undefined;
  /** What the find field finds, and of that what the focus leaves; absent: nothing is looked for. */
  readonly found: ReadonlySet<string> | undefined;
  /** Run time, ms, going on while the run is live; absent: a preview. */
  readonly nowMs: number | undefined;
}

/** What a part may ask for. */
export interface Actions {
  /** Without a task: nothing is selected any more. */
  select(task?: string): void;
  /** Only the task, what it needs and what waits for it is looked at; without a task: everything again. */
  focus(task?: string): void;
  send(message: PanelMessage): void;
}

export function tasksById(model: PanelModel): ReadonlyMap<string, TaskRow> {
  return new Map(model.layers.flatMap((layer) => layer.tasks.map((task) => [task.id, task] as const)));
}

/** Tasks whose id or title has every word of the query. */
export function find(tasks: ReadonlyMap<string, TaskRow>, query: string): ReadonlySet<string> | undefined {
  const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
  if (words.length === 0) return undefined;
  const matches = (task: TaskRow): boolean => {
    const text = `${task.id} ${task.title}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return new Set([...tasks.values()].filter(matches).map((task) => task.id));
}

/** How long the current or last attempt has taken, ms. */
export function elapsedMs(task: TaskRow, nowMs: number | undefined): number | undefined {
  const end = task.endedMs ?? nowMs;
  return task.startedMs === undefined || end === undefined ? undefined : Math.max(0, end - task.startedMs);
}

export function isRunning({ startedMs, endedMs }: TaskRow): boolean {
  return startedMs !== undefined && endedMs === undefined;
}

/** Whether time still goes on for it. */
export function isLive(run: RunHeader | undefined): boolean {
  return run?.state === 'running' || run?.state === 'paused' || run?.state === 'cancelling';
}

export function isOver(run: RunHeader | undefined): boolean {
  return run !== undefined && !isLive(run);
}
