import { PERMISSION_MODES, type AgentRequest, type Cli, type CliSetting, type PermissionMode } from '../agent.ts';

/**
 * What a CLI is started with when this is wanted: itself, or, where the CLI has no such mode, the next one that allows
 * less. Never one that allows more; undefined where there is none.
 */
export function modeFor(cli: Pick<Cli, 'permissions'>, wanted: PermissionMode): PermissionMode | undefined {
  return PERMISSION_MODES.slice(0, PERMISSION_MODES.indexOf(wanted) + 1).findLast(
    (mode) => cli.permissions[mode] !== undefined,
  );
}

/** `--model` and the settings' own arguments, which stand after all others and before the prompt. */
export function ownArguments(setting: CliSetting): string[] {
  return [...(setting.model === undefined ? [] : ['--model', setting.model]), ...(setting.args ?? [])];
}

/** The tools of Orca's server that the model is to use; `approve` is for the CLI itself. */
export const MODEL_TOOLS = ['report_progress', 'ask_question', 'read_plan', 'read_result_of'] as const;

/** As an agent's people take their time to answer: a day, in ms. */
export const ANSWER_MS = 86_400_000;

/** The name that Orca's server has in every CLI. */
export const SERVER = 'orca';

/** `{"mcpServers":{"orca":…}}`, which most CLIs read; undefined where there is no server to hand over. */
export function mcpServers(
  request: AgentRequest,
  more: Readonly<Record<string, unknown>> = {},
): { readonly name: string; readonly text: string; readonly path: string } | undefined {
  if (request.mcp === undefined) return undefined;
  const { command, args, env } = request.mcp;
  const text = JSON.stringify({ mcpServers: { [SERVER]: { command, args, env, ...more } } }, undefined, 2);
  // A file, not an argument: others on the machine may read the arguments of a process, and the token is in here.
  return { name: 'mcp.json', text: `${text}\n`, path: `${request.dir}/mcp.json` };
}
