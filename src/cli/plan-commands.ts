import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { buildGraph } from '../core/graph/build.ts';
import type { TaskGraph } from '../core/graph/task-graph.ts';
import { LineMap, hasErrors } from '../core/plan/diagnostic.ts';
import { parsePlan } from '../core/plan/parse.ts';
import type { Plan } from '../core/plan/plan.ts';
import { compareStrategies, searchSchedule } from '../core/schedule/search.ts';
import { previewJson, previewText } from '../core/view/preview.ts';
import { validationText } from '../core/view/validation.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { BAD_INPUT, DONE, complain, say, settingsIn, type Options } from './command-line.ts';

export interface PlanFile {
  readonly path: string;
  readonly text: string;
  readonly plan: Plan;
  readonly graph: TaskGraph;
}

/** Reads a plan; undefined, and said why, where there is none. `plan.md` of the folder where none is named. */
export async function readPlan(name: string | undefined, { folder }: Options): Promise<PlanFile | undefined> {
  const given = name ?? 'plan.md';
  const path = isAbsolute(given)
    ? given
    : existsSync(given) && name !== undefined
      ? join(process.cwd(), given)
      : join(folder, given);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    complain(`${given} cannot be read: ${(error as Error).message}`);
    return undefined;
  }
  const plan = parsePlan(text);
  return { path, text, plan, graph: buildGraph(plan) };
}

export async function preview(name: string | undefined, options: Options): Promise<number> {
  const file = await readPlan(name, options);
  if (file === undefined) return BAD_INPUT;
  const { plan, graph } = file;
  const settings = settingsIn(options.folder, options);
  if (settings === undefined) return BAD_INPUT;
  const strategy = options.strategy ?? plan.settings.strategy ?? settings.strategy;
  const agents = options.agents ?? plan.settings.agents ?? settings.agentCount;
  const schedule = searchSchedule(graph, { strategy, agents });
  const lines = new LineMap(file.text);
  const shown = {
    strategy,
    agents,
    schedule,
    choices: compareStrategies(graph, { maxAgents: 8 }),
    gates: gatesIn(options.folder).gates,
    planName: relative(options.folder, file.path).replaceAll('\\', '/'),
    positionOf: (offset: number) => lines.position(offset),
  };
  if (options.json) say(JSON.stringify(previewJson(plan, graph, shown), undefined, 2));
  else say(previewText(plan, graph, shown));
  return hasErrors(plan.diagnostics) ? BAD_INPUT : DONE;
}

export async function validate(name: string | undefined, options: Options): Promise<number> {
  const file = await readPlan(name, options);
  if (file === undefined) return BAD_INPUT;
  const { plan } = file;
  if (options.json) {
    const lines = new LineMap(file.text);
    const rows = plan.diagnostics.map(({ code, severity, message, span }) => {
      const { line, column } = lines.position(span.start);
      return { code, severity, message, line: line + 1, column: column + 1 };
    });
    say(JSON.stringify({ tasks: plan.tasks.length, diagnostics: rows }, undefined, 2));
  } else {
    const name = relative(process.cwd(), file.path);
    say(validationText(plan, { name, text: file.text, gateProblems: gatesIn(options.folder).problems }));
  }
  return hasErrors(plan.diagnostics) ? BAD_INPUT : DONE;
}
