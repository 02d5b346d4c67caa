import type { UserCommand } from '../core/run/command.ts';
import type { Decision } from '../core/run/decide.ts';
import type { RunState } from '../core/run/state.ts';
import type { Settings } from '../core/settings/settings.ts';
import { compareRuns, comparisonText } from '../core/view/compare.ts';
import { lostText } from '../core/view/lost.ts';
import { printableStatus, statusJson } from '../core/view/status.ts';
import { refusalText } from '../core/view/run-rows.ts';
import { askOwner } from '../engine/control.ts';
import { applyRun, forecastApply } from '../engine/git/apply.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { listRuns, openRun, readRun, type ListedRun } from '../engine/open-run.ts';
import { removeRun } from '../engine/remove-run.ts';
import type { RunSession } from '../engine/session.ts';
import { runDir } from '../engine/run-files.ts';
import { finishedIn, tickPlan, tickedText } from '../engine/tick-plan.ts';
import { BAD_INPUT, DONE, FAILED, complain, engineFor, rootOf, say, settingsIn, type Options } from './command-line.ts';

/** The run that is meant: by its id, or the newest that fits; undefined, and said why, where there is none. */
export async function findRun(
  root: string,
  id: string | undefined,
  fits: (run: ListedRun) => boolean = () => true,
): Promise<ListedRun | undefined> {
  const runs = await listRuns(root);
  const run = id === undefined ? runs.find(fits) : runs.find((r) => r.id === id);
  if (run === undefined)
    complain(
      id === undefined
        ? 'There is no run that this could be about. See `orca list`.'
        : `There is no run "${id}". See \`orca list\`.`,
    );
  return run;
}

export async function status(id: string | undefined, options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  if (root === undefined) return BAD_INPUT;
  const run = await findRun(root, id);
  if (run === undefined) return BAD_INPUT;
  if (run.state === undefined) {
    complain(`${run.id}: ${run.problem ?? ''}`);
    return BAD_INPUT;
  }
  if (options.json)
    say(JSON.stringify({ ...statusJson(run.state), drivenBy: run.owner?.driver ?? null }, undefined, 2));
  else say(printableStatus(run.state, run.owner?.driver));
  return DONE;
}

export async function list(options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  if (root === undefined) return BAD_INPUT;
  const runs = await listRuns(root);
  if (options.json) {
    const rows = runs.map(({ id, state, problem, owner }) => ({
      id,
      ...(state === undefined ? { problem } : { ...statusJson(state), tasks: undefined }),
      drivenBy: owner?.driver ?? null,
    }));
    say(JSON.stringify(rows, undefined, 2));
  } else if (runs.length === 0) say('No runs yet. Start one with `orca execute`.');
  else
    for (const { id, state, problem, owner } of runs) {
      const done = state?.tasks.filter((task) => task.phase.kind === 'merged').length ?? 0;
      const how =
        state === undefined
          ? `cannot be read: ${problem ?? ''}`
          : `${statusJson(state).state}, ${done}/${state.tasks.length} tasks`;
      say(
        `${id}  ${how}${owner === undefined ? '' : `  (driven by the ${owner.driver === 'window' ? 'window' : 'command line'}, process ${owner.identity.pid})`}`,
      );
    }
  return DONE;
}

/** Two runs beside each other; what is not named is the newest other one. */
export async function compare(names: readonly string[], options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  if (root === undefined) return BAD_INPUT;
  const read = (run: ListedRun): boolean => run.state !== undefined;
  const second = await findRun(root, names[1], (run) => read(run) && run.id !== names[0]);
  if (second === undefined) return BAD_INPUT;
  const first = await findRun(root, names[0], (run) => read(run) && run.id !== second.id);
  if (first === undefined) return BAD_INPUT;
  if (first.state === undefined || second.state === undefined) {
    const { id, problem } = first.state === undefined ? first : second;
    complain(`${id}: ${problem ?? ''}`);
    return BAD_INPUT;
  }
  const comparison = compareRuns(first.state, second.state);
  say(options.json ? JSON.stringify(comparison, undefined, 2) : comparisonText(comparison));
  return DONE;
}

/** Asks a run's owner, or where nobody drives it takes it for the moment. */
export async function control(command: UserCommand, id: string | undefined, options: Options): Promise<number> {
  const root = await rootOf(options.folder);
  if (root === undefined) return BAD_INPUT;
  // What is there can be looked at, sent back and rolled back when the run is over, too.
  const ofWork = command.type === 'mark-read' || command.type === 'send-back' || command.type === 'roll-back';
  const run = await findRun(
    root,
    id,
    ({ state }) => state !== undefined && (ofWork || state.status.kind !== 'finished'),
  );
  if (run === undefined) return BAD_INPUT;
  const done: Done | undefined =
    run.owner === undefined
      ? await alone(root, run.id, command, options)
      : { decision: await askOwner(run.owner, command) };
  if (done === undefined) return BAD_INPUT;
  const { decision, isWaiting, refused } = done;
  if ('rejected' in decision) {
    complain(decision.rejected);
    return BAD_INPUT;
  }
  if (refused !== undefined) {
    complain(refused);
    return FAILED;
  }
  say(`${run.id}: ${command.type} recorded.${isWaiting === true ? ` Go on with: orca resume ${run.id}` : ''}`);
  return DONE;
}

