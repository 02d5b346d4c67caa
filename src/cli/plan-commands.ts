import { relative } from 'node:path';
import { sarifOf } from '../core/gate/sarif.ts';
import { LineMap, hasErrors } from '../core/plan/diagnostic.ts';
import { placeAt } from '../core/plan/place.ts';
import { compareStrategies, searchSchedule } from '../core/schedule/search.ts';
import { previewJson, previewText } from '../core/view/preview.ts';
import { validationFindings, validationOf, validationText } from '../core/view/validation.ts';
import { calibrate } from '../core/view/history.ts';
import { policyOf } from '../core/settings/run-settings.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { History } from '../engine/history.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { unreachable } from '../core/unreachable.ts';
import { BAD_INPUT, DONE, say, settingsIn, type Options } from './command-line.ts';
import { readPlan } from './read-plan.ts';

declare const ORCA_VERSION: string;

export async function preview(name: string | undefined, options: Options): Promise<number> {
  const settings = settingsIn(options.folder, options);
  const file = settings && (await readPlan(name, settings, options));
  if (settings === undefined || file === undefined) return BAD_INPUT;
  const { plan, graph } = file;
  const strategy = options.strategy ?? plan.settings.strategy ?? settings.strategy;
  const agents = options.agents ?? plan.settings.agents ?? settings.agentCount;
  const schedule = searchSchedule(graph, { strategy, agents });
  const lines = new LineMap(file.source.text);
  const opened = await openRepository(options.folder);
  const samples = opened.ok ? await new History().samples(opened.repository.root) : undefined;
  const agent = options.agent ?? plan.settings.agent ?? settings.defaultAgent;
  const named = (options.agent ?? plan.settings.agent) !== undefined;
  const shown = {
    strategy,
    agents,
    schedule,
    choices: compareStrategies(graph, { maxAgents: 8 }),
    gates: gatesIn(options.folder).gates,
    ...(samples !== undefined && {
      calibration: calibrate(plan, graph, { samples, schedule, agent, policy: policyOf(settings, { named }) }),
    }),
    planName: relative(options.folder, file.path).replaceAll('\\', '/'),
    positionOf: (offset: number) => placeAt(plan, lines, offset),
  };
  if (options.json) say(JSON.stringify(previewJson(plan, graph, shown), undefined, 2));
  else say(previewText(plan, graph, shown));
  return hasErrors(plan.diagnostics) ? BAD_INPUT : DONE;
}

export async function validate(name: string | undefined, options: Options): Promise<number> {
  const settings = settingsIn(options.folder, options);
  // As compilers name files, so that a click in a terminal opens them; programs know the repository's folder.
  const base = options.format === 'text' ? process.cwd() : options.folder;
  const file = settings && (await readPlan(name, settings, options, base));
  if (file === undefined) return BAD_INPUT;
  const validation = validationOf(file.plan, {
    name: relative(base, file.path).replaceAll('\\', '/'),
    lines: new LineMap(file.source.text),
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
