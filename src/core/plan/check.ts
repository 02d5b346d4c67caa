import type { Draft, DraftGroup, DraftReference, DraftTask, Report } from './dialect/dialect.ts';
import type { PlanGroup, PlanLayer, PlanTask, Reference } from './plan.ts';
import { findCycles } from '../graph/cycles.ts';
import { nearestIn, replacedBy, suggestion } from './nearest.ts';
import { slug } from './text/slug.ts';
import { joined } from './text/values.ts';

/** What a text of some length says of groups may mean a square of it. */
const MOST_GROUP_EDGES = 50_000;

interface Checked {
  readonly layers: readonly PlanLayer[];
  readonly tasks: readonly PlanTask[];
  readonly groups?: readonly PlanGroup[];
}

/** Checks the tasks of a draft against each other: unique ids, resolved references, layers that have tasks. */
export function checkTasks(text: string, draft: Draft, report: Report): Checked {
  const drafts = withUniqueIds(draft.tasks, report);
  const directory = new Directory(drafts, draft.groups ?? []);
  // What a group depends on is said once, and holds for several of its tasks.
  const told = new Set<number>();
  const reportOnce: Report = (diagnostic) => {
    if (!told.has(diagnostic.span.start)) report(diagnostic);
    told.add(diagnostic.span.start);
  };
  const groupEdges = { left: MOST_GROUP_EDGES, told: false };
  const tasks = drafts.map((one): PlanTask => ({
    ...one.task,
    dependsOn: referencesOf(text, one, directory, reportOnce, groupEdges),
  }));
  reportMissingEstimates(drafts, draft, report);
  reportCycles(tasks, report);
  reportLayerOrder(tasks, report);
  const groups = groupsOf(draft, tasks);
  return { ...withoutEmptyLayers(draft.layers, tasks), ...(groups.length > 0 && { groups }) };
}

/** Ids count as the same whatever their case: branches and folders are named for them. */
function withUniqueIds(drafts: readonly DraftTask[], report: Report): DraftTask[] {
  const first = new Map<string, DraftTask['task']>();
  for (const { task, derived } of drafts) {
    if (!derived && !first.has(task.id.toLowerCase())) first.set(task.id.toLowerCase(), task);
  }
  const copies = new Map<string, number>();
  return drafts.flatMap((draft) => {
    const { task, derived } = draft;
    const taken = first.get(task.id.toLowerCase());
    if (taken === task) return [draft];
    if (!derived && taken !== undefined) {
      const related = [{ message: `\`${taken.id}\` is first used here.`, span: taken.idSpan }];
      const message = `The id \`${task.id}\` is taken: this task is left out. Give it an id of its own.`;
      // Neither is run, so that nothing is left out.
      const severity = task.done && taken.done ? 'warning' : 'error';
      report({ code: 'duplicate-id', severity, message, span: task.idSpan, related });
      return [];
    }
    let id = task.id;
    let copy = copies.get(task.id) ?? 1;
    while (first.has(id)) id = `${task.id}-${++copy}`;
    copies.set(task.id, copy);
    first.set(id, { ...task, id });
    return [{ ...draft, task: { ...task, id } }];
  });
}

/** The groups that hold tasks, as they are known of them after the check. */
function groupsOf({ groups = [] }: Draft, tasks: readonly PlanTask[]): PlanGroup[] {
  const ids = new Set(tasks.map(({ id }) => id));
  return groups
    .map(({ id, tasks: own, done, marks }) => ({ id, tasks: own.filter((task) => ids.has(task)), done, marks }))
    .filter(({ tasks: own }) => own.length > 0);
}

/** Finds the ids of the tasks that a reference means: one by its id, its title, or as `Task 3`; those of a group by its id. */
class Directory {
  readonly #byId = new Map<string, string>();
  readonly #groups = new Map<string, readonly string[]>();
  readonly #tasks: readonly DraftTask[];
  // Most plans name tasks by their ids, and need neither of these.
  #byName: Map<string, string | undefined> | undefined;
  #nearest: ((name: string) => string | undefined) | undefined;

  constructor(tasks: readonly DraftTask[], groups: readonly DraftGroup[]) {
    this.#tasks = tasks;
    for (const { task } of tasks) this.#byId.set(task.id.toLowerCase(), task.id);
    for (const { task, aliases = [] } of tasks)
      for (const alias of aliases)
        if (!this.#byId.has(alias.toLowerCase())) this.#byId.set(alias.toLowerCase(), task.id);
    for (const { id, tasks: all, last = all } of groups) this.#groups.set(id.toLowerCase(), last);
  }

  find(written: string): readonly string[] | undefined {
    const colon = written.indexOf(':');
    return this.#lookUp(written) ?? (colon > 0 ? this.#lookUp(written.slice(0, colon)) : undefined);
  }

  nearest(name: string): string | undefined {
    this.#nearest ??= nearestIn(this.#tasks.map(({ task }) => task.id));
    return this.#nearest(name);
  }

  /** Ids by titles and numbers; undefined where two tasks share one. */
  #names(): Map<string, string | undefined> {
    if (this.#byName !== undefined) return this.#byName;
    const names = new Map<string, string | undefined>();
    const add = (name: string, id: string): Map<string, string | undefined> =>
      names.set(name, names.has(name) ? undefined : id);
    for (const { task, number } of this.#tasks) {
      add(slug(task.title), task.id);
      if (number !== undefined) add(slug(`task ${number}`), task.id);
    }
    return (this.#byName = names);
  }

  #lookUp(written: string): readonly string[] | undefined {
    const byId = this.#byId.get(written.toLowerCase()) ?? this.#groups.get(written.toLowerCase());
    const id = byId ?? this.#byOtherName(written);
    return typeof id === 'string' ? [id] : id;
  }

  #byOtherName(written: string): string | undefined {
    const name = slug(written).replace(/^tasks-/, 'task-');
    return this.#byId.get(name) ?? this.#names().get(name) ?? this.#names().get(`task-${name}`);
  }
}

