import type { OwnProgram } from '../core/agent/agent.ts';
import type { Answer } from '../core/agent/ask.ts';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { modelAgentElsewhere, withModelAgent } from '../core/agent/lm/model-agent.ts';
import { agentsOf } from '../core/agent/registry.ts';
import { isStrategy, type Strategy } from '../core/plan/plan.ts';
import { PLANNING_MODES, type PlanningMode } from '../core/planning/request.ts';
import { readSettings, type Settings, type SomeSettings } from '../core/settings/settings.ts';
import type { Engine } from '../engine/engine.ts';
import { repositoryVariables } from '../engine/git/git.ts';
import { list as listed } from '../core/view/print.ts';
import { openRepository } from '../engine/git/preflight.ts';
import type { ReviewComment } from '../core/run/command.ts';
import type { Driver } from '../core/run/event.ts';
import { monotonicMs } from '../engine/process/identity.ts';
import { childProcessLauncher } from '../engine/runner/launcher.ts';
import { carryOf, loadSettings } from '../engine/settings.ts';
import { agents, answer, prompt, takeOver } from './agent-commands.ts';
import { blame } from './blame.ts';
import { gates } from './gates.ts';
import { preview, validate } from './plan-commands.ts';
import { apply, compare, control, list, remove, status } from './run-commands.ts';
import { markRead, sendBack } from './review-commands.ts';
import { execute } from './drive.ts';
import { resume } from './resume.ts';
import { replan, start } from './start.ts';
import { USAGE } from './usage.ts';

declare const ORCA_VERSION: string;

export const DONE = 0;
export const FAILED = 1;
export const BAD_INPUT = 2;
export const INTERRUPTED = 130;

/** What a command is given: arguments that are already checked. */
export interface Options {
  readonly folder: string;
  readonly json: boolean;
  /** gates, validate: SARIF, too. */
  readonly format: 'text' | 'json' | 'sarif';
  /** gates: what was there at this revision does not count. */
  readonly base: string | undefined;
  /** blame: 1-based, only this one. */
  readonly line: number | undefined;
  /** gates: write .orca/gates.yaml. */
  readonly init: boolean;
  readonly strategy: Strategy | undefined;
  readonly agents: number | undefined;
  readonly agent: string | undefined;
  readonly uncommitted: boolean;
  /** What the flags say of settings that a plan does not speak of. */
  readonly set: SomeSettings;
  readonly detached: boolean;
  /** start: takes the defaults instead of asking. */
  readonly noClarify: boolean;
  /** start: what follows; absent: as the words say. */
  readonly mode: PlanningMode | undefined;
  /** Files of the user's that differ from what was planned are replaced, and kept aside. */
  readonly replace: boolean;
  /** remove: also where work is lost that is nowhere else. */
  readonly force: boolean;
  /** start: executes without asking once more. */
  readonly yes: boolean;
  /** answer: to what a task asks, by the question's id. */
  readonly give: Readonly<Record<string, string>>;
  /** send-back: what is to be changed, on lines and in words. */
  readonly comments: readonly ReviewComment[];
  readonly note: string | undefined;
  /** To a question of an agent. */
  readonly answer: Answer | undefined;
  /** agents: start one and ask it for a word. */
  readonly try: boolean;
}

/** Prints to standard output, and why something cannot be done to standard error. */
export const say = (text: string): void => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
export const complain = (text: string): void => void process.stderr.write(`orca: ${text}\n`);

