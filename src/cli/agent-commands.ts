import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from '../core/agent/agent.ts';
import type { Answer } from '../core/agent/ask.ts';
import { firstPrompt } from '../core/agent/first-prompt.ts';
import { agentsOf, offeredAgents } from '../core/agent/registry.ts';
import type { RunState } from '../core/run/state.ts';
import { askText, openAsks, openQuestions } from '../core/view/asks.ts';
import { promptContext } from '../engine/prompt-context.ts';
import { checkAgents, type AgentCheck } from '../engine/check-agents.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { readRun, type ListedRun } from '../engine/open-run.ts';
import { runDir } from '../engine/run-files.ts';
import { trialText, tryAgent } from '../engine/try-agent.ts';
import { takenOver } from '../engine/take-over.ts';
import {
  BAD_INPUT,
  DONE,
  FAILED,
  bridgeProgram,
  complain,
  rootOf,
  say,
  settingsIn,
  type Options,
} from './command-line.ts';
import { readPlan } from './read-plan.ts';
import { howToAnswer } from './questions.ts';
import { control, findRun } from './run-commands.ts';

/** Which agents there are, of which version, and what is to be done for the others. With `--try`, one is asked a word. */
export async function agents(name: string | undefined, options: Options): Promise<number> {
  const settings = settingsIn(options.folder, options);
  if (settings === undefined) return BAD_INPUT;
  const known = offeredAgents(agentsOf(settings.agents));
  if (name !== undefined && !known.has(name)) {
    complain(`There is no agent "${name}". Known are: ${[...known.keys()].join(', ')}.`);
    return BAD_INPUT;
  }
  if (options.try) return tryOut(known, name, options);
  const context = { env: process.env, home: homedir(), folder: options.folder };
  const asked = [...known].filter(([id]) => name === undefined || id === name);
  const checks = await checkAgents(new Map(asked), context);
  if (options.json) {
    const rows = checks.map(({ cli, ...check }) => ({ ...check, permissions: cli?.permissions ?? null }));
    say(JSON.stringify(rows, undefined, 2));
  } else for (const check of checks) say(agentLines(check));
  return DONE;
}

async function tryOut(known: ReadonlyMap<string, Agent>, name: string | undefined, options: Options): Promise<number> {
  const agent = known.get(name ?? '');
  if (agent === undefined) {
    complain('Say which agent is to be tried: orca agents claude --try');
    return BAD_INPUT;
  }
  const trial = await tryAgent(agent, { env: process.env, bridge: bridgeProgram() });
  say(options.json ? JSON.stringify(trial, undefined, 2) : `${agent.id}: ${trialText(trial)}`);
  return trial.verdict.kind === 'done' ? DONE : FAILED;
}

function agentLines({ id, state, path, version, advice, cli }: AgentCheck): string {
  const sign = state === 'found' ? (advice === undefined ? '✅' : '⚠️') : '❌';
  const about = state === 'found' ? (version ?? (path === undefined ? 'built in' : 'found')) : state;
  return [
    `${sign} ${id}: ${about}${path === undefined ? '' : ` (${path})`}`,
    ...(advice === undefined ? [] : [`   ${advice}`]),
    ...Object.entries(cli?.permissions ?? {}).map(([mode, words]) => `   ${mode.padEnd(8)}${words}`),
  ].join('\n');
}

/** Shows the prompt that a task's agent would get if it were the first to run. */
export async function prompt(task: string | undefined, name: string | undefined, options: Options): Promise<number> {
  const settings = settingsIn(options.folder, options);
  const file = settings && (await readPlan(name, settings, options));
  if (file === undefined) return BAD_INPUT;
  const { plan } = file;
  const meant = plan.tasks.find(({ id }) => id === task);
  if (meant === undefined) {
    complain(`The plan has no task "${task ?? ''}". Tasks: ${plan.tasks.map(({ id }) => id).join(', ')}`);
    return BAD_INPUT;
  }
  const context = await promptContext(options.folder, meant);
  if ('problems' in context) {
    for (const problem of context.problems) complain(problem);
    return BAD_INPUT;
  }
  say(firstPrompt(plan, meant, context));
  return DONE;
}

