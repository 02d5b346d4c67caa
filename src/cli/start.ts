import { homedir } from 'node:os';
import {
  PLANNING_MODES,
  USUAL_CONSTRAINTS,
  type PlanningMode,
  type PlanningRequest,
} from '../core/planning/request.ts';
import { stepOf } from '../core/planning/steps.ts';
import type { Settings } from '../core/settings/settings.ts';
import { list } from '../core/view/print.ts';
import { NO_PLANNER, planners } from '../engine/planning/choose-agent.ts';
import { makeRepository, openFolder } from '../engine/planning/open-folder.ts';
import { findReplan } from '../engine/planning/replan.ts';
import { planningFolder, startPlanning } from '../engine/planning/start-planning.ts';
import { BAD_INPUT, complain, engineFor, rootOf, say, settingsIn, type Options } from './command-line.ts';
import { afterPlanning } from './after-planning.ts';
import { drive } from './drive.ts';

/** `start GOAL [CONSTRAINTS] [true|false] [MODE]`: from a sentence to a plan, and on to what the mode says. */
export async function start(words: readonly string[], options: Options): Promise<number> {
  const [goal, constraints = USUAL_CONSTRAINTS, clarifyWord = 'true', modeWord] = words;
  const mode = options.mode ?? (modeWord === undefined ? 'preview' : PLANNING_MODES.find((one) => one === modeWord));
  if (goal === undefined || goal.trim() === '') {
    complain('`orca start` needs a goal: orca start "E-commerce REST API" "Python, FastAPI, solo developer"');
    return BAD_INPUT;
  }
  if (clarifyWord !== 'true' && clarifyWord !== 'false') {
    complain(`Whether to ask back is true or false, not "${clarifyWord}".`);
    return BAD_INPUT;
  }
  if (mode === undefined) {
    complain(`What follows is ${list(PLANNING_MODES)}, not "${modeWord ?? ''}".`);
    return BAD_INPUT;
  }
  const root = await readyRoot(options.folder);
  const settings = root === undefined ? undefined : settingsIn(options.folder, options);
  if (root === undefined || settings === undefined) return BAD_INPUT;
  const request: PlanningRequest = {
    goal,
    constraints,
    folder: await planningFolder(root, options.folder, settings),
    clarify: clarifyWord === 'true' && !options.noClarify,
    mode,
  };
  return plan(root, request, [], settings, options);
}

/** Plans anew what depends on the artefacts that were edited. */
export async function replan(options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  const settings = root === undefined ? undefined : settingsIn(root, options);
  if (root === undefined || settings === undefined) return BAD_INPUT;
  const found = await findReplan(root);
  if (found.kind === 'nothing') {
    complain(found.message);
    return BAD_INPUT;
  }
  const { request, changed, finished } = found;
  const steps = request.only.filter((id) => id !== 'startup').map((id) => stepOf(id).title);
  say(`Edited: ${list(changed)}. Done again: ${list(steps)}.`);
  if (finished.length > 0) say(`Done already, and stay: ${list(finished)}.`);
  const mode: PlanningMode = options.mode ?? 'preview';
  const clarify = request.clarify && !options.noClarify;
  return plan(root, { ...request, mode, clarify }, finished, settings, options);
}

async function plan(
  root: string,
  request: PlanningRequest,
  finished: readonly string[],
  settings: Settings,
  options: Options,
): Promise<number> {
  const engine = engineFor(root, 'cli', settings);
  const agent = options.agent ?? (await planner(root, engine.agents, settings));
  if (agent === undefined) return BAD_INPUT;
  const named = options.agent !== undefined;
  const opened = await startPlanning(engine, request, { settings, agent, named, finished });
  return drive(root, opened, options, (state) => afterPlanning(root, state, options));
}

/** The agent that plans, where none was named; it is said which, and why. */
async function planner(
  root: string,
  agents: Parameters<typeof planners>[0],
  settings: Settings,
): Promise<string | undefined> {
  const [first] = await planners(agents, settings, { env: process.env, home: homedir(), folder: root });
  if (first === undefined) complain(NO_PLANNER);
  else
    say(
      `Agent: ${first.id}${first.version === undefined ? '' : ` ${first.version}`} (${first.chosen ? 'by your settings' : 'found on this machine'}; --agent chooses another)`,
    );
  return first?.id;
}

/** The repository's root; an empty folder is made a repository first. */
async function readyRoot(folder: string): Promise<string | undefined> {
  let opened = await openFolder(folder);
  if (opened.ok === 'empty') {
    say('The folder is empty: it is made a git repository, with an empty first commit.');
    opened = await makeRepository(opened.folder);
  }
  if (opened.ok) return opened.repository.root;
  complain(`${opened.problem.message} ${opened.problem.fix}`);
  return undefined;
}