/** The tasks that a task's references mean, each once; unknown ones and itself are reported and left out. */
function referencesOf(
  text: string,
  { task, references }: DraftTask,
  directory: Directory,
  report: Report,
  groupEdges: { left: number; told: boolean },
): Reference[] {
  const found = new Map<string, Reference>();
  const add = ({ start, end, name = text.slice(start, end) }: DraftReference): void => {
    const span = { start, end };
    const ids = directory.find(name);
    if (ids === undefined) {
      const other = directory.nearest(name);
      const nearest = other === task.id ? undefined : other;
      const message = `No task has the id \`${name}\`.${suggestion(nearest)}`;
      // What is done waits for nothing any more.
      const severity = task.done ? 'warning' : 'error';
      report({ code: 'unknown-dependency', severity, message, span, ...replacedBy(nearest) });
    } else if (ids.includes(task.id)) {
      report({ code: 'self-dependency', severity: 'error', message: `\`${task.id}\` depends on itself.`, span });
    } else if (ids.length > 1 && groupEdges.left < ids.length) {
      if (groupEdges.told) return;
      groupEdges.told = true;
      const message = 'Groups of so many tasks cannot wait for each other: let less of them depend on groups.';
      report({ code: 'too-large', severity: 'error', message, span });
    } else {
      if (ids.length > 1) groupEdges.left -= ids.length;
      for (const id of ids) if (!found.has(id)) found.set(id, { id, span });
    }
  };
  for (const reference of references) {
    // A title may hold an "and", so the whole is tried first.
    const { start, end, name = text.slice(start, end) } = reference;
    if (reference.name !== undefined || directory.find(name) !== undefined) add(reference);
    else for (const part of joined(text, reference)) add(part);
  }
  return [...found.values()];
}

/** Many ways of writing a plan know no estimates: where no task has one it is said once. */
function reportMissingEstimates(drafts: readonly DraftTask[], { order }: Draft, report: Report): void {
  const missing = drafts.flatMap(({ task, misestimated }) =>
    task.estimate === undefined && misestimated === undefined && !task.done ? [task] : [],
  );
  const [first] = missing;
  if (first === undefined) return;
  // Orca's own way of writing has no order of its own.
  const isOther = order !== undefined;
  if (
    (isOther || missing.length > 1) &&
    drafts.every(({ task, misestimated }) => (task.estimate ?? misestimated) === undefined)
  ) {
    const message = 'No task of this plan has an estimate: each is taken to need the same time.';
    report({ code: 'missing-estimate', severity: 'information', message, span: first.idSpan });
    return;
  }
  const message = 'This task has no estimate: add `- Estimate: 30 min`.';
  for (const { idSpan } of missing) report({ code: 'missing-estimate', severity: 'warning', message, span: idSpan });
}

const SHOWN = 12;

function reportCycles(tasks: readonly PlanTask[], report: Report): void {
  const index = new Map(tasks.map(({ id }, at) => [id, at]));
  const successors = tasks.map(({ dependsOn }) => dependsOn.flatMap(({ id }) => index.get(id) ?? []));
  for (const cycle of findCycles(successors)) {
    const steps = cycle.flatMap((node, at) => {
      const task = tasks[node];
      const next = tasks[cycle[(at + 1) % cycle.length] ?? 0];
      const reference = task?.dependsOn.find(({ id }) => id === next?.id);
      if (task === undefined || next === undefined || reference === undefined) return [];
      return [{ id: task.id, message: `\`${task.id}\` depends on \`${next.id}\`.`, span: reference.span }];
    });
    const [first] = steps;
    if (first === undefined) continue;
    const ids = steps.map(({ id }) => id);
    if (ids.length > SHOWN) ids.splice(SHOWN, ids.length - SHOWN, `(${ids.length - SHOWN} more)`);
    report({
      code: 'cycle',
      severity: 'error',
      message: `These tasks wait for each other: ${[...ids, first.id].join(' → ')}.`,
      span: first.span,
      related: steps.map(({ message, span }) => ({ message, span })),
    });
  }
}

function reportLayerOrder(tasks: readonly PlanTask[], report: Report): void {
  const layerOf = new Map(tasks.map(({ id, layer }) => [id, layer]));
  for (const task of tasks) {
    for (const { id, span } of task.dependsOn) {
      if (task.layer === undefined || (layerOf.get(id) ?? -1) <= task.layer) continue;
      const message = `\`${task.id}\` waits for \`${id}\`, which stands in a later layer.`;
      report({ code: 'layer-order', severity: 'information', message, span });
    }
  }
}

/** A layer's heading over no task was a heading like any other. */
function withoutEmptyLayers(layers: readonly PlanLayer[], tasks: readonly PlanTask[]): Checked {
  const used = new Set(tasks.map(({ layer }) => layer));
  const place = new Map<number, number>();
  const kept = layers.filter((_, index) => used.has(index) && place.set(index, place.size));
  return {
    layers: kept,
    tasks: tasks.map((task) => {
      const layer = task.layer === undefined ? undefined : place.get(task.layer);
      return layer === undefined ? task : { ...task, layer };
    }),
  };
}
