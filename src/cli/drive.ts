import { relative } from 'node:path';
import type { RunState } from '../core/run/state.ts';
import { isStrategy } from '../core/plan/plan.ts';
import { planOrderOf } from '../core/settings/known.ts';
import { limitsOf, policyOf } from '../core/settings/run-settings.ts';
import { findingLines } from '../core/gate/reasons.ts';
import { monitorText, progressLine } from '../core/view/monitor.ts';
import { failureText } from '../core/view/run-rows.ts';
import { statusJson } from '../core/view/status.ts';
import { pathIn } from '../engine/inside.ts';
import type { Opened } from '../engine/open-run.ts';
import { runDir, summaryPath } from '../engine/run-files.ts';
import type { RunSession } from '../engine/session.ts';
import { startRun } from '../engine/start-run.ts';
import {
  BAD_INPUT,
  DONE,
  FAILED,
  INTERRUPTED,
  complain,
  engineFor,
  rootOf,
  say,
  settingsIn,
  type Options,
} from './command-line.ts';
import { handOver } from './hand-over.ts';
import { readPlan } from './read-plan.ts';
import { answerQuestions } from './questions.ts';

export async function execute(words: readonly string[], options: Options): Promise<number> {
  const [name, strategyWord, agentsWord] = words;
  if (strategyWord !== undefined && !isStrategy(strategyWord)) {
    complain(`The strategy is sequential, conservative, hybrid or aggressive, not "${strategyWord}".`);
    return BAD_INPUT;
  }
  if (agentsWord !== undefined && !/^[1-9]\d*$/.test(agentsWord)) {
    complain(`The number of agents is a whole number above 0, not "${agentsWord}".`);
    return BAD_INPUT;
  }
  const root = await rootOf(options.folder);
  const settings = root === undefined ? undefined : settingsIn(root, options);
  const file = settings && (await readPlan(name, settings, options, root));
  if (root === undefined || file === undefined || settings === undefined) return BAD_INPUT;
  const plan = file.plan.settings;
  const planPath = pathIn(root, file.path);
  const opened = await startRun(engineFor(root, 'cli', settings), {
    source: file.source,
    ...planOrderOf(settings),
    skipOptional: settings['plan.optionalTasks'] === 'skip',
    ...(planPath !== undefined && { planPath }),
    strategy: options.strategy ?? strategyWord ?? plan.strategy ?? settings.strategy,
    agents: options.agents ?? (agentsWord === undefined ? (plan.agents ?? settings.agentCount) : Number(agentsWord)),
    agent: options.agent ?? plan.agent ?? settings.defaultAgent,
    uncommitted: options.uncommitted,
    limits: limitsOf(settings),
    policy: policyOf(settings, { named: options.agent !== undefined || plan.agent !== undefined }),
  });
  return drive(root, opened, options);
}

/**
 * Drives a run to its end, showing how it goes; resolves to the exit code. `planned`: what follows a run that made a plan,
 * once the plan is the user's.
 */
