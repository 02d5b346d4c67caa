import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { sarifOf } from '../core/gate/sarif.ts';
import { buildGraph } from '../core/graph/build.ts';
import type { TaskGraph } from '../core/graph/task-graph.ts';
import { LineMap, hasErrors } from '../core/plan/diagnostic.ts';
import { parsePlan } from '../core/plan/parse.ts';
import type { Plan } from '../core/plan/plan.ts';
import { withRemarks } from '../core/plan/remarks.ts';
import { compareStrategies, searchSchedule } from '../core/schedule/search.ts';
import { previewJson, previewText } from '../core/view/preview.ts';
import { validationFindings, validationOf, validationText } from '../core/view/validation.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { unreachable } from '../core/unreachable.ts';
import { BAD_INPUT, DONE, complain, say, settingsIn, type Options } from './command-line.ts';

declare const ORCA_VERSION: string;

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
  const read = parsePlan(text);
  const graph = buildGraph(read);
  return { path, text, plan: withRemarks(read, graph), graph };
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
  const validation = validationOf(file.plan, {
    // As compilers name files: so that a click in a terminal opens them.
    name: relative(process.cwd(), file.path).replaceAll('\\', '/'),
    lines: new LineMap(file.text),
    gateProblems: gatesIn(options.folder).problems,
  });
  const failed = hasErrors(file.plan.diagnostics);
  switch (options.format) {
    case 'json':
      say(JSON.stringify(validation, undefined, 2));
      break;
    case 'sarif': {
      const report = { gate: 'plan', verdict: failed ? 'failed' : 'passed' } as const;
      say(JSON.stringify(sarifOf([{ report, findings: validationFindings(validation) }], ORCA_VERSION), undefined, 2));
      break;
    }
    case 'text':
      say(validationText(validation));
      break;
    default:
      unreachable(options.format);
  }
  return failed ? BAD_INPUT : DONE;
}
