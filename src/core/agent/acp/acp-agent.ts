import { CLI_IDS, type AcpSetting, type Agent, type AgentRequest, type PermissionMode } from '../agent.ts';
import { CLIS } from '../cli/clis.ts';
import { mcpServers, modeFor, SERVER } from '../cli/modes.ts';
import { withRules } from '../cli/opencode.ts';
import { BRIDGE_VARIABLE, bridgeText } from './bridge-config.ts';

/** What each mode is for an agent that speaks ACP; it has no word for a sandbox. */
export const ACP_MODES: Readonly<Partial<Record<PermissionMode, string>>> = {
  ask: 'Reads files of the worktree; you are asked for the rest.',
  edits: 'Reads and edits files of the worktree; you are asked for the rest.',
  full: 'Everything that it asks leave for is allowed.',
};

/** An agent that speaks ACP. What is started is the bridge, which starts the agent: its command is the last argument. */
export function acpAgent(id: string, setting: AcpSetting): Agent {
  const [program = ''] = setting.command;
  const cli = knownCli(setting.command);
  return {
    id,
    label: `${id} (ACP)`,
    ...(program !== '' && { program }),
    refuses: () =>
      program === ''
        ? `The agent "${id}" has an empty command. Set it in orca.agents or .orca/settings.json.`
        : undefined,
    invoke(request) {
      const { bridge } = request;
      if (bridge === undefined) throw new Error('no bridge to agents that speak ACP was given');
      const own = request.readOnly === true ? undefined : setting.permission;
      const permission = modeFor({ permissions: ACP_MODES }, own ?? request.permission) ?? 'ask';
      // Of the servers that a session names, copilot starts none.
      const mcp = cli === 'copilot' ? mcpServers(request) : undefined;
      return {
        argv: [
          bridge.command,
          ...bridge.args,
          ...setting.command,
          ...(mcp === undefined ? [] : ['--additional-mcp-config', `@${mcp.path}`, `--allow-tool=${SERVER}`]),
        ],
        env: {
          ...bridge.env,
          ...setting.env,
          ...(cli === 'opencode' && asking(setting, permission)),
          [BRIDGE_VARIABLE]: bridgeText(configOf(request, permission)),
        },
        stdin: request.promptFile,
        files: mcp === undefined ? [] : [{ name: mcp.name, text: mcp.text }],
      };
    },
    output: 'acp',
    ...(cli !== undefined && { env: CLIS[cli].env }),
  };
}

/** The bridge's own variables stay with it. */
function configOf({ bridge, mcp }: AgentRequest, permission: PermissionMode) {
  return { permission, own: Object.keys(bridge?.env ?? {}), ...(mcp !== undefined && { mcp }) };
}

/** The CLI that a command starts, by the names of its first words: `gemini --acp`, `npx @scope/claude-agent-acp`. */
function knownCli(command: readonly string[]) {
  const names = command.map((word) => word.replace(/^.*[\\/]/, ''));
  return CLI_IDS.find((id) => names.some((name) => name === id || name.startsWith(`${id}-`) || name === `${id}.cmd`));
}

/** By its own rules opencode asks for nothing. What it denies by the user's rules, it denies. */
function asking({ env }: AcpSetting, permission: PermissionMode): Readonly<Record<string, string>> {
  if (permission === 'full') return {};
  const rules = { edit: 'ask', bash: 'ask', webfetch: 'ask', websearch: 'ask', external_directory: 'ask' };
  return { OPENCODE_CONFIG_CONTENT: withRules(env?.OPENCODE_CONFIG_CONTENT, rules) };
}