export async function drive(
  root: string,
  opened: Opened,
  options: Options,
  planned?: (state: RunState) => Promise<number>,
): Promise<number> {
  if (opened.kind === 'refused') {
    for (const problem of opened.problems) complain(problem);
    return BAD_INPUT;
  }
  if (opened.kind === 'owned') {
    const { driver, identity } = opened.owner;
    complain(
      `${opened.state.spec.id} is driven by ${driver === 'window' ? 'a window' : 'another command line'} (process ${identity.pid}). Close it first, or use \`orca status\`, \`orca pause\` and \`orca cancel\`.`,
    );
    return BAD_INPUT;
  }
  const { session } = opened;
  if (opened.notice !== undefined) complain(opened.notice);
  const shown: Shown = options.json
    ? { hold: () => undefined, dispose: () => undefined }
    : process.stdout.isTTY
      ? showLive(session)
      : showLines(session);
  const questions = answerQuestions(session, (held) => shown.hold(held));
  let interrupts = 0;
  const interrupt = (): void => {
    if (++interrupts > 1) process.exit(INTERRUPTED);
    complain('stopping the agents; press Ctrl-C again to leave them');
    void session.interrupt();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  await session.finished();
  questions.dispose();
  shown.dispose();
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  const { state } = session;
  const made = state.spec.planning !== undefined && planned !== undefined && succeeded(state);
  const handed = made && (await handOver(session, options));
  await session.close();
  if (!made) return conclude(root, state, options);
  return handed ? planned(state) : FAILED;
}

function succeeded({ status }: RunState): boolean {
  return status.kind === 'finished' && status.outcome === 'succeeded';
}

function conclude(root: string, state: RunState, options: Options): number {
  const { id } = state.spec;
  if (options.json) say(JSON.stringify(statusJson(state), undefined, 2));
  if (state.status.kind !== 'finished') {
    if (!options.json) say(`\n${id} is interrupted. Go on with: orca resume ${id}`);
    return INTERRUPTED;
  }
  const { outcome } = state.status;
  if (!options.json) {
    const summary = relative(process.cwd(), summaryPath(runDir(root, id)));
    const take = state.spec.planning === undefined ? `; take it with: orca apply ${id}` : '';
    say(`\nSummary: ${summary}\nResult:  branch orca/${id}/integration${take}`);
    if (outcome === 'failed' && state.spec.planning !== undefined) say(unplanned(state));
    else if (outcome === 'failed')
      say(`Some tasks did not get done. After a look: orca retry <task> ${id}, then orca resume ${id}`);
  }
  return outcome === 'succeeded' ? DONE : FAILED;
}

/** Where a plan was not made: the lines that stand against it, and how to go on. */
function unplanned(state: RunState): string {
  const steps = state.tasks.flatMap((task, i) =>
    task.phase.kind === 'failed' ? [{ task, id: state.graph.nodes[i]?.id ?? '' }] : [],
  );
  return [
    'The plan was not made, and nothing of yours was changed.',
    ...steps.flatMap(({ task, id }) => [
      `${id}: ${task.phase.kind === 'failed' ? failureText(task.phase.failure) : ''}`,
      ...findingLines(task.attempts.at(-1)?.gates.flatMap(({ findings }) => findings) ?? []).map((line) => `  ${line}`),
    ]),
    `After a look: orca retry <step> ${state.spec.id}, then orca resume ${state.spec.id}`,
  ].join('\n');
}

/** What is drawn of a run while it goes on; quiet while it is held. */
interface Shown {
  hold(held: boolean): void;
  dispose(): void;
}

function showLines(session: RunSession): Shown {
  const off = session.onNews((news) => {
    if ((news.kind === 'fault' || news.kind === 'left') && news.message !== undefined) complain(news.message);
    if (news.kind !== 'events') return;
    for (const { event } of news.records) {
      const line = progressLine(event, session.state);
      if (line !== undefined) say(line);
    }
  });
  return { hold: () => undefined, dispose: () => off.dispose() };
}

/** Redraws the monitor in place, at most twice a second and at once when something happens. */
function showLive(session: RunSession): Shown {
  let drawn = 0;
  let held = false;
  const opened = performance.now();
  const at = session.state.time;
  const draw = (): void => {
    if (held) return;
    const now = Math.max(session.state.time, at + performance.now() - opened);
    const lines = monitorText(session.state, now)
      .split('\n')
      .slice(0, Math.max(5, process.stdout.rows - 1));
    process.stdout.write(`${drawn === 0 ? '' : `\u001b[${drawn}A`}\u001b[J${lines.join('\n')}\n`);
    drawn = lines.length;
  };
  const timer = setInterval(draw, 500);
  const off = session.onNews((news) => {
    if (news.kind === 'events') draw();
  });
  draw();
  return {
    hold(now) {
      held = now;
      // What was said meanwhile stays above.
      drawn = 0;
      draw();
    },
    dispose: () => {
      clearInterval(timer);
      off.dispose();
      draw();
    },
  };
}