/** Runs one command line; resolves to the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    say(USAGE);
    return command === undefined ? BAD_INPUT : DONE;
  }
  if (command === '--version' || command === 'version') {
    say(ORCA_VERSION);
    return DONE;
  }
  const read = readOptions(command, rest);
  if (typeof read === 'string') {
    complain(`${read}\nSee \`orca help\`.`);
    return BAD_INPUT;
  }
  const { options, words } = read;
  switch (command) {
    case 'preview':
      return preview(words[0], options);
    case 'validate':
      return validate(words[0], options);
    case 'execute':
      return execute(words, options);
    case 'start':
      return start(words, options);
    case 'replan':
      return replan(options);
    case 'resume':
      return resume(words[0], options);
    case 'status':
      return status(words[0], options);
    case 'list':
      return list(options);
    case 'compare':
      return compare(words, options);
    case 'apply':
      return apply(words[0], options);
    case 'remove':
      return remove(words[0], options);
    case 'pause':
    case 'cancel':
      return control({ type: command }, words[0], options);
    case 'gates':
      return gates(words, options);
    case 'blame':
      return blame(words[0], options);
    case 'agents':
      return agents(words[0], options);
    case 'prompt':
      return prompt(words[0], words[1], options);
    case 'answer':
      return answer(words[0], words[1], options.answer, options);
    case 'read':
      return markRead(words[0], words[1], options);
    case 'send-back':
      return sendBack(words[0], words[1], options);
    case 'roll-back':
    case 'hold':
    case 'retry':
    case 'accept':
    case 'skip':
    case 'take-over':
    case 'hand-back': {
      const task = words[0];
      if (task === undefined) {
        complain(`\`orca ${command}\` needs a task's id.`);
        return BAD_INPUT;
      }
      return command === 'take-over'
        ? takeOver(task, words[1], options)
        : control({ type: command, task }, words[1], options);
    }
    default:
      complain(`There is no command "${command}". See \`orca help\`.`);
      return BAD_INPUT;
  }
}

function readOptions(
  command: string,
  args: readonly string[],
): { readonly options: Options; readonly words: readonly string[] } | string {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        folder: { type: 'string', default: '.' },
        format: { type: 'string', default: 'text' },
        strategy: { type: 'string' },
        agents: { type: 'string' },
        agent: { type: 'string' },
        uncommitted: { type: 'boolean', default: false },
        attempts: { type: 'string' },
        'idle-minutes': { type: 'string' },
        'limit-minutes': { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        detached: { type: 'boolean', default: false },
        'no-clarify': { type: 'boolean', default: false },
        mode: { type: 'string' },
        replace: { type: 'boolean', default: false },
        force: { type: 'boolean', default: false },
        yes: { type: 'boolean', short: 'y', default: false },
        give: { type: 'string', multiple: true, default: [] },
        base: { type: 'string' },
        line: { type: 'string' },
        init: { type: 'boolean', default: false },
        try: { type: 'boolean', default: false },
        allow: { type: 'boolean', default: false },
        'allow-task': { type: 'boolean', default: false },
        deny: { type: 'string' },
        comment: { type: 'string', multiple: true, default: [] },
        note: { type: 'string' },
        reply: { type: 'string' },
      },
    });
  } catch (error) {
    return (error as Error).message;
  }
  const { values, positionals } = parsed;
  const { format } = values;
  const hasSarif = command === 'gates' || command === 'validate';
  if (format !== 'text' && format !== 'json' && !(format === 'sarif' && hasSarif))
    return `--format is text or json${hasSarif ? ' or sarif' : ''}, not "${format}".`;
  if (values.strategy !== undefined && !isStrategy(values.strategy))
    return `--strategy is sequential, conservative, hybrid or aggressive, not "${values.strategy}".`;
  for (const name of ['agents', 'attempts', 'idle-minutes', 'limit-minutes', 'line'] as const) {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d*$/.test(text)) return `--${name} is a whole number above 0, not "${text}".`;
  }
  const mode = PLANNING_MODES.find((one) => one === values.mode);
  if (values.mode !== undefined && mode === undefined)
    return `--mode is ${listed(PLANNING_MODES)}, not "${values.mode}".`;
  const nameless = values.give.find((text) => !/^[^=]+=/.test(text));
  if (nameless !== undefined) return `--give is ID=TEXT, not "${nameless}".`;
  const answers: Answer[] = [
    ...(values.allow ? [{ kind: 'allow', scope: 'once' } as const] : []),
    ...(values['allow-task'] ? [{ kind: 'allow', scope: 'task' } as const] : []),
    ...(values.deny === undefined ? [] : [{ kind: 'deny', reason: values.deny } as const]),
    ...(values.reply === undefined ? [] : [{ kind: 'reply', text: values.reply } as const]),
  ];
  if (answers.length > 1) return 'Give one of --allow, --allow-task, --deny and --reply.';
  const comments = values.comment.map(commentOf);
  const unread = values.comment.find((_, i) => comments[i] === undefined);
  if (unread !== undefined) return `--comment is PATH:LINE:TEXT, not "${unread}".`;
  const set = readSettings(Object.fromEntries(values.set.map(assignmentOf)));
  if (set.problems.length > 0) return `--set: ${set.problems.join(' ')}`;
  return {
    words: positionals,
    options: {
      folder: resolve(values.folder),
      json: format === 'json',
      format,
      base: values.base,
      line: values.line === undefined ? undefined : Number(values.line),
      init: values.init,
      strategy: values.strategy,
      agents: values.agents === undefined ? undefined : Number(values.agents),
      agent: values.agent,
      uncommitted: values.uncommitted,
      set: {
        ...set.settings,
        ...(values.attempts !== undefined && { attempts: Number(values.attempts) }),
        ...(values['idle-minutes'] !== undefined && { 'limits.idleMinutes': Number(values['idle-minutes']) }),
        ...(values['limit-minutes'] !== undefined && { 'limits.totalMinutes': Number(values['limit-minutes']) }),
      },
      detached: values.detached,
      noClarify: values['no-clarify'],
      mode,
      replace: values.replace,
      force: values.force,
      yes: values.yes,
      give: Object.fromEntries(
        values.give.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
      ),
      answer: answers[0],
      comments: comments.flatMap((comment) => comment ?? []),
      note: values.note,
      try: values.try,
    },
  };
}

/** `path:line:text`; a path may have a colon in it. */
function commentOf(text: string): ReviewComment | undefined {
  const [, path, line, said = ''] = /^(.+?):([1-9]\d*):(.*)$/s.exec(text) ?? [];
  if (path === undefined || said.trim() === '') return undefined;
  return { path: path.replaceAll('\\', '/'), line: Number(line), text: said.trim() };
}

