import type { Plan, PlanTask } from './plan.ts';

/**
 * What of a plan is still to run: without the tasks that are ticked off, and with `only` just that task and what it
 * depends on. Optional tasks can be skipped, unless one is asked for or waited for. References to what is left out are
 * left out too. Layers stay, so that tasks keep their numbers.
 */
export function remaining(
  plan: Plan,
  { only, skipOptional = false }: { readonly only?: string; readonly skipOptional?: boolean } = {},
): Plan {
  const awaited = new Set(skipOptional ? plan.tasks.flatMap(neededBy) : []);
  const isOpen = (task: PlanTask): boolean =>
    !task.done && (!skipOptional || task.optional !== true || task.id === only || awaited.has(task.id));
  const open = new Map(plan.tasks.flatMap((task) => (isOpen(task) ? [[task.id, task] as const] : [])));
  const kept = only === undefined ? open : closure(open, only);
  return {
    ...plan,
    tasks: [...kept.values()]
      .sort((a, b) => a.span.start - b.span.start)
      .map((task) => ({ ...task, dependsOn: task.dependsOn.filter(({ id }) => kept.has(id)) })),
  };
}

/** What a task that is run waits for. */
function neededBy({ done, optional, dependsOn }: PlanTask): string[] {
  return done || optional === true ? [] : dependsOn.map(({ id }) => id);
}

function closure(tasks: ReadonlyMap<string, PlanTask>, from: string): Map<string, PlanTask> {
  const found = new Map<string, PlanTask>();
  const left = [from];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    const task = tasks.get(id);
    if (task === undefined || found.has(id)) continue;
    found.set(id, task);
    left.push(...task.dependsOn.map((reference) => reference.id));
  }
  return found;
}
