import { acpAgent, ACP_MODES } from './acp/acp-agent.ts';
import {
  CLI_IDS,
  PERMISSION_MODES,
  type AcpSetting,
  type Agent,
  type CliId,
  type CliSetting,
  type CommandSetting,
  type PermissionMode,
} from './agent.ts';
import { cliAgent } from './cli/cli-agent.ts';
import { CLIS } from './cli/clis.ts';
import { commandAgent } from './command.ts';
import { shellAgent } from './shell.ts';
import { surveyAgent } from './survey.ts';

/** An agent of the settings: any program, one that speaks ACP, or one of the known CLIs. */
export type AgentSetting = CommandSetting | AcpSetting | CliSetting;

/**
 * The agents of a run by id: the known CLIs, those of the settings, which may set a CLI or take its name, and the
 * built-in ones, whose names nobody may take.
 */
export function agentsOf(settings: Readonly<Record<string, AgentSetting>>): ReadonlyMap<string, Agent> {
  const agents = new Map<string, Agent>();
  for (const id of CLI_IDS) agents.set(id, cliAgent(id, id));
  for (const [id, setting] of Object.entries(settings)) agents.set(id, agentOf(id, setting));
  for (const builtIn of [shellAgent, surveyAgent(settings)]) agents.set(builtIn.id, builtIn);
  return agents;
}

/** Without those that are for Orca's own plans: what a person is told of and may choose from. */
export function offeredAgents(agents: ReadonlyMap<string, Agent>): ReadonlyMap<string, Agent> {
  return new Map([...agents].filter(([, { own }]) => own !== true));
}

function agentOf(id: string, setting: AgentSetting): Agent {
  if ('command' in setting && 'kind' in setting) return acpAgent(id, setting);
  if ('command' in setting) return commandAgent(id, setting);
  const kind = setting.kind ?? id;
  // The reader of the settings lets no other through.
  return isCliId(kind) ? cliAgent(id, kind, setting) : commandAgent(id, { command: [] });
}

/** Reads settings from outside: what is none is left out and named. */
export function readAgentSettings(value: unknown): {
  readonly settings: Record<string, AgentSetting>;
  readonly problems: readonly string[];
} {
  const settings: Record<string, AgentSetting> = {};
  const problems: string[] = [];
  if (value !== undefined && !isRecord(value))
    return { settings, problems: ['The agents are to be an object: name → command, or name → settings of a CLI.'] };
  for (const [id, entry] of Object.entries(value ?? {})) {
    const read = readSetting(id, entry);
    if (typeof read !== 'string') settings[id] = read;
    else problems.push(`Agent "${id}": ${read}`);
  }
  return { settings, problems };
}

/** The setting, or what is wrong with it. */
function readSetting(id: string, entry: unknown): AgentSetting | string {
  if (!isRecord(entry)) return readCommand(entry);
  if (entry.kind === 'acp') return readAcp(entry);
  return 'command' in entry ? readCommand(entry) : readCli(id, entry);
}

function readAcp({ command, permission, env }: Readonly<Record<string, unknown>>): AcpSetting | string {
  if (!isStrings(command) || command.length === 0) return COMMAND_PROBLEM;
  if (permission !== undefined && !isMode(permission)) return MODE_PROBLEM;
  if (permission !== undefined && ACP_MODES[permission] === undefined)
    return `ACP has no mode "${permission}". It has ${Object.keys(ACP_MODES).join(', ')}.`;
  if (env !== undefined && !isStringRecord(env)) return ENV_PROBLEM;
  return {
    kind: 'acp',
    command,
    ...(permission !== undefined && { permission }),
    ...(env !== undefined && { env }),
  };
}

const COMMAND_PROBLEM = '"command" is to be a list of strings, the program first.';
const MODE_PROBLEM = `"permission" is to be one of ${PERMISSION_MODES.join(', ')}.`;
const ENV_PROBLEM = '"env" is to be an object of strings.';

function readCommand(entry: unknown): CommandSetting | string {
  const { command, prompt, env } = isRecord(entry) ? entry : {};
  if (!isStrings(command) || command.length === 0) return COMMAND_PROBLEM;
  if (prompt !== undefined && prompt !== 'stdin' && prompt !== 'none') return '"prompt" is to be "stdin" or "none".';
  if (env !== undefined && !isStringRecord(env)) return ENV_PROBLEM;
  return { command, ...(prompt !== undefined && { prompt }), ...(env !== undefined && { env }) };
}

function readCli(id: string, entry: Readonly<Record<string, unknown>>): CliSetting | string {
  const { kind, program, model, permission, args, env } = entry;
  const cli = kind ?? id;
  if (!isCliId(cli))
    return kind === undefined
      ? `give it a "command", the program first, or a "kind", one of ${CLI_IDS.join(', ')}.`
      : `"kind" is to be one of ${CLI_IDS.join(', ')}.`;
  if (program !== undefined && !isText(program)) return '"program" is to be the name or the path of a program.';
  if (model !== undefined && !isText(model)) return '"model" is to be the name of a model.';
  if (permission !== undefined && !isMode(permission)) return MODE_PROBLEM;
  if (permission !== undefined && CLIS[cli].permissions[permission] === undefined)
    return `${CLIS[cli].label} has no mode "${permission}". It has ${Object.keys(CLIS[cli].permissions).join(', ')}.`;
  if (args !== undefined && !isStrings(args)) return '"args" is to be a list of strings.';
  if (env !== undefined && !isStringRecord(env)) return ENV_PROBLEM;
  return {
    ...(kind !== undefined && { kind: cli }),
    ...(program !== undefined && { program }),
    ...(model !== undefined && { model }),
    ...(permission !== undefined && { permission }),
    ...(args !== undefined && { args }),
    ...(env !== undefined && { env }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((part) => typeof part === 'string');
}

function isCliId(value: unknown): value is CliId {
  return CLI_IDS.some((id) => id === value);
}

function isMode(value: unknown): value is PermissionMode {
  return PERMISSION_MODES.some((mode) => mode === value);
}