interface Done {
  readonly decision: Decision;
  /** Nobody drives the run on. */
  readonly isWaiting?: boolean;
  /** Why what was to be done was not. */
  readonly refused?: string | undefined;
}

async function alone(root: string, id: string, command: UserCommand, options: Options): Promise<Done | undefined> {
  const settings = settingsIn(root, options);
  if (settings === undefined) return undefined;
  const opened = await openRun(engineFor(root, 'cli', settings), id);
  if (opened.kind === 'owned') return { decision: await askOwner(opened.owner, command) };
  if (opened.kind === 'refused') {
    for (const problem of opened.problems) complain(problem);
    return undefined;
  }
  const { session } = opened;
  const decision = await session.dispatch(command);
  const isDone = 'events' in decision;
  if (command.type === 'cancel' && isDone) await session.finished();
  const refused = command.type === 'roll-back' && isDone ? await rolledBack(session, command.task) : undefined;
  const isWaiting = session.state.status.kind === 'running';
  await session.close();
  return { decision, isWaiting, refused };
}

/** Resolves when the work was taken back; or could not be, with why. */
async function rolledBack(session: RunSession, task: string): Promise<string | undefined> {
  const { state } = session;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (state.rollingBack !== undefined) return;
      off.dispose();
      resolve();
    };
    const off = session.onNews(look);
    look();
  });
  const i = state.index.get(task) ?? -1;
  const refusal = state.tasks[i]?.refusal;
  return refusal && `${task} ${refusalText(state, i, refusal)}`;
}

export async function apply(id: string | undefined, options: Options): Promise<number> {
  const opened = await openRepository(options.folder);
  if (!opened.ok) {
    complain(`${opened.problem.message} ${opened.problem.fix}`);
    return BAD_INPUT;
  }
  const { repository } = opened;
  const run = await findRun(repository.root, id, (r) => r.state?.status.kind === 'finished');
  if (run?.state === undefined) return BAD_INPUT;
  if (run.state.status.kind !== 'finished') {
    complain(`${run.id} has not finished. Wait for it, or cancel it first.`);
    return BAD_INPUT;
  }
  const forecast = await forecastApply(repository, run.id);
  const settings = settingsIn(repository.root, options);
  if (forecast.kind === 'up-to-date') {
    say(`${run.id}: your branch already has everything.`);
    // It was merged by hand.
    if (run.state.applied === undefined)
      await noteApplied(repository.root, run.id, forecast.branch, forecast.head, settings);
    await tick(repository.root, run.state, settings);
    return DONE;
  }
  const applied = await applyRun(repository, run.id);
  if (!applied.ok) {
    complain(`${run.id} was not applied, and nothing was changed: ${applied.message}`);
    return FAILED;
  }
  await noteApplied(repository.root, run.id, applied.branch, applied.commit, settings);
  say(`${run.id} is now in ${applied.branch} (${applied.commit.slice(0, 10)}).`);
  await tick(repository.root, run.state, settings);
  return DONE;
}

/** Removes a run that is named; with `--force` also where work is lost that is nowhere else. */
export async function remove(id: string | undefined, options: Options): Promise<number> {
  if (id === undefined) {
    complain("`orca remove` needs a run's id. See `orca list`.");
    return BAD_INPUT;
  }
  const opened = await openRepository(options.folder);
  if (!opened.ok) {
    complain(`${opened.problem.message} ${opened.problem.fix}`);
    return BAD_INPUT;
  }
  const readState = async (dir: string): Promise<RunState | undefined> => {
    const read = await readRun(dir);
    return read.kind === 'read' ? read.state : undefined;
  };
  const removed = await removeRun(opened.repository, id, { readState, force: options.force });
  switch (removed.kind) {
    case 'removed':
      say(`${id} is removed.`);
      return DONE;
    case 'refused':
      complain(removed.message);
      return BAD_INPUT;
    case 'lost':
      complain([`${id} was not removed: this would be lost.`, ...lostText(removed.lost)].join('\n  '));
      complain(`Apply it first (orca apply ${id}), or give it up: orca remove ${id} --force`);
      return BAD_INPUT;
  }
}

async function noteApplied(
  root: string,
  id: string,
  branch: string,
  commit: string,
  settings: Settings | undefined,
): Promise<void> {
  const opened = settings === undefined ? undefined : await openRun(engineFor(root, 'cli', settings), id);
  if (opened?.kind !== 'opened') return;
  await opened.session.submit({ type: 'applied', branch, commit });
  await opened.session.close();
}

async function tick(root: string, state: RunState, settings: Settings | undefined): Promise<void> {
  if (settings?.['plan.writeBack'] !== true) return;
  const ticked = await tickPlan(root, finishedIn(state, runDir(root, state.spec.id)));
  const text = tickedText(ticked);
  if (text !== undefined) say(text);
  for (const problem of ticked.problems) complain(problem);
}