/** Answers a question of an agent; without an answer, lists what is asked. */
export async function answer(
  task: string | undefined,
  id: string | undefined,
  given: Answer | undefined,
  options: Options,
): Promise<number> {
  const root = await rootOf(options.folder);
  const waits = ({ state }: ListedRun): boolean =>
    asksOf(state).length > 0 || (state !== undefined && openQuestions(state).length > 0);
  const run = root === undefined ? undefined : await findRun(root, id, waits);
  if (run?.state === undefined) return BAD_INPUT;
  const forms = openQuestions(run.state).filter((form) => task === undefined || form.task === task);
  if (given === undefined && Object.keys(options.give).length > 0) {
    const [form, ...others] = forms;
    if (form === undefined || others.length > 0) {
      complain('Name the task whose questions these answer. See `orca answer`.');
      return BAD_INPUT;
    }
    return control({ type: 'answer-questions', task: form.task, answers: options.give }, run.id, options);
  }
  if (given === undefined && forms.length > 0) say(howToAnswer(forms, run.id));
  const asked = asksOf(run.state).filter((one) => task === undefined || one.task === task);
  if (given === undefined) {
    for (const one of asked) say(`${one.task}: ${askText(one.ask)}${optionsText(one.ask)}`);
    return DONE;
  }
  const [one, ...more] = asked;
  if (one === undefined || (more.length > 0 && task === undefined)) {
    complain(
      one === undefined ? 'Nothing is asked there.' : 'Several tasks ask something: name one. See `orca answer`.',
    );
    return BAD_INPUT;
  }
  return control({ type: 'answer', task: one.task, id: one.id, answer: given }, run.id, options);
}

function asksOf(state: RunState | undefined) {
  return (state?.tasks ?? []).flatMap((task, i) =>
    openAsks(task).map(({ id, ask }) => ({ task: state?.graph.nodes[i]?.id ?? '', id, ask })),
  );
}

function optionsText(ask: ReturnType<typeof asksOf>[number]['ask']): string {
  return ask.kind === 'question' && ask.options.length > 0 ? ` (${ask.options.join(' | ')})` : '';
}

const READY_MS = 60_000;

/** Takes a task over, and says where its worktree is and how its agent's session is opened. */
export async function takeOver(task: string, id: string | undefined, options: Options): Promise<number> {
  const opened = await openRepository(options.folder);
  const settings = settingsIn(options.folder, options);
  if (!opened.ok || settings === undefined) return BAD_INPUT;
  const { repository } = opened;
  const run = await findRun(repository.root, id, ({ state }) => state?.index.has(task) === true);
  if (run === undefined) return BAD_INPUT;
  if (run.owner === undefined) {
    complain(`Nobody drives ${run.id}. Go on with it first: orca resume ${run.id}`);
    return BAD_INPUT;
  }
  const code = await control({ type: 'take-over', task }, run.id, options);
  if (code !== DONE) return code;
  for (const until = performance.now() + READY_MS; performance.now() < until;) {
    await delay(200);
    const read = await readRun(runDir(repository.root, run.id));
    const taken = read.kind === 'read' ? takenOver(read.state, task, repository, agentsOf(settings.agents)) : undefined;
    if (taken === undefined) continue;
    const { cwd, resume } = taken;
    say(`cd ${quoted(cwd)}${resume === undefined ? '' : `\n${resume.argv.map(quoted).join(' ')}`}`);
    say(`When you are done: orca hand-back ${task} ${run.id}`);
    return DONE;
  }
  complain(`${task} is not ready after ${READY_MS / 1000} s. See \`orca status\`.`);
  return FAILED;
}

/** To be pasted into a shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
