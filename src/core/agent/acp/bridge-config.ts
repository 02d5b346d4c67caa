import { PERMISSION_MODES, type McpServer, type PermissionMode } from '../agent.ts';
import { fields, fieldsOfLine, text } from '../cli/json.ts';

/** The variable in which the bridge is told what it needs to know. Not an argument: the door's token is in it. */
export const BRIDGE_VARIABLE = 'ORCA_ACP';

export interface BridgeConfig {
  readonly permission: PermissionMode;
  /** Orca's own server, for the agent to start; the way to Orca's door stands in its environment. */
  readonly mcp?: McpServer;
  /** Names of variables that were for the bridge, not for the agent. */
  readonly own: readonly string[];
}

export function bridgeText(config: BridgeConfig): string {
  return JSON.stringify(config);
}

/** From outside; what cannot be read allows less. */
export function readBridgeConfig(value: string | undefined): BridgeConfig {
  const { permission, mcp, own } = fieldsOfLine(value ?? '') ?? {};
  const server = readServer(mcp);
  return {
    permission: PERMISSION_MODES.find((mode) => mode === permission) ?? 'ask',
    own: strings(own),
    ...(server !== undefined && { mcp: server }),
  };
}

function readServer(value: unknown): McpServer | undefined {
  const { command, args, env } = fields(value) ?? {};
  const program = text(command);
  if (program === undefined) return undefined;
  const variables = Object.entries(fields(env) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { command: program, args: strings(args), env: Object.fromEntries(variables) };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
