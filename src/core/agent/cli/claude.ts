import type { AgentRequest, Cli, CliSetting, Invocation, PermissionMode } from '../agent.ts';
import { mcpServers, modeFor, MODEL_TOOLS, ownArguments, SERVER } from './modes.ts';

const MODES: Readonly<Record<PermissionMode, string>> = {
  ask: 'manual',
  edits: 'acceptEdits',
  sandbox: 'acceptEdits',
  full: 'bypassPermissions',
};

/** Commands in its sandbox need no leave; without a sandbox it does not start. */
const SANDBOX = {
  sandbox: {
    enabled: true,
    failIfUnavailable: true,
    autoAllowBashIfSandboxed: true,
    allowUnsandboxedCommands: false,
  },
};

/** Claude Code. */
export const claude: Cli = {
  id: 'claude',
  label: 'Claude Code',
  program: 'claude',
  versionArgs: ['--version'],
  install: 'npm install --global @anthropic-ai/claude-code',
  signIn: 'Run `claude` once and follow `/login`, or set ANTHROPIC_API_KEY.',
  signedIn: {
    env: [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'CLAUDE_CODE_USE_BEDROCK',
      'CLAUDE_CODE_USE_VERTEX',
    ],
    files: ['.claude/.credentials.json'],
  },
  env: ['ANTHROPIC_*', 'CLAUDE_*', 'AWS_*', 'GOOGLE_*', 'CLOUD_ML_REGION', 'VERTEX_*', 'MCP_*', 'DISABLE_*'],
  permissions: {
    ask: 'Manual: reads; asks before it edits or runs a command (--permission-mode manual).',
    edits:
      'Accept edits: edits files of the worktree and runs simple file commands there; asks before it runs other commands (--permission-mode acceptEdits).',
    sandbox:
      'Accept edits, and runs commands inside Claude Code’s own sandbox, without which it does not start (sandbox.enabled).',
    full: 'Bypass permissions: does everything without asking (--permission-mode bypassPermissions). It refuses to as root.',
  },
  asks: true,
  invoke(request, setting) {
    const mode = modeFor(claude, setting.permission ?? request.permission) ?? 'ask';
    const mcp = mcpServers(request);
    return {
      argv: [
        setting.program ?? claude.program,
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        '--permission-mode',
        MODES[mode],
        ...(mode === 'sandbox' ? ['--settings', JSON.stringify(SANDBOX)] : []),
        ...(mcp === undefined ? [] : withServer(mcp.path)),
        ...(request.maxCostUsd === undefined ? [] : ['--max-budget-usd', `${request.maxCostUsd}`]),
        ...ownArguments(setting),
      ],
      // Two retries ride out a hiccup; whoever started it knows better than the CLI when to try again after that.
      env: { CLAUDE_CODE_MAX_RETRIES: '2', DISABLE_AUTOUPDATER: '1', ...setting.env },
      stdin: request.promptFile,
      files: mcp === undefined ? [] : [{ name: mcp.name, text: mcp.text }],
    } satisfies Invocation;
  },
  resume: (session, setting: CliSetting) => ({
    argv: [setting.program ?? claude.program, '--resume', session, ...ownArguments(setting)],
    env: { ...setting.env },
  }),
};

/** Both flags take several values: they may not stand before the prompt, which is on standard input. */
function withServer(path: AgentRequest['dir']): string[] {
  return [
    '--mcp-config',
    path,
    '--permission-prompt-tool',
    `mcp__${SERVER}__approve`,
    '--allowedTools',
    MODEL_TOOLS.map((tool) => `mcp__${SERVER}__${tool}`).join(','),
  ];
}
