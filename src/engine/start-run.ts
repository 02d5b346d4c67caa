import { mkdir, rm, writeFile } from 'node:fs/promises';
import { offeredAgents } from '../core/agent/registry.ts';
import { namedGates, undefinedGates } from '../core/run/gates.ts';
import { JOURNAL_VERSION, type AgentPolicy, type Limits, type RunSpec } from '../core/run/event.ts';
import { wantedKinds } from '../core/run/kinds.ts';
import { unfitReviewers } from '../core/run/reviewer.ts';
import { BUILT_IN, GATES_FILE, readGateConfig, withBuiltIn } from '../core/gate/config.ts';
import type { GateSpec } from '../core/gate/gate.ts';
import { artefactsGate } from '../core/planning/gate.ts';
import type { PlanningRequest } from '../core/planning/request.ts';
import { LineMap, hasErrors } from '../core/plan/diagnostic.ts';
import { parsePlan } from '../core/plan/parse.ts';
import { placeAt } from '../core/plan/place.ts';
import type { OrderRule, Plan, Strategy } from '../core/plan/plan.ts';
import { remaining } from '../core/plan/remaining.ts';
import type { PlanSource } from '../core/plan/source.ts';
import { buildGraph } from '../core/graph/build.ts';
import { searchSchedule } from '../core/schedule/search.ts';
import { commitUncommitted } from './git/base.ts';
import { createIntegration } from './git/integrate.ts';
import { openRepository, preflight } from './git/preflight.ts';
import { showFile } from './git/diff.ts';
import type { Engine } from './engine.ts';
import { JournalWriter } from './journal.ts';
import { openRun, type Opened } from './open-run.ts';
import { executionsDir, fileSlug, journalPath, planPath, runDir } from './run-files.ts';

export interface RunRequest {
  readonly source: PlanSource;
  /** What orders its tasks that say nothing of it, where the plan does not say so. */
  readonly order?: OrderRule;
  /** Without the tasks that the plan is whole without. */
  readonly skipOptional?: boolean;
  /** Of the plan's file or folder. Relative to the repository, `/` as separator. */
  readonly planPath?: string;
  readonly strategy: Strategy;
  readonly agents: number;
  /** Agent of the tasks that name none. */
  readonly agent: string;
  readonly limits: Limits;
  readonly policy?: AgentPolicy;
  /** Only this task and what it depends on. */
  readonly only?: string;
  /** Start from the user's uncommitted work instead of the last commit. */
  readonly uncommitted: boolean;
  /** The run makes a plan; `finished`: tasks of the plan before that are done, and stay. */
  readonly planning?: { readonly request: PlanningRequest; readonly finished: readonly string[] };
}

/**
 * Starts a run, or says everything that stands against it before anything is made. The user's checkout is not touched.
 */
