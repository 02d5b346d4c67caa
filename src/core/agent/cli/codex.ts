import type { AgentRequest, Cli, PermissionMode } from '../agent.ts';
import { ANSWER_MS, modeFor, ownArguments, SERVER } from './modes.ts';

const SANDBOXES: Readonly<Record<PermissionMode, string>> = {
  ask: 'read-only',
  edits: 'workspace-write',
  sandbox: 'workspace-write',
  full: 'danger-full-access',
};

/** OpenAI Codex. */
export const codex: Cli = {
  id: 'codex',
  label: 'Codex',
  program: 'codex',
  versionArgs: ['--version'],
  install: 'npm install --global @openai/codex',
  signIn: 'Run `codex login`, or set CODEX_API_KEY.',
  signedIn: { env: ['CODEX_API_KEY', 'OPENAI_API_KEY'], files: ['.codex/auth.json'] },
  env: ['CODEX_*', 'OPENAI_*', 'AZURE_OPENAI_*'],
  permissions: {
    ask: 'Read-only sandbox: reads and runs commands that change nothing; whatever else is refused, as nobody can be asked (--sandbox read-only).',
    edits:
      'Workspace-write sandbox: edits, and runs commands, that can write only in the worktree and in temporary folders, without network (--sandbox workspace-write).',
    sandbox: 'The same: Codex edits by commands, and all of them run in its sandbox (--sandbox workspace-write).',
    full: 'No sandbox: does everything without asking (--sandbox danger-full-access).',
  },
  asks: false,
  invoke(request, setting) {
    const mode = modeFor(codex, setting.permission ?? request.permission) ?? 'ask';
    return {
      argv: [
        setting.program ?? codex.program,
        'exec',
        '--json',
        '--sandbox',
        SANDBOXES[mode],
        ...server(request),
        ...ownArguments(setting),
        '-',
      ],
      env: { ...request.mcp?.env, ...setting.env },
      stdin: request.promptFile,
      files: [],
    };
  },
  resume: (session, setting) => ({
    argv: [setting.program ?? codex.program, 'resume', ...ownArguments(setting), session],
    env: { ...setting.env },
  }),
};

/** Values are TOML, of which JSON's texts and lists are part. The variables go by name: arguments can be read by others. */
function server({ mcp }: AgentRequest): string[] {
  if (mcp === undefined) return [];
  const settings: Readonly<Record<string, unknown>> = {
    command: mcp.command,
    args: mcp.args,
    env_vars: Object.keys(mcp.env),
    default_tools_approval_mode: 'approve',
    tool_timeout_sec: ANSWER_MS / 1000,
  };
  return Object.entries(settings).flatMap(([key, value]) => [
    '-c',
    `mcp_servers.${SERVER}.${key}=${JSON.stringify(value)}`,
  ]);
}