/** `key=value`; what is no JSON is a text. */
function assignmentOf(text: string): [string, unknown] {
  const at = text.includes('=') ? text.indexOf('=') : text.length;
  const value = text.slice(at + 1);
  try {
    return [text.slice(0, at), JSON.parse(value)];
  } catch {
    return [text.slice(0, at), value];
  }
}

/** The settings that hold in a folder; undefined, and said why, where something in them is wrong. */
export function settingsIn(folder: string, { set }: Options): Settings | undefined {
  const { settings, problems } = loadSettings(folder, set);
  for (const problem of problems) complain(problem);
  return problems.length > 0 ? undefined : settings;
}

/** The root of the repository that a folder is in; undefined, and said why, where there is none. */
export async function rootOf(folder: string): Promise<string | undefined> {
  const opened = await openRepository(folder);
  if (opened.ok) return opened.repository.root;
  complain(`${opened.problem.message} ${opened.problem.fix}`);
  return undefined;
}

export function bridgeProgram(): OwnProgram {
  return ownProgram('acp.cjs');
}

export function measureProgram(): OwnProgram {
  return ownProgram('measure.cjs');
}

function ownProgram(name: string): OwnProgram {
  return { command: process.execPath, args: [join(__dirname, name)], env: {} };
}

/** The engine of this command line. */
export function engineFor(root: string, driver: Driver, settings: Settings): Engine {
  return {
    folder: root,
    driver,
    launcher: childProcessLauncher({ execPath: process.execPath, env: agentEnv(process.env) }),
    runnerPath: join(__dirname, 'runner.cjs'),
    mcp: ownProgram('mcp.cjs'),
    bridge: bridgeProgram(),
    survey: ownProgram('survey.cjs'),
    measure: measureProgram(),
    agents: withModelAgent(agentsOf(settings.agents), modelAgentElsewhere(ownProgram('lm.cjs'))),
    carry: carryOf(settings),
    clock: { now: () => Date.now(), mono: monotonicMs },
    random: () => randomBytes(16).toString('hex'),
    version: ORCA_VERSION,
    idleExitMs: 10 * 60_000,
    maxLogBytes: 64 * 1024 * 1024,
  };
}

/** Started from a git hook, this process is told which repository it is in; agents are in another worktree. */
export function agentEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !repositoryVariables.includes(name)));
}