export async function startRun(engine: Engine, request: RunRequest): Promise<Opened> {
  const opened = await openRepository(engine.folder);
  if (!opened.ok) return { kind: 'refused', problems: [`${opened.problem.message} ${opened.problem.fix}`] };
  const { repository } = opened;
  const ready = await preflight(repository);
  if (!ready.ok) return { kind: 'refused', problems: [`${ready.problem.message} ${ready.problem.fix}`] };

  const { source, order, only, skipOptional = false } = request;
  const whole = parsePlan(source, { agents: [...engine.agents.keys()], ...(order !== undefined && { order }) });
  const plan = remaining(whole, { ...(only !== undefined && { only }), skipOptional });
  const lines = new LineMap(source.text);
  const problems: string[] = hasErrors(plan.diagnostics)
    ? plan.diagnostics
        .filter((d) => d.severity === 'error')
        .map((d) => {
          const { path = request.planPath ?? 'plan', line } = placeAt(whole, lines, d.span.start);
          return `${path}:${line + 1}: ${d.message}`;
        })
    : [];
  if (problems.length === 0 && plan.tasks.length === 0) problems.push('Every task of the plan is ticked off as done.');
  problems.push(...refusals(engine, request, plan));
  const base = request.uncommitted
    ? await commitUncommitted(repository, { message: 'Uncommitted work that an Orca run starts from' })
    : ready.head;
  const config = await showFile(repository, base, GATES_FILE);
  const declared = readGateConfig(config === undefined ? '' : new TextDecoder().decode(config));
  problems.push(...declared.problems);
  const gates =
    request.planning === undefined
      ? withBuiltIn(declared.gates, namedGates(plan))
      : [planningGate(engine, request.planning, declared.gates)];
  const missing = undefinedGates({ plan, gates });
  if (missing.length > 0)
    problems.push(
      `The plan names gates that are not defined: ${missing.join(', ')}. Define them in ${GATES_FILE} (\`orca gates --init\` writes what fits the repository) and commit it, or take them out of the plan.`,
    );
  problems.push(
    ...unfitReviewers({ ...request, policy: request.policy, plan, gates }, offeredAgents(engine.agents).keys()),
  );
  if (problems.length > 0) return { kind: 'refused', problems };

  const { strategy, agents, agent, limits } = request;
  const schedule = searchSchedule(buildGraph(plan), { strategy, agents });
  const id = await newRun(repository.root, engine.clock.now(), plan.title);
  const spec: RunSpec = {
    id,
    orca: engine.version,
    plan,
    ...(request.planPath !== undefined && { planPath: request.planPath }),
    strategy,
    agents,
    agent,
    priorities: schedule.priorities,
    plannedMinutes: schedule.minutes,
    base,
    ...(ready.branch !== undefined && { branch: ready.branch }),
    uncommitted: request.uncommitted && base !== ready.head,
    gates,
    limits,
    ...(request.policy !== undefined && { policy: request.policy }),
    ...(request.planning !== undefined && { planning: request.planning.request }),
  };
  const dir = runDir(repository.root, id);
  await writeFile(planPath(dir), source.text);
  const integration = await createIntegration(repository, id, base);
  if (!integration.ok) {
    await rm(dir, { recursive: true });
    return { kind: 'refused', problems: [`${integration.problem.message} ${integration.problem.fix}`] };
  }
  const writer = await JournalWriter.open(journalPath(dir), 0);
  await writer.append([
    {
      seq: 1,
      at: engine.clock.now(),
      mono: engine.clock.mono(),
      event: { type: 'run.started', version: JOURNAL_VERSION, spec },
    },
  ]);
  await writer.close();
  return openRun(engine, id);
}

/** What a plan may name is what a run of it would find. */
function planningGate(
  { agents }: Engine,
  { request, finished }: NonNullable<RunRequest['planning']>,
  declared: readonly GateSpec[],
): GateSpec {
  const gates = [...new Set([...BUILT_IN, ...declared.map(({ name }) => name)])];
  return artefactsGate({ folder: request.folder, gates, agents: [...offeredAgents(agents).keys()], finished });
}

/** What stands against the agents that the tasks may get. */
function refusals(engine: Engine, { agent, policy }: RunRequest, plan: Plan): string[] {
  const fallbacks = Object.values(policy?.fallback ?? {});
  const unknown = (kind: string): string =>
    `there is no agent "${kind}". Known are: ${[...offeredAgents(engine.agents).keys()].join(', ')}.`;
  return [
    ...fallbacks.filter((kind) => !engine.agents.has(kind)).map((kind) => `fallbackAgents: ${unknown(kind)}`),
    ...plan.tasks.flatMap((task, i) =>
      wantedKinds({ plan, agent, policy }, i).flatMap((kind) => {
        const known = engine.agents.get(kind);
        return known === undefined ? `${task.id}: ${unknown(kind)}` : (known.refuses(task) ?? []);
      }),
    ),
  ];
}

/** Makes the run's folder: `exec-YYYYMMDD-<slug>`, numbered where that is taken. */
async function newRun(root: string, now: number, title: string): Promise<string> {
  const parent = executionsDir(root);
  await mkdir(parent, { recursive: true });
  // Executions ignore themselves, so that they never show up in the user's status.
  await writeFile(`${parent}/.gitignore`, '*\n');
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  const words =
    title
      .toLowerCase()
      .normalize('NFKD')
      .match(/[a-z0-9]+/g) ?? [];
  const slug = fileSlug(words.join('-').slice(0, 40).replace(/-+$/, ''));
  for (let n = 1; ; n++) {
    const id = `exec-${day}-${slug}${n === 1 ? '' : `-${n}`}`;
    try {
      await mkdir(runDir(root, id));
      return id;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
